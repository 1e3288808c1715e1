"""A plan in a notebook: how good it is, and what it costs, as a little table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from planner.plan.shown import table_as_html
from planner.plan.summary import audit_in_words, cost_table, status_in_words

if TYPE_CHECKING:
    from planner.plan.plan import Plan


def as_html(plan: Plan) -> str:
    """The plan as HTML without scripts; names are escaped."""
    settings = plan.instance.settings.instance
    words = [status_in_words(plan), *plan.warnings, *([audit_in_words(plan)] if plan.found else [])]
    head = [f"<strong>{escape(settings.name)}</strong> {escape(settings.title)}".rstrip()]
    lines = "<br>".join([*head, *map(escape, words)])
    return f"<div><p>{lines}</p>{table_as_html(cost_table(plan)) if plan.found else ''}</div>"
