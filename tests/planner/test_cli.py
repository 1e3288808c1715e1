"""The command line: what it prints, what it writes, and its exit codes."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from math import nan
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.cli.studies import show
from planner.solve.arrays import Solution, Status

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.fixture
def ending(monkeypatch):
    """Make the next solves end in another way."""
    from planner.study import solved

    real = solved.solve

    def end(**changed):
        def solve(data, options, *rest):
            outcome = real(data, options, *rest)
            if changed.get("status") in (Status.INFEASIBLE, Status.NO_SOLUTION):
                return replace(outcome, solution=Solution(**changed))
            bound = outcome.solution.objective * (1 - changed["gap"])
            return replace(outcome, solution=replace(outcome.solution, bound=bound, **changed))

        monkeypatch.setattr(solved, "solve", solve)

    return end


# the first solve ends at the gap that was asked for, the second has none to end at
CONFIRMING = """
from planner import cli, progress
from planner.solve import confirm, highs
progress.EVERY, highs.QUICK, settings_of = 0.1, 100.0, confirm.settings_of
confirm.settings_of = lambda options, seed: settings_of(options, seed) | {"mip_rel_gap": 0.0}
cli.main()
"""


def command(*words, cwd, program=("-m", "planner"), **keywords):
    """Run the real command."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'models'}"}
    return subprocess.Popen(
        [sys.executable, *program, *words],
        cwd=cwd,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_ctrl_c if os.name != "nt" else None,  # noqa: PLW1509 - nothing else runs in the child
        **keywords,
    )


def hear_ctrl_c():
    """A test run in the background ignores Ctrl-C, and would hand that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def plans(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def test_help_names_every_command(run):
    result = run("--help")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("list", "new", "check", "solve", "audit", "info"))


def test_list_has_a_line_for_each_shipped_instance(run):
    result = run("list")
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert lines["name"].split() == ["name", "locations", "items", "lanes", "title"]
    assert lines["tiny"].split()[1:4] == ["6", "2", "8"]
    assert {"starter", "tiny", "tv-north-america"} <= set(lines)


def test_new_then_solve(run, tmp_path):
    said = run("new", "mine").stdout
    assert "every column explained in" in said
    assert "planner solve mine" in said
    assert (tmp_path / "mine" / "COLUMNS.md").is_file()
    result = run("solve", "mine", "-o", "plan")
    assert result.exit_code == 0, result.stderr
    assert "audit passed" in result.stdout
    assert (tmp_path / "plan" / "plan.json").is_file()
    assert run("new", "mine").exit_code == 7
    assert run("new", "other", "--from", "nonsense").exit_code == 2
    assert run("new", "third", "--from", "tiny").exit_code == 0


def test_check_prints_size_and_warnings(run):
    result = run("check", "tiny")
    assert result.exit_code == 0
    assert "1 period of 365 days from 2027-01-01; money in USD; least cost" in result.stdout
    assert "lanes" in result.stdout
    assert "no errors" in result.stdout


def test_check_prints_every_problem(run, tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "instance.toml").write_text('[instance]\nname = "bad"\n')
    (tmp_path / "bad" / "locations.csv").write_text("location,role,country\nP,plant,XX\nP,shop,US\n")
    for words in (("check", "bad"), ("solve", "bad")):
        result = run(*words)
        assert result.exit_code == 2
        assert "locations.csv:2:country" in result.stderr
        assert "locations.csv:3:role" in result.stderr
        assert "problems with the input" in result.stderr
        assert "Traceback" not in result.output
    assert plans(tmp_path) == ["bad"]


@pytest.mark.parametrize("words", [("check", "mine"), ("solve", "mine")])
def test_hard_demand_with_no_route_is_bad_input(run, tmp_path, words):
    run("new", "mine", "--from", "tiny")
    lanes = tmp_path / "mine" / "lanes.csv"
    lines = lanes.read_text().splitlines(keepends=True)
    lanes.write_text("".join(line for line in lines if ",chicago," not in line))
    result = run(*words)
    assert result.exit_code == 2
    row = 2 + [line.split(",")[0] for line in (tmp_path / "mine" / "demand.csv").open()][1:].index("chicago")
    assert result.stderr.splitlines()[-2:] == [
        f"demand.csv:{row}:quantity: nothing can reach this demand for tv at chicago; found '40'; "
        "expected a route from a source, or a shortage_cost",
        "error: 1 problem with the input",
    ]
    assert plans(tmp_path) == ["mine"]


def test_an_unknown_instance_is_bad_input(run):
    result = run("solve", "tinny")
    assert result.exit_code == 2
    assert "did you mean 'tiny'?" in result.stderr


def test_solve_writes_to_plans_by_default(run, tmp_path):
    result = run("solve", "tiny")
    assert result.exit_code == 0
    assert (tmp_path / "plans" / "tiny" / "plan.json").is_file()
    assert "expected landed cost" in result.stdout
    assert "written to plans/tiny" in result.stdout.replace(os.sep, "/")
    assert run("solve", "tiny", "--no-report").exit_code == 0


def test_solve_json_is_plan_json(run, tmp_path):
    result = run("solve", "tiny", "--json", "-o", "plan")
    assert json.loads(result.stdout) == json.loads((tmp_path / "plan" / "plan.json").read_text())


def test_solve_quiet_prints_nothing(run):
    result = run("solve", "tiny", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_solve_takes_a_gap(run, tmp_path):
    assert run("solve", "tiny", "--gap", "0.2", "--threads", "1", "--time-limit", "60").exit_code == 0
    assert json.loads((tmp_path / "plans" / "tiny" / "plan.json").read_text())["asked"]["gap"] == 0.2


def test_a_workbook_is_solved_and_a_plan_becomes_one(run, tmp_path):
    """8,080: see the example's docstring; 1,000 lamps in base, a fifth of a chance of 1,200."""
    said = run("new", "lamps", "--xlsx").stdout
    assert said == (
        "wrote lamps.xlsx, every column explained in its sheet README and the header comments; "
        "next: planner solve lamps.xlsx\n"
    )
    result = run("solve", "lamps.xlsx", "--xlsx", "--json", "-o", "plan")
    assert json.loads(result.stdout)["objective"] == pytest.approx(8080)
    assert (tmp_path / "plan" / "plan.xlsx").is_file()
    assert run("new", "lamps.xlsx").exit_code == 7
    assert run("new", "folder", "--from", "lamps.xlsx").exit_code == 0
    assert run("new", "again.xlsx", "--from", "plan").exit_code == 0
    found = {
        json.loads(run("check", name, "--json").stdout)["sha256"] for name in ("folder", "again.xlsx", "plan")
    }
    assert len(found) == 1
    (tmp_path / "there").mkdir()
    assert "wrote there/there.xlsx" in run("new", "there", "--xlsx").stdout


