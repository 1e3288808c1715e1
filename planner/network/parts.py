"""What the tables say, by number and period, before anything is connected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.instance import by_period
from planner.instance.remembered import remembered
from planner.network.agreements import Agreements, OriginRules, agreements, origin_rules
from planner.network.codes import Codes, codes, texts
from planner.network.events import Event, Events
from planner.network.facilities import Facilities, facilities
from planner.network.joins import pairs
from planner.network.lanes import Ways, ways
from planner.network.regimes import PlantRegimes, plant_regimes
from planner_models.arrays import Flags, Ints

if TYPE_CHECKING:
    from planner.instance import Instance


@dataclass(frozen=True, slots=True)
class Parts:
    """Coded tables; `row` is a position in the table of the instance, money is in the instance currency."""

    instance: Instance
    codes: Codes
    events: Events
    agreements: Agreements
    rules: OriginRules
    regimes: PlantRegimes
    facilities: Facilities
    ways: Ways
    offers: (
        pd.DataFrame
    )  # location, item, deal, t, unit_cost, capacity, minimum, status, row; without excluded suppliers
    recipes: (
        pd.DataFrame
    )  # plants: location, item, deal, recipe, t, unit_cost, capacity_use, max_quantity, ...
    handling: pd.DataFrame  # warehouses: the same columns
    bom: pd.DataFrame  # recipe, component, quantity
    inventory: pd.DataFrame  # location, item, initial, value, max_stock, buffer_max, ...
    demands: pd.DataFrame  # location, item, t, quantity, may_short, shortage_cost, max_days, single, row


def parts(instance: Instance, events: Events | None = None) -> Parts:
    """Read all tables that the network is made of, with the figures that `events` leave; by default its own."""
    return _own(instance) if events is None else _read(instance, events)


@remembered
def _own(instance: Instance) -> Parts:
    return _read(instance, Events(instance, codes(instance)))


def _read(instance: Instance, events: Events) -> Parts:
    coded = events.codes
    recipes = _recipes(instance, coded, events)
    bom = _bom(instance, coded)
    # recipes are numbered over both tables, so that a recipe without rows simply finds none
    keys = pd.MultiIndex.from_arrays([[*recipes["item"], *bom["item"]], [*recipes["deal"], *bom["deal"]]])
    recipe = pd.factorize(keys)[0].astype(np.int64)
    recipes["recipe"], bom["recipe"] = recipe[: len(recipes)], recipe[len(recipes) :]
    is_plant = coded.is_role("plant")[recipes["location"]]
    found = agreements(events)
    return Parts(
        instance=instance,
        codes=coded,
        events=events,
        agreements=found,
        rules=origin_rules(instance, found),
        regimes=plant_regimes(instance, coded),
        facilities=facilities(instance, coded, events),
        ways=ways(instance, coded, events),
        offers=_offers(instance, coded, events),
        recipes=recipes[is_plant].reset_index(drop=True),
        handling=_one_handling(recipes[~is_plant]),
        bom=bom,
        inventory=_inventory(instance, coded),
        demands=_demands(instance, coded, events),
    )


def _offers(instance: Instance, codes: Codes, events: Events) -> pd.DataFrame:
    """Contracts by time, from the period on in which their supplier can be qualified."""
    frame, suppliers = codes.times.spread(by_period(instance, "offers")), instance.tables["suppliers"]
    row = frame["row_position"].to_numpy(dtype=np.int64)
    offers = pd.DataFrame(
        {
            "location": codes.locations(frame["location"]),
            "item": codes.items(frame["item"]),
            "deal": texts(frame["contract"]),
            "t": frame["t"].to_numpy(dtype=np.int64),
            "unit_cost": events.money("offers", "unit_cost", row, frame["t"].to_numpy(dtype=np.int64)),
            "capacity": frame["capacity"].to_numpy(dtype=np.float64),
            "minimum": frame["min_quantity"].to_numpy(dtype=np.float64),
            "status": frame["originating"].map(_sorted_list).to_numpy(dtype=object),
            "row": row,
        }
    )
    _change_offers(offers, events)
    first = np.zeros(len(codes.location), dtype=np.int64)
    late = suppliers["status"] == "candidate"
    first[codes.locations(suppliers["location"][late])] = suppliers["qualify_periods"][late]
    first[codes.locations(suppliers["location"][suppliers["status"] == "excluded"])] = codes.periods
    period = codes.times.period[offers["t"]]
    return offers[period >= first[offers["location"]]].reset_index(drop=True)


def _change_offers(offers: pd.DataFrame, events: Events) -> None:
    """Costs, capacities and minimums after the events of their suppliers, and of their items."""
    location, item, t = (offers[name].to_numpy(dtype=np.int64) for name in ("location", "item", "t"))

    def chosen(event: Event) -> Flags:
        return np.asarray(events.locations(event)[location] & events.items(event)[item])

    unit_cost, capacity = (offers[name].to_numpy(dtype=np.float64) for name in ("unit_cost", "capacity"))
    offers["unit_cost"] = events.column("location", "unit_cost", unit_cost, t, chosen)
    if not events.of("location", "capacity"):
        return
    whole = events.reference[item, t]
    offers["capacity"] = events.column("location", "capacity", capacity, t, chosen, lambda: whole)
    before = np.where(np.isinf(capacity), whole, capacity)
    left = np.ones(len(offers))
    np.divide(offers["capacity"].to_numpy(dtype=np.float64), before, out=left, where=before > 0)
    offers["minimum"] *= np.minimum(1.0, left)


def _sorted_list(cell: str) -> str:
    return ";".join(sorted({entry for entry in cell.split(";") if entry}))


def _recipes(instance: Instance, codes: Codes, events: Events) -> pd.DataFrame:
    frame = codes.times.spread(by_period(instance, "production"))
    row, t = (frame[name].to_numpy(dtype=np.int64) for name in ("row_position", "t"))
    location, item = codes.locations(frame["location"]), codes.items(frame["item"])
    unit_cost = events.column(
        "location",
        "unit_cost",
        events.money("production", "unit_cost", row, t),
        t,
        lambda event: events.locations(event)[location] & events.items(event)[item],
    )
    return pd.DataFrame(
        {
            "location": location,
            "item": item,
            "deal": texts(frame["recipe"]),
            "t": t,
            "unit_cost": unit_cost,
            "capacity_use": frame["capacity_use"].to_numpy(dtype=np.float64),
            "max_quantity": frame["max_quantity"].to_numpy(dtype=np.float64),
            "setup_cost": instance.money("production", "setup_cost")[row],
            "row": row,
        }
    )


def _one_handling(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each warehouse, item and time: that of recipe `base`, else the first."""
    ordered = rows.assign(other=rows["deal"] != "base").sort_values(["other", "row"], kind="stable")
    first = ordered.drop_duplicates(["location", "item", "t"]).sort_values(["row", "t"])
    return first.drop(columns="other").reset_index(drop=True)


