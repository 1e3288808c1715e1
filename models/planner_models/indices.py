"""Index sets and groups: what the sums of the model run over. Members are positions in the tables of `Data`."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from planner_models.data import INPUT, OUTPUT, WAREHOUSED, Data, Stocks
from planner_models.templates import Figures, Groups, positions, subset
from planner_models.trade_indices import trade_sets


def index_sets(m: pyo.ConcreteModel, data: Data) -> None:
    """Every index set, in the order in which the model reads: time, design, operations."""
    _times(m, data)
    _facilities(m, data)
    _contracts(m, data)
    _lanes(m, data)
    _goods(m, data)
    _production(m, data)
    _stocks(m, data)
    _demands(m, data)
    _links(m, data)
    trade_sets(m, data)
    _policies(m, data)


def _times(m: pyo.ConcreteModel, data: Data) -> None:
    periods = len(data.periods.name)
    m.PERIODS = positions(periods)
    m.LAST_PERIOD = subset(np.arange(periods) == periods - 1)
    m.BEFORE = Groups.by([m.PERIODS], [np.arange(1, periods)], (periods,), doc="the period before, if any")
    m.TIMES = positions(len(data.periods.time_period))
    m.period_of = Figures(m.TIMES, values=data.periods.time_period)
    m.discount = Figures(m.PERIODS, values=data.periods.discount)
    m.time_weight = Figures(m.TIMES, values=data.periods.time_weight)


def _facilities(m: pyo.ConcreteModel, data: Data) -> None:
    options = data.options
    facilities, periods = len(options.facility_name), len(data.periods.name)
    m.FACILITIES = positions(facilities)
    m.OPTIONS = positions(len(options.name))
    m.OPTIONS_OF = Groups.by([m.FACILITIES], [options.facility], (facilities,))
    m.DECIDED_OPTIONS = subset(options.decided)
    several = np.bincount(options.facility, minlength=facilities) > 1
    m.FACILITIES_WITH_CHOICE = subset(several)
    m.EXPANSIONS = subset(options.expands >= 0)
    m.EXPANSIONS_AT = Groups.by(
        [m.FACILITIES], [np.where(options.expands >= 0, options.facility, -1)], (facilities,)
    )
    m.EXPANSIONS_OF = Groups.by([m.OPTIONS], [options.expands], (len(options.name),))
    m.expands = Figures(m.OPTIONS, values=options.expands)
    m.SET_UP_WINDOW = _window(
        m, options.setup_periods, periods, "periods whose opening is still being set up"
    )
    m.USABLE_FROM = _opened_when_usable(m, options.setup_periods, periods)
    m.SLOW_OPTIONS = subset((options.setup_periods > 0) & options.decided)
    initially = np.zeros((len(options.name), periods))
    initially[:, 0] = options.initially_open
    m.open_before = Figures(
        m.OPTIONS, m.PERIODS, values=initially, doc="1 where open before the first period"
    )
    m.REOPENED = subset(
        options.initially_open & options.decided & (options.residual_share * options.open_cost > 0)
    )


def _window(m: pyo.ConcreteModel, lengths: np.ndarray, periods: int, doc: str) -> Groups:
    """Periods b with t - length < b <= t, for each (option, t)."""
    option, time, back = np.nonzero(
        (np.arange(periods)[None, :, None] - np.arange(periods)[None, None, :] >= 0)
        & (np.arange(periods)[None, :, None] - np.arange(periods)[None, None, :] < lengths[:, None, None])
    )
    counts = np.bincount(option * periods + time, minlength=len(lengths) * periods)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Groups(m.OPTIONS, m.PERIODS, starts=starts, members=back, shape=(len(lengths), periods), doc=doc)


def _opened_when_usable(m: pyo.ConcreteModel, lengths: np.ndarray, periods: int) -> Groups:
    """The period t - setup_periods, if in the horizon, for each (option, t)."""
    opened = np.arange(periods)[None, :] - lengths[:, None]
    starts = np.concatenate([[0], np.cumsum((opened >= 0).ravel())]).astype(np.int64)
    members = opened.ravel()[opened.ravel() >= 0].astype(np.int64)
    return Groups(m.OPTIONS, m.PERIODS, starts=starts, members=members, shape=opened.shape)


def _contracts(m: pyo.ConcreteModel, data: Data) -> None:
    holds, offers, suppliers = data.holds, data.offers, data.suppliers
    periods, times = len(data.periods.name), len(data.periods.time_period)
    m.SUPPLIERS = positions(len(suppliers.name))
    m.CANDIDATES = subset(suppliers.candidate)
    m.HOLDS = positions(len(holds.period))
    m.HOLDS_OF_SUPPLIER = subset(holds.supplier >= 0)
    m.supplier_of = Figures(m.HOLDS, values=holds.supplier)
    m.hold_period = Figures(m.HOLDS, values=holds.period)
    groups = int(holds.rivals.max()) + 1 if len(holds.rivals) else 0
    all_rivals = positions(groups)
    m.ALL_RIVALS = all_rivals
    m.RIVALS = subset(np.bincount(holds.rivals, minlength=groups) > 1)
    m.HOLDS_AMONG = Groups.by([m.ALL_RIVALS], [holds.rivals], (groups,))
    m.QUALIFIED_BY = _qualified_by(m, suppliers.qualify_periods, periods)
    m.OFFERS = positions(len(offers.hold))
    m.hold_of = Figures(m.OFFERS, values=offers.hold)
    m.MINIMUM_OFFERS = subset(offers.minimum > 0)
    m.OFFERS_AT = Groups.by([m.TIMES], [np.where(offers.minimum > 0, offers.time, -1)], (times,))
    m.ARCS_FROM_OFFER = Groups.by([m.OFFERS], [data.arcs.offer], (len(offers.hold),))
    m.SPENDERS = subset(np.isfinite(suppliers.max_spend))
    supplier = holds.supplier[offers.hold] if len(offers.hold) else offers.hold
    shape = (len(suppliers.name), times)
    m.ARCS_BOUGHT = Groups.by(
        [m.SUPPLIERS, m.TIMES],
        [
            np.where(data.arcs.offer >= 0, supplier[data.arcs.offer] if len(supplier) else -1, -1),
            data.arcs.time,
        ],
        shape,
    )
    paid = np.where(offers.minimum > 0, supplier, -1)
    m.MINIMUM_OFFERS_OF = Groups.by([m.SUPPLIERS, m.TIMES], [paid, offers.time], shape)


def _qualified_by(m: pyo.ConcreteModel, lead: np.ndarray, periods: int) -> Groups:
    """Periods b <= t - qualify_periods, for each (supplier, t)."""
    count = np.clip(np.arange(periods)[None, :] - lead[:, None] + 1, 0, periods).ravel()
    starts = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    members = np.concatenate([np.arange(n) for n in count]) if len(count) else np.zeros(0)
    return Groups(
        m.SUPPLIERS, m.PERIODS, starts=starts, members=members.astype(np.int64), shape=(len(lead), periods)
    )


def _lanes(m: pyo.ConcreteModel, data: Data) -> None:
    uses, loads, gateways = data.lane_uses, data.lane_loads, data.gateway_loads
    m.LANE_USES = positions(len(uses.lane))
    m.USES_IN = Groups.by([m.PERIODS], [uses.period], (len(data.periods.name),))
    m.LANE_LOADS = positions(len(loads.lane))
    m.use_of_load = Figures(m.LANE_LOADS, values=loads.use)
    m.CAPPED_LOADS = subset(loads.use < 0)
    m.USED_LOADS = subset(loads.use >= 0)
    m.MINIMUM_LOADS = subset(loads.minimum > 0)
    times = len(data.periods.time_period)
    m.LOADS_AT = Groups.by([m.TIMES], [np.where(loads.minimum > 0, loads.time, -1)], (times,))
    m.ARCS_ON_LOAD = Groups.by([m.LANE_LOADS], [data.arcs.lane_load], (len(loads.lane),))
    m.GATEWAY_LOADS = positions(len(gateways.time))
    m.PASSAGES = positions(len(gateways.passage_arc))
    m.PASSAGES_OF = Groups.by([m.GATEWAY_LOADS], [gateways.passage_load], (len(gateways.time),))
    m.passage_arc = Figures(m.PASSAGES, values=gateways.passage_arc)


def _goods(m: pyo.ConcreteModel, data: Data) -> None:
    arcs, places, times = data.arcs, data.places, len(data.periods.time_period)
    m.ARCS = positions(len(arcs.time))
    used = np.append(data.lane_loads.use >= 0, False)[arcs.lane_load]
    m.load_of_arc = Figures(m.ARCS, values=arcs.lane_load)
    m.WEIGHTLESS_ARCS = subset((arcs.lane_weight == 0) & used)
    m.ARCS_AT = Groups.by([m.TIMES], [arcs.time], (times,))
    m.PLACES = positions(len(places.time))
    m.INPUTS = subset(places.kind == INPUT)
    m.OUTPUTS = subset(places.kind == OUTPUT)
    m.WAREHOUSED = subset(places.kind == WAREHOUSED)
    m.ARCS_TO = Groups.by([m.PLACES], [arcs.to_place], (len(places.time),))
    m.ARCS_OUT = Groups.by([m.PLACES], [arcs.from_place], (len(places.time),))
    facilities = len(data.options.facility_name)
    m.ARCS_THROUGH = Groups.by([m.FACILITIES, m.TIMES], [arcs.facility, arcs.time], (facilities, times))
    programmes = len(data.charges.programme_name)
    m.PROGRAMMES = positions(programmes)
    m.CHARGES = positions(len(data.charges.arc))
    m.charged_arc = Figures(m.CHARGES, values=data.charges.arc)
    m.CHARGES_OF = Groups.by(
        [m.PROGRAMMES, m.TIMES], [data.charges.programme, arcs.time[data.charges.arc]], (programmes, times)
    )


def _production(m: pyo.ConcreteModel, data: Data) -> None:
    runs, needs, limits, set_ups = data.runs, data.needs, data.production_limits, data.set_ups
    places, times = len(data.places.time), len(data.periods.time_period)
    facilities = len(data.options.facility_name)
    m.RUNS = positions(len(runs.time))
    m.RUNS_AT = Groups.by([m.TIMES], [runs.time], (times,))
    m.RUNS_INTO = Groups.by([m.PLACES], [runs.output], (places,))
    m.RUNS_IN = Groups.by([m.FACILITIES, m.TIMES], [runs.facility, runs.time], (facilities, times))
    m.NEEDS = positions(len(needs.run))
    m.run_of = Figures(m.NEEDS, values=needs.run)
    m.FEEDS = positions(len(needs.feed_need))
    m.FEEDS_FOR = Groups.by([m.NEEDS], [needs.feed_need], (len(needs.run),))
    m.FEEDS_FROM = Groups.by([m.PLACES], [needs.feed_place], (places,))
    m.PRODUCTION_LIMITS = positions(len(limits.time))
    m.RUNS_LIMITED = Groups.by([m.PRODUCTION_LIMITS], [runs.production_limit], (len(limits.time),))
    m.ARCS_LIMITED = Groups.by([m.PRODUCTION_LIMITS], [data.arcs.production_limit], (len(limits.time),))
    m.SET_UPS = positions(len(set_ups.period))
    m.SET_UPS_IN = Groups.by([m.PERIODS], [set_ups.period], (len(data.periods.name),))
    m.RUNS_SET_UP = subset(runs.set_up >= 0)
    m.set_up_of = Figures(m.RUNS, values=runs.set_up)
    m.USES = positions(len(data.uses.time))
    m.option_of_use = Figures(m.USES, values=data.uses.option)
    m.use_time = Figures(m.USES, values=data.uses.time)
    m.USES_AT = Groups.by([m.TIMES], [data.uses.time], (times,))
    meters = (int(data.uses.meter.max(initial=-1)) + 1,)
    m.METERS = positions(*meters)
    m.USES_OF = Groups.by([m.METERS], [data.uses.meter], meters)
    m.RUNS_METERED = Groups.by([m.METERS], [data.uses.run_meter], meters)
    m.ARCS_METERED = Groups.by([m.METERS], [data.uses.arc_meter], meters)


def _stocks(m: pyo.ConcreteModel, data: Data) -> None:
    stocks, places = data.stocks, len(data.places.time)
    times = len(data.periods.time_period)
    m.STOCKS = positions(len(stocks.place))
    m.STOCK_AFTER = Groups.by([m.PLACES], [stocks.place], (places,), doc="kept at the end of the period")
    m.STOCK_BEFORE = _stock_before(m, stocks, places)
    at = data.places.time[stocks.place] if len(stocks.place) else stocks.place
    m.STOCKS_AT = Groups.by([m.TIMES], [at], (times,))
    m.STOCK_LIMITS = positions(len(stocks.limit_time))
    m.FREE_STOCK_LIMITS = subset(stocks.limit_facility < 0)
    m.FACILITY_STOCK_LIMITS = subset(stocks.limit_facility >= 0)
    m.limit_facility = Figures(m.STOCK_LIMITS, values=stocks.limit_facility)
    m.limit_time = Figures(m.STOCK_LIMITS, values=stocks.limit_time)
    m.STOCKS_LIMITED = Groups.by([m.STOCK_LIMITS], [stocks.limit], (len(stocks.limit_time),))
    m.LOSSES = positions(len(stocks.loss_place))
    m.loss_place = Figures(m.LOSSES, values=stocks.loss_place)
    m.loss_facility = Figures(m.LOSSES, values=stocks.loss_facility)
    lost_at = data.places.time[stocks.loss_place] if len(stocks.loss_place) else stocks.loss_place
    m.loss_time = Figures(m.LOSSES, values=lost_at)
    m.LOSSES_FROM = Groups.by([m.PLACES], [stocks.loss_place], (places,))
    _buffers(m, data)


def _buffers(m: pyo.ConcreteModel, data: Data) -> None:
    buffers, places, times = data.buffers, len(data.places.time), len(data.periods.time_period)
    draws, uses = len(buffers.draw_place), len(buffers.use_buffer)
    m.BUFFERS = positions(len(buffers.upper))
    m.BUFFER_USES = positions(uses)
    m.buffer_used = Figures(m.BUFFER_USES, values=buffers.use_buffer)
    m.DRAWS = positions(draws)
    m.DRAWS_OF = Groups.by([m.BUFFER_USES], [buffers.draw_use], (uses,))
    m.DRAWS_INTO = Groups.by([m.PLACES], [buffers.draw_place], (places,))
    drawn_at = data.places.time[buffers.draw_place] if draws else buffers.draw_place
    m.draw_time = Figures(m.DRAWS, values=drawn_at)
    m.DRAWS_AT = Groups.by([m.TIMES], [drawn_at], (times,))
    m.draw_facility = Figures(m.DRAWS, values=buffers.draw_facility)
    m.FACILITY_DRAWS = subset(buffers.draw_facility >= 0)


def _stock_before(m: pyo.ConcreteModel, stocks: Stocks, places: int) -> Groups:
    """The stock, if any, that was kept from the period before [places]."""
    order = np.argsort(stocks.entry_place, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(stocks.entry_place, minlength=places))]).astype(
        np.int64
    )
    members = stocks.entry_stock[order]
    return Groups(
        m.PLACES, starts=starts, members=members, shape=(places,), doc="kept from the period before"
    )


def _demands(m: pyo.ConcreteModel, data: Data) -> None:
    demands, times = data.demands, len(data.periods.time_period)
    m.DEMANDS = positions(len(demands.time))
    m.SHORT_DEMANDS = subset(demands.may_short)
    m.SHORT_AT = Groups.by(
        [m.DEMANDS],
        [np.where(demands.may_short, np.arange(len(demands.time)), -1)],
        (len(demands.time),),
        doc="the demand itself where it may go unmet",
    )
    m.SHORTS_AT = Groups.by([m.TIMES], [np.where(demands.may_short, demands.time, -1)], (times,))
    m.ARCS_INTO = Groups.by([m.DEMANDS], [data.arcs.demand], (len(demands.time),))
    m.SOURCED = positions(len(demands.sourced_demand))
    m.ASSIGNS = positions(len(demands.assign_lane))
    m.ASSIGNS_OF = Groups.by([m.SOURCED], [demands.assign_sourced], (len(demands.sourced_demand),))
    m.SINGLE_SOURCES = positions(len(demands.single_assign))
    may = demands.may_short[demands.single_demand] if len(demands.single_demand) else np.zeros(0, dtype=bool)
    m.HARD_SINGLE_SOURCES = subset(~may)
    m.SOFT_SINGLE_SOURCES = subset(may)
    m.single_assign = Figures(m.SINGLE_SOURCES, values=demands.single_assign)
    m.single_demand = Figures(m.SINGLE_SOURCES, values=demands.single_demand)
    m.ARCS_SINGLE = Groups.by([m.SINGLE_SOURCES], [data.arcs.single_source], (len(demands.single_assign),))


def _links(m: pyo.ConcreteModel, data: Data) -> None:
    links = data.links
    m.PLANT_LINKS = positions(len(links.plant_bound))
    firm = _links_without_capacity(data)
    m.FIRM_PLANT_LINKS, m.LAZY_PLANT_LINKS = subset(firm), subset(~firm)
    m.plant_link_facility = Figures(m.PLANT_LINKS, values=links.plant_facility)
    m.plant_link_period = Figures(m.PLANT_LINKS, values=links.plant_period)
    m.ARCS_PLANT_LINKED = Groups.by([m.PLANT_LINKS], [data.arcs.plant_link], (len(links.plant_bound),))
    m.RUNS_PLANT_LINKED = Groups.by([m.PLANT_LINKS], [data.runs.plant_link], (len(links.plant_bound),))
    m.CONTRACT_LINKS = positions(len(links.contract_bound))
    m.contract_link_hold = Figures(m.CONTRACT_LINKS, values=links.contract_hold)
    m.ARCS_CONTRACT_LINKED = Groups.by(
        [m.CONTRACT_LINKS], [data.arcs.contract_link], (len(links.contract_bound),)
    )


def _links_without_capacity(data: Data) -> np.ndarray:
    """Whether a plant link has an arc or run that uses no capacity, or an arc that leaves the stock of a plant.

    All others are implied by the capacity of the facility once its options are whole.
    """
    arcs, runs, places = data.arcs, data.runs, data.places
    stocked = np.zeros(len(places.time) + 1, dtype=bool)  # the last one is for arcs that leave no place
    stocked[data.stocks.loss_place] = places.kind[data.stocks.loss_place] == OUTPUT
    loose = stocked[arcs.from_place] | ((arcs.facility >= 0) & (arcs.capacity_use == 0))
    firm = np.zeros(len(data.links.plant_bound), dtype=bool)
    firm[arcs.plant_link[loose & (arcs.plant_link >= 0)]] = True
    firm[runs.plant_link[(runs.capacity_use == 0) & (runs.plant_link >= 0)]] = True
    return firm


def _policies(m: pyo.ConcreteModel, data: Data) -> None:
    policies, counts = data.policies, data.counts
    rows = len(policies.rule)
    m.POLICY_ROWS = positions(rows)
    m.RULES = positions(len(policies.rule_policy))
    m.SOFT_RULES = subset(np.isfinite(policies.rule_penalty))
    soft = np.isfinite(policies.rule_penalty)[policies.rule] if rows else np.zeros(0, dtype=bool)
    m.VIOLATION_OF = Groups(
        m.POLICY_ROWS,
        starts=np.concatenate([[0], np.cumsum(soft)]).astype(np.int64),
        members=policies.rule[soft],
        shape=(rows,),
        doc="the violation of a soft policy row",
    )
    m.COUNTS = positions(len(counts.period))
    m.CAPPED_COUNTS = subset(counts.capped)
    m.COUNTED = positions(len(counts.counted_arc))
    m.COUNTED_IN = Groups.by([m.COUNTS], [counts.counted_count], (len(counts.period),))
    m.counted_arc = Figures(m.COUNTED, values=counts.counted_arc)
