"""Tables of the design: what is open, who is engaged, which contracts are held, which rules bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.plan import chosen
from planner.plan.columns import frame
from planner.plan.labels import in_base, period_of, pick, real, scenario_of, total
from planner_models.arrays import Floats
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.solve.outcome import Outcome


def facilities(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:
    """`facilities.csv`: a row for every option and period; money undiscounted."""
    options, periods = data.options, data.periods.name
    location = pick(options.facility_name, options.facility)
    asked = instance.tables["facilities"].set_index(["location", "option"])["capacity"]
    keys = pd.MultiIndex.from_arrays([location, np.array(options.name, dtype=object)])
    is_open = chosen.opened(data, outcome)
    table = frame(
        "facilities",
        {
            "location": np.repeat(location, len(periods)),
            "option": np.repeat(np.array(options.name, dtype=object), len(periods)),
            "period": np.tile(np.array(periods, dtype=object), len(options.name)),
            "open": is_open.ravel(),
            "opening": (outcome.values["opening"] * options.decided[:, None]).ravel(),
            "closing": (outcome.values["closing"] * options.decided[:, None]).ravel(),
            "usable": chosen.usable(data, outcome).ravel(),
            "capacity": np.repeat(asked.reindex(keys).to_numpy(np.float64), len(periods)),
            "used": chosen.option_use(data, outcome).ravel(),
            "fixed_cost": (is_open * options.fixed_cost[:, None]).ravel(),
        },
    )
    # a place without a row has an option only so that an event can take away from it
    return table[np.repeat(keys.isin(asked.index), len(periods))].reset_index(drop=True)


def suppliers(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:
    """`suppliers.csv`: a row for every supplier of the suppliers table and period; money undiscounted."""
    table, count = instance.tables["suppliers"], len(data.periods.name)
    location = table["location"].to_numpy(dtype=object)
    at = pd.Index(data.suppliers.name, dtype=object).get_indexer(pd.Index(location, dtype=object))
    known = (at >= 0)[:, None]
    excluded = (table["status"] == "excluded").to_numpy()[:, None]
    engaged, spend = _by_supplier(data, outcome, pd.Index(location, dtype=object))
    qualify = np.zeros((len(location), count))
    ready, fixed = np.ones_like(qualify), np.zeros_like(qualify)
    if len(data.suppliers.name):
        qualify = np.where(known, outcome.values["qualify"][at], 0.0)
        ready = np.where(known, chosen.qualified(data, outcome)[at], 1.0)
        fixed = np.where(known, engaged * data.suppliers.fixed_cost[at][:, None], 0.0)
    return frame(
        "suppliers",
        {
            "location": np.repeat(location, count),
            "period": np.tile(np.array(data.periods.name, dtype=object), len(location)),
            "qualify": qualify.ravel(),
            "qualified": np.where(excluded, 0.0, ready).ravel(),
            "engaged": engaged.ravel(),
            "spend": spend.ravel(),
            "fixed_cost": fixed.ravel(),
        },
    )


def contracts(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`contracts.csv`: a row for every offer held or used; `unit_cost` in undiscounted instance money."""
    offers, holds = data.offers, data.holds
    volume = total(data.arcs.offer, outcome.values["flow"], len(offers.hold))
    hold = chosen.held(data, outcome)[offers.hold]
    rows = np.flatnonzero((hold > 0) | (volume > 0) | (outcome.values["unused"] > 0))
    of = offers.hold[rows]
    table = frame(
        "contracts",
        {
            "scenario": scenario_of(data, offers.time[rows]),
            "period": period_of(data, offers.time[rows]),
            "location": pick(holds.location, of),
            "item": pick(holds.item, of),
            "contract": pick(holds.contract, of),
            "held": hold[rows],
            "volume": volume[rows],
            "unused": outcome.values["unused"][rows],
            "unit_cost": offers.unit_cost[rows],
            "share": np.zeros(len(rows)),
        },
    )
    bought = table.groupby(["scenario", "period", "item"])["volume"].transform("sum")
    table["share"] = (table["volume"] / bought.where(bought > 0, 1.0)).astype(np.float64)
    return table


def lanes(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:
    """`lanes.csv`: lanes with a capacity, minimum or fixed cost that are used or paid for."""
    loads, values = data.lane_loads, outcome.values
    load = total(data.arcs.lane_load, values["flow"] * data.arcs.lane_weight, len(loads.lane))
    unused = values["unused_lane"]
    decided = values["use_lane"][loads.use] if len(values["use_lane"]) else np.zeros(len(load))
    moved = total(data.arcs.lane_load, values["flow"], len(loads.lane))
    used = np.where(loads.use >= 0, decided, moved > 0)
    rows = np.union1d(real(load), np.union1d(real(used), real(unused)))
    lane = loads.lane[rows]
    items = instance.tables["lanes"]["item"].to_numpy(dtype=object)
    return frame(
        "lanes",
        {
            "scenario": scenario_of(data, loads.time[rows]),
            "period": period_of(data, loads.time[rows]),
            "origin": pick(data.lanes.origin, lane),
            "destination": pick(data.lanes.destination, lane),
            "mode": pick(data.lanes.mode, lane),
            "item": items[data.lanes.row[lane]],
            "used": used[rows],
            "load": load[rows],
            "unused": unused[rows],
            "freight_unused": unused[rows] * loads.freight[rows],
        },
    )


def _by_supplier(data: Data, outcome: Outcome, location: pd.Index) -> tuple[Floats, Floats]:
    """Whether a contract is held, and what is spent in base [locations, periods]."""
    shape = (len(location), len(data.periods.name))
    at = location.get_indexer(pd.Index(data.holds.location, dtype=object))
    held = np.zeros(shape)
    mine = at >= 0
    np.maximum.at(held, (at[mine], data.holds.period[mine]), chosen.held(data, outcome)[mine])
    spend = np.zeros(shape)
    offers = data.offers
    base = np.flatnonzero(in_base(data, offers.time) & mine[offers.hold])
    where = (at[offers.hold[base]], data.periods.time_period[offers.time[base]])
    np.add.at(spend, where, chosen.supplier_spend(data, outcome)[base])
    return held, spend
