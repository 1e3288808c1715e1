"""Checks of every amount of money that the plan states, against the ledger recomputed from its quantities."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from planner.audit import money
from planner.audit.case import Case, Shipment, summed
from planner.audit.duties import Charge
from planner.audit.plan_tables import DutyRow, Flow
from planner.audit.reader import ONE, ZERO
from planner.audit.report import Tally

DutyKey = tuple[str, str, str, str, str, str, str]


def check_duty_row(case: Case, tally: Tally) -> None:
    """Each flow has a row for every programme and fee that is due, set by the right dated row."""
    stated = _stated(case)
    for shipment in case.shipments:
        expected = {charge.programme: charge for charge in (*shipment.charges, *shipment.fees)}
        found = stated.get(_key(shipment.flow), {})
        place = f"duties of flows.csv:{shipment.flow.row}"
        for programme in sorted(set(expected) - set(found)):
            tally.fail(place, f"{programme} is due by {expected[programme].row}, but has no row")
        for programme in sorted(set(found) - set(expected)):
            row = found[programme]
            tally.fail(f"duties.csv:{row.row}", f"{programme} is not due here", row.duty)
        for programme in sorted(set(found) & set(expected)):
            row, charge = found[programme], expected[programme]
            right = row.row_ == charge.row
            tally.require(
                right, f"duties.csv:{row.row}", f"{programme} is set by {charge.row}, not {row.row_}"
            )


def check_duty_flow(case: Case, tally: Tally) -> None:
    """Each row of duties.csv belongs to a flow that crosses a border, once."""
    flows = {_key(shipment.flow): shipment for shipment in case.shipments}
    seen: set[tuple[DutyKey, str]] = set()
    for row in case.duties:
        place, key = f"duties.csv:{row.row}", _key(row)
        shipment = flows.get(key)
        tally.require((key, row.programme) not in seen, place, f"repeats {row.programme}")
        seen.add((key, row.programme))
        tally.require(shipment is not None and shipment.crosses, place, "no flow enters a country here")
        if shipment is not None:
            right = (row.importer, row.country_of_origin) == (shipment.importer, shipment.good.origin)
            what = f"is {shipment.good.origin} goods into {shipment.importer}"
            tally.require(right, place, what)


def check_duty_source(case: Case, tally: Tally) -> None:
    """The row of the user's file, which the audit cannot see, is a place, and one for each row of the instance."""
    sources: dict[str, str] = {}
    rows: dict[str, str] = {}
    for row in case.duties:
        source, place = row.source_row, f"duties.csv:{row.row}"
        file, _, number = source.rpartition(":")
        tally.require(
            not source or (bool(file) and number.isdecimal()), place, f"source_row {source!r} is no file:row"
        )
        one = sources.setdefault(row.row_, source) == source and rows.setdefault(source, row.row_) == row.row_
        tally.require(
            not source or one, place, f"{source} and {row.row_} are paired with other rows elsewhere"
        )


def check_duty_rate(case: Case, tally: Tally) -> None:
    """Each row of duties.csv has the rate and specific duty that its tariff row charges, after any cap."""
    for row, _, charge in _matched(case):
        place = f"duties.csv:{row.row}"
        tally.figure(place, f"rate of {row.programme}", row.rate, charge.rate)
        tally.figure(place, f"specific duty of {row.programme}", row.specific, charge.specific)


def check_duty_value(case: Case, tally: Tally) -> None:
    """Each row of duties.csv has the dutiable value of the good and the quantity of its flow."""
    for row, shipment, _ in _matched(case):
        place = f"duties.csv:{row.row}"
        tally.figure(place, "value_per_unit", row.value_per_unit, shipment.base)
        tally.balance(place, "quantity against the flow", row.quantity, shipment.flow.quantity)


def check_duty_amount(case: Case, tally: Tally) -> None:
    """Each row of duties.csv has the right money."""
    for row, shipment, charge in _matched(case):
        expected = shipment.flow.quantity * charge.of(shipment.base)
        tally.money(f"duties.csv:{row.row}", f"duty of {row.programme}", row.duty, expected)


