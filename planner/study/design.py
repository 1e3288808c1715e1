"""The design of a plan, read from its tables, as values of the model of another network of the same instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from planner.network.reference import reference_volume
from planner.plan import Plan
from planner.solve.price import Design
from planner_models.arrays import Floats, Ints, Names
from planner_models.data import Data

ROUNDING = 1e-6  # relative: a volume this near to a share has reached it


def design_of(plan: Plan, data: Data) -> Design:
    """The values of everything that a design states, over the whole tables of `data`.

    Options that the tables of the plan do not name are as at the start; nothing else that they do not name is used.
    """
    return {
        "open": _open(plan, data),
        "qualify": _qualify(plan, data),
        "hold": _hold(plan, data),
        "use_lane": _use_lane(plan, data),
        "set_up": _set_up(plan, data),
        "assign": _assign(plan, data),
        "regime": _regime(plan, data),
        "count": _count(plan, data),
        "buffer": _buffer(plan, data),
    }


def _open(plan: Plan, data: Data) -> Floats:
    options, periods = data.options, data.periods.name
    known = _by(plan.facilities, ("location", "option", "period"), "open")
    location = [options.facility_name[facility] for facility in options.facility]
    return np.array(
        [
            [known.get((place, option, period), float(initially)) for period in periods]
            for place, option, initially in zip(location, options.name, options.initially_open, strict=True)
        ]
    ).reshape(len(options.name), len(periods))


def _qualify(plan: Plan, data: Data) -> Floats:
    known = _by(plan.suppliers, ("location", "period"), "qualify")
    names, periods = data.suppliers.name, data.periods.name
    found = [[known.get((name, period), 0.0) for period in periods] for name in names]
    return np.array(found, dtype=np.float64).reshape(len(names), len(periods))


def _hold(plan: Plan, data: Data) -> Floats:
    holds = data.holds
    known = _by(plan.contracts, ("location", "item", "contract", "period"), "held")
    keys = zip(holds.location, holds.item, holds.contract, _periods(data, holds.period), strict=True)
    return _looked_up(known, keys)


def _use_lane(plan: Plan, data: Data) -> Floats:
    uses, lanes = data.lane_uses, data.lanes
    known = _by(plan.lanes, ("origin", "destination", "mode", "item", "period"), "used")
    item = plan.instance.tables["lanes"]["item"].to_numpy(dtype=object)[lanes.row[uses.lane]]
    ends = (_named(names, uses.lane) for names in (lanes.origin, lanes.destination, lanes.mode))
    return _looked_up(known, zip(*ends, item, _periods(data, uses.period), strict=True))


def _set_up(plan: Plan, data: Data) -> Floats:
    set_ups = data.set_ups
    known = _by(plan.production, ("location", "item", "recipe", "period"), "set_up")
    keys = zip(set_ups.location, set_ups.item, set_ups.recipe, _periods(data, set_ups.period), strict=True)
    return _looked_up(known, keys)


def _assign(plan: Plan, data: Data) -> Floats:
    demands, lanes = data.demands, data.lanes
    known = _by(plan.flows, ("origin", "destination", "mode", "item", "period"), "quantity")
    demand = demands.sourced_demand[demands.assign_sourced]
    ends = (_named(names, demands.assign_lane) for names in (lanes.origin, lanes.destination, lanes.mode))
    period = _periods(data, data.periods.time_period[demands.time[demand]])
    carried = _looked_up(known, zip(*ends, _named(demands.item, demand), period, strict=True))
    assigned = np.zeros(len(carried))
    for sourced in np.unique(demands.assign_sourced).tolist():
        lanes_of = np.flatnonzero(demands.assign_sourced == sourced)
        assigned[lanes_of[carried[lanes_of].argmax()]] = 1.0  # the first where the plan delivers nothing
    return assigned


def _regime(plan: Plan, data: Data) -> Floats:
    regimes = data.regimes
    known = _by(plan.regimes, ("location", "programme", "period"), "used")
    keys = zip(regimes.location, regimes.programme, _periods(data, regimes.period), strict=True)
    return _looked_up(known, keys)


def _count(plan: Plan, data: Data) -> Floats:
    """What counted in the plan: the share of the reference volume is that of its own instance."""
    counts, bought = data.counts, plan.contracts[plan.contracts["scenario"] == "base"]
    if not len(counts.period):
        return np.zeros(0)
    volume: Mapping[Any, float] = bought.groupby(["location", "item", "period"])["volume"].sum().to_dict()
    periods = plan.instance.settings.horizon.periods
    reference: dict[tuple[str, ...], float] = {
        (item, periods[t]): whole
        for item, t, whole in reference_volume(plan.instance).itertuples(index=False)
    }
    named = _periods(data, counts.period)
    whole = _looked_up(reference, zip(counts.item, named, strict=True))
    bought_there = _looked_up(volume, zip(counts.location, counts.item, named, strict=True))
    return (bought_there >= counts.share * whole * (1 - ROUNDING)).astype(np.float64)


def _buffer(plan: Plan, data: Data) -> Floats:
    kept = _by(plan.stock[plan.stock["deal"] == "buffer"], ("location", "item"), "quantity")
    return _looked_up(kept, zip(data.buffers.location, data.buffers.item, strict=True))


def stocked(plan: Plan, period: str) -> dict[tuple[str, str], float]:
    """Units of each item that base keeps at each location at the end of a period, strategic stock aside."""
    stock = plan.stock
    rows = stock[(stock["scenario"] == "base") & (stock["period"] == period) & (stock["deal"] != "buffer")]
    return {(str(place), str(item)): float(units) for (place, item), units in _summed(rows).items()}


def _summed(rows: pd.DataFrame) -> Mapping[Any, Any]:
    return rows.groupby(["location", "item"])["quantity"].sum().to_dict()


def _by(table: pd.DataFrame, keys: tuple[str, ...], column: str) -> dict[tuple[str, ...], float]:
    """The largest figure of a column by some keys: a decision is the same in every scenario."""
    return {key: float(value) for key, value in table.groupby(list(keys))[column].max().items()}  # type: ignore[misc]


def _looked_up(known: Mapping[tuple[str, ...], float], keys: Iterable[tuple[Any, ...]]) -> Floats:
    return np.array([known.get(key, 0.0) for key in keys], dtype=np.float64)


def _named(names: Names, positions: Ints) -> list[str]:
    return [names[position] for position in positions.tolist()]


def _periods(data: Data, period: Ints) -> list[str]:
    return _named(data.periods.name, period)
