"""`planner breakeven`: what it prints and writes, and its exit codes. Figures by hand in instances/tiny/README.md."""

import json

import pytest
from typer.testing import CliRunner

import planner
from planner.cli import app

RATE = ("breakeven", "tiny", "--on", "tariffs.rate", "--range")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return lambda *words: CliRunner().invoke(app, list(words))


def test_it_prints_the_cheapest_plans_and_where_they_change(run, tmp_path):
    asked = run(*RATE, "0:0.05", "--target", "facility=dallas", "-o", "out")

    assert asked.exit_code == 0, asked.stderr
    lines = [line.rstrip() for line in asked.stdout.splitlines()]
    assert lines == [
        "cheapest plans by tariffs.rate, fraction of value",
        "interval  from    to      cost from  cost to   slope  how    open",
        "       1  0       0.0325     13,340   13,990  20,000  exact  tijuana",
        "       2  0.0325  0.05       13,990   14,200  12,000  exact  dallas; tijuana",
        "at 0.0325: opens dallas; tv made: US 0% -> 40%, MX 100% -> 60%",
        "facility=dallas: at 0.0325, from 0 to 1",
        "exact from 0 to 0.05: the number moves costs alone, along a line; "
        "no plan is cheaper than these by more than 0 of the cost",
        "wrote out",
    ]
    assert planner.read(tmp_path / "out" / "plan-2").audit["passed"]


def test_changes_come_first_and_json_is_all_that_is_printed(run):
    """With Dallas at 400 instead of 300 it opens where 13,340 + 20,000 r = 13,700 + 12,000 r."""
    asked = run(*RATE, "0:0.06", "--set", "facilities[location=dallas].fixed_cost = 400", "--json")

    assert (asked.exit_code, asked.stderr) == (0, "")
    found = json.loads(asked.stdout)
    assert [row["value"] for row in found["breakpoints"]] == pytest.approx([0.045])
    assert [row["cost_to"] for row in found["intervals"]] == pytest.approx([14240, 14420])
    assert (found["on"], found["range"], found["proven"], found["crossings"]) == (
        "tariffs.rate",
        [0, 0.06],
        True,
        [],
    )


def test_a_design_is_kept_through_changes(run):
    """Both plants stay open, at 400 for Dallas: 13,700 + 12,000 r.

    A set for Los Angeles from Tijuana costs 124 + 200 r, from Dallas 147.
    """
    assert run("solve", "tiny", "--quiet", "--no-report").exit_code == 0
    kept = (
        "--set",
        "facilities[location=dallas].fixed_cost = 400",
        "--fix",
        "design",
        "--base",
        "plans/tiny",
    )
    asked = run(*RATE, "0:0.12", *kept, "--json")

    found = json.loads(asked.stdout)["intervals"]
    assert [row["to"] for row in found] == pytest.approx([0.115, 0.12])
    assert [row["cost_from"] for row in found] == pytest.approx([13700, 15080])


def test_a_limit_says_that_it_stopped_the_search(run):
    stopped = run(
        "breakeven", "starter", "--on", "tariffs.rate", "--range", "0:1", "--time-limit", "1e-9", "--quiet"
    )

    assert stopped.exit_code == 4
    assert stopped.output == "error: stopped by time limit before a plan was found\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("0-1",), "--range: not a range; found '0-1'; expected two numbers low:high, such as 0:1"),
        (("0:1", "--target", "facility=dalas"), "--target: no such facility; found 'dalas'; "
         "expected a location of facilities.csv; did you mean 'dallas'?"),
        (("0:1", "--base", "plans/tiny"),
         "--base: nothing is kept of it; found 'plans/tiny'; expected --fix design with it"),
        (("0:1", "--fix", "plants"), "--fix: not what can be kept; found 'plants'; expected design; "
         "did you mean 'design'?"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_and_nothing_is_written(run, tmp_path, words, message):
    refused = run(*RATE, *words, "-o", "out")

    assert refused.exit_code == 2
    assert refused.stderr.splitlines() == [message, "error: 1 problem with the input"]
    assert not (tmp_path / "out").exists()
