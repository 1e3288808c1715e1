"""Limits of the model that rules of the user's set, and how much room each gains where a cell gives way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.study.infeasible import rules
from planner.study.infeasible.loosened import (
    Loosened,
    buffer_rows,
    figures,
    gateway_rows,
    lane_rows,
    may_short,
    offer_rows,
    production_rows,
    stock_rows,
    supplier_rows,
)
from planner.study.infeasible.rules import BOUND, Kind
from planner.study.infeasible.swings import Swings
from planner_models.arrays import Flags, Floats, Ints

Member = tuple[Ints, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """A cell of each limit, by its row in the table of the kind; -1 for none.

    `per_unit` is the room for each unit by which the cell gives way, or the gap by which one that goes by steps has to
    give way before there is any.
    """

    kind: Kind
    row: Ints
    per_unit: Floats


@dataclass(frozen=True, slots=True)
class Gate:
    """There is room only where one of these variables is 1."""

    variable: str
    limit: Ints  # position among the limits
    member: Member


@dataclass(frozen=True, slots=True)
class Limits:
    """Rows of a family, or bounds on a variable, with their cells.

    `member` is a position in the table behind the family or variable. `most` is the room that can be of use; nan where
    it is whatever the row could exceed its limit by. `bound` is the limit of a variable.
    """

    family: str
    member: Member
    most: Floats
    grants: tuple[Grant, ...]
    gate: Gate | None = None
    bound: Floats | None = None


def limits(model: Loosened) -> tuple[Limits, ...]:
    """All limits that can give way, policies and scenarios aside."""
    swings = Swings(model.own)
    return (
        _facilities(model, swings),
        _closed(model),
        _set_up(model),
        _offers(model, swings),
        _commitments(model),
        _qualified(model),
        _spending(model),
        _recipes(model),
        *_lanes(model, swings),
        _gateways(model, swings),
        *_stocks(model),
        _buffers(model),
        _wanted(model, swings),
        _single(model),
        _transit(model),
    )


def _unknown(count: int) -> Floats:
    return np.full(count, np.nan)


def _facilities(model: Loosened, swings: Swings) -> Limits:
    useful, options, period = model.useful.options, model.data.options, model.data.periods.time_period
    option, time = np.nonzero(useful.capacity > options.capacity)
    listed = np.where(option < len(model.instance.tables["facilities"]), option, -1)
    own, base = (
        model.own.facilities.capacity[option, time],
        figures(model.own.facilities.options["capacity"])[option],
    )
    event, gain = swings.facilities
    return Limits(
        "facility_capacity",
        (options.facility[option], time),
        (useful.capacity - options.capacity)[option, time],
        (
            Grant(rules.FACILITY, listed, _carried(own, base)),
            Grant(rules.OUTAGE, event[option, time], gain[option, time]),
        ),
        Gate("usable", np.arange(len(option)), (option, period[time])),
    )


def _carried(own: Floats, base: Floats) -> Floats:
    """What is left after events of a unit more in the table; nothing where there is no limit to raise."""
    left = np.isfinite(base).astype(np.float64)
    return np.divide(own, base, out=left, where=np.isfinite(base) & (base > 0))


def _closed(model: Loosened) -> Limits:
    table, periods = model.instance.tables["facilities"], len(model.data.periods.name)
    closed = np.flatnonzero((table["status"] == "closed").to_numpy())
    option, period = np.repeat(closed, periods), np.tile(np.arange(periods), len(closed))
    ones = np.ones(len(option))
    return Limits(
        f"{BOUND}open",
        (option, period),
        ones,
        (Grant(rules.CLOSED, option, ones),),
        bound=np.zeros(len(option)),
    )


def _set_up(model: Loosened) -> Limits:
    options, periods = model.data.options, len(model.data.periods.name)
    first = np.where(options.expands >= 0, 1, 0)
    ready = np.where(options.initially_open | ~options.decided, 0, first + options.setup_periods)
    option, period = np.nonzero(np.arange(periods)[None, :] < ready[:, None])
    slow = options.setup_periods[option] > 0
    option, period = option[slow], period[slow]
    gap = np.maximum(ready[option] - np.maximum(period, first[option]), 1)
    return Limits(
        "set_up_time", (option, period), np.ones(len(option)), (Grant(rules.SET_UP, option, figures(gap)),)
    )


def _offers(model: Loosened, swings: Swings) -> Limits:
    own = model.own.offers.iloc[at := offer_rows(model.own, model.data)]
    useful, mine, tables = model.useful.offers.capacity, model.data.offers.capacity, model.instance.tables
    offer = np.flatnonzero(useful > mine)
    location = model.own.codes.location[own["location"]]
    seller = pd.Index(tables["suppliers"]["location"]).get_indexer(pd.Index(location)).astype(np.int64)
    shut = (seller >= 0) & np.append((tables["suppliers"]["status"] == "excluded").to_numpy(), False)[seller]
    row = own["row"].to_numpy(dtype=np.int64)
    base = figures(tables["offers"]["capacity"])[row]
    event, gain = swings.offers
    none = np.full(len(row), -1)
    return Limits(
        "contract_capacity",
        (offer,),
        np.where(shut, figures(own["capacity"]), np.inf).clip(max=useful)[offer] - mine[offer],
        (
            Grant(
                rules.OFFER, np.where(shut, none, row)[offer], _carried(figures(own["capacity"]), base)[offer]
            ),
            Grant(rules.EXCLUDED, np.where(shut, seller, none)[offer], np.ones(len(offer))),
            Grant(rules.OUTAGE, np.where(shut, none, event[at])[offer], gain[at][offer]),
        ),
        Gate("hold", np.arange(len(offer)), (model.data.offers.hold[offer],)),
    )


def _commitments(model: Loosened) -> Limits:
    minimum = model.data.offers.minimum
    offer = np.flatnonzero(minimum > 0)
    row = model.own.offers["row"].to_numpy(dtype=np.int64)[offer_rows(model.own, model.data)[offer]]
    base = figures(model.instance.tables["offers"]["min_quantity"])[row]
    return Limits(
        "contract_minimum",
        (offer,),
        minimum[offer],
        (Grant(rules.COMMITMENT, row, _carried(minimum[offer], base)),),
    )


def _qualified(model: Loosened) -> Limits:
    suppliers, periods = model.data.suppliers, len(model.data.periods.name)
    wait = np.where(suppliers.candidate, suppliers.qualify_periods, 0)
    supplier, period = np.nonzero(np.arange(periods)[None, :] < wait[:, None])
    gap = figures(wait[supplier] - period)
    row = supplier_rows(model.own, model.data)[supplier]
    return Limits(
        "supplier_qualified", (supplier, period), np.ones(len(row)), (Grant(rules.QUALIFIED, row, gap),)
    )


def _spending(model: Loosened) -> Limits:
    most, times = model.data.suppliers.max_spend, len(model.data.periods.time_period)
    capped = np.flatnonzero(np.isfinite(most))
    supplier, time = np.repeat(capped, times), np.tile(np.arange(times), len(capped))
    row = supplier_rows(model.own, model.data)[supplier]
    written = figures(model.instance.tables["suppliers"]["max_spend"])[row]
    return Limits(
        "supplier_spend",
        (supplier, time),
        _unknown(len(row)),
        (Grant(rules.SPENDING, row, _carried(most[supplier], written)),),
    )


def _recipes(model: Loosened) -> Limits:
    row = production_rows(model.own, model.data)
    return Limits(
        "production_limit",
        (np.arange(len(row)),),
        _unknown(len(row)),
        (Grant(rules.RECIPE, row, np.ones(len(row))),),
    )


def _lanes(model: Loosened, swings: Swings) -> Iterator[Limits]:
    loads, useful, ways = model.data.lane_loads, model.useful.lane_loads.capacity, model.own.ways
    lane, row = lane_rows(model.own, model.data), model.data.lanes.row
    base = figures(model.instance.tables["lanes"]["capacity"])
    event, gain = swings.lanes
    for family, mine in (("lane_capacity", loads.use < 0), ("lane_link", loads.use >= 0)):
        load = np.flatnonzero(mine & (useful > loads.capacity))
        at, time = loads.lane[load], loads.time[load]
        own = ways.capacity[lane[at], time]
        yield Limits(
            family,
            (load,),
            (useful - loads.capacity)[load],
            (
                Grant(rules.LANE, row[at], _carried(own, base[row[at]])),
                Grant(rules.OUTAGE, event[lane[at], time], gain[lane[at], time]),
            ),
            Gate("use_lane", np.arange(len(load)), (loads.use[load],)) if family == "lane_link" else None,
        )


def _gateways(model: Loosened, swings: Swings) -> Limits:
    time, gate = model.data.gateway_loads.time, gateway_rows(model.own, model.data)
    finite = np.flatnonzero(np.isfinite(model.data.gateway_loads.capacity))
    gate, time = gate[finite], time[finite]
    base = figures(model.instance.tables["gateways"]["capacity"])[gate]
    event, gain = swings.gateways
    return Limits(
        "gateway_capacity",
        (finite,),
        _unknown(len(gate)),
        (
            Grant(rules.GATEWAY, gate, _carried(model.own.ways.gateway_capacity[gate, time], base)),
            Grant(rules.OUTAGE, event[gate, time], gain[gate, time]),
        ),
    )


def _stocks(model: Loosened) -> Iterator[Limits]:
    stocks, useful, options = model.data.stocks, model.useful.stocks.limit_quantity, model.data.options
    row = stock_rows(model.own, model.data)
    period = model.data.periods.time_period[stocks.limit_time]
    for family, mine in (
        ("stock_limit", stocks.limit_facility < 0),
        ("stock_link", stocks.limit_facility >= 0),
    ):
        limit = np.flatnonzero(mine & (useful > stocks.limit_quantity))
        which, option = np.nonzero(stocks.limit_facility[limit][:, None] == options.facility[None, :])
        yield Limits(
            family,
            (limit,),
            (useful - stocks.limit_quantity)[limit],
            (Grant(rules.STOCK, row[limit], np.ones(len(limit))),),
            Gate("usable", which, (option, period[limit][which])) if family == "stock_link" else None,
        )


def _buffers(model: Loosened) -> Limits:
    row = buffer_rows(model.own, model.data)
    written = figures(model.instance.tables["inventory"]["buffer_max"])[row]
    useful = model.useful.buffers.upper
    buffer = np.flatnonzero(useful > written)
    return Limits(
        f"{BOUND}buffer",
        (buffer,),
        (useful - written)[buffer],
        (Grant(rules.BUFFER, row[buffer], np.ones(len(buffer))),),
        bound=written[buffer],
    )


def _wanted(model: Loosened, swings: Swings) -> Limits:
    demands, row = model.own.demands, model.own.demands["row"].to_numpy(dtype=np.int64)
    quantity = figures(demands["quantity"])
    demand = np.flatnonzero(_hard(model) & (quantity > 0))
    base = figures(model.instance.tables["demand"]["quantity"])[row]
    event, gain = swings.demands
    return Limits(
        f"{BOUND}short",
        (demand,),
        quantity[demand],
        (
            Grant(rules.WANTED, row[demand], _carried(quantity, base)[demand]),
            Grant(rules.SURGE, event[demand], gain[demand]),
        ),
        bound=np.zeros(len(demand)),
    )


def _hard(model: Loosened) -> Flags:
    return np.asarray(~may_short(model.instance, model.own), dtype=np.bool_)


def _single(model: Loosened) -> Limits:
    demand = model.data.demands.single_demand
    row = model.own.demands["row"].to_numpy(dtype=np.int64)[demand]
    return Limits(
        "single_source_link",
        (np.arange(len(demand)),),
        model.data.demands.quantity[demand],
        (Grant(rules.SINGLE, row, np.ones(len(demand))),),
    )


def _transit(model: Loosened) -> Limits:
    arcs, own = model.network.arcs, model.own.demands
    demand = arcs["demand"].to_numpy(dtype=np.int64)
    row = np.append(own["row"].to_numpy(dtype=np.int64), -1)[demand]
    most = np.append(figures(model.instance.tables["demand"]["max_transit_days"].fillna(np.inf)), np.inf)[row]
    days = figures(arcs["days"])
    arc = np.flatnonzero((row >= 0) & (days > most * (1 + 1e-9)))
    return Limits(
        f"{BOUND}flow",
        (arc,),
        model.data.arcs.upper[arc],
        (Grant(rules.TRANSIT, row[arc], (days - most)[arc]),),
        bound=np.zeros(len(arc)),
    )
