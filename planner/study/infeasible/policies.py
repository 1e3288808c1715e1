"""Limits that policies and the service of scenarios set, and the room that each gains where its cell gives way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.network.codes import texts
from planner.study.infeasible import rules
from planner.study.infeasible.limits import Grant, Limits
from planner.study.infeasible.loosened import Loosened
from planner_models.arrays import Floats, Ints
from planner_models.policy_data import Terms

SHARES = ("volume_share", "supplier_share", "spend_share")


def policy_limits(model: Loosened) -> Iterator[Limits]:
    """The hard policies by measure: what raising its maximum, or lowering its minimum, by 1 gives each row."""
    policies, table = model.data.policies, model.instance.tables["policies"]
    measure = texts(policies.measure)
    hard = np.isnan(policies.rule_penalty)[policies.rule]
    named = pd.Index(table["policy"]).get_indexer(pd.Index(texts(policies.rule_policy)))
    row, sense = named.astype(np.int64)[policies.rule], policies.rule_sense[policies.rule]
    unit = _units(model, row)
    for name in sorted(set(policies.measure)):
        mine = np.flatnonzero(hard & (measure == name))
        grants = tuple(
            Grant(kind, np.where(sense[mine] == side, row[mine], -1), unit[mine])
            for kind, side in ((rules.MAXIMUM, 1.0), (rules.MINIMUM, -1.0))
        )
        yield Limits(f"policy_{name}", (mine,), np.full(len(mine), np.nan), grants)


def _units(model: Loosened, row: Ints) -> Floats:
    """Room in the row of the model for each unit of its limit [policy rows].

    A share is one of a whole that the plan decides: its most stands for it, and the plan shows what the share is.
    """
    policies, table = model.data.policies, model.instance.tables["policies"]
    unit = np.ones(len(row))
    for side, sense in (("max", 1.0), ("min", -1.0)):
        with np.errstate(invalid="ignore", divide="ignore"):
            rate = model.instance.money("policies", side)[row] / table[side].to_numpy(dtype=np.float64)[row]
        mine = (policies.rule_sense[policies.rule] == sense) & np.isfinite(rate)
        unit[mine] = rate[mine]
    measure = texts(policies.measure)
    shared = np.isin(measure, SHARES)
    unit[shared] = np.maximum(_wholes(model), 1.0)[shared]
    filled = measure == "fill_rate"
    unit[filled] = _sums(model.useful.policies.short, model.data.demands.quantity, len(row))[filled]
    return unit


def _wholes(model: Loosened) -> Floats:
    policies, count = model.data.policies, len(model.data.policies.rule)
    return (
        _sums(policies.whole_flow, model.data.arcs.upper, count)
        + _sums(policies.whole_run, model.data.runs.upper, count)
        + _sums(policies.whole_unused, model.data.offers.minimum, count)
    )


def _sums(terms: Terms, values: Floats, count: int) -> Floats:
    """Weighted sum of the terms by policy row."""
    return np.bincount(terms.row, terms.weight * values[terms.member], count).astype(np.float64)


def service_limits(model: Loosened) -> Limits:
    """Service levels: of base the largest of those that never leave it."""
    services, demands, table = model.data.services, model.own.demands, model.instance.tables["scenarios"]
    times = model.own.codes.times
    stays = ~table["scenario"].isin(times.scenario_name[1:]) & (
        table["scenario"].eq("base") | table["probability"].gt(0)
    )
    of_base = table.loc[stays, "min_service"]
    strictest = int(of_base.to_numpy().argmax()) if len(of_base) else 0
    known = {name: at for at, name in enumerate(table["scenario"])}
    if len(of_base):
        known["base"] = int(np.flatnonzero(stays.to_numpy())[strictest])
    row = np.array([known.get(name, -1) for name in services.scenario], dtype=np.int64)
    wanted: dict[tuple[str, str], float] = {}
    items, scenarios = model.own.codes.item, texts(times.scenario_name)
    for item, t, quantity in zip(demands["item"], demands["t"], demands["quantity"], strict=True):
        key = scenarios[times.scenario[t]], items[item]
        wanted[key] = wanted.get(key, 0.0) + quantity
    units = np.array(
        [wanted[key] for key in zip(services.scenario, services.item, strict=True)], dtype=np.float64
    )
    count = len(services.quantity)
    return Limits("service", (np.arange(count),), np.full(count, np.nan), (Grant(rules.SERVICE, row, units),))
