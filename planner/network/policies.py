"""The policies of the instance as rows over the variables of the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from planner.network.amounts import Amount
from planner.network.counts import Counting, counted
from planner.network.measures import MEASURES, Row, Rule, count_suppliers_rows
from planner.network.scope import Network
from planner.network.times import BASE
from planner_models.arrays import Floats
from planner_models.policy_data import Counts, Policies, Terms

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.network.frames import Frames

COUNTS = ("count_open", "count_suppliers")
DESIGN = (*COUNTS, "capex")
ALL = "all"  # in each scenario
KINDS = ("flow", "run", "unused", "short", "use", "opening", "open", "qualify", "count")
WHOLE = ("flow", "run", "unused")
MAXIMUM, MINIMUM = 1.0, -1.0
NO_TERMS = (np.empty(0, dtype=np.int64), np.empty(0))


def policies(instance: Instance, frames: Frames) -> tuple[Policies, Counts]:
    """Every policy as rows, and the pairs that its counts count.

    A policy becomes a rule for each of its limits (max, then min), and for each period where it is a count
    without a period. A rule is one row, but for `supplier_share`: a row per supplier and item.

    Raises:
        NotSupportedError: a combination of policies that has no exact linear form.
    """
    network = Network(instance, frames)
    rules = [rule for measure in MEASURES for rule in _rules(network, measure)]
    rows = [MEASURES[rule.measure](rule) for rule in rules]
    counting = list(_rules(network, "count_suppliers"))
    counts, members = counted(
        network, [Counting(rule.who, rule.min_share, rule.sense > 0) for rule in counting]
    )
    rows += [count_suppliers_rows(rule, pairs) for rule, pairs in zip(counting, members, strict=True)]
    return _policies(rules + counting, rows), counts


def _rules(network: Network, measure: str) -> Iterator[Rule]:
    """The rules of the policies of a measure, in the order of their table."""
    instance = network.instance
    table = instance.tables["policies"]
    limits = {MAXIMUM: instance.money("policies", "max"), MINIMUM: instance.money("policies", "min")}
    penalty = instance.money("policies", "penalty")
    for row in np.flatnonzero(table["measure"] == measure):
        policy = table.iloc[row]
        for sense, limit in limits.items():
            if np.isnan(limit[row]):
                continue
            periods = _periods(instance, measure, policy["period"])
            for (scenario, chance), period in product(
                _scenarios(network, measure, policy["scenario"]), periods
            ):
                yield Rule(
                    policy=policy["policy"],
                    measure=measure,
                    sense=sense,
                    limit=float(limit[row]),
                    penalty=float(penalty[row]) * chance,
                    min_share=float(policy["min_share"]),
                    who=network.scope(policy["who"], policy["item"], period, scenario),
                    of=network.scope(policy["of"], policy["item"], period, scenario),
                )


def _scenarios(network: Network, measure: str, scenario: str) -> Sequence[tuple[str, float]]:
    """The scenarios in which a policy holds, and by what its violation in each is weighted.

    What is decided for all scenarios alike is counted once; nothing holds in one of probability 0.
    """
    times = network.codes.times
    if measure in DESIGN:
        return [(BASE, 1.0)]
    if scenario == ALL:
        return list(zip(times.scenario_name, times.probability.tolist(), strict=True))
    table = network.instance.tables["scenarios"]
    never = table["scenario"].ne(BASE) & table["probability"].eq(0)
    return [] if scenario in set(table.loc[never, "scenario"]) else [(scenario, 1.0)]


def _periods(instance: Instance, measure: str, period: str) -> Sequence[int]:
    """The periods of a policy's rules, -1 for the horizon."""
    names = instance.settings.horizon.periods
    if period:
        return [names.index(period)]
    return range(len(names)) if measure in COUNTS else [-1]


def _policies(rules: Sequence[Rule], rows_of: Sequence[Sequence[Row]]) -> Policies:
    rule = np.repeat(np.arange(len(rules)), [len(rows) for rows in rows_of]).astype(np.int64)
    rows = [row for rows in rows_of for row in rows]
    who = [row.who for row in rows]
    whole = [row.whole for row in rows]
    soft = np.array([not np.isnan(rule.penalty) for rule in rules], dtype=np.bool_)
    room = np.array([max((row.largest for row in rows), default=0.0) for rows in rows_of], dtype=np.float64)
    return Policies(
        measure=tuple(rules[position].measure for position in rule.tolist()),
        rule=rule,
        sense=_figures(row.sense for row in rows),
        limit=_figures(row.limit for row in rows),
        share=_figures(row.share for row in rows),
        rule_policy=tuple(rule.policy for rule in rules),
        rule_sense=_figures(rule.sense for rule in rules),
        rule_period=np.array([rule.who.period for rule in rules], dtype=np.int64),
        rule_scenario=tuple(rule.who.scenario for rule in rules),
        rule_penalty=_figures(rule.penalty for rule in rules),
        rule_upper=np.where(soft, np.maximum(room, 0.0), 0.0),
        **{kind: _terms(who, kind) for kind in KINDS},
        **{f"whole_{kind}": _terms(whole, kind) for kind in WHOLE},
    )


def _terms(amounts: Sequence[Amount], kind: str) -> Terms:
    """The terms of one kind, by row."""
    found = [amount.get(kind, NO_TERMS) for amount in amounts]
    return Terms(
        row=np.repeat(np.arange(len(found)), [len(members) for members, _ in found]).astype(np.int64),
        member=np.concatenate([NO_TERMS[0], *(members for members, _ in found)]),
        weight=np.concatenate([NO_TERMS[1], *(weights for _, weights in found)]),
    )


def _figures(values: Iterable[float]) -> Floats:
    return np.array(list(values), dtype=np.float64)
