"""The table of policies: what each rule measures in the plan, against its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.plan.columns import empty, frame
from planner.plan.labels import lived, pick, ratio, records, total
from planner_models.arrays import Floats, Ints
from planner_models.data import Data, Policies, Terms

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.solve.outcome import Outcome

EXPECTED = "expected"  # over all scenarios, by probability
SHARES = ("volume_share", "supplier_share", "spend_share")


def policies(instance: Instance, data: Data, outcome: Outcome) -> pd.DataFrame:
    """`policies.csv`: a row for every policy, sense and period; `value` is that of the worst of its rows."""
    rows = data.policies
    if not len(rows.rule_policy):
        return empty("policies")
    rules = np.arange(len(rows.rule_policy))
    first = np.array([np.flatnonzero(rows.rule == rule)[0] for rule in rules])
    violation = outcome.values["violation"]
    penalty = np.nan_to_num(rows.rule_penalty, nan=0.0)
    return frame(
        "policies",
        {
            "policy": np.array(rows.rule_policy, dtype=object),
            "measure": pick(rows.measure, first),
            "period": pick(data.periods.name, rows.rule_period),
            "scenario": np.array(rows.rule_scenario, dtype=object),
            "value": _rule_values(instance, data, outcome),
            "sense": _senses(data),
            "limit": _limits(instance, data),
            "violation": violation,
            "penalty": violation * penalty,
            "dual": _rule_duals(instance, data, outcome),
        },
    )


def row_duals(data: Data, outcome: Outcome) -> Floats:
    """Duals of the policy rows [rows], never above 0, gathered from the families `policy_<measure>`."""
    measure = np.array(data.policies.measure, dtype=object)
    duals = np.zeros(len(measure))
    for name in np.unique(measure):
        mine = np.flatnonzero(measure == name)
        found = np.asarray(outcome.duals.get(f"policy_{name}", np.zeros(len(mine))), dtype=np.float64)
        duals[mine] = found[mine] if len(found) == len(measure) else found
    return duals


def _rule_duals(instance: Instance, data: Data, outcome: Outcome) -> Floats:
    """Change of the discounted objective per unit by which the limit of each rule is raised [rules].

    Raising it by 1 moves the right-hand side of a row by its sense; that of a share also by the volume or spend
    that it is a share of, and that of a fill rate, which is written over what is short, by minus the demand.
    """
    rows = data.policies
    measure = np.array(rows.measure, dtype=object)
    _, whole = row_values(data, outcome)
    moved = rows.sense * np.where(np.isin(measure, SHARES), whole, 1.0)
    for row in np.flatnonzero(measure == "fill_rate"):
        members, weight = _demands_of_rule(instance, data, int(rows.rule[row]))
        moved[row] = -float(data.demands.quantity[members] @ weight)
    return total(rows.rule, moved * row_duals(data, outcome), len(rows.rule_policy))


def row_values(data: Data, outcome: Outcome) -> tuple[Floats, Floats]:
    """What the `who` terms and the `whole` terms of each policy row add up to [rows]."""
    policies, values = data.policies, outcome.values
    who = (
        _sum(policies, policies.flow, values["flow"])
        + _sum(policies, policies.run, values["run"])
        + _sum(policies, policies.unused, values["unused"])
        + _sum(policies, policies.short, values["short"])
        + _sum(policies, policies.use, values["used"])
        + _sum(policies, policies.opening, values["opening"].ravel())
        + _sum(policies, policies.open, values["open"].ravel())
        + _sum(policies, policies.qualify, values["qualify"].ravel())
        + _sum(policies, policies.count, values["count"])
    )
    whole = (
        _sum(policies, policies.whole_flow, values["flow"])
        + _sum(policies, policies.whole_run, values["run"])
        + _sum(policies, policies.whole_unused, values["unused"])
    )
    return who, whole


def _sum(policies: Policies, terms: Terms, values: Floats) -> Floats:
    """Weighted sum of the terms by policy row."""
    return total(terms.row, terms.weight * values[terms.member], len(policies.measure))


def _rule_values(instance: Instance, data: Data, outcome: Outcome) -> Floats:
    """The measure of each rule: of its worst row, the one furthest to the side of its limit."""
    rows = data.policies
    who, whole = row_values(data, outcome)
    measure = np.array(rows.measure, dtype=object)
    value = np.where(np.isin(measure, SHARES), ratio(who, whole), who)
    pairs = _pairs(data, outcome)
    for row in np.flatnonzero((measure == "count_suppliers") & (rows.sense < 0)):
        value[row] = pairs[rows.count.member[rows.count.row == row]].sum()
    # locations without options are always open: the row of the model counts the others, against what is left
    written = _limits(instance, data)
    for row in np.flatnonzero(measure == "count_open"):
        rule = rows.rule[row]
        value[row] += written[rule] - rows.limit[row]
    for row in np.flatnonzero(measure == "fill_rate"):
        value[row] = _fill_rate(instance, data, outcome, int(rows.rule[row]))
    worst = np.full(len(rows.rule_policy), -np.inf)
    np.maximum.at(worst, rows.rule, rows.rule_sense[rows.rule] * value)
    return np.asarray(worst * rows.rule_sense)


def _pairs(data: Data, outcome: Outcome) -> Floats:
    """1 where a pair bought enough to count [counts]; under a minimum the model need not count all that do."""
    counts = data.counts
    bought = total(counts.counted_count, outcome.values["flow"][counts.counted_arc], len(counts.threshold))
    return (bought >= counts.threshold * (1 - 1e-9)).astype(np.float64)


def _fill_rate(instance: Instance, data: Data, outcome: Outcome, rule: int) -> float:
    """Share of the demand of a fill-rate rule that is met."""
    members, weight = _demands_of_rule(instance, data, rule)
    asked = float(data.demands.quantity[members] @ weight)
    return 1.0 - float(outcome.values["short"][members] @ weight) / asked if asked else 1.0


def _demands_of_rule(instance: Instance, data: Data, rule: int) -> tuple[Ints, Floats]:
    """Demands that a rule is about, in its scenario and its period if it has one; and by what each counts."""
    periods, policies = data.periods, data.policies
    members = _demands_of(instance, data, policies.rule_policy[rule])
    time, scenario = data.demands.time[members], policies.rule_scenario[rule]
    inside = np.ones(len(members), dtype=np.bool_)
    if policies.rule_period[rule] >= 0:
        inside = np.asarray(periods.time_period[time] == policies.rule_period[rule])
    if scenario == EXPECTED:
        return members[inside], periods.time_weight[time[inside]]
    known = periods.scenario_name.index(scenario) if scenario in periods.scenario_name else 0
    inside &= np.isin(time, lived(data, known))
    return members[inside], np.ones(int(inside.sum()))


def _demands_of(instance: Instance, data: Data, policy: str) -> Ints:
    """Demands, at all times, that the `who` and `item` of a policy name."""
    from planner.instance import selectors_of  # noqa: PLC0415 - only fill-rate rules need it

    row = _policy_rows(instance)[policy]
    select, demands = selectors_of(instance), data.demands
    who, items = select.members(row["who"], among="location"), select.members(row["item"], among="item")
    market = np.isin(np.array(demands.market, dtype=object), list(who))
    item = np.isin(np.array(demands.item, dtype=object), list(items))
    return np.flatnonzero(market & item)


def _senses(data: Data) -> list[str]:
    """The side on which the limit of each rule is, named like its column in the policies table."""
    return ["max" if sense > 0 else "min" for sense in data.policies.rule_sense]


def _limits(instance: Instance, data: Data) -> Floats:
    """The limit of each rule as the user wrote it [rules]."""
    table, names = _policy_rows(instance), data.policies.rule_policy
    return np.array([table[name][sense] for name, sense in zip(names, _senses(data), strict=True)])


def _policy_rows(instance: Instance) -> dict[str, dict[str, Any]]:
    """The rows of the policies table by policy."""
    return {row["policy"]: row for row in records(instance.tables["policies"])}
