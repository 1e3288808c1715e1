"""The model of an instance in which its rules can give way: all columns that there would be without them.

A rule shows in a model twice: as the limit of a row, and in what was left out because of it, such as the goods of an
excluded supplier, or a bound on a flow. So the network is built from an instance without rules, and the limits of the
tables are put back into its rows. What has no row, such as that a supplier is excluded, is left to `limits`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner.instance import Instance
from planner.network.bounds import useful_quantities
from planner.network.build import connect
from planner.network.codes import texts
from planner.network.connected import Network
from planner.network.hand_over import hand_over
from planner.network.parts import Parts, parts
from planner.network.resilience import services
from planner.study.variants import risk_neutral
from planner_models.arrays import Floats, Ints
from planner_models.data import Data
from planner_models.policy_data import Terms

UNLIMITED = 1e15  # for a limit that has to stay one, so that there is a row for it
CAPACITY = ("location", "lane", "gateway")  # what an event may take capacity from


@dataclass(frozen=True, slots=True)
class Loosened:
    """An instance, and the model that can break its rules."""

    instance: Instance
    own: Parts  # with the limits of the tables, but nobody shut out
    network: Network  # without limits
    useful: Data  # read off the network: its limits are what could be of use
    data: Data  # the same with the limits of the tables


def loosened(instance: Instance) -> Loosened:
    """Build the network without rules, and put the limits of the tables back."""
    admitted = _admitted(instance)
    own = parts(admitted)
    network = connect(_unlimited(admitted, own))
    useful = hand_over(network)
    return Loosened(instance, own, network, useful, _limited(instance, own, useful))


def with_tables(instance: Instance, **tables: pd.DataFrame) -> Instance:
    """The instance with other tables; not checked."""
    return replace(instance, tables={**instance.tables, **tables})


def _admitted(instance: Instance) -> Instance:
    """Nobody is excluded, closed, late or too far away; all demand may stay short. No penalty of resilience."""
    suppliers, facilities, demand = (instance.tables[name] for name in ("suppliers", "facilities", "demand"))
    return with_tables(
        risk_neutral(instance),
        suppliers=suppliers.assign(
            status=suppliers["status"].replace("excluded", "approved"), qualify_periods=0
        ),
        facilities=facilities.assign(
            status=facilities["status"].replace("closed", "candidate"), setup_periods=0
        ),
        demand=demand.assign(shortage_cost=demand["shortage_cost"].fillna(0.0), max_transit_days=np.nan),
    )


def _unlimited(instance: Instance, own: Parts) -> Instance:
    """No capacity, maximum of production or of stock; what an event takes away, it leaves."""
    tables, ways = instance.tables, own.ways
    lanes, gateways, inventory = tables["lanes"], tables["gateways"], tables["inventory"]
    capped = np.unique(ways.lanes["row"].to_numpy()[np.isfinite(ways.capacity).any(axis=1)])
    narrow = np.isfinite(ways.gateway_capacity).any(axis=1)
    finite = np.isfinite(tables["production"]["max_quantity"])
    wanted = useful_quantities(own).rest.max(axis=1)[own.inventory["item"]]
    room = np.maximum(inventory["max_stock"], inventory["initial"] + wanted)
    buffer = np.maximum(inventory["buffer_max"], wanted).where(inventory["buffer_max"] > 0, 0.0)
    return with_tables(
        instance,
        offers=tables["offers"].assign(capacity=np.inf),
        facilities=tables["facilities"].assign(capacity=np.inf),
        production=tables["production"].assign(max_quantity=np.where(finite, UNLIMITED, np.inf)),
        lanes=lanes.assign(capacity=np.where(np.isin(np.arange(len(lanes)), capped), UNLIMITED, np.inf)),
        gateways=gateways.assign(capacity=np.where(narrow, UNLIMITED, np.inf)),
        inventory=inventory.assign(max_stock=room, buffer_max=buffer),
        events=harmless(tables["events"]),
    )


def harmless(events: pd.DataFrame, part: float = 1.0) -> pd.DataFrame:
    """The events with those on capacities undone, or a part of each factor; the scenarios branch where they did."""
    hit = events["kind"].isin(CAPACITY) & (events["field"] == "capacity")
    if part == 1.0:
        return events.assign(
            op=events["op"].mask(hit, "multiply"),
            value=events["value"].mask(hit, 1.0),
            days=events["days"].mask(hit, np.nan),
        )
    hit |= (events["kind"] == "demand") & (events["field"] == "quantity")
    factor = hit & (events["op"] == "multiply")
    return events.assign(value=events["value"].mask(factor, events["value"] + part * (1 - events["value"])))


def _limited(instance: Instance, own: Parts, useful: Data) -> Data:
    """The data with the limits of the tables, as far as they are below what is of use."""
    options, suppliers, offers = useful.options, useful.suppliers, useful.offers
    loads, gates, made, stocks = (
        useful.lane_loads,
        useful.gateway_loads,
        useful.production_limits,
        useful.stocks,
    )
    setup = np.zeros(len(options.name), dtype=np.int64)
    setup[: len(instance.tables["facilities"])] = instance.tables["facilities"]["setup_periods"]
    seller = instance.tables["suppliers"].iloc[supplier_rows(own, useful)]
    sold, way = own.offers.iloc[offer_rows(own, useful)], lane_rows(own, useful)[loads.lane]
    shut, soft = _excluded(instance), may_short(instance, own)
    capacity = np.where(np.isin(own.codes.location[sold["location"]], shut), 0.0, sold["capacity"])
    kept = own.inventory["max_stock"].to_numpy()[stock_rows(own, useful)]
    return replace(
        useful,
        options=replace(
            options, capacity=np.minimum(own.facilities.capacity, options.capacity), setup_periods=setup
        ),
        suppliers=replace(suppliers, qualify_periods=seller["qualify_periods"].to_numpy(dtype=np.int64)),
        offers=replace(
            offers,
            capacity=np.minimum(capacity, offers.capacity),
            minimum=sold["minimum"].to_numpy(dtype=np.float64),
        ),
        lane_loads=replace(loads, capacity=np.minimum(own.ways.capacity[way, loads.time], loads.capacity)),
        gateway_loads=replace(
            gates, capacity=own.ways.gateway_capacity[gateway_rows(own, useful), gates.time]
        ),
        production_limits=replace(
            made, quantity=_recipes(own)["max_quantity"].to_numpy()[recipe_rows(own, useful)]
        ),
        stocks=replace(stocks, limit_quantity=np.minimum(kept, stocks.limit_quantity)),
        services=services(replace(own, demands=own.demands.assign(may_short=soft))),
        policies=replace(useful.policies, short=_soft(useful.policies.short, soft)),
    )


def may_short(instance: Instance, own: Parts) -> Any:
    """Whether each demand may be short by the tables [demands]."""
    if instance.settings.instance.objective == "profit":
        return np.ones(len(own.demands), dtype=np.bool_)
    return instance.tables["demand"]["shortage_cost"].notna().to_numpy()[own.demands["row"]]


def _soft(short: Terms, soft: Any) -> Terms:
    """What policies count as short: not what is cut off a demand that must be met."""
    kept = soft[short.member]
    return Terms(short.row[kept], short.member[kept], short.weight[kept])


def _excluded(instance: Instance) -> list[str]:
    table = instance.tables["suppliers"]
    return table.loc[table["status"] == "excluded", "location"].tolist()


def rows_at(frame: pd.DataFrame, keys: Mapping[str, Any]) -> Ints:
    """Positions in a frame by the values of its key columns; -1 for none."""
    known = pd.MultiIndex.from_frame(frame[list(keys)])
    return known.get_indexer(pd.MultiIndex.from_arrays([np.asarray(each) for each in keys.values()])).astype(
        np.int64
    )


def supplier_rows(own: Parts, data: Data) -> Ints:
    """The row of the suppliers table of each of SUPPLIERS."""
    return rows_at(own.instance.tables["suppliers"][["location"]], {"location": texts(data.suppliers.name)})


def offer_rows(own: Parts, data: Data) -> Ints:
    """The row of `own.offers` of each of OFFERS."""
    holds, offers = data.holds, data.offers
    return rows_at(
        own.offers,
        {
            "location": own.codes.locations(texts(holds.location)[offers.hold]),
            "item": own.codes.items(texts(holds.item)[offers.hold]),
            "deal": texts(holds.contract)[offers.hold],
            "t": offers.time,
        },
    )


def lane_rows(own: Parts, data: Data) -> Ints:
    """The row of `own.ways.lanes` of each of LANES."""
    lanes = data.lanes
    return rows_at(
        own.ways.lanes,
        {
            "row": lanes.row,
            "origin": own.codes.locations(texts(lanes.origin)),
            "destination": own.codes.locations(texts(lanes.destination)),
            "mode": texts(lanes.mode),
        },
    )


def gateway_rows(own: Parts, data: Data) -> Ints:
    """The row of the gateways table of each of GATEWAY_LOADS."""
    return rows_at(
        own.instance.tables["gateways"][["gateway"]], {"gateway": texts(data.gateway_loads.gateway)}
    )


def _recipes(own: Parts) -> pd.DataFrame:
    return pd.concat([own.recipes, own.handling], ignore_index=True)


def recipe_rows(own: Parts, data: Data) -> Ints:
    """The row of recipes and handling, one behind the other, of each of PRODUCTION_LIMITS."""
    made = data.production_limits
    keys = {
        "location": own.codes.locations(texts(made.location)),
        "item": own.codes.items(texts(made.item)),
        "deal": texts(made.recipe),
        "t": made.time,
    }
    return rows_at(_recipes(own), keys)


def production_rows(own: Parts, data: Data) -> Ints:
    """The row of the production table of each of PRODUCTION_LIMITS."""
    return _recipes(own)["row"].to_numpy(dtype=np.int64)[recipe_rows(own, data)]


def stock_rows(own: Parts, data: Data) -> Ints:
    """The row of the inventory table of each of STOCK_LIMITS."""
    return _inventory_rows(own, data.stocks.limit_location, data.stocks.limit_item)


def buffer_rows(own: Parts, data: Data) -> Ints:
    """The row of the inventory table of each of BUFFERS."""
    return _inventory_rows(own, data.buffers.location, data.buffers.item)


def _inventory_rows(own: Parts, location: Any, item: Any) -> Ints:
    keys = {"location": own.codes.locations(texts(location)), "item": own.codes.items(texts(item))}
    return rows_at(own.inventory, keys)


def halfway(own: Parts) -> Parts:
    """What the tables say if the factors of events on capacities and demand were half as far from 1."""
    return parts(with_tables(own.instance, events=harmless(own.instance.tables["events"], 0.5)))


def figures(column: Any) -> Floats:
    """A column of a frame as numbers."""
    return np.asarray(column, dtype=np.float64)
