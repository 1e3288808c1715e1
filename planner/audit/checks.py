"""The table of contents: every check, in the order in which an auditor would read a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import localcontext
from pathlib import Path

from planner.audit import (
    balances,
    claims,
    contracts,
    costs,
    customs,
    facilities,
    fingerprint,
    flows,
    landed,
    origin_checks,
    policies,
    relief,
    rows,
    scenarios,
    summary,
)
from planner.audit.duties import TariffCycleError
from planner.audit.events import BASE
from planner.audit.money import Books
from planner.audit.reader import ZERO, UnreadableError
from planner.audit.report import AuditReport, Finding, Tally

Check = Callable[[Books, Tally], None]

DIGITS = 50
"""Significant digits of every sum and product: sums of what the tables say are exact."""

WRITTEN: tuple[Check, ...] = (
    fingerprint.check_fingerprint,
    rows.check_names,
    rows.check_duplicates,
    rows.check_non_negative,
    rows.check_integers,
)
"""The files as they were written."""

LIVED: tuple[Check, ...] = (
    balances.check_demand_balance,
    balances.check_hard_demand,
    balances.check_input_balance,
    balances.check_recipe_balance,
    balances.check_output_balance,
    balances.check_warehouse_balance,
    balances.check_stock_before,
    balances.check_stock_lost,
    balances.check_stock_limit,
    balances.check_buffer,
    flows.check_flow_lane,
    flows.check_flow_good,
    flows.check_run_recipe,
    flows.check_feed_run,
    flows.check_max_transit,
    flows.check_single_source,
    flows.check_lane_row,
    flows.check_lane_capacity,
    flows.check_lane_link,
    flows.check_lane_minimum,
    flows.check_gateway_capacity,
    contracts.check_contract_capacity,
    contracts.check_contract_link,
    contracts.check_contract_exists,
    contracts.check_contract_minimum,
    contracts.check_unused_needs_contract,
    contracts.check_one_contract,
    contracts.check_contract_needs_supplier,
    contracts.check_qualification,
    contracts.check_supplier_spend,
    contracts.check_contract_row,
    contracts.check_supplier_row,
    facilities.check_opening_balance,
    facilities.check_closed_option,
    facilities.check_one_option,
    facilities.check_set_up_time,
    facilities.check_expansion,
    facilities.check_plant_link,
    facilities.check_facility_capacity,
    facilities.check_production_limit,
    facilities.check_handling,
    facilities.check_set_up_link,
    facilities.check_facility_row,
    claims.check_good_status,
    claims.check_good_class,
    claims.check_class_way,
    claims.check_class_kept,
    claims.check_claim,
    origin_checks.check_run_status,
    origin_checks.check_regional_value,
    origin_checks.check_tariff_shift,
    origin_checks.check_origin_row,
    origin_checks.check_origin_figure,
    origin_checks.check_origin_verdict,
    customs.check_duty_flow,
    customs.check_duty_row,
    customs.check_duty_rate,
    customs.check_duty_reason,
    customs.check_duty_value,
    customs.check_duty_amount,
    customs.check_tariff_quota,
    relief.check_relief_row,
    relief.check_relief_figure,
    relief.check_relief_of_input,
    relief.check_relief_of_output,
    relief.check_regime_row,
    relief.check_regime_link,
    costs.check_flow_costs,
    costs.check_flow_duties,
    costs.check_storage,
    costs.check_shortage_row,
)
"""What each scenario lives through."""

WHOLE: tuple[Check, ...] = (
    policies.check_policy_row,
    policies.check_policy_value,
    policies.check_policy_limit,
    policies.check_policy_penalty,
    customs.check_duty_source,
    costs.check_costs,
    scenarios.check_scenarios,
    scenarios.check_same_design,
    scenarios.check_service,
    landed.check_landed_sum,
    landed.check_landed_figure,
    summary.check_plan_costs,
    summary.check_expected_landed_cost,
    summary.check_penalty,
    summary.check_objective,
    summary.check_bound,
    summary.check_gap,
    summary.check_status,
    summary.check_fill_rate,
    summary.check_spend_metrics,
    summary.check_concentration,
    summary.check_worst_scenario,
)
"""The plan as a whole: what holds over all scenarios, the money, and plan.json."""

CHECKS = WRITTEN + LIVED + WHOLE

OF_BASE: frozenset[Check] = frozenset({contracts.check_supplier_row, facilities.check_facility_row})
"""Checks of tables that show the design, with figures of base."""


def _subjects(case: Books, check: Check) -> Iterable[Books]:
    """Return what a check looks at."""
    if check not in LIVED:
        return (case,)
    return (case.paths[BASE],) if check in OF_BASE else case.paths.values()


def audit(folder: Path, checks: tuple[Check, ...] = CHECKS) -> AuditReport:
    """Recompute a plan folder from its files alone.

    Args:
        folder: the plan folder, with `instance/`, its tables and `plan.json`.
        checks: the checks to make; all by default.

    Returns:
        The report; a folder that cannot be read is a finding, never an exception.
    """
    with localcontext() as context:
        context.prec = DIGITS
        tallies: list[Tally] = []
        try:
            case = Books.read(Path(folder))
            for check in checks:
                tallies.append(Tally(check.__name__.removeprefix("check_")))
                for subject in _subjects(case, check):
                    check(subject, tallies[-1])
        except UnreadableError as error:
            findings = (Finding("readable", error.place, str(error)),)
            return AuditReport(passed=False, checks=1, worst_violation=0.0, findings=findings)
        except TariffCycleError as error:
            findings = (Finding("duty_row", "instance/tariffs.csv", f"displace each other: {error}"),)
            return AuditReport(passed=False, checks=1, worst_violation=0.0, findings=findings)
    # several scenarios live through the same rows of base
    found = tuple(dict.fromkeys(finding for tally in tallies for finding in tally.findings))
    return AuditReport(
        passed=not found,
        checks=sum(tally.checks for tally in tallies),
        worst_violation=float(max((tally.worst for tally in tallies), default=ZERO)),
        findings=found,
    )