def test_solve_with_changes(run, tmp_path):
    change = "demand[market=chicago].quantity += 1"
    assert run("solve", "tiny", "-o", "base").exit_code == 0
    assert run("solve", "tiny", "-o", "more", "--set", change, "--set", "solver.gap = 0.0").exit_code == 0
    base, more = (json.loads((tmp_path / name / "plan.json").read_text()) for name in ("base", "more"))
    assert more["changes"] == [change, "solver.gap = 0.0"]
    assert more["objective"] > base["objective"]
    assert more["instance"]["sha256"] != base["instance"]["sha256"]
    result = run("solve", "tiny", "--set", "demand[market=chicagoo].quantity += 1", "-o", "other")
    assert result.exit_code == 2
    assert "matches no row of demand" in result.stderr
    assert plans(tmp_path) == ["base", "more"]


def test_solve_refuses_a_folder_of_others(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("")
    result = run("solve", "tiny", "-o", "mine")
    assert result.exit_code == 7
    assert "is not empty and holds no plan" in result.stderr


@pytest.mark.parametrize("suffix", ["lp", "mps"])
def test_solve_writes_the_model(run, tmp_path, suffix):
    assert run("solve", "tiny", "--write-model", f"m.{suffix}").exit_code == 0
    assert "demand_balance(0)" in (tmp_path / f"m.{suffix}").read_text()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("m.txt", "m.txt: not a model file; found '.txt'; expected .mps or .lp"),
        ("model", "model: not a model file; expected .mps or .lp"),
        ("typo/dir/m.mps", "typo/dir/m.mps: no such folder; found 'typo/dir'; expected a folder that exists"),
        ("taken.mps", "taken.mps: is a folder; expected a file to write the model to"),
    ],
)
def test_a_place_for_the_model_is_refused_before_anything_is_solved(run, tmp_path, monkeypatch, path, words):
    monkeypatch.setattr("planner.study.solved.solve", lambda *_: pytest.fail("it was solved"))
    (tmp_path / "taken.mps").mkdir()
    result = run("solve", "tiny", "--write-model", path)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-2:] == [words, "error: 1 problem with the input"]
    assert plans(tmp_path) == ["taken.mps"]


def test_a_plan_stopped_by_the_clock_is_written(run, tmp_path, ending):
    ending(status=Status.FEASIBLE, stopped_by="time limit", gap=0.03)
    result = run("solve", "tiny")
    assert result.exit_code == 4
    assert "at most 3% above the best possible one (stopped by time limit)" in result.stdout
    assert (tmp_path / "plans" / "tiny" / "plan.json").is_file()


