"""What is shared: lanes with a capacity, minimum or fixed cost, and gateways of finite capacity."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.bounds import load_bound
from planner.network.codes import names, texts
from planner.network.joins import number, pairs
from planner.network.lanes import measured
from planner.network.parts import Parts
from planner_models.arrays import Flags, Ints
from planner_models.data import GatewayLoads, LaneLoads, LaneUses


def lane_loads(parts: Parts, arcs: pd.DataFrame) -> tuple[LaneUses, LaneLoads, Ints]:
    """The lanes to watch at each time at which something can move on them; the load of each arc.

    `lane` is a position in the lanes of `Parts`.
    """
    table, instance = parts.instance.tables["lanes"], parts.instance
    row = parts.ways.lanes["row"].to_numpy()
    capacity = parts.ways.capacity
    minimum = table["min_quantity"].to_numpy(dtype=np.float64)[row]
    fixed = instance.money("lanes", "fixed_cost")[row]
    used = (minimum > 0) | (fixed > 0)
    lane, t = arcs["lane"].to_numpy(dtype=np.int64), arcs["t"].to_numpy(dtype=np.int64)
    watched = used[lane] | np.isfinite(capacity[lane, t])
    load_of_arc, first = number(np.where(watched, lane, -1), t)
    period = parts.codes.times.period
    at, when = _in_every_scenario(lane[first], t[first], period, used)
    use, decided = number(np.where(used[at], at, -1), period[when])
    uses = LaneUses(lane=at[decided], period=period[when[decided]], fixed_cost=fixed[at[decided]])
    loads = LaneLoads(
        lane=at,
        time=when,
        use=use,
        capacity=load_bound(arcs, load_of_arc, capacity[at, when]),
        minimum=minimum[at],
        freight=parts.ways.unit_cost[at, when],
        stated=capacity[at, when],
    )
    return uses, loads, load_of_arc


def _in_every_scenario(lane: Ints, t: Ints, period: Ints, used: Flags) -> tuple[Ints, Ints]:
    """The loads, and behind them those of the lanes to be used at other times of the period: used there as well."""
    decided = np.flatnonzero(used[lane])
    row, time = pairs(period[t[decided]], period)
    every = np.stack([lane[decided][row], time], axis=1)
    known = np.isin(every @ [len(period), 1], lane * len(period) + t)
    more = np.unique(every[~known], axis=0)
    return np.concatenate([lane, more[:, 0]]), np.concatenate([t, more[:, 1]])


def gateway_loads(parts: Parts, arcs: pd.DataFrame) -> GatewayLoads:
    """Gateways of finite capacity at each time at which something can pass, and the arcs that pass."""
    table, through = parts.instance.tables["gateways"], parts.ways.lane_gateway
    capacity = parts.ways.gateway_capacity
    limited = np.flatnonzero(np.isfinite(capacity[through["gateway"]]).any(axis=1))
    through = through.iloc[limited]
    arc, entry = pairs(arcs["lane"].to_numpy(dtype=np.int64), through["lane"].to_numpy())
    gateway, t = through["gateway"].to_numpy(dtype=np.int64)[entry], arcs["t"].to_numpy(dtype=np.int64)
    finite = np.isfinite(capacity[gateway, t[arc]])
    arc, gateway = arc[finite], gateway[finite]
    load, first = number(gateway, t[arc])
    item = arcs["item"].to_numpy(dtype=np.int64)[arc]
    return GatewayLoads(
        gateway=names(texts(table["gateway"])[gateway[first]]),
        time=t[arc[first]],
        capacity=capacity[gateway[first], t[arc[first]]],
        passage_load=load,
        passage_arc=arc,
        passage_weight=measured(parts.instance, table["per"].iloc[gateway], item),
    )
