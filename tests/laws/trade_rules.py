"""Agreements, rules of origin, duty regimes and claimed entries, read afresh from the design."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tests.laws.reading import Row, World, entries
from tests.laws.stack import in_force, specific, winners

DIGITS = {"chapter": 2, "heading": 4, "subheading": 6}


class Crossing(NamedTuple):
    """A unit of an item of a country of origin that enters on a day, under an agreement or not."""

    importer: str
    origin: str
    item: str
    day: date
    value: float
    agreement: str


class Charge(NamedTuple):
    """What a programme charges on a unit: within its quota, and above. Without its row where that is waived."""

    programme: str
    row: Row | None
    money: float
    over: float


# Agreements -------------------------------------------------------------------------------------------


def is_member(world: World, agreement: str, country: str, t: int) -> bool:
    """Whether the agreement holds for the country on the day of the period's duties."""
    return any(
        (row["agreement"], row["member"]) == (agreement, country) and in_force(row, world.duty_day(t))
        for row in world.tables["agreements"]
    )


def agreements(world: World) -> list[str]:
    return list(dict.fromkeys(row["agreement"] for row in world.tables["agreements"]))


def partners(world: World, one: str, other: str, t: int) -> list[str]:
    """The agreements of which both countries are members."""
    return [a for a in agreements(world) if is_member(world, a, one, t) and is_member(world, a, other, t)]


# Rules of origin --------------------------------------------------------------------------------------


def code_of(world: World, item: str) -> str:
    return str(world.item[item]["hs_code"]).replace(".", "")


def origin_rules(world: World, agreement: str, item: str) -> list[Row]:
    """The alternatives under the longest prefix that matches."""
    code = code_of(world, item)
    found = [
        (len(prefix), row)
        for row in world.tables["origin_rules"]
        if row["agreement"] == agreement and code.startswith(prefix := row["hs"].replace(".", ""))
    ]
    longest = max((length for length, _ in found), default=0)
    return [row for length, row in found if length == longest]


def tests_of(rule: Row) -> list[tuple[str, ...]]:
    """The measures of each run that the rule allows: all of them have to be passed."""
    runs = {"shift_or_rvc": [("rvc",), ("shift",)], "shift_and_rvc": [("shift", "rvc")]}
    return runs.get(rule["test"], [(rule["test"],)])


def shifted(world: World, rule: Row, component: str, item: str) -> bool:
    old, new, digits = code_of(world, component), code_of(world, item), DIGITS[rule["shift"]]
    never = [prefix.replace(".", "") for prefix in entries(rule["except_hs"])]
    if not old or not new or any(old.startswith(prefix) for prefix in never):
        return False
    return old[:digits] != new[:digits]


# What an entry is charged -----------------------------------------------------------------------------


def charges(world: World, at: Crossing) -> list[Charge]:
    """Every programme that is charged, in the order of the tables."""
    if at.importer == at.origin:
        return []
    won = winners(world, at.importer, at.origin, at.item, at.day)
    waived = {name for name, row in won.items() if at.agreement and at.agreement in entries(row["waived_by"])}
    stand = {name: row for name, row in won.items() if not removed(won, waived, name)}
    found = {name: _charge(world, at, row, name in waived) for name, row in stand.items()}
    ordinary = found["MFN"].money if "MFN" in found else 0.0
    for name, row in stand.items():
        if row["rule"] == "cap" and name not in waived:
            extra = specific(world, row, at.item)
            inside, above = (max(0.0, money - extra - ordinary) + extra for money in found[name][2:])
            found[name] = Charge(name, row, inside, above)
    return list(found.values())


def removed(won: dict[str, Row], waived: set[str], programme: str) -> bool:
    """Whether a row that stands and is not waived, and charges something, displaces the programme."""
    return any(
        other not in waived
        and any(row[column] for column in ("rate", "specific", "over_rate"))
        and programme in entries(row["displaces"])
        and not removed(won, waived, other)
        for other, row in won.items()
    )


def _charge(world: World, at: Crossing, row: Row, is_waived: bool) -> Charge:
    """Before any ceiling. A waived row charges nothing, or the preferential rate in the place of MFN."""
    if is_waived:
        rules = origin_rules(world, at.agreement, at.item) if row["programme"] == "MFN" else []
        money = max((rule["preferential_rate"] for rule in rules), default=0.0) * at.value
        return Charge(row["programme"], None, money, money)
    rates = row["rate"], row["rate"] if row["over_rate"] is None else row["over_rate"]
    inside, above = (rate * at.value + specific(world, row, at.item) for rate in rates)
    return Charge(row["programme"], row, inside, above)


def fees(world: World, lane: Row, at: Crossing) -> float:
    """Fees on a unit; those from which the agreement exempts are not due."""
    if at.importer == at.origin:
        return 0.0
    total = 0.0
    for row in world.tables["fees"]:
        listed = not row["modes"] or lane["mode"] in entries(row["modes"])
        exempt = at.agreement and at.agreement in entries(row["exempt"])
        if row["importer"] != at.importer or not listed or exempt or not in_force(row, at.day):
            continue
        entry = world.money(lane, "value_per_entry")
        least, most = world.money(row, "min_per_entry"), world.money(row, "max_per_entry")
        share = min(max(row["rate"] * entry, least), most) / entry if entry else row["rate"]
        total += share * at.value
    return total


def claim_cost(world: World, agreement: str, item: str) -> float:
    rules = origin_rules(world, agreement, item) if agreement else []
    return max((world.money(rule, "claim_cost") for rule in rules), default=0.0)


# Duty regimes -----------------------------------------------------------------------------------------


def regimes(world: World, plant: str) -> list[Row]:
    """Of each programme the closest row that names the plant."""
    best: dict[str, tuple[int, Row]] = {}
    for row in world.tables["relief"]:
        near = world.location_match(row["location"], plant)
        if near is not None and (row["programme"] not in best or near < best[row["programme"]][0]):
            best[row["programme"]] = near, row
    return [row for _, row in best.values()]


def relieves(world: World, regime: Row, item: str) -> bool:
    return world.item_match(regime["items"], item) is not None


def covers(regime: Row, programme: str) -> bool:
    return not regime["covers"] or programme in entries(regime["covers"])
