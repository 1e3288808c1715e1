"""The ledger, recomputed: one small function per cost component, undiscounted money by period.

Each yields (period position, component, money). Design components stand in `DESIGN`, operating ones in
`OPERATIONS`; only their names are shared with the plan.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from decimal import Decimal
from functools import cached_property

from planner.audit.case import Case, summed
from planner.audit.contracts import unit_cost
from planner.audit.events import BASE
from planner.audit.facilities import Design, options
from planner.audit.flows import lane_of, written_lane
from planner.audit.lanes import weight
from planner.audit.plan_tables import Shortage, Stock
from planner.audit.reader import ONE, ZERO
from planner.audit.shipment import Shipment
from planner.audit.trade_tables import RegimeState

Entries = Iterator[tuple[int, str, Decimal]]
YEAR = Decimal(365)


def facility_fixed(case: Case) -> Entries:
    """Every open option pays its fixed cost, set-up included."""
    design = Design(case)
    for option, t, _ in options(case):
        yield t, "facility_fixed", option.fixed_cost * design.at(option, t).open


def facility_open(case: Case) -> Entries:
    """Opening costs once."""
    design = Design(case)
    for option, t, _ in options(case):
        yield t, "facility_open", option.open_cost * design.at(option, t).opening


def facility_close(case: Case) -> Entries:
    """Closing costs once, but not where an expansion takes over."""
    design = Design(case)
    for option, t, _ in options(case):
        replaced = ZERO
        for other in case.instance.facilities[option.location].values():
            if other.expands == option.option:
                replaced += design.at(other, t - other.setup_periods).opening
        closed = max(ZERO, design.at(option, t).closing - replaced)
        yield t, "facility_close", option.close_cost * closed


def facility_residual(case: Case) -> Entries:
    """What was opened in the horizon and is open at its end is credited a share of its open_cost."""
    design, last = Design(case), case.times[-1]
    for option, t, _ in options(case):
        if t == last and any(design.at(option, then).opening for then in case.times):
            credit = option.open_cost * option.residual_share * design.at(option, t).open
            yield t, "facility_residual", -credit


def qualification(case: Case) -> Entries:
    """Qualifying a candidate supplier costs once."""
    for row in case.suppliers:
        supplier = case.instance.suppliers.get(row.location)
        if supplier is not None:
            yield case.t(row.period), "qualification", supplier.qualify_cost * row.qualify


def supplier_fixed(case: Case) -> Entries:
    """A supplier costs a fixed amount in each period in which a contract of it is held."""
    for row in case.suppliers:
        supplier = case.instance.suppliers.get(row.location)
        if supplier is not None:
            yield case.t(row.period), "supplier_fixed", supplier.fixed_cost * row.engaged


def lane_fixed(case: Case) -> Entries:
    """A lane that is used pays its fixed cost, once for all scenarios."""
    paid: set[tuple[str, ...]] = set()
    for row in case.lanes:
        key = (row.origin, row.destination, row.mode, row.item, row.period)
        lane = written_lane(case, row) if key not in paid else None
        if lane is not None:
            paid.add(key)
            yield case.t(row.period), "lane_fixed", lane.fixed_cost * row.used


def setup(case: Case) -> Entries:
    """A recipe that is set up pays its set-up, once for all its batches."""
    for (location, item, recipe, t), set_up in case.set_up.items():
        production = case.instance.production.latest((location, item, recipe), t)
        if production is not None:
            yield t, "setup", production.setup_cost * set_up


def regime(case: Case) -> Entries:
    """A relief programme that a plant uses pays its fixed cost."""
    for row in case.regimes:
        yield case.t(row.period), "regime", regime_cost(case, row)


def regime_cost(case: Case, row: RegimeState) -> Decimal:
    """Return what a row of regimes.csv costs."""
    found = case.instance.regimes.at(row.location).get(row.programme)
    return found.fixed_cost * row.used if found else ZERO


def buffer(case: Case) -> Entries:
    """A buffer pays its cost and the carrying cost of what is kept."""
    for row in case.stock:
        if row.is_strategic:
            yield case.t(row.period), "buffer", storage_of(case, row)


def purchase(case: Case) -> Entries:
    """What leaves a supplier is paid at its contract's unit cost."""
    for (location, item, contract, t), volume in case.bought.items():
        yield t, "purchase", volume * unit_cost(case, location, item, contract, t)


