"""Warnings: what is suspicious about an instance, but not wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.errors import Problem
from planner.instance.fields import nearest
from planner.instance.findings import Findings
from planner.instance.lanes import contest
from planner.instance.scarcity import scarce
from planner.instance.selectors import Selectors, entries

if TYPE_CHECKING:
    from planner.instance.instance import Instance

_UNITS = (
    # table, column, above which a figure looks like another unit, which one
    ("tariffs", "rate", 3.0, "a fraction: 0.25, not 25"),
    ("tariffs", "over_rate", 10.0, "a fraction: 0.25, not 25"),
    ("fees", "rate", 0.2, "a fraction: 0.003, not 0.3"),
    ("origin_rules", "preferential_rate", 3.0, "a fraction: 0.25, not 25"),
    ("items", "weight_kg", 50_000.0, "kilograms of one unit"),
    ("items", "volume_m3", 200.0, "cubic metres of one unit"),
    ("lanes", "transit_days", 150.0, "days"),
    ("gateways", "dwell_days", 90.0, "days"),
    ("locations", "recovery_days", 3_650.0, "days"),
    ("locations", "outage_rate", 12.0, "outages a year"),
)
_SETTINGS = (
    ("horizon", "discount_rate", 1.0, "a fraction a year: 0.08, not 8"),
    ("costs", "carrying_rate", 1.0, "a fraction a year: 0.15, not 15"),
    ("costs", "insurance_rate", 0.2, "a fraction of the value"),
    ("solver", "gap", 0.5, "a fraction: 0.01, not 1"),
)


def warn(instance: Instance) -> tuple[Problem, ...]:
    """What looks wrong and may be right: unused rows, capacity below demand, suspicious units."""
    findings = Findings(instance)
    units(findings)
    unused(findings)
    scarce(findings)
    lost_stock(findings)
    trade(findings)
    return tuple(findings.problems)


def _once(findings: Findings, table: str, rows: Any, column: str, message: str, **texts: Any) -> None:
    """Say it at the first of the rows only, and how many there are."""
    positions = np.flatnonzero(np.asarray(rows, dtype=bool))
    if not len(positions):
        return
    numbers = findings.given[table].index.to_numpy()
    first = positions[np.argmin(numbers[positions])]
    mark = np.arange(len(numbers)) == first
    others = f" (and {len(positions) - 1} more rows)" if len(positions) > 1 else ""
    findings.flag(table, mark, column, message + others, **texts)


def units(findings: Findings) -> None:
    """Figures so large that they look like percentages, grams or hours."""
    for table, column, limit, expected in _UNITS:
        rows = findings.given[table][column] > limit
        _once(findings, table, rows, column, "a suspicious figure", expected=expected)
    for section, key, limit, expected in _SETTINGS:
        value = getattr(getattr(findings.instance.settings, section), key)
        if value > limit:
            place = f"{findings.instance.files['instance']}:{section}.{key}"
            findings.problems.append(Problem(place, "a suspicious figure", f"{value:g}", expected))
    demand = findings.given["demand"]
    if findings.instance.settings.instance.objective == "profit":
        message = "no price, so nothing is earned by serving it"
        _once(
            findings,
            "demand",
            demand["price"].isna(),
            "price",
            message,
            expected="a price, as profit is asked for",
        )


def unused(findings: Findings) -> None:
    """Rows that can have no effect."""
    given = findings.given
    made = set(zip(given["production"]["item"], given["production"]["recipe"], strict=True))
    keys = zip(given["bom"]["item"], given["bom"]["recipe"], strict=True)
    _once(
        findings, "bom", [key not in made for key in keys], "item", "no plant makes this item by this recipe"
    )
    wanted = {*given["demand"]["item"], *given["bom"]["component"]}
    for table in ("offers", "production"):
        rows = ~given[table]["item"].isin(wanted)
        _once(findings, table, rows, "item", "neither a market nor a recipe needs this item")
    wins, _ = contest(given, Selectors(given))
    message = "the row stands for no lane: no pair of places, or other rows are more specific"
    _once(findings, "lanes", ~wins, "origin", message)
    supplied = {*given["offers"]["location"], *given["production"]["location"]}
    places = given["locations"]
    sources = places["role"].isin(["supplier", "plant"])
    holding = {*given["inventory"]["location"]}
    idle = sources & ~places["location"].isin(supplied | holding)
    _once(findings, "locations", idle, "location", "the location neither sells nor makes anything")
    idle = (places["role"] == "market") & ~places["location"].isin(set(given["demand"]["market"]))
    _once(findings, "locations", idle, "location", "the market wants nothing")
    passed = {gateway for cell in given["lanes"]["gateways"].unique() for gateway in entries(cell)}
    idle = ~given["gateways"]["gateway"].isin(passed)
    _once(findings, "gateways", idle, "gateway", "no lane passes this gateway")
    unknown = set(places["location"]) - {*given["offers"]["location"]}
    idle = given["suppliers"]["location"].isin(unknown)
    _once(findings, "suppliers", idle, "location", "the supplier offers nothing")


def trade(findings: Findings) -> None:
    """Trade rows that no flow of this instance can meet."""
    given = findings.given
    here = {*given["locations"]["country"]}
    for table in ("tariffs", "fees"):
        rows = ~given[table]["importer"].isin(here)
        _once(findings, table, rows, "importer", "the row is not used: no location lies in the importer")
    modes = set(given["lanes"]["mode"].unique())
    missing = {c: e for c in given["fees"]["modes"].unique() for e in entries(c) if e not in modes}
    for cell, mode in missing.items():
        rows = given["fees"]["modes"] == cell
        near = nearest(mode, sorted(modes))
        _once(
            findings,
            "fees",
            rows,
            "modes",
            f"no lane has the mode {mode!r}",
            expected="a mode of lanes",
            near=near,
        )


def lost_stock(findings: Findings) -> None:
    """Initial stock at a location that cannot be usable in the first period."""
    options = findings.given["facilities"]
    usable = (options["status"] == "open") | (
        (options["status"] == "candidate") & (options["setup_periods"] == 0)
    )
    shut = set(options["location"]) - set(options.loc[usable, "location"])
    frame = findings.given["inventory"]
    rows = frame["location"].isin(shut) & (frame["initial"] > 0)
    _once(
        findings,
        "inventory",
        rows,
        "initial",
        "the location is not usable in the first period: its stock is lost",
    )
