"""Ways: an item on a lane. What a unit costs, weighs and takes in time on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.instance import expand_lanes
from planner.network.codes import Codes, names, texts
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
    ways: (
        pd.DataFrame
    )  # lane, item, origin, destination, weight (per a unit), days; a unit: freight, handling, emission
    lane_gateway: pd.DataFrame  # lane, gateway: positions


def ways(instance: Instance, codes: Codes) -> Ways:
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
    gateways = _gateways(instance, lanes)
    return Ways(lanes, _figures(instance, frame, gateways), gateways)


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


def _figures(instance: Instance, frame: pd.DataFrame, lane_gateway: pd.DataFrame) -> pd.DataFrame:
    table, row = instance.tables["lanes"], frame["row"].to_numpy()
    item = frame["item"].to_numpy()
    weight = measured(instance, table["per"].iloc[row], item)
    handling, dwell = _through_gateways(instance, frame, lane_gateway)
    return frame[["lane", "item", "origin", "destination", "row"]].assign(
        weight=weight,
        freight=instance.money("lanes", "unit_cost")[row] * weight,
        handling=handling,
        emission=table["emission_kg"].to_numpy()[row] * weight,
        days=table["transit_days"].to_numpy()[row] + dwell,
    )


def _through_gateways(
    instance: Instance, frame: pd.DataFrame, lane_gateway: pd.DataFrame
) -> tuple[Floats, Floats]:
    """Handling of a unit (money) and dwell (days) over the gateways of each way."""
    table = instance.tables["gateways"]
    way, entry = pairs(frame["lane"].to_numpy(), lane_gateway["lane"].to_numpy())
    gateway = lane_gateway["gateway"].to_numpy()[entry]
    weight = measured(instance, table["per"].iloc[gateway], frame["item"].to_numpy()[way])
    cost = instance.money("gateways", "unit_cost")[gateway] * weight
    days = table["dwell_days"].to_numpy()[gateway]
    # without any gateway the sums are whole numbers to numpy
    costs, dwell = np.bincount(way, cost, len(frame)), np.bincount(way, days, len(frame))
    return costs.astype(np.float64), dwell.astype(np.float64)


def only(every: Ways, used: Ints) -> Ways:
    """The ways with only the lanes at the given sorted positions, renumbered; other ways have lane -1."""
    gateways = every.lane_gateway.assign(lane=find(every.lane_gateway["lane"].to_numpy(), used))
    return Ways(
        lanes=every.lanes.iloc[used].reset_index(drop=True),
        ways=every.ways.assign(lane=find(every.ways["lane"].to_numpy(), used)),
        lane_gateway=gateways[gateways["lane"] >= 0].reset_index(drop=True),
    )


def lanes_data(codes: Codes, lanes: pd.DataFrame) -> Lanes:
    """The table of the model."""
    return Lanes(
        origin=names(codes.location[lanes["origin"]]),
        destination=names(codes.location[lanes["destination"]]),
        mode=names(lanes["mode"]),
        row=lanes["row"].to_numpy(dtype=np.int64),
    )