def take_or_pay(case: Case) -> Entries:
    """What a held contract should have taken and did not is paid for."""
    for row in case.contracts:
        t = case.t(row.period)
        cost = unit_cost(case, row.location, row.item, row.contract, t)
        yield t, "take_or_pay", row.unused * cost


def conversion(case: Case) -> Entries:
    """Runs and the handling of a warehouse pay their unit cost."""
    for row in case.runs:
        t = case.t(row.period)
        yield t, "conversion", row.quantity * conversion_cost(case, row.location, row.item, row.recipe, t)
    for flow in case.flows:
        if case.instance.role(flow.origin) == "warehouse":
            t = case.t(flow.period)
            yield t, "conversion", flow.quantity * conversion_cost(case, flow.origin, flow.item, "", t)


def conversion_cost(case: Case, location: str, item: str, recipe: str, t: int) -> Decimal:
    """Return the unit cost of a recipe, or of handling in a warehouse (recipe ""); 0 without a row."""
    return case.at(t).conversion_cost(location, item, recipe, t)


def freight(case: Case) -> Entries:
    """Lanes are paid by unit, kilogram or cubic metre; so is what a used lane's minimum lacks."""
    for shipment in case.shipments:
        yield shipment.t, "freight", shipment.flow.quantity * freight_per_unit(shipment)
    for row in case.lanes:
        lane = lane_of(case, row)
        if lane is not None:
            yield case.t(row.period), "freight", row.unused * lane.unit_cost


def freight_per_unit(shipment: Shipment) -> Decimal:
    """Return the lane's cost of one unit."""
    return shipment.route.lane.unit_cost * shipment.route.weight


def handling(case: Case) -> Entries:
    """Gateways are paid by unit, kilogram or cubic metre."""
    for shipment in case.shipments:
        yield shipment.t, "handling", shipment.flow.quantity * handling_per_unit(case, shipment)


def handling_per_unit(case: Case, shipment: Shipment) -> Decimal:
    """Return what the gateways of a shipment cost a unit."""
    item = case.instance.items[shipment.flow.item]
    costs = (gateway.unit_cost * weight(gateway.per, item) for gateway in shipment.route.gateways)
    return sum(costs, ZERO)


def insurance(case: Case) -> Entries:
    """Value that crosses a border is insured."""
    for shipment in case.shipments:
        yield shipment.t, "insurance", shipment.flow.quantity * insurance_per_unit(case, shipment)


def insurance_per_unit(case: Case, shipment: Shipment) -> Decimal:
    """Return the insurance of one unit, 0 within a country."""
    return case.instance.insurance_rate * shipment.good.value if shipment.crosses else ZERO


def duties_and_fees(case: Case) -> Entries:
    """Every programme's duty and every fee, by its own name."""
    for shipment in case.shipments:
        for charge in shipment.charges:
            yield shipment.t, f"duty:{charge.programme}", case.duty(shipment, charge)
        for fee in shipment.fees:
            yield shipment.t, fee.programme, case.duty(shipment, fee)


def claim(case: Case) -> Entries:
    """What enters under an agreement pays for its papers."""
    for shipment in case.shipments:
        yield shipment.t, "claim", shipment.flow.quantity * shipment.claim_cost


def relief(case: Case) -> Entries:
    """Duty on inputs that regimes give back."""
    for row in case.relief:
        yield case.t(row.period), "relief", -row.relief


def pipeline(case: Case) -> Entries:
    """Value on the way costs its carrying rate for the days of transit and dwell."""
    for shipment in case.shipments:
        yield shipment.t, "pipeline", shipment.flow.quantity * pipeline_per_unit(case, shipment)


def pipeline_per_unit(case: Case, shipment: Shipment) -> Decimal:
    """Return the carrying cost of one unit on its way."""
    return shipment.good.value * case.instance.carrying_rate * shipment.route.days / YEAR


def storage(case: Case) -> Entries:
    """Stock at the end of a period pays holding and carrying cost."""
    for row in case.stock:
        if not row.is_strategic:
            yield case.t(row.period), "storage", storage_of(case, row)


def storage_of(case: Case, row: Stock) -> Decimal:
    """Return what a row of stock.csv costs in its period: working stock, or buffer."""
    t = case.t(row.period)
    instance = case.instance if row.is_strategic else case.at(t)
    held = instance.inventory.get((row.location, row.item))
    good = instance.good(row.item, row.source, row.deal, t)
    if held is None or good is None:
        return ZERO
    carrying = good.value * case.instance.carrying_rate * case.instance.calendar.days / YEAR
    fixed = held.buffer_cost if row.is_strategic else held.holding_cost
    return row.quantity * (fixed + carrying)