def _bom(instance: Instance, codes: Codes) -> pd.DataFrame:
    table = instance.tables["bom"]
    return pd.DataFrame(
        {
            "item": codes.items(table["item"]),
            "deal": texts(table["recipe"]),
            "component": codes.items(table["component"]),
            "quantity": table["quantity"].to_numpy(dtype=np.float64),
        }
    )


def _inventory(instance: Instance, codes: Codes) -> pd.DataFrame:
    table = instance.tables["inventory"]
    return pd.DataFrame(
        {
            "location": codes.locations(table["location"]),
            "item": codes.items(table["item"]),
            "initial": table["initial"].to_numpy(dtype=np.float64),
            "value": instance.money("inventory", "initial_value"),
            "max_stock": table["max_stock"].to_numpy(dtype=np.float64),
            "buffer_max": table["buffer_max"].to_numpy(dtype=np.float64),
            "buffer_cost": instance.money("inventory", "buffer_cost"),
            "row": np.arange(len(table)),
        }
    )


def _demands(instance: Instance, codes: Codes, events: Events) -> pd.DataFrame:
    """Demand by time; with the profit objective a unit may always be left, at the loss of its price."""
    frame = codes.times.spread(by_period(instance, "demand"))
    row, t = (frame[name].to_numpy(dtype=np.int64) for name in ("row_position", "t"))
    market, item = codes.locations(frame["market"]), codes.items(frame["item"])
    shortage = events.money("demand", "shortage_cost", row, t)
    profit = instance.settings.instance.objective == "profit"
    price = np.nan_to_num(events.money("demand", "price", row, t)) if profit else np.zeros(len(row))
    quantity = events.column(
        "demand",
        "quantity",
        frame["quantity"].to_numpy(dtype=np.float64),
        t,
        lambda event: events.locations(event)[market] & events.items(event)[item],
    )
    may_short = np.full(len(row), profit) | ~np.isnan(shortage)
    return pd.DataFrame(
        {
            "location": market,
            "item": item,
            "t": t,
            "quantity": quantity,
            "may_short": may_short,
            "shortage_cost": np.where(may_short, np.nan_to_num(shortage) + price, 0.0),
            "max_days": frame["max_transit_days"].fillna(np.inf).to_numpy(dtype=np.float64),
            "single": frame["single_source"].to_numpy(dtype=np.bool_),
            "row": row,
        }
    ).sort_values(["t", "row"], ignore_index=True)


def needs_of(runs: pd.DataFrame, bom: pd.DataFrame) -> tuple[Ints, Ints]:
    """All pairs (row of runs, row of the bill of materials) of the same recipe."""
    return pairs(runs["recipe"].to_numpy(dtype=np.int64), bom["recipe"].to_numpy(dtype=np.int64))
