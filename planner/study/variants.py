"""Instances that a study makes of the one it is about: without its scenarios, or with others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from planner.instance import Instance
from planner.network.policies import ALL, DESIGN
from planner.network.scope import EXPECTED
from planner.network.times import BASE, NEGLIGIBLE

NO_RESILIENCE = {"weight": 0.0}


def undisturbed(instance: Instance) -> Instance:
    """The instance without scenarios, rules and resilience penalty: what its demand costs to serve, no more."""
    empty = {name: instance.tables[name].iloc[:0] for name in ("scenarios", "events", "policies")}
    return risk_neutral(replace(instance, tables={**instance.tables, **empty}))


def risk_neutral(instance: Instance) -> Instance:
    """The instance without resilience penalty."""
    return weighted(instance, **NO_RESILIENCE)


def weighted(instance: Instance, **resilience: float) -> Instance:
    """The instance with other settings of the resilience penalty."""
    settings, given = (
        each.model_copy(update={"resilience": each.resilience.model_copy(update=resilience)})
        for each in (instance.settings, instance.given_settings)
    )
    return replace(instance, settings=settings, given_settings=given)


def certain(instance: Instance, scenario: str) -> Instance:
    """The instance with one scenario that is certain, or `base`; without penalty, and with the rules that hold then.

    What a soft rule of this scenario alone costs is paid in full now, and was paid for its probability's sake before:
    its penalty is divided by that. Rules over all scenarios together are left out, and those on the number of
    suppliers, which are about what base buys.
    """
    scenarios, events, policies = (instance.tables[name] for name in ("scenarios", "events", "policies"))
    left = set(events["scenario"])
    mine = {scenario} if scenario in left else {BASE, *scenarios["scenario"]} - left
    chance = probability(instance, scenario) or 1.0
    own, design = policies["scenario"].isin(list(mine)), policies["measure"].isin(DESIGN)
    held = (own | (policies["scenario"] == ALL) | design) & (policies["measure"] != "count_suppliers")
    rules = policies.assign(penalty=policies["penalty"] / np.where(own & ~design, chance, 1.0))[held]
    rows = scenarios[scenarios["scenario"].isin(list(mine))]
    if scenario in left:
        rows = rows.assign(probability=1.0)
    alone = with_scenarios(risk_neutral(instance), rows, events[events["scenario"] == scenario])
    return replace(alone, tables={**alone.tables, "policies": rules.assign(scenario=scenario)})


def mean_value(instance: Instance) -> Instance:
    """The instance of the mean-value problem, for `MeanEvents`: only base happens, without penalty.

    Rules in base, in all scenarios and over them hold in it, those in one scenario do not; the service that it owes
    is the mean of what they owe.
    """
    policies = instance.tables["policies"]
    base = pd.DataFrame([{"scenario": BASE, "probability": np.nan, "min_service": _mean_service(instance)}])
    rules = policies[policies["scenario"].isin([BASE, ALL, EXPECTED])]
    alone = with_scenarios(risk_neutral(instance), base, instance.tables["events"])
    return replace(alone, tables={**alone.tables, "policies": rules.assign(scenario=BASE)})


def _mean_service(instance: Instance) -> float:
    """The mean of the services owed; in base that is the most of its own and of those that never leave it."""
    table = instance.tables["scenarios"]
    leaves = table["scenario"].isin(instance.tables["events"]["scenario"])
    stays = table[~leaves & ((table["scenario"] == BASE) | (table["probability"] > 0))]
    owed = probability(instance, BASE) * float(stays["min_service"].max() if len(stays) else 0.0)
    return owed + float((table["probability"] * table["min_service"])[leaves].sum())


def probability(instance: Instance, scenario: str) -> float:
    """How likely a scenario is; base has with its own what is left, and all that never leaves it."""
    table = instance.tables["scenarios"]
    chance = table.set_index("scenario")["probability"].fillna(0.0)
    leaving = chance[chance.index.isin(list(instance.tables["events"]["scenario"])) & (chance.index != BASE)]
    if scenario in leaving.index:
        return float(leaving[scenario])
    left = max(0.0, 1.0 - float(leaving.sum()))
    return left if left >= NEGLIGIBLE else 0.0


def with_policy(instance: Instance, **cells: object) -> Instance:
    """The instance with one more rule; columns left out are blank or have their default."""
    policies = instance.tables["policies"]
    policies = policies[policies["policy"] != cells.get("policy")]
    blank: dict[str, object] = {
        name: "" if policies[name].dtype.kind not in "fi" else float("nan") for name in policies.columns
    }
    row = blank | {"who": "*", "item": "*", "of": "*", "scenario": "base", "min_share": 0.05} | cells
    rows = pd.concat([policies, pd.DataFrame([row])[list(policies.columns)]], ignore_index=True)
    ruled = {"policies": rows.set_index(pd.Index(range(2, len(rows) + 2), name=policies.index.name))}
    return replace(instance, tables={**instance.tables, **ruled}, given={**instance.given, **ruled})


def with_scenarios(instance: Instance, scenarios: pd.DataFrame, events: pd.DataFrame) -> Instance:
    """The instance with these scenarios and events instead of its own; columns left out have their defaults."""
    tables = {
        "scenarios": _whole(instance.tables["scenarios"], scenarios, {"title": "", "min_service": 0.0}),
        "events": _whole(
            instance.tables["events"],
            events,
            {
                **dict.fromkeys(("item", "mode", "importer", "programme", "first_period"), ""),
                "op": "multiply",
                "periods": 0,
                "days": float("nan"),
            },
        ),
    }
    return replace(instance, tables={**instance.tables, **tables})


def _whole(like: pd.DataFrame, rows: pd.DataFrame, default: dict[str, object]) -> pd.DataFrame:
    missing = [name for name in like.columns if name not in rows]
    # a table may have columns of the user's own, such as `source`
    cells = [default.get(name, "") for name in missing]
    blank = pd.DataFrame([cells] * len(rows), columns=missing, index=rows.index)
    return pd.concat([rows, blank], axis=1)[list(like.columns)].reset_index(drop=True)
