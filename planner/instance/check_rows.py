"""Cells of one row that have to fit one another."""

from __future__ import annotations

from planner.instance.findings import Findings, shown

_ORDERED = (
    # table, lower, upper, what is wrong, at which column
    ("offers", "min_quantity", "capacity", "the contract minimum is above its capacity"),
    ("lanes", "min_quantity", "capacity", "the minimum of the lane is above its capacity"),
    ("fees", "min_per_entry", "max_per_entry", "the least fee of an entry is above the greatest"),
    ("policies", "min", "max", "the lower limit is above the upper limit"),
    ("tariffs", "rate", "over_rate", "the rate above the quota is below the rate within it"),
)
_DATED = ("tariffs", "agreements", "fees")
STOCK_DEALS = ("initial", "buffer")


def check(findings: Findings) -> None:
    """Flag rows that contradict themselves, and rows that contradict each other."""
    for table, lower, upper, message in _ORDERED:
        frame = findings.given[table]
        at = upper if table == "tariffs" else lower
        other = lower if at == upper else upper
        sign = "at least" if at == upper else "at most"
        for position in (frame[lower] > frame[upper]).to_numpy().nonzero()[0].tolist():
            mark = frame.index == frame.index[position]
            limit = shown(frame[other].iloc[position])
            findings.flag(table, mark, at, message, expected=f"{sign} {other} {limit}")
    for table in _DATED:
        frame = findings.given[table]
        for position in (frame["starts"] >= frame["ends"]).to_numpy().nonzero()[0].tolist():
            mark = frame.index == frame.index[position]
            starts = shown(frame["starts"].iloc[position])
            findings.flag(table, mark, "ends", "ends before it starts", expected=f"a date after {starts}")
    tariff_rows(findings)
    origin_rule_rows(findings)
    facility_rows(findings)
    instance_currency(findings)
    warehouse_recipes(findings)
    deals_of_stock(findings)


def tariff_rows(findings: Findings) -> None:
    """Flag what a tariff row cannot say."""
    frame = findings.given["tariffs"]
    both = (frame["hs"] != "") & (frame["item"] != "")
    findings.flag("tariffs", both, "item", "both hs and item are given", expected="one of the two")
    lacking = frame["quota"].notna() & frame["over_rate"].isna()
    findings.flag("tariffs", lacking, "over_rate", "a quota without the rate above it", expected="a rate")
    idle = frame["quota"].isna() & frame["over_rate"].notna()
    findings.flag(
        "tariffs", idle, "over_rate", "a rate above a quota that is not given", expected="a quota, or blank"
    )
    circular = (frame["rule"] == "cap") & (frame["programme"] == "MFN")
    findings.flag(
        "tariffs",
        circular,
        "rule",
        "a cap over MFN cannot be MFN itself",
        expected="another programme, or add",
    )
    itself = [
        programme in cell.split(";")
        for programme, cell in zip(frame["programme"], frame["displaces"], strict=True)
    ]
    findings.flag(
        "tariffs", itself, "displaces", "a programme cannot displace itself", expected="other programmes"
    )


def origin_rule_rows(findings: Findings) -> None:
    """Flag rules of origin without the figure that their test needs, or with unequal alternatives."""
    frame = findings.given["origin_rules"]
    no_rvc = frame["test"].str.contains("rvc") & frame["rvc"].isna()
    findings.flag("origin_rules", no_rvc, "rvc", "the test needs a regional value content", expected="0 to 1")
    no_shift = frame["test"].str.contains("shift") & (frame["shift"] == "")
    choices = "chapter, heading or subheading"
    findings.flag("origin_rules", no_shift, "shift", "the test needs a tariff shift", expected=choices)
    for column in ("preferential_rate", "claim_cost"):
        first = frame.groupby(["agreement", "hs"])[column].transform("first")
        differs = (frame[column] != first) & frame[column].notna()
        message = "differs from another alternative of the same agreement and hs"
        findings.flag("origin_rules", differs, column, message, expected="the same in all alternatives")


def facility_rows(findings: Findings) -> None:
    """Flag a location that is open in two options at the start."""
    frame = findings.given["facilities"]
    is_open = frame[frame["status"] == "open"]
    second = is_open.index[is_open.duplicated("location")]
    message, expected = "the location is open in two options at the start", "one open option of a location"
    findings.flag("facilities", frame.index.isin(second), "status", message, expected=expected)


def instance_currency(findings: Findings) -> None:
    """Flag a rate other than 1 for the currency of the instance."""
    if "currency" in findings.broken:
        return
    frame = findings.given["currencies"]
    wrong = (frame["currency"] == findings.instance.settings.instance.currency) & (frame["rate"] != 1)
    message = "the currency of the instance has another rate than 1"
    findings.flag("currencies", wrong & frame["rate"].notna(), "rate", message, expected="1, or no row")


def deals_of_stock(findings: Findings) -> None:
    """Flag contracts and recipes that are called like the stock of a location, which the tables of a plan name so."""
    for table, column in (("offers", "contract"), ("production", "recipe")):
        taken = findings.given[table][column].isin(STOCK_DEALS)
        findings.flag(table, taken, column, "the name is that of stock", expected="another name")


def warehouse_recipes(findings: Findings) -> None:
    """Flag what only making has at warehouses, whose production rows describe handling."""
    places = findings.given["locations"]
    warehouses = places.loc[places["role"] == "warehouse", "location"]
    frame = findings.given["production"]
    handles = frame["location"].isin(warehouses)
    wrong = handles & (frame["recipe"] != "base")
    findings.flag(
        "production", wrong, "recipe", "a warehouse has no recipes", expected="base, or blank", near="base"
    )
    message = "a warehouse makes nothing: its row gives unit_cost, capacity_use and max_quantity only"
    makes = {
        "setup_cost": frame["setup_cost"] != 0,
        "origin": frame["origin"] != "",
        "customs_value": frame["customs_value"].notna(),
        "net_cost": frame["net_cost"].notna(),
    }
    for column, given in makes.items():
        findings.flag("production", handles & given, column, message, expected="blank")
