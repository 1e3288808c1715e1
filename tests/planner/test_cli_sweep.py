"""`planner sweep`: what it prints and refuses, and its exit codes."""

import json

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.cli.sweep import _say_outcome
from planner.study import workers
from planner.study.grid import cases
from planner.study.sweep import Sweep
from tests.planner.network.reading import instance
from tests.planner.study.sweeping import TABLES, asked, made_up

COST = "offers[location=s].unit_cost = 1:3:1"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The command in an empty folder, with made-up outcomes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    instance(TABLES).write(tmp_path / "in")

    def run(*words):
        def solve(setup, cases):
            run.setup = setup
            yield from made_up(setup, cases)

        monkeypatch.setattr(workers, "in_processes", lambda count: solve)
        return CliRunner().invoke(app, ["sweep", "in", *words])

    return run


@pytest.fixture(scope="module")
def question():
    return asked(COST)


def ending(status, code, error=""):
    return {"status": status, "code": code, "seconds": 0.0} | ({"error": error} if error else {})


def test_what_came_out_is_shown_and_written(run, tmp_path):
    result = run("--vary", COST)
    assert result.exit_code == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["what", "came", "out"]
    assert lines[1] == ["case", "offers[location=s].unit_cost", "status", "objective"]
    assert lines[2:5] == [["1", "1", "optimal", "1"], ["2", "2", "optimal", "2"], ["3", "3", "optimal", "3"]]
    assert result.stdout.splitlines()[-1] == "wrote sweeps/test"
    assert (tmp_path / "sweeps" / "test" / "outcomes.csv").is_file()
    assert "0 of 3 cases" not in result.stderr  # lines only now and then where there is no terminal


def test_the_options_reach_every_case(run):
    run("--vary", COST, "--gap", "0.02", "--time-limit", "7", "--no-confirm", "--set", "demand.quantity = 11")
    setup = run.setup
    assert (setup.options.gap, setup.options.time_limit, setup.options.confirm) == (0.02, 7, False)
    assert setup.options.threads == 1
    assert setup.instance.tables["demand"]["quantity"].tolist() == [11]
    assert (setup.base, setup.always) == (None, ())


def test_the_design_is_kept_on_demand(run, tmp_path):
    assert run("--vary", COST, "--fix", "design", "-o", "out").exit_code == 0
    assert run.setup.always[0].fix.design
    assert run.setup.base.suppliers["qualify"].tolist() == [0]
    assert (tmp_path / "out" / "base" / "plan.json").is_file()


def test_quiet_prints_nothing_and_json_all(run):
    result = run("--vary", COST, "--quiet")
    assert (result.stdout, result.stderr) == ("", "")
    read = json.loads(run("--vary", COST, "--json").stdout)
    assert [case["objective"] for case in read["cases"]] == [1, 2, 3]
    assert read["varied"] == {"offers[location=s].unit_cost": [1, 2, 3]}


@pytest.mark.parametrize(
    ("ended", "code", "said"),
    [
        (ending("infeasible", 3), 3, "1 of 3 cases infeasible: 2"),
        (ending("no_solution", 4), 4, "1 of 3 cases without a plan when the time was up: 2"),
        (ending("feasible", 4), 4, "1 of 3 cases not proven optimal: 2"),
        (ending("error", 5, "its process died"), 5, "1 of 3 cases with errors: 2\ncase 2: its process died"),
        (
            ending("optimal", 6, "the audit of the plan failed: x"),
            6,
            "1 of 3 cases with a plan that failed its audit: 2\ncase 2: the audit of the plan failed: x",
        ),
    ],
)
def test_the_exit_code_is_the_worst_of_all_cases(question, capsys, ended, code, said):
    grid = tuple(cases(question.axes))
    outcomes = {case.number: found for case, found in made_up(None, grid)} | {2: ended}
    assert _say_outcome(Sweep(question, grid, outcomes, interrupted=False)) == code
    assert capsys.readouterr().err.strip() == said


def test_every_error_of_the_command_is_said_at_once_and_nothing_is_written(run, tmp_path):
    result = run("--vary", "x = 0:1", "--vary", COST + "x", "--set", "hello", "--fix", "everything")
    assert result.exit_code == 2
    assert [line.partition(": ")[2] for line in result.stderr.splitlines()] == [
        "not a change; expected table[column=value,...].column = value (or += or *=)",
        "not a change; expected table[column=value,...].column = first:last:step, or value, value, ... (or += or *=)",
        "not a range; found '1:3:1x'; expected first:last:step, as in 0:1:0.05",
        "cannot be kept so; found 'everything'; expected design; single places in a what-if file",
        "4 problems with the input",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_cluster_has_its_own_workers(run):
    result = run("--vary", COST, "--dask", "tcp://here:1", "--workers", "2")
    assert result.exit_code == 2
    assert result.stderr.startswith("--workers: not with --dask; expected the workers of the cluster\n")


def test_another_sweep_in_the_folder_is_refused(run):
    assert run("--vary", COST).exit_code == 0
    result = run("--vary", COST.replace("3", "4"))
    assert result.exit_code == 7
    assert result.stderr.startswith(
        "error: sweeps/test holds another sweep, give a new folder: --vary 1 was "
    )
    assert run("--vary", COST).exit_code == 0


def test_ctrl_c_leaves_what_is_done(run, tmp_path, monkeypatch):
    def solve(setup, cases):
        yield from made_up(setup, cases[:1])
        raise KeyboardInterrupt

    monkeypatch.setattr(workers, "in_processes", lambda count: solve)
    result = CliRunner().invoke(app, ["sweep", "in", "--vary", COST, "--quiet"])
    assert result.exit_code == 130
    assert result.stderr == "error: interrupted: 1 of 3 cases done; the same command resumes\n"
    assert len((tmp_path / "sweeps" / "test" / "outcomes.csv").read_text().splitlines()) == 2
