"""Laws of scenarios, on random instances that hypothesis chooses; each says under which condition it is true."""

import copy
from random import Random

import pandas as pd
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from planner.errors import InstanceError
from planner.network import build
from planner.network.mean import MeanEvents
from planner.plan import assemble
from planner.plan.columns import TABLES
from planner.solve import SolveOptions, solve
from planner.study.failures import failures
from planner.study.recourse import recourse as study
from planner.study.stress import stress
from planner.study.variants import mean_value
from tests.laws import random_trade
from tests.laws.comparison import planned, same
from tests.laws.random_events import certain, disturbed, without_scenarios
from tests.laws.random_instances import Case, Row, generate

pytestmark = pytest.mark.slow
seeds = st.integers(min_value=0, max_value=10**6)
# a smaller seed is no smaller case, so nothing is gained by shrinking
tried = settings(max_examples=6, deadline=None, phases=(Phase.generate,))
EXACT = SolveOptions(gap=0.0, confirm=False)


def case_of(seed: int, count: int = 2) -> Case:
    """A random case with scenarios; every third one is about trade."""
    return disturbed(random_trade.generate(seed) if seed % 3 == 0 else generate(seed), seed, count)


def copied(case: Case) -> Case:
    return Case(copy.deepcopy(case.tables), copy.deepcopy(case.settings))


def weighing(case: Case, **resilience: float) -> Case:
    """The case with these weights of the penalty."""
    return Case(case.tables, {**case.settings, "resilience": resilience})


def no_more(one: float, other: float) -> bool:
    return one <= other or same(one, other)


def freed(case: Case) -> Case:
    """The case in which base never stands in the way: all demand may be short, and no rule or limit of money holds."""
    case = copied(case)
    case.tables.pop("policies", None)
    for row in case.tables["demand"]:
        row.setdefault("shortage_cost", 100.0)
    for row in case.tables.get("suppliers", ()):
        row.pop("max_spend", None)
    return case


@tried
@given(seed=seeds)
def test_a_scenario_of_probability_0_changes_nothing(seed):
    """Condition: none."""
    case = case_of(seed, 1)
    never = copied(case)
    more = disturbed(without_scenarios(case), seed + 1, 1)
    for name in ("scenarios", "events"):
        never.tables[name] += [{**row, "scenario": "never"} for row in more.tables[name]]
    never.tables["scenarios"][-1]["probability"] = 0.0

    assert same(planned(never), planned(case))


@tried
@given(seed=seeds, part=st.sampled_from((0.5, 0.5, 0.2)), weight=st.sampled_from((0.0, 0.7)))
def test_a_scenario_in_two_parts_changes_nothing(seed, part, weight):
    """Condition: no rule names it, as each part would then have one of its own."""
    whole = weighing(case_of(seed), cvar_weight=weight, cvar_alpha=0.6)
    split = copied(whole)
    one = split.tables["scenarios"][0]
    split.tables["scenarios"].append({**one, "scenario": "y", "probability": one["probability"] * (1 - part)})
    one["probability"] *= part
    split.tables["events"] += [
        {**row, "scenario": "y"} for row in whole.tables["events"] if row["scenario"] == one["scenario"]
    ]

    assert same(planned(split), planned(whole))


def applied(case: Case, events: list[Row]) -> Case:
    """The case with the figures that the events leave."""
    found = copied(case)
    for event in events:
        for table, key, columns in EDITS[event["kind"], event["field"]]:
            for row in found.tables.get(table, ()):
                if row[key] == event["target"]:
                    row.update({name: row[name] * event["value"] for name in columns if name in row})
    return found


# what a factor on a field multiplies: table, column that holds the target, columns
EDITS = {
    ("demand", "quantity"): [("demand", "market", ("quantity",))],
    ("location", "unit_cost"): [
        ("offers", "location", ("unit_cost",)),
        ("production", "location", ("unit_cost",)),
    ],
    ("location", "capacity"): [
        ("offers", "location", ("capacity", "min_quantity")),
        ("facilities", "location", ("capacity",)),
    ],
    ("gateway", "capacity"): [("gateways", "gateway", ("capacity",))],
}