def _key(row: DutyRow | Flow) -> DutyKey:
    return row.period, row.origin, row.destination, row.mode, row.item, row.source, row.deal


def _stated(case: Case) -> dict[DutyKey, dict[str, DutyRow]]:
    rows: defaultdict[DutyKey, dict[str, DutyRow]] = defaultdict(dict)
    for row in case.duties:
        rows[_key(row)][row.programme] = row
    return dict(rows)


def _matched(case: Case) -> list[tuple[DutyRow, Shipment, Charge]]:
    """Return the rows of duties.csv with their shipment and the charge that is due."""
    stated = _stated(case)
    return [
        (stated[_key(shipment.flow)][charge.programme], shipment, charge)
        for shipment in case.shipments
        for charge in (*shipment.charges, *shipment.fees)
        if charge.programme in stated.get(_key(shipment.flow), {})
    ]


def check_flow_costs(case: Case, tally: Tally) -> None:
    """Each flow has the right freight, handling, insurance, pipeline and carbon cost."""
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


def _carbon(case: Case, shipment: Shipment) -> Decimal:
    """Return a flow's carbon cost: of its lane, and of the warehouse it leaves where all options emit alike."""
    kilograms = money.lane_emissions(shipment)
    flow = shipment.flow
    if case.instance.role(flow.origin) == "warehouse":
        choices = case.instance.facilities.get(flow.origin, {}).values()
        rates = {option.emission_kg for option in choices if option.status != "closed"}
        if len(rates) == 1:
            row = case.instance.recipe(flow.origin, flow.item, "", shipment.t)
            kilograms += flow.quantity * (row.capacity_use if row else ONE) * rates.pop()
    return kilograms * case.instance.carbon_price


def check_flow_duties(case: Case, tally: Tally) -> None:
    """Each flow has the right sum of duties and of fees."""
    for shipment in case.shipments:
        flow, place = shipment.flow, f"flows.csv:{shipment.flow.row}"
        duty = sum((charge.of(shipment.base) for charge in shipment.charges), ZERO)
        fees = sum((fee.of(shipment.base) for fee in shipment.fees), ZERO)
        tally.figure(place, "duty_per_unit", flow.duty_per_unit, duty)
        tally.figure(place, "fees_per_unit", flow.fees_per_unit, fees)
        tally.money(place, "duty", flow.duty, flow.quantity * duty)
        tally.money(place, "fees", flow.fees, flow.quantity * fees)


def check_storage(case: Case, tally: Tally) -> None:
    """Each row of stock.csv has the right storage cost."""
    for row in case.stock:
        tally.money(f"stock.csv:{row.row}", "storage", row.storage, money.storage_of(case, row))


def check_shortage_row(case: Case, tally: Tally) -> None:
    """shortages.csv has a row for each demand, with the right demand, met quantity and cost."""
    stated = {(row.market, row.item, case.t(row.period)) for row in case.shortages}
    for (market, item), t, demand in case.instance.demand.items():
        place = f"market {market}, item {item}, period {case.instance.calendar.periods[t]}"
        present = (market, item, t) in stated or not demand.quantity
        tally.require(present, place, "has no row in shortages.csv")
    for row in case.shortages:
        place = f"shortages.csv:{row.row}"
        asked = case.instance.demand.get((row.market, row.item), case.t(row.period))
        quantity = asked.quantity if asked else ZERO
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


def check_scenarios(case: money.Books, tally: Tally) -> None:
    """scenarios.csv has base alone, with its operating cost and fill rate."""
    tally.require(len(case.scenarios) == 1, "scenarios.csv", "has one row, for base")
    operating = sum((amount for key, amount in case.ledger.items() if key[0]), ZERO)
    for row in case.scenarios:
        place = f"scenarios.csv:{row.row}"
        tally.require(row.scenario == "base", place, f"scenario {row.scenario!r} does not exist")
        tally.figure(place, "probability", row.probability, ONE)
        tally.money(place, "operating_cost", row.operating_cost, operating)
        tally.balance(place, "fill_rate", row.fill_rate, money.fill_rate(case))
