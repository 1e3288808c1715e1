"""Checks of every amount of money that the plan states, against the ledger recomputed from its quantities."""

from __future__ import annotations

from decimal import Decimal

from planner.audit import money
from planner.audit.case import Case, summed
from planner.audit.reader import ONE, ZERO
from planner.audit.report import Tally
from planner.audit.shipment import Shipment


def check_flow_costs(case: Case, tally: Tally) -> None:
    """Each flow has the right freight, handling, insurance, pipeline, carbon and claim cost."""
    for shipment in case.shipments:
        flow, place = shipment.flow, f"flows.csv:{shipment.flow.row}"
        unit = money.freight_per_unit(shipment)
        tally.figure(place, "freight_per_unit", flow.freight_per_unit, unit)
        tally.money(place, "freight", flow.freight, flow.quantity * unit)
        handling = flow.quantity * money.handling_per_unit(case, shipment)
        tally.money(place, "handling", flow.handling, handling)
        insurance = flow.quantity * money.insurance_per_unit(case, shipment)
        tally.money(place, "insurance", flow.insurance, insurance)
        pipeline = flow.quantity * money.pipeline_per_unit(case, shipment)
        tally.money(place, "pipeline", flow.pipeline, pipeline)
        tally.money(place, "carbon", flow.carbon, _carbon(case, shipment))
        tally.money(place, "claim", flow.claim, flow.quantity * shipment.claim_cost)


def _carbon(case: Case, shipment: Shipment) -> Decimal:
    """Return a flow's carbon cost: of its lane, and of the warehouse it leaves where all options emit alike."""
    kilograms = money.lane_emissions(shipment)
    flow = shipment.flow
    if case.instance.role(flow.origin) == "warehouse":
        choices = case.instance.facilities.get(flow.origin, {}).values()
        rates = {option.emission_kg for option in choices if option.status != "closed"}
        if len(rates) == 1:
            row = case.at(shipment.t).recipe(flow.origin, flow.item, "", shipment.t)
            kilograms += flow.quantity * (row.capacity_use if row else ONE) * rates.pop()
    return kilograms * case.instance.carbon_price


def check_flow_duties(case: Case, tally: Tally) -> None:
    """Each flow has the right sum of duties and of fees."""
    for shipment in case.shipments:
        flow, place = shipment.flow, f"flows.csv:{shipment.flow.row}"
        duty = sum((case.duty(shipment, charge) for charge in shipment.charges), ZERO)
        fees = sum((fee.of(shipment.base) for fee in shipment.fees), ZERO)
        tally.figure(place, "duty_per_unit", flow.duty_per_unit, _duty_per_unit(shipment, duty))
        tally.figure(place, "fees_per_unit", flow.fees_per_unit, fees)
        tally.money(place, "duty", flow.duty, duty)
        tally.money(place, "fees", flow.fees, flow.quantity * fees)


def _duty_per_unit(shipment: Shipment, duty: Decimal) -> Decimal:
    """Return the average duty of a unit; what it would pay, where nothing flows."""
    if shipment.flow.quantity:
        return duty / shipment.flow.quantity
    return sum((charge.of(shipment.base) for charge in shipment.charges), ZERO)


def check_storage(case: Case, tally: Tally) -> None:
    """Each row of stock.csv has the right storage cost."""
    for row in case.stock:
        tally.money(f"stock.csv:{row.row}", "storage", row.storage, money.storage_of(case, row))


def check_shortage_row(case: Case, tally: Tally) -> None:
    """shortages.csv has a row for each demand, with the right demand, met quantity and cost."""
    stated = {(row.market, row.item, case.t(row.period)) for row in case.shortages}
    for (market, item, t), quantity in case.asked.items():
        place = f"market {market}, item {item}, period {case.instance.calendar.periods[t]}"
        present = (market, item, t) in stated or not quantity
        tally.require(present, place, "has no row in shortages.csv")
    for row in case.shortages:
        place = f"shortages.csv:{row.row}"
        quantity = case.asked.get((row.market, row.item, case.t(row.period)), ZERO)
        tally.figure(place, "demand", row.demand, quantity)
        tally.balance(place, "met", row.met, quantity - row.short)
        tally.money(place, "cost", row.cost, money.shortage_of(case, row))


def check_costs(case: money.Books, tally: Tally) -> None:
    """costs.csv has the right discounted amount of every component, period and scenario."""
    stated = summed(((row.scenario, case.t(row.period), row.component), row.amount) for row in case.costs)
    ledger = case.ledger
    for key in sorted(set(stated) | set(ledger)):
        scenario, t, component = key
        period = case.instance.calendar.periods[t] if t >= 0 else "unknown"
        place = f"costs.csv, {scenario or 'design'}, period {period}"
        tally.money(place, component, stated.get(key, ZERO), ledger.get(key, ZERO))
