"""What the model needs to know: frozen tables of numpy arrays, one entry a row, units beside each.

A column that names a row of another table holds its position there, or -1 for none. A *time* is a pair of
period and scenario; the first `len(periods.name)` times are those of the base scenario, in order. Money is in
the instance currency, undiscounted; quantities are units of the item in one period. Every bound is finite.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner_models.arrays import Flags, Floats, Ints, Names
from planner_models.policy_data import Counts, Policies, Terms
from planner_models.resilience_data import Exposures, Services, Spreads, Tails
from planner_models.trade_data import Criteria, Quotas, Regimes, Reliefs

__all__ = ["Counts", "Criteria", "Data", "Policies", "Quotas", "Regimes", "Reliefs", "Terms"]


@dataclass(frozen=True, slots=True)
class Periods:
    """PERIODS, and TIMES = the periods of each scenario."""

    name: Names
    days: float  # days in every period
    discount: Floats  # [periods] present value of one unit of money of the period
    scenario_name: Names  # the first is `base`
    time_period: Ints  # [times] period
    time_scenario: Ints  # [times] scenario
    time_weight: Floats  # [times] probability that the operations of this time happen


@dataclass(frozen=True, slots=True)
class Options:
    """OPTIONS: a facility in one of its options. Locations without any option are open, free and unlimited."""

    facility_name: Names  # FACILITIES: locations that have options
    name: Names
    facility: Ints
    initially_open: Flags
    fixed_cost: Floats  # money a period
    open_cost: Floats  # money
    close_cost: Floats  # money
    residual_share: Floats
    setup_periods: Ints
    expands: Ints  # the option that it grows out of
    capacity: Floats  # [options, times] capacity units a period; never above what could be useful
    emission: Floats  # kg CO2e a capacity unit used
    decided: Flags  # False: nothing to decide, it stays as it is at the start
    stated: Floats | None = None  # [options, times] capacity as stated, inf for none; None: as `capacity`


@dataclass(frozen=True, slots=True)
class Suppliers:
    """SUPPLIERS: only those with something to decide or to pay; all others are engaged and free."""

    name: Names
    candidate: Flags
    qualify_cost: Floats  # money
    qualify_periods: Ints
    fixed_cost: Floats  # money a period in which a contract is held
    max_spend: Floats  # money a period; inf for none


@dataclass(frozen=True, slots=True)
class Holds:
    """HOLDS: a contract in a period (design)."""

    location: Names
    item: Names
    contract: Names
    period: Ints
    supplier: Ints  # its row in SUPPLIERS, if that has one
    rivals: Ints  # number of its (location, item, period): at most one of them is held
    decided: Flags  # False: held at no cost, nothing to decide


@dataclass(frozen=True, slots=True)
class Offers:
    """OFFERS: a contract at a time (operations)."""

    hold: Ints
    time: Ints
    unit_cost: Floats  # money a unit
    capacity: Floats  # units; never above what could be useful
    minimum: Floats  # units, take-or-pay; 0 for none
    stated: Floats | None = None  # capacity as stated, inf for none; None: as `capacity`


@dataclass(frozen=True, slots=True)
class Lanes:
    """LANES: (origin, destination, mode) under one row of the lane table."""

    origin: Names
    destination: Names
    mode: Names
    row: Ints  # position in the lane table


@dataclass(frozen=True, slots=True)
class LaneUses:
    """LANE_USES: a lane with a fixed cost or a minimum, in a period (design)."""

    lane: Ints
    period: Ints
    fixed_cost: Floats  # money if used


@dataclass(frozen=True, slots=True)
class LaneLoads:
    """LANE_LOADS: a lane with a capacity, minimum or fixed cost, at a time (operations); `per` is unit, kg or m3."""

    lane: Ints
    time: Ints
    use: Ints  # its row in LANE_USES
    capacity: Floats  # per; never above what could be useful
    minimum: Floats  # per; 0 for none
    freight: Floats  # money a per, paid for what is missing to the minimum
    stated: Floats | None = None  # capacity as stated, inf for none; None: as `capacity`


@dataclass(frozen=True, slots=True)
class GatewayLoads:
    """GATEWAY_LOADS: a gateway of finite capacity at a time, and PASSAGES: which arcs load it."""

    gateway: Names
    time: Ints
    capacity: Floats  # per
    passage_load: Ints  # [passages] row of GATEWAY_LOADS
    passage_arc: Ints  # [passages]
    passage_weight: Floats  # [passages] per a unit


@dataclass(frozen=True, slots=True)
class Goods:
    """GOODS: (item, source location, deal, status, class)."""

    item: Names
    source: Names
    deal: Names  # contract, recipe, `initial` or `buffer`
    status: Names
    destination_class: Names


@dataclass(frozen=True, slots=True)
class Places:
    """PLACES: a good that can be at a plant or warehouse at a time; each has one balance."""

    location: Names
    good: Ints
    time: Ints
    kind: Ints  # INPUT, OUTPUT or WAREHOUSED below
    initial: Floats  # units there at the start of the first period, else 0


INPUT, OUTPUT, WAREHOUSED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Arcs:
    """ARCS: (lane, good, entry) at a time. Costs are money a unit by ledger component; duties are in Charges."""

    lane: Ints
    good: Ints
    time: Ints
    agreement: Names  # that a claimed entry claims under; blank for a normal entry
    regime: Ints  # row of REGIMES that its lower duty needs
    from_place: Ints  # none when it leaves a supplier
    to_place: Ints  # none when it enters a market
    offer: Ints  # when it leaves a supplier
    demand: Ints  # when it enters a market
    facility: Ints  # the warehouse that it leaves, if that has options
    capacity_use: Floats  # capacity units of that warehouse a unit
    production_limit: Ints  # handling limit of that warehouse
    lane_load: Ints
    lane_weight: Floats  # per a unit
    single_source: Ints
    plant_link: Ints
    contract_link: Ints
    upper: Floats  # units
    purchase: Floats
    conversion: Floats  # handling in the warehouse that it leaves
    freight: Floats
    handling: Floats  # gateways
    insurance: Floats
    pipeline: Floats
    carbon: Floats  # lane, and warehouse where that is the same in all options
    claim: Floats


@dataclass(frozen=True, slots=True)
class Charges:
    """CHARGES: a duty or fee on an arc, with the row that set it."""

    programme_name: Names  # PROGRAMMES: ledger names, `duty:MFN`, `fee:MPF`
    arc: Ints
    programme: Ints
    amount: Floats  # money a unit
    rate: Floats  # share of value charged (after `cap`, within a quota)
    specific: Floats  # money a unit
    value: Floats  # dutiable value, money a unit
    row: Ints  # position in the tariffs (duty) or fees (fee) table
    waived_by: Names  # agreement under whose claim the row is waived; blank for none
    reduced_by: Ints  # position in the relief table of the regime that lowered the rate


@dataclass(frozen=True, slots=True)
class Runs:
    """RUNS: (plant, item, recipe, status, test, class) at a time."""

    location: Names
    item: Names
    recipe: Names
    status: Names
    test: Names
    destination_class: Names
    time: Ints
    output: Ints  # place of the good made
    facility: Ints  # none where the plant has no options
    capacity_use: Floats  # capacity units a unit
    production_limit: Ints
    set_up: Ints
    plant_link: Ints
    upper: Floats  # units
    conversion: Floats  # money a unit
    carbon: Floats  # money a unit, where the same in all options


@dataclass(frozen=True, slots=True)
class Needs:
    """NEEDS: a component of a run, and FEEDS: a good that can fill it."""

    run: Ints
    item: Names
    quantity: Floats  # units of the component a unit made
    feed_need: Ints  # [feeds]
    feed_place: Ints  # [feeds] where the good is taken from (input of the plant, or its own output)
    feed_upper: Floats  # [feeds] units


@dataclass(frozen=True, slots=True)
class ProductionLimits:
    """PRODUCTION_LIMITS: max_quantity of a recipe at a plant, or of an item through a warehouse, at a time."""

    location: Names
    item: Names
    recipe: Names
    time: Ints
    quantity: Floats  # units


@dataclass(frozen=True, slots=True)
class SetUps:
    """SET_UPS: a recipe that costs a set-up in a period in which it runs (design)."""

    location: Names
    item: Names
    recipe: Names
    period: Ints
    cost: Floats  # money


@dataclass(frozen=True, slots=True)
class Stocks:
    """STOCKS: what a place keeps at the end of its period; STOCK_LIMITS; LOSSES where a facility may be unusable.

    What is kept enters a place at every time that follows: the next period of its scenario, and of those that leave
    base there.
    """

    place: Ints  # balance that it leaves
    limit: Ints
    storage: Floats  # money a unit: holding cost and carrying cost
    upper: Floats  # units
    limit_location: Names  # STOCK_LIMITS: (location, item, time)
    limit_item: Names
    limit_time: Ints
    limit_facility: Ints  # none where the location is always usable
    limit_quantity: Floats  # units; never above what could be useful
    entry_stock: Ints  # [entries] a stock
    entry_place: Ints  # [entries] a balance that it enters; what is kept to the end has no entry
    loss_place: Ints  # LOSSES: the balance from which stock is lost when its location is not usable
    loss_facility: Ints
    loss_upper: Floats  # units
    limit_stated: Floats | None = None  # limit as stated, inf for none; None: as `limit_quantity`


@dataclass(frozen=True, slots=True)
class Buffers:
    """BUFFERS: strategic stock kept beside the working stock (design); DRAWS from it, never in base (operations).

    BUFFER_USES are a buffer in a scenario: what is drawn over its horizon.
    """

    location: Names
    item: Names
    upper: Floats  # units
    cost: Floats  # money a unit a period: buffer_cost and carrying cost
    use_buffer: Ints  # [uses]
    draw_use: Ints  # [draws]
    draw_place: Ints  # [draws] the balance that it enters
    draw_facility: Ints  # [draws] none where the location is always usable
    draw_upper: Floats  # [draws] units
    draw_cost: Floats  # [draws] money a unit: initial_value


@dataclass(frozen=True, slots=True)
class Demands:
    """DEMANDS: (market, item) at a time; and single sourcing: one lane carries all of it.

    SOURCED are the single-sourced (market, item, period); ASSIGNS their lanes (design); SINGLE_SOURCES a lane
    into a single-sourced demand (operations).
    """

    market: Names
    item: Names
    time: Ints
    quantity: Floats  # units
    may_short: Flags
    shortage_cost: (
        Floats  # money a unit (the lost price included with the profit objective); 0 where not allowed
    )
    sourced_demand: Ints  # [sourced] its base demand
    assign_sourced: Ints  # [assigns]
    assign_lane: Ints  # [assigns]
    single_assign: Ints  # [single sources]
    single_demand: Ints  # [single sources]


@dataclass(frozen=True, slots=True)
class Links:
    """PLANT_LINKS and CONTRACT_LINKS: the disaggregated form of a capacity, added where the LP bound is weak."""

    plant_facility: Ints
    plant_period: Ints
    plant_bound: Floats  # units: largest useful quantity of its arcs and runs together
    contract_hold: Ints
    contract_bound: Floats  # units


@dataclass(frozen=True, slots=True)
class Uses:
    """USES: capacity used in one option, where the emission differs between the options of a facility.

    A meter counts what a facility uses at a time for the items that no policy on emissions tells apart.
    """

    option: Ints
    time: Ints
    meter: Ints
    upper: Floats  # capacity units
    carbon: Floats  # money a capacity unit
    run_meter: Ints  # [runs] the meter that counts it, -1 for none
    arc_meter: Ints  # [arcs] likewise


@dataclass(frozen=True, slots=True)
class Data:
    """Everything that the model needs, and nothing that it does not."""

    periods: Periods
    options: Options
    suppliers: Suppliers
    holds: Holds
    offers: Offers
    lanes: Lanes
    lane_uses: LaneUses
    lane_loads: LaneLoads
    gateway_loads: GatewayLoads
    goods: Goods
    places: Places
    arcs: Arcs
    charges: Charges
    runs: Runs
    needs: Needs
    production_limits: ProductionLimits
    set_ups: SetUps
    stocks: Stocks
    buffers: Buffers
    demands: Demands
    links: Links
    uses: Uses
    criteria: Criteria
    regimes: Regimes
    reliefs: Reliefs
    quotas: Quotas
    counts: Counts
    policies: Policies
    services: Services
    tails: Tails
    exposures: Exposures
    spreads: Spreads
