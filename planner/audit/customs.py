"""Checks of duties.csv: a row for every charge that is due, at its rate, on its value, by the row that set it."""

from __future__ import annotations

from planner.audit.case import Case, summed
from planner.audit.report import Tally


def check_duty_row(case: Case, tally: Tally) -> None:
    """Each flow has a row for every programme and fee that is due, set by the right dated row."""
    found = case.duty_lines
    for shipment, charge in found.missing:
        place = f"duties of flows.csv:{shipment.flow.row}"
        tally.fail(place, f"{charge.programme} is due by {charge.row}, but has no row")
    for row in found.undue:
        tally.fail(f"duties.csv:{row.row}", f"{row.programme} is not due here", row.duty)
    for line in found.lines:
        row, right = line.row, line.charge.row
        what = f"{row.programme} is set by {right}, not {row.row_}"
        tally.require(row.row_ == right, f"duties.csv:{row.row}", what)


def check_duty_flow(case: Case, tally: Tally) -> None:
    """Each row of duties.csv belongs to a flow that crosses a border, once."""
    found = case.duty_lines
    for row in found.repeated:
        tally.fail(f"duties.csv:{row.row}", f"repeats {row.programme}")
    for row in found.homeless:
        tally.fail(f"duties.csv:{row.row}", "no flow enters a country here")
    for line in found.lines:
        row, shipment = line.row, line.shipment
        right = (row.importer, row.country_of_origin) == (shipment.importer, shipment.good.origin)
        what = f"is {shipment.good.origin} goods into {shipment.importer}"
        tally.require(right, f"duties.csv:{row.row}", what)


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
    """Each row has the rate and specific duty that its tariff row charges, after claim, cap and regime."""
    for line in case.duty_lines.lines:
        place, name = f"duties.csv:{line.row.row}", line.row.programme
        tally.figure(place, f"rate of {name}", line.row.rate, line.shown.rate)
        tally.figure(place, f"specific duty of {name}", line.row.specific, line.shown.specific)


def check_duty_reason(case: Case, tally: Tally) -> None:
    """Each row names the agreement that waives it, and the reduced regime that set its rate."""
    for line in case.duty_lines.lines:
        place, shown = f"duties.csv:{line.row.row}", line.shown
        waived = f"waived_by is {line.row.waived_by!r}, but {shown.waived_by!r} waives it"
        tally.require(line.row.waived_by == shown.waived_by, place, waived)
        setters = " or ".join(map(repr, sorted(shown.regimes)))
        regime = f"regime is {line.row.regime!r}, but the rate is that of {setters}"
        tally.require(line.row.regime in shown.regimes, place, regime)
        counted = line.charge.is_counted(line.shipment.base)
        quota = ("above" if line.above else "within") if counted else ""
        tally.require(
            line.row.quota in ("", quota), place, f"quota is {line.row.quota!r}, but it is {quota!r}"
        )


def check_duty_value(case: Case, tally: Tally) -> None:
    """Each row has the dutiable value of the good, and the rows of a programme the quantity of the flow."""
    lines = case.duty_lines.lines
    entered = summed(((line.shipment.flow.row, line.row.programme), line.row.quantity) for line in lines)
    for line in lines:
        place, flow = f"duties.csv:{line.row.row}", line.shipment.flow
        tally.figure(place, "value_per_unit", line.row.value_per_unit, line.shipment.base)
        quantity = entered[flow.row, line.row.programme]
        tally.balance(place, "quantity against the flow", quantity, flow.quantity)


def check_duty_amount(case: Case, tally: Tally) -> None:
    """Each row has the right money."""
    for line in case.duty_lines.lines:
        row = line.row
        expected = row.quantity * line.shown.of(line.shipment.base)
        tally.money(f"duties.csv:{row.row}", f"duty of {row.programme}", row.duty, expected)


def check_tariff_quota(case: Case, tally: Tally) -> None:
    """What enters at the rate of a quota, over all goods and lanes of its row, stays within it."""
    charged = [
        (each, charge) for each in case.shipments for charge in each.charges if charge.is_counted(each.base)
    ]
    quotas = {charge.row: charge.quota for _, charge in charged}
    within = summed(
        ((charge.row, each.t), each.flow.quantity - case.duty_lines.above_quota(each.flow, charge))
        for each, charge in charged
    )
    for (row, t), quantity in sorted(within.items()):
        place = f"instance/{row}, period {case.instance.calendar.periods[t]}"
        tally.at_most(place, "units at the rate of the quota", quantity, quotas[row])
