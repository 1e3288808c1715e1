"""The shipped instances say what their READMEs say."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import planner
from planner.instance import apply, parse_set
from planner.network import build
from planner.plan.metrics import metrics
from planner.solve.arrays import Arrays
from planner.solve.compile import compile_model
from planner.solve.price import price
from planner.study.design import design_of
from planner_models import build_model

FLAGSHIP = "tv-north-america"
MEDICAL = "medical-devices"
SOURCED = ("auto-harness", MEDICAL, FLAGSHIP)


def changed(instance: planner.Instance, change: str) -> planner.Instance:
    """The instance after a change, as `--set` makes it."""
    return apply(instance, [parse_set(change)])


def disrupted() -> list[tuple[str, str]]:
    """Every scenario of the instances that have a source in every row."""
    return [
        (name, scenario)
        for name in SOURCED
        for scenario in planner.load(name).tables["scenarios"]["scenario"]
    ]


def same(one: Arrays, other: Arrays) -> bool:
    """Whether two problems have the same costs, bounds and matrix."""
    parts = ("cost", "lower", "upper", "row_lower", "row_upper", "indptr", "indices", "data")
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in parts)


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
    return planner.solve(FLAGSHIP, gap=5e-3, confirm=False)


@pytest.mark.slow
def test_the_flagship_is_a_real_decision(flagship):
    size = flagship.document["size"]

    assert size["integers"] >= 150
    assert size["variables"] >= 5_000
    assert flagship.gap <= 5e-3
    assert flagship.audit is not None
    assert flagship.audit["passed"], flagship.audit


@pytest.mark.slow
def test_auto_harness_solves_and_passes_its_audit():
    plan = planner.solve("auto-harness", gap=0.05, confirm=False)

    assert plan.status is planner.Status.OPTIMAL
    assert plan.audit is not None
    assert plan.audit["passed"], plan.audit
    # its README has a plan for 2,500.5 million, and the proof that none costs less than 2,498.0
    assert plan.bound < 2_500.6e6
    assert plan.objective > 2_498.0e6


@pytest.mark.parametrize("name", SOURCED)
def test_every_scenario_has_events(name):
    tables = planner.load(name).tables

    assert len(tables["scenarios"])
    assert set(tables["scenarios"]["scenario"]) == set(tables["events"]["scenario"])


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


@pytest.fixture(scope="module")
def medical() -> planner.Plan:
    return planner.solve(MEDICAL, gap=0.01, confirm=False)


@pytest.mark.slow
def test_medical_devices_solves_and_passes_its_audit(medical):
    assert medical.status is planner.Status.OPTIMAL
    assert medical.audit is not None
    assert medical.audit["passed"], medical.audit


@pytest.mark.slow
@pytest.mark.parametrize(("name", "scenario"), disrupted())
def test_the_events_of_every_scenario_change_the_model(name, scenario):
    """Against the same scenario with events that change nothing."""
    likely = changed(planner.load(name), f"scenarios[scenario={scenario}].probability = 0.01")
    calm = changed(likely, f"events[scenario={scenario}].op = multiply")
    calm = changed(calm, f"events[scenario={scenario}].value = 1")

    eventful, quiet = (compile_model(build_model(build(one))).arrays for one in (likely, calm))

    assert not same(eventful, quiet)


@pytest.mark.slow
def test_25_points_more_duty_on_china_change_the_design(flagship):
    """Dearer beyond both gaps, so the designs do not differ by chance."""
    more = parse_set("tariffs[importer=US,origin=CN,programme=S301].rate += 0.25")
    other = planner.solve(apply(flagship.instance, [more]), gap=5e-3, confirm=False, audited=False)

    def opened(plan: planner.Plan) -> set[tuple[str, str, str]]:
        rows = plan.facilities[plan.facilities["open"] == 1]
        return set(zip(rows["location"], rows["option"], rows["period"], strict=True))

    assert opened(flagship) != opened(other)
    assert other.bound > flagship.objective


# what begins after 2027; every scenario is tried by itself
LATER = {"scenarios", "events"}


def first_year(left_out: str = "") -> planner.Instance:
    """The flagship in 2027 alone, without one of its tables and the cells that refer to it: quick to prove."""
    whole = planner.load(FLAGSHIP)
    tables = {
        name: frame[frame["period"].isin(["", "2027"])] if "period" in frame else frame
        for name, frame in whole.given.items()
        if name not in LATER
    }
    if left_out:
        tables |= {left_out: tables[left_out].iloc[:0], **REFERRING[left_out](tables)}
    return planner.Instance.from_tables(
        tables,
        settings={
            "instance": {"name": "first-year", "base_date": "2027-01-01"},
            "horizon": {"periods": ["2027"], "discount_rate": 0.09},
            "costs": {"carrying_rate": 0.22, "insurance_rate": 0.002, "carbon_price": 0.05},
        },
    )


Tables = dict[str, pd.DataFrame]


def without(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The table with blanks in some columns."""
    return frame.assign(**dict.fromkeys(columns, ""))


