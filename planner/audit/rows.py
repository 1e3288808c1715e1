"""Checks of the rows themselves: that they name what exists, once, in numbers of the right kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from planner.audit.case import Case
from planner.audit.reader import ONE, ZERO
from planner.audit.report import Tally

KEYS: dict[str, tuple[str, ...]] = {
    "facilities": ("location", "option", "period"),
    "suppliers": ("location", "period"),
    "contracts": ("scenario", "period", "location", "item", "contract"),
    "runs": ("scenario", "period", "location", "item", "recipe", "status", "test", "class_"),
    "feeds": (
        "scenario", "period", "location", "item", "recipe", "status", "test", "class_",
        "component", "source", "deal", "component_status", "component_class",
    ),
    "flows": (
        "scenario", "period", "origin", "destination", "mode", "item", "source", "deal", "status", "class_",
        "entry", "agreement", "regime",
    ),
    "stock": ("scenario", "period", "location", "item", "source", "deal", "status", "class_"),
    "shortages": ("scenario", "period", "market", "item"),
    "lanes": ("scenario", "period", "origin", "destination", "mode", "item"),
    "origin": (
        "scenario", "period", "plant", "item", "recipe", "class_", "status", "agreement", "test", "measure",
    ),
    "relief": ("scenario", "period", "location", "item", "recipe", "status", "class_", "programme"),
    "regimes": ("location", "programme", "period"),
}  # fmt: skip
FILES = {"runs": "production"}
QUANTITIES: dict[str, tuple[str, ...]] = {
    "facilities": ("used",),
    "contracts": ("volume", "unused"),
    "runs": ("quantity",),
    "feeds": ("quantity",),
    "flows": ("quantity",),
    "duties": ("quantity",),
    "relief": ("relief",),
    "stock": ("before", "quantity", "lost", "draw"),
    "shortages": ("short",),
    "lanes": ("load", "unused"),
    "policies": ("violation",),
}
INTEGERS: dict[str, tuple[str, ...]] = {
    "facilities": ("open", "opening", "closing", "usable"),
    "suppliers": ("qualify", "qualified", "engaged"),
    "contracts": ("held",),
    "runs": ("set_up",),
    "lanes": ("used",),
    "regimes": ("used",),
}
OPERATIONS = (
    "contracts", "runs", "feeds", "flows", "stock", "shortages", "lanes", "duties", "origin", "relief",
)  # fmt: skip
DESIGN = ("facilities", "suppliers", "regimes")


def check_names(case: Case, tally: Tally) -> None:
    """Every row names known periods, locations, items and options, and a scenario from its first event on."""
    for table in (*OPERATIONS, *DESIGN):
        for place, row in _rows(case, table):
            tally.require(case.t(row.period) >= 0, place, f"period {row.period!r} is not in the horizon")
            for column, known in _known(case, table):
                name = getattr(row, column)
                tally.require(name in known, place, f"{column} {name!r} is not in the instance")
    for table in OPERATIONS:
        for place, row in _rows(case, table):
            exists = row.scenario in case.futures.probability
            what = f"scenario {row.scenario!r} does not exist, or has no rows of its own"
            tally.require(exists, place, what)
            early = exists and not case.futures.has_rows(row.scenario, case.t(row.period))
            tally.require(not early, place, f"scenario {row.scenario!r} is base until its first event")


def _known(case: Case, table: str) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the columns of a table that name something, with what they may name."""
    instance = case.instance
    places: dict[str, Iterable[str]] = {
        "facilities": instance.facilities,
        "suppliers": instance.suppliers,
    }
    known = {
        "location": places.get(table, instance.locations),
        "market": instance.locations,
        "plant": instance.locations,
        "origin": instance.locations,
        "destination": instance.locations,
        "source": instance.locations,
        "item": instance.items,
        "component": instance.items,
    }
    columns = KEYS.get(table, ("origin", "destination", "item", "source"))
    yield from ((column, known[column]) for column in columns if column in known and table != "lanes")


def check_duplicates(case: Case, tally: Tally) -> None:
    """No key stands in a table twice."""
    for table, key in KEYS.items():
        seen: set[tuple[Any, ...]] = set()
        for place, row in _rows(case, table):
            values = tuple(getattr(row, column) for column in key)
            tally.require(values not in seen, place, f"repeats {', '.join(map(str, values))}")
            seen.add(values)


def check_non_negative(case: Case, tally: Tally) -> None:
    """No quantity is negative."""
    for table, columns in QUANTITIES.items():
        for place, row in _rows(case, table):
            for column in columns:
                tally.at_most(place, f"{column} below zero", -getattr(row, column), ZERO)


def check_integers(case: Case, tally: Tally) -> None:
    """Every decision is 0 or 1."""
    for table, columns in INTEGERS.items():
        for place, row in _rows(case, table):
            for column in columns:
                number: Decimal = getattr(row, column)
                tally.require(number in {ZERO, ONE}, place, f"{column} is {number}, not 0 or 1")


def _rows(case: Case, table: str) -> Iterator[tuple[str, Any]]:
    """Yield the place and the row of each row of a table."""
    file = FILES.get(table, table)
    for row in getattr(case, table):
        yield f"{file}.csv:{row.row}", row
