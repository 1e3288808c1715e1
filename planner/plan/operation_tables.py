"""Tables of the operations: what is made, consumed, stocked, short, and what the scarce things are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from planner.plan.columns import empty, frame
from planner.plan.labels import DUST, base_times, of_place, of_run, period_of, pick, real, scenario_of, total
from planner_models.arrays import Floats, Ints
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.solve.outcome import Outcome


def production(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`production.csv`: a row for every run that makes something, or is set up."""
    runs, made = data.runs, outcome.values["run"]
    paid = outcome.values["set_up"]
    set_up = np.where(runs.set_up >= 0, paid[runs.set_up] if len(paid) else 0.0, 0.0)
    rows = np.union1d(real(made), real(set_up))
    columns = of_run(data, rows) | {"quantity": made[rows], "set_up": set_up[rows]}
    return frame("production", columns)


def feeds(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`feeds.csv`: a row for every good that a run consumes; what is fed to a run of nothing is rounding."""
    needs, quantity = data.needs, outcome.values["feed"]
    runs = np.isin(needs.run[needs.feed_need], real(outcome.values["run"]))
    rows = np.intersect1d(real(quantity), np.flatnonzero(runs))
    need = needs.feed_need[rows]
    good = data.places.good[needs.feed_place[rows]]
    columns = of_run(data, needs.run[need]) | {
        "component": pick(needs.item, need),
        "source": pick(data.goods.source, good),
        "deal": pick(data.goods.deal, good),
        "component_status": pick(data.goods.status, good),
        "component_class": pick(data.goods.destination_class, good),
        "quantity": quantity[rows],
    }
    return frame("feeds", columns)


def stock(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`stock.csv`: goods in stock at the start or end of a period, and the buffer in every period."""
    places, stocks, values = data.places, data.stocks, outcome.values
    count = len(places.good)
    end = total(stocks.place, values["stock"], count)
    before = places.initial + total(stocks.entry_place, values["stock"][stocks.entry_stock], count)
    lost = total(stocks.loss_place, values["lost"], count)
    draw = total(data.buffers.draw_place, values["draw"], count)
    storage = total(stocks.place, values["stock"] * stocks.storage, count)
    rows = np.flatnonzero((end > DUST) | (before > DUST) | (lost > DUST) | (draw > DUST))
    working = frame(
        "stock",
        {
            **of_place(data, rows),
            "before": before[rows],
            "quantity": end[rows],
            "lost": lost[rows],
            "draw": draw[rows],
            "storage": storage[rows],
        },
    )
    kept = _buffers(data, outcome)
    return pd.concat([working, kept], ignore_index=True) if len(kept) else working


def shortages(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`shortages.csv`: a row for every demand; money and dual undiscounted."""
    demands, short = data.demands, outcome.values["short"]
    return frame(
        "shortages",
        {
            "scenario": scenario_of(data, demands.time),
            "period": period_of(data, demands.time),
            "market": np.array(demands.market, dtype=object),
            "item": np.array(demands.item, dtype=object),
            "demand": demands.quantity,
            "met": demands.quantity - short,
            "short": short,
            "cost": short * demands.shortage_cost,
            "dual": _undiscounted(data, outcome, "demand_balance", demands.time),
        },
    )


def duals(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:  # noqa: ARG001
    """`duals.csv`: what one more unit of demand or capacity adds to the cost, undiscounted; zeros are left out.

    So are contracts that are not held and facilities that are not usable: more of nothing is worth nothing.
    """
    holds, hold = data.holds, data.offers.hold
    held = np.round(outcome.values["hold"])[hold] > 0
    lane, times = data.lane_loads.lane, len(data.periods.time_period)
    shape = (len(data.options.facility_name), times)
    every = np.broadcast_to(np.arange(times), shape)
    options = np.zeros((shape[0], len(data.periods.name)))
    np.add.at(options, data.options.facility, np.round(outcome.values["usable"]))
    usable = options[:, data.periods.time_period] > 0
    facility_name = np.array(data.options.facility_name, dtype=object)[:, None]
    demands, limits = data.demands, data.production_limits
    lane_name = pick(data.lanes.origin, lane) + ">" + pick(data.lanes.destination, lane)
    sold = pick(holds.location, hold), pick(holds.item, hold), pick(holds.contract, hold)
    loads, gateways = data.lane_loads, data.gateway_loads
    parts = [
        _Scarce("demand_balance", demands.time, demands.market, demands.item),
        _Scarce("facility_capacity", every, facility_name, real=usable),
        _Scarce("contract_capacity", data.offers.time, *sold, real=held),
        _Scarce("production_limit", limits.time, limits.location, limits.item),
        _Scarce("lane_capacity", loads.time, lane_name),
        _Scarce("gateway_capacity", gateways.time, gateways.gateway),
    ]
    tables = [_dual_rows(data, outcome, part) for part in parts]
    there = [table for table in tables if len(table)]
    return pd.concat(there, ignore_index=True) if there else empty("duals")


class _Scarce(NamedTuple):
    """A constraint family whose duals are listed, and the names of its rows; `real` where there is something to use."""

    constraint: str
    time: Ints
    location: Any
    item: Any = ""
    contract: Any = ""
    real: Any = True


def _dual_rows(data: Data, outcome: Outcome, scarce: _Scarce) -> pd.DataFrame:
    """The rows of one constraint family in `duals.csv`."""
    dual = _undiscounted(data, outcome, scarce.constraint, scarce.time) * scarce.real
    rows = np.nonzero(dual)
    names = {name: getattr(scarce, name) for name in ("location", "item", "contract")}
    return frame(
        "duals",
        {
            "constraint": np.full(len(rows[0]), scarce.constraint, dtype=object),
            **{
                name: np.broadcast_to(np.asarray(texts, dtype=object), dual.shape)[rows]
                for name, texts in names.items()
            },
            "period": period_of(data, scarce.time[rows]),
            "dual": dual[rows],
        },
    )


def _undiscounted(data: Data, outcome: Outcome, constraint: str, time: Ints) -> Floats:
    """Duals of a constraint family in money of their own period, given that their scenario happens."""
    dual = np.asarray(outcome.duals.get(constraint, np.zeros(0)), dtype=np.float64)
    whole = np.zeros(time.shape)
    if dual.size:
        # the last members of a table may have no row
        whole[tuple(slice(length) for length in dual.shape)] = dual
    weight = data.periods.discount[data.periods.time_period[time]] * data.periods.time_weight[time]
    return np.divide(whole, weight, out=np.zeros_like(whole), where=weight > 0)


def _buffers(data: Data, outcome: Outcome) -> pd.DataFrame:
    """Strategic stock, the same in every period; what it costs to keep is design."""
    kept = outcome.values["buffer"]
    rows, periods = real(kept), base_times(data)
    at, time = np.repeat(rows, len(periods)), np.tile(periods, len(rows))
    return frame(
        "stock",
        {
            "scenario": scenario_of(data, time),
            "period": period_of(data, time),
            "location": pick(data.buffers.location, at),
            "item": pick(data.buffers.item, at),
            "source": pick(data.buffers.location, at),
            "deal": np.full(len(at), "buffer", dtype=object),
            "status": "",
            "class": "any",
            "before": kept[at],
            "quantity": kept[at],
            "lost": 0.0,
            "draw": 0.0,
            "storage": kept[at] * data.buffers.cost[at],
        },
    )