def buffer_use(case: Case) -> Entries:
    """What is drawn from the buffer costs its initial value."""
    for row in case.stock:
        t = case.t(row.period)
        good = case.at(t).good(row.item, row.location, "buffer", t)
        if good is not None and row.draw:
            yield t, "buffer_use", row.draw * good.value


def carbon(case: Case) -> Entries:
    """Emissions of lanes and of used capacity pay the carbon price."""
    price = case.instance.carbon_price
    for shipment in case.shipments:
        yield shipment.t, "carbon", price * lane_emissions(shipment)
    for _, t, kilograms in facility_emissions(case):
        yield t, "carbon", price * kilograms


def lane_emissions(shipment: Shipment) -> Decimal:
    """Return the kilograms CO2e that a shipment emits on its lane."""
    return shipment.flow.quantity * shipment.route.weight * shipment.route.lane.emission_kg


def facility_emissions(case: Case, items: Container[str] | None = None) -> Iterator[tuple[str, int, Decimal]]:
    """Yield (location, period position, kilograms CO2e) of the capacity used, by some items or by all."""
    design = Design(case)
    used = case.capacity_used(items)
    for option, t, _ in options(case):
        if design.at(option, t).usable >= ONE:
            yield option.location, t, option.emission_kg * used.get((option.location, t), ZERO)


def shortage(case: Case) -> Entries:
    """What is short costs its shortage cost, and its lost price with the profit objective."""
    for row in case.shortages:
        yield case.t(row.period), "shortage", shortage_of(case, row)


def shortage_of(case: Case, row: Shortage) -> Decimal:
    """Return what a row of shortages.csv costs."""
    t = case.t(row.period)
    demand = case.at(t).demand.get((row.market, row.item), t)
    if demand is None:
        return ZERO
    lost = (demand.price or ZERO) if case.instance.objective == "profit" else ZERO
    return row.short * ((demand.shortage_cost or ZERO) + lost)


DESIGN = (
    facility_fixed,
    facility_open,
    facility_close,
    facility_residual,
    qualification,
    supplier_fixed,
    lane_fixed,
    setup,
    regime,
    buffer,
)
OPERATIONS = (
    purchase,
    take_or_pay,
    conversion,
    freight,
    handling,
    insurance,
    duties_and_fees,
    claim,
    relief,
    pipeline,
    storage,
    buffer_use,
    carbon,
    shortage,
)

Ledger = Mapping[tuple[str, int, str], Decimal]


class Books(Case):
    """A plan folder with its ledger: discounted money by (scenario, period position, component)."""

    @cached_property
    def ledger(self) -> Ledger:
        """Discounted money, each scenario from its first event on; the scenario is blank for the design."""
        discount = self.instance.calendar.discount
        booked = [("", self, DESIGN), *((name, path, OPERATIONS) for name, path in self.paths.items())]
        return summed(
            ((scenario, t, component), money * discount[t])
            for scenario, books, functions in booked
            for function in functions
            for t, component, money in function(books)
            if t >= 0 and (not scenario or self.futures.has_rows(scenario, t))
        )

    @cached_property
    def by_component(self) -> Mapping[str, Decimal]:
        """Expected discounted money of each component."""
        return summed((key[2], money) for key, money in self._expected)

    @property
    def _expected(self) -> Iterator[tuple[tuple[str, int, str], Decimal]]:
        for key, money in self.ledger.items():
            yield key, money * (self.futures.weight(key[0], key[1]) if key[0] else ONE)

    @cached_property
    def expected_landed_cost(self) -> Decimal:
        """The whole of the ledger, each scenario by its probability."""
        return sum((money for _, money in self._expected), ZERO)

    @cached_property
    def operating_cost(self) -> Mapping[str, Decimal]:
        """Discounted operating cost of all that each scenario lives through."""
        return {
            name: sum(
                (
                    money
                    for (scenario, t, _), money in self.ledger.items()
                    if scenario == (name if self.futures.has_rows(name, t) else BASE)
                ),
                ZERO,
            )
            for name in self.paths
        }


def share(part: Decimal, whole: Decimal, empty: Decimal = ZERO) -> Decimal:
    """Return part / whole, `empty` where the whole is 0."""
    return part / whole if whole else empty


def fill_rate(case: Case) -> Decimal:
    """Return the share of all demand that is met."""
    asked = sum(case.asked.values(), ZERO)
    short = sum((row.short for row in case.shortages), ZERO)
    return share(asked - short, asked, ONE)
