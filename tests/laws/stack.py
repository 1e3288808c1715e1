"""Duties and fees on one unit, read afresh from the design: steps 1, 2, 4, 5 and 6 of "Duty on one unit"."""

from __future__ import annotations

from datetime import date

from tests.laws.reading import Row, World, _as_day, entries


def in_force(row: Row, day: date) -> bool:
    starts, ends = _as_day(row["starts"]), _as_day(row["ends"])
    return (starts is None or starts <= day) and (ends is None or day < ends)


def winners(world: World, importer: str, origin: str, item: str, day: date) -> dict[str, Row]:
    """The row of each programme that wins: item, then the longest prefix, then the closest origin."""
    code = world.item[item]["hs_code"].replace(".", "")
    best: dict[str, tuple[tuple[int, int], Row]] = {}
    for row in world.tables["tariffs"]:
        prefix = row["hs"].replace(".", "")
        covers = row["item"] == item if row["item"] else code.startswith(prefix)
        near = world.country_match(row["origin"], origin)
        if row["importer"] != importer or not covers or near is None or not in_force(row, day):
            continue
        rank = (-99 if row["item"] else -len(prefix), near)
        if row["programme"] not in best or rank < best[row["programme"]][0]:
            best[row["programme"]] = (rank, row)
    return {programme: row for programme, (_, row) in best.items()}


def displaced(won: dict[str, Row], programme: str) -> bool:
    """Whether a row that is not displaced itself, and charges something, removes the programme."""
    return any(
        (row["rate"] > 0 or row["specific"] > 0)
        and programme in entries(row["displaces"])
        and not displaced(won, other)
        for other, row in won.items()
    )


def duty(world: World, lane: Row, crossing: tuple[str, str, str], t: int, value: float) -> float:
    """Duty on one unit; the crossing is (importer, country of origin, item), the value its dutiable value."""
    importer, origin, item = crossing
    if importer == origin:
        return 0.0
    won = winners(world, importer, origin, item, world.duty_day(t))
    total = 0.0
    for programme, row in won.items():
        if displaced(won, programme):
            continue
        rate = row["rate"]
        if row["rule"] == "cap":
            rate = max(0.0, rate - ordinary(world, won, item, value))
        total += rate * value + specific(world, row, item)
    return total


def specific(world: World, row: Row, item: str) -> float:
    return world.money(row, "specific") * world.measure(item, row["specific_per"])


def ordinary(world: World, won: dict[str, Row], item: str, value: float) -> float:
    """What MFN charges, as a share of value."""
    row = won.get("MFN")
    if row is None or displaced(won, "MFN"):
        return 0.0
    return float(row["rate"] + (specific(world, row, item) / value if value else 0.0))


def fees(world: World, lane: Row, crossing: tuple[str, str, str], t: int, value: float) -> float:
    importer, origin, _ = crossing
    if importer == origin:
        return 0.0
    total = 0.0
    for row in world.tables["fees"]:
        listed = not row["modes"] or lane["mode"] in entries(row["modes"])
        if row["importer"] != importer or not listed or not in_force(row, world.duty_day(t)):
            continue
        entry = world.money(lane, "value_per_entry")
        if not entry:
            total += row["rate"] * value
            continue
        least, most = world.money(row, "min_per_entry"), world.money(row, "max_per_entry")
        total += min(max(row["rate"] * entry, least), most) / entry * value
    return total