def plain_events(case: Case, rng: Random) -> list[Row]:
    """Factors on figures that the tables state, over the whole horizon."""
    limited = [row["location"] for row in case.tables.get("facilities", ())]
    limited += [row["location"] for row in case.tables["offers"] if all_limited(case, row["location"])]
    events = [
        {"kind": "location", "target": name, "field": "capacity", "value": rng.choice((0.3, 0.8))}
        for name in sorted(set(limited))
    ]
    for row in case.tables["locations"]:
        field = "quantity" if row["role"] == "market" else "unit_cost"
        kind = "demand" if row["role"] == "market" else "location"
        events.append(
            {"kind": kind, "target": row["location"], "field": field, "value": rng.choice((0.5, 2.0))}
        )
    events += [
        {"kind": "gateway", "target": row["gateway"], "field": "capacity", "value": 0.4}
        for row in case.tables.get("gateways", ())
        if "capacity" in row
    ]
    return rng.sample(events, min(len(events), 3))


def all_limited(case: Case, supplier: str) -> bool:
    return all("capacity" in row for row in case.tables["offers"] if row["location"] == supplier)


@tried
@given(seed=seeds)
def test_a_certain_scenario_is_the_deterministic_model_with_its_figures(seed):
    """Condition: base is free, no strategic stock, which base never draws, and figures that the tables state.

    A customs value that is stated by the price of an offer moves with it, in both.
    """
    base = freed(generate(seed))
    for row in base.tables.get("inventory", ()):
        row.pop("buffer_max", None)
    events = plain_events(base, Random(seed))
    sure = copied(base)
    sure.tables["scenarios"] = [{"scenario": "x", "probability": 1.0}]
    sure.tables["events"] = [{"scenario": "x", **event} for event in events]

    assert same(planned(sure), planned(applied(base, events)))


@settings(tried, max_examples=3)
@given(seed=seeds)
def test_wait_and_see_costs_no_more_than_recourse_and_recourse_no_more_than_the_plan_for_the_mean(seed):
    """Condition: no penalty. A scenario known beforehand costs no more than where base has to be possible as well."""
    case = case_of(seed)
    instance = case.instance()
    try:
        data = build(instance)
    except InstanceError:
        assume(False)
    outcome = solve(data, EXACT)
    assume(outcome.solution.found)
    found = study(assemble(instance, data, outcome, {}), EXACT)

    assert same(found.recourse.value, outcome.solution.objective)
    assert no_more(found.wait_and_see.value, found.recourse.low)
    assert no_more(found.recourse.value, found.mean_value.value)
    for row in found.scenarios[1:].itertuples():
        assert no_more(row.best, planned(certain(case, row.scenario)))
    assert (found.scenarios["regret"] >= 0).all()


@settings(tried, max_examples=4)
@given(seed=seeds)
def test_the_mean_of_the_demand_is_the_mean_value_problem_where_nothing_else_differs(seed):
    """Condition: the demand alone differs between the scenarios, from the start, and nothing is asked of them."""
    rng, case = Random(seed), generate(seed)
    mean, chances = copied(case), (round(rng.uniform(0.1, 0.4), 3), round(rng.uniform(0.1, 0.4), 3))
    factors = (rng.choice((0.3, 0.6)), rng.choice((1.5, 2.5)))
    case.tables["scenarios"] = [
        {"scenario": f"x{number}", "probability": chance} for number, chance in enumerate(chances)
    ]
    case.tables["events"] = [
        {"scenario": f"x{number}", "kind": "demand", "target": "*", "field": "quantity", "value": factor}
        for number, factor in enumerate(factors)
    ]
    for row in mean.tables["demand"]:
        row["quantity"] *= 1 + sum(p * (f - 1) for p, f in zip(chances, factors, strict=True))
    instance = case.instance()
    try:
        data = build(mean_value(instance), MeanEvents(instance))
    except InstanceError:
        assume(False)

    assert same(solve(data, EXACT).solution.objective, planned(mean))


@tried
@given(
    seed=seeds,
    alphas=st.lists(st.sampled_from((0.0, 0.3, 0.6, 0.8, 0.95)), min_size=2, max_size=2, unique=True),
)
def test_cvar_is_no_less_than_the_mean_and_rises_with_alpha(seed, alphas):
    """Condition: none; with alpha 0 it is the mean."""
    case = case_of(seed)
    low, high = (planned(weighing(case, cvar_weight=0.8, cvar_alpha=alpha)) for alpha in sorted(alphas))

    assert no_more(low, high)
    assert no_more(planned(case), low)
    if min(alphas) == 0:
        assert same(planned(case), low)


PENALTIES = ("cvar_weight", "exposure_weight", "concentration_weight")