def without_groups(tables: Tables) -> Tables:
    """Lanes and policies that name no group."""
    return {
        name: tables[name][~tables[name][columns].apply(lambda one: one.str.contains("group:")).any(axis=1)]
        for name, columns in (
            ("lanes", ["origin", "destination", "item"]),
            ("policies", ["who", "item", "of"]),
        )
    }


def in_dollars(tables: Tables) -> Tables:
    """Rows that name no other currency."""
    return {
        name: frame[frame["currency"].isin(["", "USD"])]
        for name, frame in tables.items()
        if "currency" in frame and name != "currencies"
    }


def without_claims(tables: Tables) -> Tables:
    """No row that names an agreement."""
    return {
        "origin_rules": tables["origin_rules"].iloc[:0],
        "offers": without(tables["offers"], "originating"),
        "tariffs": without(tables["tariffs"], "waived_by"),
        "fees": without(tables["fees"], "exempt"),
    }


# what has to go with each optional table
REFERRING: dict[str, Callable[[Tables], Tables]] = {
    "agreements": without_claims,
    "countries": lambda tables: {
        "policies": tables["policies"][~tables["policies"]["who"].str.startswith("ally")]
    },
    "currencies": in_dollars,
    "facilities": lambda tables: {},
    "fees": lambda tables: {},
    "gateways": lambda tables: {"lanes": without(tables["lanes"], "gateways")},
    "groups": without_groups,
    "inventory": lambda tables: {},
    "origin_rules": lambda tables: {},
    "policies": lambda tables: {},
    "relief": lambda tables: {},
    "suppliers": lambda tables: {},
    "tariffs": lambda tables: {"relief": without(tables["relief"], "covers")},
}


@pytest.fixture(scope="module")
def year() -> planner.Plan:
    return planner.solve(first_year(), gap=1e-4, confirm=False)


def test_every_optional_table_of_the_flagship_is_among_those_left_out():
    needed = {"locations", "items", "offers", "lanes", "demand", "production", "bom"}
    filled = {name for name, frame in planner.load(FLAGSHIP).given.items() if len(frame)}

    assert set(REFERRING) == filled - needed - LATER


@pytest.mark.parametrize("table", REFERRING)
def test_an_optional_table_left_out_changes_the_optimum(year, table):
    """Outside the proven interval of the base: below its bound, or above its objective, or no plan at all."""
    plan = planner.solve(first_year(left_out=table), gap=1e-4, confirm=False)

    infeasible = plan.status is planner.Status.INFEASIBLE
    assert infeasible or plan.objective < year.bound or plan.bound > year.objective


def without_events(tables: Tables, kind: str) -> Tables:
    """No event of a kind; a scenario that has no other is base throughout."""
    events = tables["events"]
    return {"events": events[events["kind"] != kind]}


# what has to go with each optional table of medical devices, beside what goes with it in the flagship
DISTURBING: dict[str, Callable[[Tables], Tables]] = {
    "agreements": lambda tables: without_events(tables, "agreement"),
    "gateways": lambda tables: without_events(tables, "gateway"),
    "tariffs": lambda tables: without_events(tables, "tariff"),
    "scenarios": lambda tables: {"events": tables["events"].iloc[:0]},
    "events": lambda tables: {},
}
# it says who is an ally, which no rule asks for here
INFORMING = {"countries"}


def medical_without(table: str) -> planner.Instance:
    """Medical devices without one of its tables and the cells that refer to it."""
    folder = next(entry.folder for entry in planner.shipped() if entry.name == MEDICAL)
    settings = tomllib.loads((folder / "instance.toml").read_text(encoding="utf-8"))
    tables: Tables = dict(planner.load(MEDICAL).given)
    for referring in (REFERRING, DISTURBING):
        if table in referring:
            tables |= referring[table](tables)
    return planner.Instance.from_tables(tables | {table: tables[table].iloc[:0]}, settings=settings)


def priced(plan: planner.Plan, instance: planner.Instance) -> float:
    """What the design of a plan costs, with the penalty; inf where it cannot be operated."""
    data = build(instance)
    return price(data, design_of(plan, data)).solution.objective


@pytest.mark.slow
@pytest.mark.parametrize("table", sorted((REFERRING | DISTURBING).keys() - INFORMING))
def test_an_optional_table_of_medical_devices_left_out_changes_the_price_of_a_design(medical, table):
    assert len(planner.load(MEDICAL).given[table])
    assert priced(medical, medical_without(table)) != pytest.approx(medical.objective, rel=1e-6)


@pytest.mark.slow
def test_the_price_of_a_design_is_what_its_plan_costs(medical):
    assert priced(medical, medical.instance) == pytest.approx(medical.objective)


@pytest.mark.slow
def test_without_its_countries_medical_devices_has_no_ally(medical):
    assert medical.metrics["allied_share"] > 0
    data = build(medical_without("countries"))
    outcome = price(data, design_of(medical, data))
    assert metrics(medical_without("countries"), data, outcome)["allied_share"] == 0
