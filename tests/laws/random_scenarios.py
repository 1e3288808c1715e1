"""Scenarios and their events on top of a random instance: `add(case, seed)`.

Every kind of event and every field is drawn where the instance has something for it to change, and so are service,
weights of the penalty, strategic stock, and the scenarios in which the policies hold.
"""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

from tests.laws.random_instances import Case, Row

FACTORS = (0.0, 0.4, 0.8, 1.5)


def add(case: Case, seed: int) -> Case:
    """The case with one to three scenarios; the same seed gives the same."""
    rng, tables, settings = Random(f"scenarios {seed}"), deepcopy(case.tables), deepcopy(case.settings)
    periods = settings["horizon"]["periods"]
    names = ["calm", "fire", "storm"][: rng.choice((1, 2, 2, 3))]
    chance = rng.choice((0.1, 0.3, round(1 / len(names), 2)))
    tables["scenarios"] = [
        {"scenario": name, "probability": chance, "min_service": rng.choice((0, 0, 0.3))} for name in names
    ]
    kinds = possible(tables)
    tables["events"] = [
        event(rng, tables, name, periods, rng.choice(kinds))
        for name in names
        for _ in range(rng.choice((1, 2, 3)))
    ]
    for row in tables["demand"]:
        row.setdefault("shortage_cost", 900)
        row["shortage_cost"] = row["shortage_cost"] or 900
    for row in tables.get("inventory", ()):
        if rng.random() < 0.6:
            row |= {"buffer_max": rng.randint(5, 40), "buffer_cost": rng.choice((0, 0.5))}
    for row in tables.get("policies", ()):
        row["scenario"] = rng.choice(("base", "all", "expected", *names))
    settings["resilience"] = {
        "cvar_weight": rng.choice((0.0, 0.5)),
        "cvar_alpha": rng.choice((0.5, 0.9)),
        "exposure_weight": rng.choice((0.0, 0.3)),
        "concentration_weight": rng.choice((0.0, 0.2)),
        "concentration_by": rng.choice(("location", "country")),
    }
    for row in tables.get("countries", ()):
        row["risk"] = rng.choice((0, 0.2, 0.7))
    return Case(tables, settings)


def possible(tables: dict[str, list[Row]]) -> list[tuple[str, str]]:
    """The kinds and fields of events that the instance has something for."""
    found = [
        ("location", "capacity"), ("location", "unit_cost"), ("demand", "quantity"), ("lane", "capacity"),
        ("lane", "unit_cost"), ("lane", "transit_days"),
    ]  # fmt: skip
    if tables.get("gateways"):
        found += [("gateway", "capacity"), ("gateway", "unit_cost"), ("gateway", "dwell_days")]
    if tables.get("tariffs"):
        found += [("tariff", "rate")] * 2
    if tables.get("agreements"):
        found += [("agreement", "in_force")] * 2
    if tables.get("currencies"):
        found += [("currency", "rate")] * 2
    return found


def event(
    rng: Random, tables: dict[str, list[Row]], scenario: str, periods: list[str], what: tuple[str, str]
) -> Row:
    """One event of a kind and field."""
    kind, field = what
    row: dict[str, Any] = {"scenario": scenario, "kind": kind, "field": field}
    row |= {"first_period": rng.choice(("", *periods)), "periods": rng.choice((0, 0, 1))}
    row |= changed(rng, field, kind)
    row["target"] = target(rng, tables, kind)
    if kind in {"location", "demand", "tariff"} and rng.random() < 0.3:
        row["item"] = rng.choice([each["item"] for each in tables["items"]])
    if kind == "tariff" and rng.random() < 0.5:
        row["programme"] = rng.choice(tables["tariffs"])["programme"]
    return row


def changed(rng: Random, field: str, kind: str) -> Row:
    """What is done to a field."""
    if field == "in_force":
        return {"op": "set", "value": rng.choice((0, 0, 0, 1))}
    if kind == "currency":
        return {"op": "multiply", "value": rng.choice((0.7, 1.3))}
    op = rng.choice(("multiply", "multiply", "multiply", "add", "set"))
    if op == "multiply":
        days = {"days": rng.choice((5, 30))} if rng.random() < 0.3 else {}
        return {"op": op, "value": rng.choice(FACTORS), **days}
    if field in {"capacity", "quantity"}:
        return {"op": op, "value": rng.choice((0, 10, 60))}
    return {"op": op, "value": rng.choice((0.1, 0.5, 2)) if field != "rate" else rng.choice((0.05, 0.25))}


def target(rng: Random, tables: dict[str, list[Row]], kind: str) -> str:
    """What an event is about."""
    places = {role: [row["location"] for row in tables["locations"] if row["role"] == role] for role in
              ("supplier", "plant", "warehouse", "market")}  # fmt: skip
    if kind == "location":
        return rng.choice([*places["supplier"], *places["plant"], *places["warehouse"], "role:supplier"])
    if kind == "demand":
        return rng.choice(places["market"])
    if kind == "lane":
        lane = rng.choice(tables["lanes"])
        return rng.choice((f"{lane['origin']}>{lane['destination']}", f"*>{lane['destination']}"))
    if kind == "tariff":
        return rng.choice(("*", rng.choice(tables["locations"])["country"]))
    key = {"gateway": "gateways", "agreement": "agreements", "currency": "currencies"}[kind]
    return str(rng.choice(tables[key])[kind])
