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
    settings = instance.settings
    plain = settings.resilience.model_copy(update=NO_RESILIENCE)
    return replace(instance, settings=settings.model_copy(update={"resilience": plain}))


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
    blank = pd.DataFrame([[default[name] for name in missing]] * len(rows), columns=missing, index=rows.index)
    return pd.concat([rows, blank], axis=1)[list(like.columns)].reset_index(drop=True)
