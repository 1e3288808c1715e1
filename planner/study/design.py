"""A design as values of the model of another network of the same instance: that of a plan, or of a solution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.network.reference import reference_volume
from planner.plan import Plan
from planner.solve.price import Design
from planner_models.arrays import Floats, Ints, Names
from planner_models.data import Data

ROUNDING = 1e-6  # relative: a volume this near to a share has reached it
Key = tuple[Any, ...]
Known = Mapping[Key, float]


def design_of(plan: Plan, data: Data) -> Design:
    """The values of everything that a design states, over the whole tables of `data`.

    Options that the tables of the plan do not name are as at the start; nothing else that they do not name is used.
    """
    item = plan.instance.tables["lanes"]["item"].to_numpy(dtype=object)
    asked = {**keys(data)}
    asked["use_lane"] = [(*ends, item[row], period) for *ends, row, period in asked["use_lane"]]
    kept = plan.stock[plan.stock["deal"] == "buffer"]
    return _over(
        data,
        asked,
        {
            "count": dict(zip(asked["count"], _count(plan, data).tolist(), strict=True)),
            "open": _by(plan.facilities, ("location", "option", "period"), "open"),
            "qualify": _by(plan.suppliers, ("location", "period"), "qualify"),
            "hold": _by(plan.contracts, ("location", "item", "contract", "period"), "held"),
            "use_lane": _by(plan.lanes, ("origin", "destination", "mode", "item", "period"), "used"),
            "set_up": _by(plan.production, ("location", "item", "recipe", "period"), "set_up"),
            "assign": _by(plan.flows, ("origin", "destination", "mode", "item", "period"), "quantity"),
            "regime": _by(plan.regimes, ("location", "programme", "period"), "used"),
            "buffer": _by(kept, ("location", "item"), "quantity"),
        },
    )


def carried(values: Mapping[str, Floats], of: Data, data: Data) -> Design:
    """The design of a solution of the network `of`, over the whole tables of `data`.

    Options that `of` does not know are as at the start; nothing else that it does not know is used.
    """
    found = {
        name: dict(zip(known, values[name].ravel().tolist(), strict=True)) for name, known in keys(of).items()
    }
    return _over(data, keys(data), found)


def keys(data: Data) -> dict[str, Sequence[Key]]:
    """What names each value of a design, by variable, in the order of the tables of the model."""
    options, holds, uses, lanes = data.options, data.holds, data.lane_uses, data.lanes
    set_ups, demands, regimes, counts = data.set_ups, data.demands, data.regimes, data.counts
    periods, ends = data.periods.name, (lanes.origin, lanes.destination, lanes.mode)
    place = [options.facility_name[facility] for facility in options.facility]
    demand = demands.sourced_demand[demands.assign_sourced]
    columns: dict[str, Iterable[Key]] = {
        "open": ((*each, period) for each in zip(place, options.name, strict=True) for period in periods),
        "qualify": ((name, period) for name in data.suppliers.name for period in periods),
        "hold": zip(holds.location, holds.item, holds.contract, _named(periods, holds.period), strict=True),
        "use_lane": zip(
            *(_named(names, uses.lane) for names in ends),
            lanes.row[uses.lane].tolist(),
            _named(periods, uses.period),
            strict=True,
        ),
        "set_up": zip(
            set_ups.location, set_ups.item, set_ups.recipe, _named(periods, set_ups.period), strict=True
        ),
        "assign": zip(
            *(_named(names, demands.assign_lane) for names in ends),
            _named(demands.item, demand),
            _named(periods, data.periods.time_period[demands.time[demand]]),
            strict=True,
        ),
        "regime": zip(regimes.location, regimes.programme, _named(periods, regimes.period), strict=True),
        "count": zip(counts.location, counts.item, _named(periods, counts.period), counts.share, strict=True),
        "buffer": zip(data.buffers.location, data.buffers.item, strict=True),
    }
    return {name: list(column) for name, column in columns.items()}


def stocked(plan: Plan, period: str) -> dict[tuple[str, str], float]:
    """Units of each item that base keeps at each location at the end of a period, strategic stock aside."""
    stock = plan.stock
    rows = stock[(stock["scenario"] == "base") & (stock["period"] == period) & (stock["deal"] != "buffer")]
    return {(str(place), str(item)): float(units) for (place, item), units in _summed(rows).items()}


def _count(plan: Plan, data: Data) -> Floats:
    """What counted in the plan: the share of the reference volume is that of its own instance."""
    counts, bought = data.counts, plan.contracts[plan.contracts["scenario"] == "base"]
    if not len(counts.period):
        return np.zeros(0)
    volume: Mapping[Any, float] = bought.groupby(["location", "item", "period"])["volume"].sum().to_dict()
    periods = plan.instance.settings.horizon.periods
    reference: Known = {
        (item, periods[t]): whole
        for item, t, whole in reference_volume(plan.instance).itertuples(index=False)
    }
    named = _named(data.periods.name, counts.period)
    whole = _looked_up(reference, list(zip(counts.item, named, strict=True)))
    bought_there = _looked_up(volume, list(zip(counts.location, counts.item, named, strict=True)))
    return (bought_there >= counts.share * whole * (1 - ROUNDING)).astype(np.float64)


def _over(data: Data, asked: Mapping[str, Sequence[Key]], known: Mapping[str, Known]) -> Design:
    """The figures that are known, over the tables of `data`; elsewhere as at the start."""
    count = len(data.periods.name)
    found = {name: _looked_up(known[name], wanted) for name, wanted in asked.items()}
    start = np.repeat(data.options.initially_open.astype(np.float64), count)
    unknown = np.array([key not in known["open"] for key in asked["open"]], dtype=np.bool_)
    found["open"] = np.where(unknown, start, found["open"]).reshape(-1, count)
    found["qualify"] = found["qualify"].reshape(-1, count)
    found["assign"] = _assigned(data, found["assign"])
    return found


def _assigned(data: Data, carried: Floats) -> Floats:
    """The lane of each single-sourced demand that carries the most; the first where nothing is delivered."""
    assigned = np.zeros(len(carried))
    for sourced in np.unique(data.demands.assign_sourced).tolist():
        lanes_of = np.flatnonzero(data.demands.assign_sourced == sourced)
        assigned[lanes_of[carried[lanes_of].argmax()]] = 1.0
    return assigned


def _summed(rows: pd.DataFrame) -> Mapping[Any, Any]:
    return rows.groupby(["location", "item"])["quantity"].sum().to_dict()


def _by(table: pd.DataFrame, keys: tuple[str, ...], column: str) -> Known:
    """The largest figure of a column by some keys: a decision is the same in every scenario."""
    return {key: float(value) for key, value in table.groupby(list(keys))[column].max().items()}  # type: ignore[misc]


def _looked_up(known: Known, keys: Sequence[Key]) -> Floats:
    return np.array([known.get(key, 0.0) for key in keys], dtype=np.float64)


def _named(names: Names, positions: Ints) -> list[str]:
    return [names[position] for position in positions.tolist()]
