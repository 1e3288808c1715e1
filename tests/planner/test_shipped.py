"""The shipped instances say what their READMEs say."""

from __future__ import annotations

import csv

import pytest

import planner
from planner.instance import apply, parse_set

FLAGSHIP = "tv-north-america"
SOURCED = ("auto-harness", FLAGSHIP)


def test_tiny_costs_what_its_readme_works_out_by_hand():
    plan = planner.solve("tiny", gap=0)

    assert plan.objective == pytest.approx(14_200)
    assert plan.totals["duty:MFN"] == pytest.approx(600)
    assert plan.audit is not None
    assert plan.audit["passed"]


def test_the_starter_solves_and_passes_its_audit():
    plan = planner.solve("starter", gap=0)

    assert plan.status is planner.Status.OPTIMAL
    assert plan.audit is not None
    assert plan.audit["passed"]


@pytest.fixture(scope="module")
def flagship() -> planner.Plan:
    return planner.solve(FLAGSHIP, gap=1e-3, confirm=False)


@pytest.mark.slow
def test_the_flagship_is_a_real_decision(flagship):
    size = flagship.document["size"]

    assert size["integers"] >= 150
    assert size["variables"] >= 5_000
    assert flagship.gap <= 1e-3
    assert flagship.audit is not None
    assert flagship.audit["passed"], flagship.audit


@pytest.mark.parametrize("name", SOURCED)
def test_every_row_says_where_it_comes_from(name):
    folder = next(entry.folder for entry in planner.shipped() if entry.name == name)

    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert rows, file.name
        assert all(row["source"].startswith(("facts ", "assumption: ")) for row in rows), file.name


@pytest.mark.parametrize("name", [entry.name for entry in planner.shipped()])
def test_there_is_nothing_to_warn_of(name):
    assert planner.load(name).warnings == ()


@pytest.mark.slow
def test_25_points_more_duty_on_china_change_the_design(flagship):
    dearer = apply(
        planner.load(FLAGSHIP), [parse_set("tariffs[importer=US,origin=CN,programme=S301].rate += 0.25")]
    )

    plan = planner.solve(dearer, gap=1e-3, confirm=False)

    def opened(plan: planner.Plan) -> set[tuple[str, str, str]]:
        rows = plan.facilities[plan.facilities["open"] == 1]
        return set(zip(rows["location"], rows["option"], rows["period"], strict=True))

    assert opened(plan) != opened(flagship)
    assert plan.bound > flagship.objective  # dearer beyond both gaps: the designs do not differ by chance


@pytest.mark.slow
@pytest.mark.parametrize("table", ["inventory", "gateways", "fees"])
def test_an_optional_table_left_out_changes_the_optimum(flagship, table):
    """Outside the proven interval of the base: below its bound, or above its objective."""
    tables = dict(planner.load(FLAGSHIP).given)
    tables[table] = tables[table].iloc[:0]
    if table == "gateways":
        tables["lanes"] = tables["lanes"].assign(gateways="")
    instance = planner.Instance.from_tables(tables, planner.load(FLAGSHIP).given_settings)

    plan = planner.solve(instance, gap=1e-3, confirm=False)

    assert plan.objective < flagship.bound or plan.bound > flagship.objective
