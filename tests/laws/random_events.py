"""Random scenarios on top of random instances: `disturbed(case, seed)`.

Every kind of event that the tables of the case allow, with figures that often change the optimum of its scenario.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.laws.random_instances import Case, Row

FACTORS = (0.0, 0.2, 0.6, 1.6)


def disturbed(case: Case, seed: int, count: int = 2) -> Case:
    """The case with scenarios of one to three events each, which leave base a quarter or more; `seed` as ever."""
    rng = Random(f"events {seed}")
    tables, periods = copy.deepcopy(case.tables), case.settings["horizon"]["periods"]
    for number in range(count):
        row: Row = {"scenario": f"x{number}", "probability": round(rng.uniform(0.05, 0.75 / count), 3)}
        if rng.random() < 0.4:
            row["min_service"] = round(rng.uniform(0.2, 0.9), 2)
        tables.setdefault("scenarios", []).append(row)
        events = rng.sample(sorted(possible(case, rng), key=str), rng.choice((1, 2, 3)))
        first = rng.choice(periods)
        for event in events:
            tables.setdefault("events", []).append(
                {**event, **when(rng, case, event, first), "scenario": f"x{number}"}
            )
    return Case(tables, copy.deepcopy(case.settings))


def possible(case: Case, rng: Random) -> Iterator[Row]:
    """Events of all kinds for which the case has rows."""
    tables = case.tables
    for place in tables["locations"]:
        name, role = place["location"], place["role"]
        if role == "market":
            yield {
                "kind": "demand",
                "target": name,
                "field": "quantity",
                "value": rng.choice((0.5, 1.5, 2.5)),
            }
            continue
        yield {"kind": "location", "target": name, "field": "capacity", "value": rng.choice(FACTORS)}
        yield {"kind": "location", "target": name, "field": "unit_cost", "value": rng.choice((0.5, 2.0, 4.0))}
    for lane in tables["lanes"]:
        cells = {"kind": "lane", "target": f"{lane['origin']}>{lane['destination']}"}
        yield {**cells, "field": "capacity", "value": rng.choice(FACTORS)}
        yield {**cells, "field": "unit_cost", "op": "add", "value": rng.choice((1.0, 9.0))}
        yield {**cells, "field": "transit_days", "op": "set", "value": rng.choice((3.0, 50.0))}
    for gateway in tables.get("gateways", ()):
        cells = {"kind": "gateway", "target": gateway["gateway"]}
        yield {**cells, "field": "capacity", "value": rng.choice(FACTORS)}
        yield {**cells, "field": "dwell_days", "op": "add", "value": 15.0}
    yield from of_trade(tables, rng)


def of_trade(tables: dict[str, list[Row]], rng: Random) -> Iterator[Row]:
    """Duties, agreements and currencies."""
    for tariff in tables.get("tariffs", ()):
        cells = {
            "kind": "tariff",
            "target": tariff["origin"],
            "programme": tariff["programme"],
            "field": "rate",
        }
        yield {**cells, "op": "add", "value": rng.choice((0.1, 0.4))}
    for name in {row["agreement"] for row in tables.get("agreements", ())}:
        yield {"kind": "agreement", "target": name, "field": "in_force", "op": "set", "value": 0}
    used = {row.get("currency") for rows in tables.values() for row in rows if "rate" not in row}
    for name in used - {None, ""}:
        yield {"kind": "currency", "target": name, "field": "rate", "value": rng.choice((0.7, 1.4))}


def when(rng: Random, case: Case, event: Row, first: str) -> dict[str, Any]:
    """From a period on, for some periods or days."""
    cells: dict[str, Any] = {"first_period": first}
    if rng.random() < 0.4:
        cells["periods"] = 1
    days = case.settings["horizon"].get("days_per_period", 365)
    if "op" not in event and event["field"] != "in_force" and rng.random() < 0.4:
        cells["days"] = float(rng.randint(1, int(days)))
    return cells


def without_scenarios(case: Case) -> Case:
    """The case as base has it."""
    tables = {name: rows for name, rows in case.tables.items() if name not in ("scenarios", "events")}
    return Case(copy.deepcopy(tables), copy.deepcopy(case.settings))


def certain(case: Case, scenario: str) -> Case:
    """The case in which one scenario, or base, is all that can happen."""
    alone = without_scenarios(case)
    for name in ("scenarios", "events"):
        alone.tables[name] = [dict(row) for row in case.tables[name] if row["scenario"] == scenario]
    for row in alone.tables["scenarios"]:
        row["probability"] = 1.0
    return alone
