"""Checks of plan.json: its totals, its objective and bound, and that its words fit its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from planner.audit import penalty
from planner.audit.case import Case
from planner.audit.events import BASE
from planner.audit.money import Books, fill_rate, share
from planner.audit.policies import policy_penalties, spent
from planner.audit.reader import ONE, ZERO
from planner.audit.report import CENT, EXACT, Tally

PLACE = "plan.json"
PARTS = ("tail", "exposure", "concentration", "policies")
SOLVED = frozenset({"optimal", "feasible"})


def _number(case: Case, *keys: str) -> Decimal:
    """Return a number of plan.json, 0 where it is missing."""
    found: Any = case.summary
    for key in keys:
        found = found.get(key, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, Decimal) else ZERO


def check_plan_costs(case: Books, tally: Tally) -> None:
    """Each component's expected cost is right."""
    stated: Any = case.summary["costs"]
    for component in sorted(set(stated) | set(case.by_component)):
        expected = case.by_component.get(component, ZERO)
        tally.money(f"{PLACE}: costs", component, _number(case, "costs", component), expected)


def check_expected_landed_cost(case: Books, tally: Tally) -> None:
    """The expected landed cost is the whole of the ledger."""
    found = _number(case, "expected_landed_cost")
    tally.money(PLACE, "expected_landed_cost", found, case.expected_landed_cost)


def check_penalty(case: Books, tally: Tally) -> None:
    """Each part of the penalty is right, and they add up."""
    for part, expected in (
        ("tail", penalty.tail(case)),
        ("exposure", penalty.exposure(case)),
        ("policies", policy_penalties(case)),
    ):
        tally.money(PLACE, f"penalty.{part}", _number(case, "penalty", part), expected)
    least, most = penalty.concentration(case)
    found = _number(case, "penalty", "concentration")
    tally.money(PLACE, "penalty.concentration", found, min(max(found, least), most))
    total = sum((_number(case, "penalty", part) for part in PARTS), ZERO)
    tally.money(PLACE, "penalty.total", _number(case, "penalty", "total"), total)


def check_objective(case: Books, tally: Tally) -> None:
    """The objective is the expected landed cost plus the penalty, recomputed."""
    expected = case.expected_landed_cost + sum((_number(case, "penalty", part) for part in PARTS), ZERO)
    tally.money(PLACE, "objective", _number(case, "objective"), expected)


def check_bound(case: Books, tally: Tally) -> None:
    """No plan is cheaper than the bound, this one included."""
    objective, bound = _number(case, "objective"), _number(case, "bound")
    slack = max(CENT, EXACT * abs(objective))
    over = bound - objective
    tally.require(over <= slack, PLACE, f"bound {bound} exceeds the objective {objective}")


def check_gap(case: Books, tally: Tally) -> None:
    """The gap stated is that between objective and bound."""
    objective, bound, gap = (_number(case, name) for name in ("objective", "bound", "gap"))
    distance = max(ZERO, objective - bound)
    slack = max(CENT, EXACT * abs(objective))
    matches = abs(gap * abs(objective) - distance) <= slack
    tally.require(matches, PLACE, f"gap {gap} is not that of {objective} and {bound}")


def check_status(case: Books, tally: Tally) -> None:
    """A plan called optimal is proven within the gap asked for; any other says which limit stopped it."""
    status, proven = case.summary.get("status"), case.summary.get("proven")
    tally.require(status in SOLVED, PLACE, f"status {status!r} is not that of a plan")
    tally.require(proven == (status == "optimal"), PLACE, f"proven is {proven}, but the status is {status!r}")
    if status == "feasible":
        tally.require(bool(case.summary.get("stopped_by")), PLACE, "does not say what stopped it")
    if status == "optimal":
        # a bound and an objective that agree to the cent are a proof at any gap
        objective, bound = _number(case, "objective"), _number(case, "bound")
        asked = max(_asked_gap(case) * abs(objective), EXACT * max(ONE, abs(objective)), CENT)
        tally.require(
            objective - bound <= asked, PLACE, "called optimal, but the gap is wider than asked for"
        )


def _asked_gap(case: Case) -> Decimal:
    """Return the gap that was asked for on the command line, else the instance's."""
    asked: Any = case.summary["asked"]
    return _number(case, "asked", "gap") if "gap" in asked else case.instance.gap


def check_fill_rate(case: Books, tally: Tally) -> None:
    """The fill rate is right."""
    tally.balance(
        PLACE, "metrics.fill_rate", _number(case, "metrics", "fill_rate"), fill_rate(case.paths[BASE])
    )


def check_spend_metrics(case: Books, tally: Tally) -> None:
    """The share of allies in the spend, and that of each country, are right."""
    by_country: dict[str, Decimal] = {}
    for place, _, _, money in spent(case.paths[BASE]):
        country = case.instance.country(place)
        by_country[country] = by_country.get(country, ZERO) + money
    whole = sum(by_country.values(), ZERO)
    known = case.instance.countries
    allied = sum((money for name, money in by_country.items() if name in known and known[name].ally), ZERO)
    place = f"{PLACE}: metrics"
    tally.balance(place, "allied_share", _number(case, "metrics", "allied_share"), share(allied, whole))
    _compare(
        case, tally, "share_by_country", {name: share(money, whole) for name, money in by_country.items()}
    )


def check_concentration(case: Books, tally: Tally) -> None:
    """The Herfindahl index of each item over its sources is right."""
    volumes: dict[str, dict[str, Decimal]] = {}
    base = case.paths[BASE]
    sold = ((item, place, units) for (place, item, _, _), units in base.bought.items())
    made = ((run.item, run.location, run.quantity) for run in base.runs)
    for item, place, units in (*sold, *made):
        sources = volumes.setdefault(item, {})
        sources[place] = sources.get(place, ZERO) + units
    squares = {
        item: share(sum((units**2 for units in sources.values()), ZERO), sum(sources.values(), ZERO) ** 2)
        for item, sources in volumes.items()
    }
    _compare(case, tally, "hhi", squares)


def check_worst_scenario(case: Case, tally: Tally) -> None:
    """The worst of several scenarios is one that cannot be operated, else one that no other costs more than."""
    metrics: Any = case.summary.get("metrics", {})
    named = metrics.get("worst_scenario")
    if len(case.scenarios) < 2:
        tally.require(named is None, PLACE, f"names a worst scenario, {named!r}, but there is only base")
        return
    costs = {row.scenario: row.operating_cost for row in case.scenarios}
    if None in costs.values():
        tally.require(named in costs and costs[named] is None, PLACE, f"{named!r} is not the worst scenario")
        return
    most = max(cost for cost in costs.values() if cost is not None)
    tally.require(named in costs, PLACE, f"the worst scenario, {named!r}, does not exist")
    if named in costs:
        tally.money(f"{PLACE}: metrics", f"cost of the worst scenario, {named}", costs[named] or ZERO, most)


def _compare(case: Case, tally: Tally, metric: str, expected: Mapping[str, Decimal]) -> None:
    """Compare a metric of several figures, by name; what is not stated is 0."""
    metrics: Any = case.summary.get("metrics", {})
    for name in sorted({*metrics.get(metric, {}), *expected}):
        found = _number(case, "metrics", metric, name)
        tally.balance(f"{PLACE}: metrics", f"{metric} of {name}", found, expected.get(name, ZERO))
