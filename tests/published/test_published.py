"""Published problems: the planner's optimum is the published one, and its plan passes the audit.

They are read as instances from a folder `../shared/benchmarks`; where there is none, they are skipped.
"""

import csv
from pathlib import Path

import pytest

import planner
from planner.network import build
from planner.solve import SolveOptions, solve

BENCHMARKS = Path(__file__).parents[2].parent / "shared" / "benchmarks"
LARGE = {"capa-8000", "two-stage-psc1"}  # in tests/benchmarks: they take minutes


def published(scenarios=False):
    """Name and optimum of each problem that is there and quick, with or without scenarios."""
    table = BENCHMARKS / "expected.csv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [
        pytest.param(row["instance"], float(row["objective"]), id=row["instance"])
        for row in rows
        if row["instance"] not in LARGE
        and (BENCHMARKS / row["instance"]).is_dir()
        and (BENCHMARKS / row["instance"] / "scenarios.csv").exists() == scenarios
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "objective"), published())
def test_the_optimum_is_the_published_one(name, objective, tmp_path):
    plan = planner.solve(BENCHMARKS / name, gap=0.0, folder=tmp_path / name)
    assert plan.status is planner.Status.OPTIMAL
    assert plan.objective == pytest.approx(objective, rel=1e-6)
    report = planner.audit(tmp_path / name)
    assert report.passed, str(report)


@pytest.mark.parametrize(("name", "objective"), published(scenarios=True))
def test_the_expected_optimum_with_recourse_is_the_published_one(name, objective):
    """Designs before it is known which site or lane fails, operations after."""
    outcome = solve(build(planner.load(BENCHMARKS / name)), SolveOptions(gap=0.0))
    assert outcome.solution.status is planner.Status.OPTIMAL
    assert outcome.solution.objective == pytest.approx(objective, rel=1e-6)