def test_an_interrupted_plan_is_written(run, tmp_path, ending):
    ending(status=Status.FEASIBLE, stopped_by="interrupt", gap=0.03)
    assert run("solve", "tiny").exit_code == 130
    assert (tmp_path / "plans" / "tiny" / "plan.json").is_file()


def test_no_plan_in_time_says_so(run, tmp_path, ending):
    ending(status=Status.NO_SOLUTION, stopped_by="time limit")
    result = run("solve", "tiny")
    assert result.exit_code == 4
    assert "no plan found before the search was stopped (time limit); nothing was written" in result.stderr
    assert plans(tmp_path) == []


def test_infeasible_is_explained(run, tmp_path):
    """100 are wanted, and each of two plants can make 40: one of them has to make 20 more."""
    halved = ("--set", "facilities.capacity = 40", "--json")
    result = run("solve", "tiny", *halved)
    assert result.exit_code == 3
    assert (
        "error: infeasible: no plan satisfies all the rules; nothing was written\nleast repair:\n"
        in result.stderr
    )
    why = json.loads(result.stdout)["infeasible"]
    (move,) = why["repairs"][0]["moves"]
    assert (move["from"], move["to"]) == ("40", "60")
    assert move["place"] in ("facilities.csv:2:capacity", "facilities.csv:3:capacity")
    assert why["irreducible"] is True
    assert plans(tmp_path) == []
    again = run("solve", "tiny", "--set", halved[1], "--set", move["set"], "--quiet")
    assert again.exit_code == 0


def test_infeasible_names_the_warnings_that_point_at_it(run, tmp_path):
    run("new", "mine", "--from", "tiny")
    demand = tmp_path / "mine" / "demand.csv"
    head, *rows = demand.read_text().splitlines()
    column = head.split(",").index("quantity")
    cells = [row.split(",") for row in rows]
    lines = [",".join("9999999" if at == column else cell for at, cell in enumerate(row)) for row in cells]
    demand.write_text("\n".join([head, *lines]) + "\n")
    result = run("solve", "mine")
    assert result.exit_code == 3
    assert "error: infeasible: no plan satisfies all the rules; nothing was written" in result.stderr
    assert result.stderr.endswith("\nthe warnings above may explain it\n")
    assert result.stderr.count("at most 240 can be supplied") == 1
    assert "\nleast repair:\n  demand.csv:3:quantity: demand that must be met for " in result.stderr
    quiet = run("solve", "mine", "--quiet")
    assert "\nmay explain it: demand.csv:2:quantity: " in quiet.stderr
    assert quiet.stderr.count("at most 240 can be supplied") == 1
    assert plans(tmp_path) == ["mine"]


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_solved(run, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("planner.study.solved.solve", lambda *_: pytest.fail("it was solved"))
    result = run("solve", "tiny", "-o", "file/plans/mine")
    assert result.exit_code == 7
    assert "error: cannot write the plan to file/plans/mine: Not a directory" in result.stderr
    assert plans(tmp_path) == ["file"]


def test_a_failed_audit_is_written_and_told(run, tmp_path, monkeypatch):
    from planner.audit import AuditReport, Finding

    report = AuditReport(False, 7, 0.5, (Finding("demand", "shortages.csv:2", "a unit is missing", 1.0),))
    monkeypatch.setattr("planner.audit.audit", lambda folder: report)
    result = run("solve", "tiny")
    assert result.exit_code == 6
    assert "audit: demand: shortages.csv:2: a unit is missing" in result.stderr
    document = json.loads((tmp_path / "plans" / "tiny" / "plan.json").read_text())
    assert document["audit"]["passed"] is False
    assert run("audit", "plans/tiny").exit_code == 6


def test_audit_of_a_plan(run, tmp_path):
    run("solve", "tiny")
    result = run("audit", "plans/tiny")
    assert result.exit_code == 0
    assert "audit passed" in result.stdout


def test_audit_of_what_is_no_plan_is_bad_input(run, tmp_path):
    for folder, words in (("nowhere", "nowhere: no such folder"), (".", ".: is not a plan")):
        result = run("audit", folder)
        assert result.exit_code == 2
        assert words in result.stderr


def test_audit_of_a_broken_plan_fails_and_says_what_is_broken(run, tmp_path):
    run("solve", "tiny")
    plan = tmp_path / "plans" / "tiny"
    (plan / "flows.csv").write_bytes((plan / "flows.csv").read_bytes() + b"\xff")
    result = run("audit", "plans/tiny")
    assert result.exit_code == 6
    assert "readable: flows.csv: is not UTF-8 text at byte" in result.stderr
    (plan / "plan.json").write_text("{")
    assert run("audit", "plans/tiny").exit_code == 6


def test_info_prints_versions_and_canaries(run):
    result = run("info")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("planner", "pyomo", "highs", "python", "canary", "solver"))


