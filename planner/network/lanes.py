"""Ways: an item on a lane. What a unit costs, weighs and takes in time on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.instance import expand_lanes
from planner.network.codes import Codes, names, texts
from planner.network.events import Events
from planner.network.joins import find, number, pairs
from planner_models.arrays import Floats, Ints
from planner_models.data import Lanes

if TYPE_CHECKING:
    from planner.instance import Instance

_MEASURES = {"kg": "weight_kg", "m3": "volume_m3"}


@dataclass(frozen=True, slots=True)
class Ways:
    """Lanes, ways (a lane and an item that it carries), and the gateways of each lane."""

    lanes: pd.DataFrame  # origin, destination, mode, row
    ways: pd.DataFrame  # lane, item, origin, destination, row, weight (per a unit), emission (kg a unit)
    lane_gateway: pd.DataFrame  # lane, gateway: positions
    unit_cost: Floats  # [lanes, times] money a per
    capacity: Floats  # [lanes, times] per
    gateway_capacity: Floats  # [gateways, times] per
    freight: Floats  # [ways, times] money a unit
    handling: Floats  # [ways, times] money a unit, in the gateways
    days: Floats  # [ways, times] in transit and in the gateways


def ways(instance: Instance, codes: Codes, events: Events) -> Ways:
    """Expand the lane table, and read off what a unit of each item takes on each lane."""
    found = expand_lanes(instance)
    mode, modes = pd.factorize(texts(found["mode"]))
    frame = pd.DataFrame(
        {
            "origin": codes.locations(found["origin"]),
            "destination": codes.locations(found["destination"]),
            "mode": mode.astype(np.int64),
            "item": codes.items(found["item"]),
            "row": found["row_position"].to_numpy(dtype=np.int64),
        }
    )
    columns = (frame[name].to_numpy() for name in ("row", "origin", "destination", "mode"))
    frame["lane"], first = number(*columns)
    lanes = frame.iloc[first][["origin", "destination", "mode", "row"]].reset_index(drop=True)
    lanes["mode"] = texts(modes)[lanes["mode"]]
    table, row = instance.tables["lanes"], frame["row"].to_numpy()
    frame["weight"] = measured(instance, table["per"].iloc[row], frame["item"].to_numpy())
    frame["emission"] = table["emission_kg"].to_numpy()[row] * frame["weight"]
    return _over_time(events, lanes, frame.drop(columns="mode"), _gateways(instance, lanes))


def _over_time(events: Events, lanes: pd.DataFrame, ways: pd.DataFrame, through: pd.DataFrame) -> Ways:
    """The figures of lanes and gateways after the events."""
    instance, tables, row = events.instance, events.instance.tables, lanes["row"].to_numpy(dtype=np.int64)
    lane, item, weight = (ways[name].to_numpy() for name in ("lane", "item", "weight"))

    def of_lanes(field: str, figures: Floats, whole: Callable[[], Floats] | None = None) -> Floats:
        return events.table("lane", field, figures, lambda event: events.lanes(event, lanes), whole)

    def of_gateways(field: str, figures: Floats, whole: Callable[[], Floats] | None = None) -> Floats:
        return events.table("gateway", field, figures, events.gateways, whole)

    way, entry = pairs(lane, through["lane"].to_numpy())
    gateway = through["gateway"].to_numpy()[entry]
    gate_weight = measured(instance, tables["gateways"]["per"].iloc[gateway], item[way])
    once = number(gateway, item[way])[1]

    def carried() -> Floats:
        return _summed(lane, weight[:, None] * events.reference[item], len(lanes))

    def passing() -> Floats:
        volume = gate_weight[once, None] * events.reference[item[way[once]]]
        return _summed(gateway[once], volume, len(tables["gateways"]))

    unit_cost = of_lanes("unit_cost", events.money_over_time("lanes", "unit_cost")[row])
    cost = of_gateways("unit_cost", events.money_over_time("gateways", "unit_cost"))
    days = of_lanes("transit_days", tables["lanes"]["transit_days"].to_numpy(dtype=np.float64)[row])
    dwell = of_gateways("dwell_days", tables["gateways"]["dwell_days"].to_numpy(dtype=np.float64))
    return Ways(
        lanes=lanes,
        ways=ways,
        lane_gateway=through,
        unit_cost=unit_cost,
        capacity=of_lanes("capacity", tables["lanes"]["capacity"].to_numpy(dtype=np.float64)[row], carried),
        gateway_capacity=of_gateways(
            "capacity", tables["gateways"]["capacity"].to_numpy(dtype=np.float64), passing
        ),
        freight=unit_cost[lane] * weight[:, None],
        handling=_summed(way, cost[gateway] * gate_weight[:, None], len(ways)),
        days=days[lane] + _summed(way, dwell[gateway], len(ways)),
    )


def _summed(group: Ints, figures: Floats, groups: int) -> Floats:
    """Sum of the rows of each group [groups, times]."""
    columns = [np.bincount(group, figures[:, time], groups) for time in range(figures.shape[1])]
    return np.stack(columns, axis=1).astype(np.float64)


def unit_weights(instance: Instance) -> dict[str, Floats]:
    """Weight of a unit of each item in `unit`, `kg` and `m3` [items]."""
    items = instance.tables["items"]
    weights = {per: items[column].to_numpy(dtype=np.float64) for per, column in _MEASURES.items()}
    return weights | {"unit": np.ones(len(items))}


def measured(instance: Instance, per: pd.Series, items: Ints) -> Floats:
    """Weight of a unit of each item in the measure beside it."""
    weight = np.ones(len(items))
    for measure, of_item in unit_weights(instance).items():
        mine = (per == measure).to_numpy()
        weight[mine] = of_item[items[mine]]
    return weight


def _gateways(instance: Instance, lanes: pd.DataFrame) -> pd.DataFrame:
    """The gateways of each lane, each once."""
    position = {name: at for at, name in enumerate(instance.tables["gateways"]["gateway"].tolist())}
    cell, cells = pd.factorize(texts(instance.tables["lanes"]["gateways"]))
    listed = [list(dict.fromkeys(entry for entry in text.split(";") if entry)) for text in cells]
    owner = np.repeat(np.arange(len(listed)), [len(entries) for entries in listed])
    gateway = np.array([position[name] for entries in listed for name in entries], dtype=np.int64)
    lane, entry = pairs(cell[lanes["row"].to_numpy()].astype(np.int64), owner.astype(np.int64))
    return pd.DataFrame({"lane": lane, "gateway": gateway[entry]})


def only(every: Ways, used: Ints) -> Ways:
    """The ways with only the lanes at the given sorted positions, renumbered; other ways have lane -1."""
    gateways = every.lane_gateway.assign(lane=find(every.lane_gateway["lane"].to_numpy(), used))
    return replace(
        every,
        lanes=every.lanes.iloc[used].reset_index(drop=True),
        ways=every.ways.assign(lane=find(every.ways["lane"].to_numpy(), used)),
        lane_gateway=gateways[gateways["lane"] >= 0].reset_index(drop=True),
        unit_cost=every.unit_cost[used],
        capacity=every.capacity[used],
    )


def lanes_data(codes: Codes, lanes: pd.DataFrame) -> Lanes:
    """The table of the model."""
    return Lanes(
        origin=names(codes.location[lanes["origin"]]),
        destination=names(codes.location[lanes["destination"]]),
        mode=names(lanes["mode"]),
        row=lanes["row"].to_numpy(dtype=np.int64),
    )
