"""Warnings: what is suspicious about an instance, but not wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.errors import Problem
from planner.instance.findings import Findings
from planner.instance.scarcity import scarce
from planner.instance.selectors import entries
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
    """What looks wrong and may be right: units, unused rows, capacity below demand, rules that do nothing."""
    findings = Findings(instance, written=written)
    units(findings)
    unused(findings)
    scarce(findings)
    reliefs(findings)
    vague_codes(findings)
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


def reliefs(findings: Findings) -> None:
    """Reduced regimes under which the whole value may be charged."""
    frame = findings.given["relief"]
    rows = (frame["kind"] == "reduced") & (frame["rate"] == 1)
    message = "the regime lowers no rate below 1, the whole value"
    findings.flag_once("relief", rows, "rate", message, expected="the highest rate charged, such as 0.05")


def vague_codes(findings: Findings) -> None:
    """Components whose customs code ends before the prefix that would except them from a shift."""
    items, bom, rules = (findings.given[name] for name in ("items", "bom", "origin_rules"))
    code = dict(zip(items["item"].tolist(), items["hs_code"].tolist(), strict=True))
    uses = {(code[made], code[part]) for made, part in zip(bom["item"], bom["component"], strict=True)}
    vague: dict[str, str] = {}
    for hs, cell in zip(rules["hs"], rules["except_hs"], strict=True):
        for prefix in entries(cell):
            short = {prefix[:length] for length in range(1, len(prefix))}
            vague |= {part: prefix for made, part in uses if made.startswith(hs) and part in short}
    rows = items["hs_code"].isin(vague) & items["item"].isin(bom["component"])
    message = (
        "too short to tell whether a rule of origin excepts this component from its shift: it is taken not to"
    )
    findings.flag_once(
        "items", rows, "hs_code", message, expected=lambda part: f"as many digits as {vague[part]}"
    )