def test_an_unexpected_error_is_a_line_and_a_log(run, monkeypatch):
    def breaks(*rest):
        raise ZeroDivisionError("the moon\nis full")

    monkeypatch.delenv("PLANNER_DEBUG", raising=False)
    monkeypatch.setattr("planner.study.solved.assemble", breaks)
    result = run("solve", "tiny")
    assert result.exit_code == 5
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: unexpected ZeroDivisionError: the moon; details are in ")
    log = Path(line.rpartition(" ")[2])
    assert "Traceback" in log.read_text()
    log.unlink()


def test_usage_errors_exit_2(run):
    assert run("solve").exit_code == 2
    assert run("nonsense").exit_code == 2


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--gap", "-1", "gap: below the least value; found '-1'; expected at least 0"),
        ("--gap", "nan", "gap: not a finite number; found 'nan'; expected a finite number"),
        ("--time-limit", "-5", "time_limit: below the least value; found '-5'; expected at least 0"),
        ("--threads", "100000", "threads: above the greatest value; found '100000'; expected at most 256"),
    ],
)
def test_an_option_that_is_not_valid_is_bad_input(run, tmp_path, option, value, message):
    result = run("solve", "tiny", option, value)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-2:] == [message, "error: 1 problem with the input"]
    assert plans(tmp_path) == []


def test_the_real_command_exits_0_without_colours(tmp_path):
    process = command("solve", "tiny", cwd=tmp_path)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "\x1b[" not in out + err


def test_the_real_command_exits_2_without_traceback(tmp_path):
    process = command("solve", "nonsense", cwd=tmp_path)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert "Traceback" not in err
    assert plans(tmp_path) == []


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to another process")
def test_ctrl_c_writes_the_best_plan(tmp_path):
    process = command("solve", "tv-north-america", "-o", "plan", "--gap", "0", cwd=tmp_path)
    assert process.stderr is not None
    for line in process.stderr:
        if "best" in line and "best none" not in line:
            process.send_signal(signal.SIGINT)
            break
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "stopped by interrupt" in out
    assert json.loads((tmp_path / "plan" / "plan.json").read_text())["audit"]["passed"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to another process")
def test_ctrl_c_in_the_confirming_solve_writes_the_proven_plan(tmp_path):
    words = ("solve", "tv-north-america", "-o", "plan", "--gap", "0.2")
    process = command(*words, cwd=tmp_path, program=("-c", CONFIRMING))
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("confirm"):
            process.send_signal(signal.SIGINT)
            break
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    document = json.loads((tmp_path / "plan" / "plan.json").read_text())
    assert (document["status"], document["proven"], document["stopped_by"]) == ("optimal", True, "interrupt")
    assert document["confirmed"].startswith(
        "not confirmed: the second solve, without presolve, was interrupted"
    )
    assert document["confirmed"] in " ".join(out.split())
    assert document["audit"]["passed"]


def test_explain_says_a_topic_in_words(run):
    run("solve", "tiny")
    said = run("explain", "plans/tiny", "duty")
    assert (said.exit_code, said.stdout.splitlines()[0]) == (0, "Duty")
    wrong = run("explain", "plans/tiny", "dutys")
    assert wrong.exit_code == 2
    assert "did you mean 'duty'?" in wrong.stderr
    assert run("explain", "nowhere").exit_code == 7


def test_audit_loads_neither_model_nor_solver(run, tmp_path):
    run("solve", "tiny")
    code = (
        "import sys; from planner.cli import app\n"
        "try: app(['audit', 'plans/tiny'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "heavy = {'pyomo', 'highspy', 'pandas', 'numpy', 'scipy', 'networkx'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


def test_stress_fails_everything_in_turn_and_writes_its_tables(run, tmp_path):
    run("solve", "tiny", "-o", "p", "--quiet")
    result = run("stress", "p", "-o", "out")
    again = run("stress", "p", "-o", "out")
    wrong = run("stress", "p", "--every", "plants")

    assert result.exit_code == 0
    assert "what fails, the worst first" in result.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["chokepoints.csv", "stress.csv"]
    assert (
        (tmp_path / "out" / "stress.csv").read_text().startswith("rank,kind,name,recovery_days,extra_cost,")
    )
    assert (again.exit_code, wrong.exit_code) == (7, 2)
    assert "did you mean 'plant'?" in wrong.stderr


def test_a_fill_rate_near_1_is_not_shown_as_1_and_what_is_not_known_is_blank(capsys):
    show(pd.DataFrame({"fill_rate": [0.99964, 0.5], "cost": [12345.6, nan]}), "figures")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[2:]] == [["99.96%", "12,346"], ["50.00%"]]
