"""Features of the format that are read and checked, but that no model uses yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from planner.instance.instance import Instance

_TABLES = ("scenarios", "events")
_WEIGHTS = ("cvar_weight", "exposure_weight", "concentration_weight")


def unsupported(instance: Instance) -> tuple[str, ...]:
    """What the instance uses and no plan can honour yet, in words; empty if all is supported."""
    counts = {table: len(instance.tables[table]) for table in _TABLES}
    found = [f"{table} ({instance.files[table]} has {_rows(n)})" for table, n in counts.items() if n]
    policies = instance.tables["policies"]["scenario"]
    found.extend(
        _used(instance, "policies", "scenario", policies != "base", "policies with scenario other than base")
    )
    resilience = instance.settings.resilience
    for key in _WEIGHTS:
        value = getattr(resilience, key)
        if value * resilience.weight > 0:
            found.append(f"{key} ({instance.files['instance']} has resilience.{key} = {value:g})")
    return tuple(found)


def _used(instance: Instance, table: str, column: str, rows: pd.Series, name: str = "") -> list[str]:
    count = int(rows.sum())
    return (
        [f"{name or f'{table}.{column}'} ({instance.files[table]} uses it in {_rows(count)})"]
        if count
        else []
    )


def _rows(count: int) -> str:
    return f"{count} row" + ("s" if count > 1 else "")
