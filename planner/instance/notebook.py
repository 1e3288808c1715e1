"""An instance in a notebook: what it is about, and how many rows each table has."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.instance.instance import Instance


def as_html(instance: Instance) -> str:
    """The instance as HTML without scripts or styles of its own; names are escaped."""
    settings, horizon = instance.settings.instance, instance.settings.horizon
    head = f"<strong>{escape(settings.name)}</strong> {escape(settings.title)}".rstrip()
    periods = (
        horizon.periods[0] if len(horizon.periods) == 1 else f"{horizon.periods[0]} to {horizon.periods[-1]}"
    )
    scope = f"{periods}, from {horizon.starts[0].isoformat()}; money in {settings.currency}"
    count = len(instance.warnings)
    warned = f"<br>{count} {'warning' if count == 1 else 'warnings'}" if count else ""
    rows = "".join(
        f"<tr><td>{name}</td><td>{len(table):,}</td></tr>"
        for name, table in instance.tables.items()
        if len(table)
    )
    return (
        f"<div><p>{head}<br>{escape(scope)}{warned}</p>"
        f"<table><thead><tr><th>table</th><th>rows</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
