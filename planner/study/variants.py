"""Instances that a study makes of the one it is about: without its scenarios, or with others."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from planner.instance import Instance

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