@tried
@given(seed=seeds, penalty=st.sampled_from(PENALTIES))
def test_a_weight_of_0_is_the_plain_model(seed, penalty):
    """Condition: none."""
    case = risky(case_of(seed))
    plain = planned(case)

    assert same(planned(weighing(case, weight=0.0, **{penalty: 0.5})), plain)
    assert same(planned(weighing(case, weight=1.0, **dict.fromkeys(PENALTIES, 0.0))), plain)


@tried
@given(seed=seeds, penalty=st.sampled_from(PENALTIES), by=st.sampled_from(("location", "country")))
def test_the_optimum_is_concave_in_a_weight_and_never_falls(seed, penalty, by):
    """Condition: the weight of CVaR stays below 1."""
    case = risky(case_of(seed))
    least, middle, most = (
        planned(weighing(case, **{penalty: weight, "concentration_by": by})) for weight in (0.0, 0.45, 0.9)
    )

    assert no_more(least, middle)
    assert no_more(middle, most)
    assert no_more((least + most) / 2, middle)


def risky(case: Case) -> Case:
    """The case with risks of the countries."""
    case = copied(case)
    for number, row in enumerate(case.tables["countries"]):
        row["risk"] = (0.1, 0.9, 0.4, 0.6)[number % 4]
    return case


@tried
@given(seed=seeds, shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_tighter_service_never_costs_less(seed, shares):
    """Condition: none."""
    loose, tight = copied(case_of(seed)), copied(case_of(seed))
    for case, share in zip((loose, tight), sorted(shares), strict=True):
        for row in case.tables["scenarios"]:
            row["min_service"] = round(share, 3)

    assert no_more(planned(loose), planned(tight))


@settings(tried, max_examples=4)
@given(seed=seeds, share=st.sampled_from((0.4, 0.7, 0.9)))
def test_a_plan_that_serves_every_failure_passes_the_stress_test(seed, share):
    """Condition: a scenario is what the test does, from the start; a missing unit costs the same everywhere and at any
    time, and more than any that is delivered, as the test operates at least cost. Then it misses as few as it can.

    The failures are too rare to be worth a design of their own: it is the service owed that makes one.
    """
    case = copied(generate(seed))
    case.settings["horizon"]["discount_rate"] = 0.0
    for row in case.tables["demand"]:
        row["shortage_cost"] = 1e4
    for row in case.tables["locations"]:
        row["recovery_days"] = 10_000
    horizon = case.instance().settings.horizon
    tested = failures(case.instance(), ["supplier", "plant"])[:3]
    for number, failure in enumerate(tested):
        rows = failure.events(f"x{number}", horizon.periods, horizon.days_per_period).to_dict("records")
        case.tables.setdefault("events", []).extend(
            {name: cell for name, cell in row.items() if pd.notna(cell)} for row in rows
        )
        case.tables.setdefault("scenarios", []).append(
            {"scenario": f"x{number}", "probability": 1e-6, "min_service": share}
        )
    instance = case.instance()
    data = build(instance)
    outcome = solve(data, EXACT)
    assume(outcome.solution.found)
    plan = assemble(instance, data, outcome, {})
    found = stress(plan, ["supplier", "plant"]).set_index("name")

    asked = plan.shortages.loc[plan.shortages["scenario"] == "base", "demand"].sum()
    for failure in tested:
        assert found.loc[failure.name, "lost_units"] <= (1 - share) * asked + 1e-6 * asked


@tried
@given(seed=seeds)
def test_nothing_differs_from_base_before_the_first_event(seed):
    """Condition: none; no table has a row of a scenario before, as its operations are those of base."""
    case = case_of(seed)
    instance = case.instance()
    try:
        data = build(instance)
    except InstanceError:
        assume(False)
    outcome = solve(data, EXACT)
    assume(outcome.solution.found)
    plan = assemble(instance, data, outcome, {})
    names = list(instance.settings.horizon.periods)
    first: dict[str, int] = {}
    for row in case.tables["events"]:
        first[row["scenario"]] = min(first.get(row["scenario"], len(names)), names.index(row["first_period"]))

    for table in TABLES:
        rows = plan.tables[table]
        if {"scenario", "period"} <= set(rows.columns):
            own = rows[rows["scenario"].isin(list(first)) & (rows["period"] != "")]
            early = [names.index(row.period) < first[row.scenario] for row in own.itertuples()]
            assert not any(early), table
