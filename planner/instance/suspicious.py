"""Warnings: what is suspicious about an instance, but not wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.errors import Problem
from planner.instance.findings import Findings
from planner.instance.scarcity import scarce
from planner.instance.unused import unused

if TYPE_CHECKING:
    from planner.instance.instance import Instance
    from planner.instance.raw import RawTable

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


def warn(instance: Instance, written: Mapping[str, RawTable]) -> tuple[Problem, ...]:
    """What looks wrong and may be right: unused rows, capacity below demand, suspicious units."""
    findings = Findings(instance, written=written)
    units(findings)
    unused(findings)
    scarce(findings)
    lost_stock(findings)
    return tuple(findings.problems)


def units(findings: Findings) -> None:
    """Figures so large that they look like percentages, grams or hours."""
    for table, column, limit, expected in _UNITS:
        rows = findings.given[table][column] > limit
        findings.flag_once(table, rows, column, "a suspicious figure", expected=expected)
    for section, key, limit, expected in _SETTINGS:
        value = getattr(getattr(findings.instance.settings, section), key)
        if value > limit:
            place = f"{findings.instance.files['instance']}:{section}.{key}"
            findings.problems.append(Problem(place, "a suspicious figure", f"{value:g}", expected))
    demand = findings.given["demand"]
    if findings.instance.settings.instance.objective == "profit":
        message = "no price, so nothing is earned by serving it"
        findings.flag_once(
            "demand", demand["price"].isna(), "price", message, expected="a price, as profit is asked for"
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
    message = "the location is not usable in the first period: its stock is lost"
    findings.flag_once("inventory", rows, "initial", message)
