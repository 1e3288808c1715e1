"""Checks of scenarios.csv, of what every scenario shares, and of the service that each has to give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from planner.audit import money
from planner.audit.case import Case, summed
from planner.audit.events import BASE
from planner.audit.plan_tables import ScenarioState
from planner.audit.reader import ONE, ZERO
from planner.audit.report import Tally

PLANNED = "planned"
AFTERWARDS = frozenset({"priced", "infeasible"})
SHARED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "contracts": (("location", "item", "contract", "period"), "held"),
    "lanes": (("origin", "destination", "mode", "item", "period"), "used"),
}
"""Decisions that tables of operations show: their key, and the column of the decision."""


def check_scenarios(case: money.Books, tally: Tally) -> None:
    """scenarios.csv has each scenario with its probability, operating cost and fill rate.

    One without events is base. One of probability 0 has no rows that could be recomputed.
    """
    expected, seen = dict(_probabilities(case)), set()
    for row in case.scenarios:
        place = f"scenarios.csv:{row.row}"
        tally.require(row.scenario in expected, place, f"scenario {row.scenario!r} does not exist")
        tally.require(row.scenario not in seen, place, f"repeats {row.scenario}")
        seen.add(row.scenario)
        if row.scenario in expected:
            tally.figure(place, "probability", row.probability, expected[row.scenario])
            _check_figures(case, row, tally)
    for name in expected.keys() - seen:
        tally.fail("scenarios.csv", f"scenario {name!r} has no row")


def _probabilities(case: Case) -> Iterator[tuple[str, Decimal]]:
    """Yield each scenario with its own probability: base has what is left of all."""
    listed = {
        row.scenario: row.probability or ZERO for row in case.instance.scenarios if row.scenario != BASE
    }
    staying = sum((chance for name, chance in listed.items() if name not in case.futures.first), ZERO)
    yield BASE, case.futures.probability[BASE] - staying
    yield from listed.items()


def _check_figures(case: money.Books, row: ScenarioState, tally: Tally) -> None:
    place = f"scenarios.csv:{row.row}"
    if _is_priced_afterwards(case, row.scenario):
        tally.require(row.status in AFTERWARDS, place, f"status is {row.status!r}, but no rows are planned")
        known = row.operating_cost is not None and row.fill_rate is not None
        tally.require(known == (row.status == "priced"), place, f"figures do not go with {row.status!r}")
        return
    tally.require(row.status == PLANNED, place, f"status is {row.status!r}, but its rows are planned")
    name = row.scenario if row.scenario in case.paths else BASE
    tally.money(place, "operating_cost", row.operating_cost or ZERO, case.operating_cost[name])
    tally.balance(place, "fill_rate", row.fill_rate or ZERO, money.fill_rate(case.paths[name]))


def _is_priced_afterwards(case: Case, scenario: str) -> bool:
    """Whether a scenario leaves base, but has no probability."""
    leaves = any(event.scenario == scenario for event in case.instance.events)
    return scenario != BASE and leaves and scenario not in case.futures.first


def check_same_design(case: Case, tally: Tally) -> None:
    """What is decided before it is known which scenario happens is the same in all of them."""
    for table, (key, column) in SHARED.items():
        decided = {
            name: summed(
                (tuple(getattr(row, each) for each in key), getattr(row, column))
                for row in getattr(path, table)
            )
            for name, path in case.paths.items()
        }
        for name, states in decided.items():
            for each in sorted(set(states) | set(decided[BASE])):
                if table == "lanes" and not _is_decided(case, each):
                    continue
                same = states.get(each, ZERO) == decided[BASE].get(each, ZERO)
                where = f"{table}.csv, {' '.join(filter(None, each))}"
                tally.require(same, where, f"{column} in {name} is not that of base")


def _is_decided(case: Case, key: tuple[str, ...]) -> bool:
    """Whether using a lane costs something; else a row only says that something moved."""
    origin, destination, mode, item, _ = key
    entries = tuple(entry.strip() for entry in (item or "*").split(";"))
    lane = case.instance.lanes.row(origin, destination, mode, entries)
    return lane is not None and (lane.fixed_cost > 0 or lane.min_quantity > 0)


def check_service(case: Case, tally: Tally) -> None:
    """Each scenario meets the share of each item's demand that it has to, from its first event on."""
    for name, path in case.paths.items():
        least, first = _least_service(case, name), case.futures.first.get(name, 0)
        if not least:
            continue
        asked = summed((item, units) for (_, item, t), units in path.asked.items() if t >= first)
        short = summed((row.item, row.short) for row in path.shortages if case.t(row.period) >= first)
        for item, units in sorted(asked.items()):
            place = f"scenario {name}, item {item}"
            tally.at_most(place, "short of its service", short.get(item, ZERO), (ONE - least) * units)


def _least_service(case: Case, name: str) -> Decimal:
    """Return the share; base has to serve as well as the scenarios that never leave it."""
    rows = case.instance.scenarios
    if name != BASE:
        return next((row.min_service for row in rows if row.scenario == name), ZERO)
    left = {event.scenario for event in case.instance.events}
    same = (
        row.min_service for row in rows if row.scenario == BASE or _stays(row.probability, row.scenario, left)
    )
    return max(same, default=ZERO)


def _stays(probability: Decimal | None, scenario: str, left: set[str]) -> bool:
    return scenario not in left and bool(probability)
