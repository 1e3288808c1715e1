"""A plan in a notebook: how good it is, and what it costs, as a little table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from planner.plan.summary import audit_in_words, money, status_in_words

if TYPE_CHECKING:
    from planner.plan.plan import Plan

COMPONENTS = 10  # that are named; the others together


def as_html(plan: Plan) -> str:
    """The plan as HTML without scripts or styles of its own; names are escaped."""
    settings = plan.instance.settings.instance
    words = [status_in_words(plan), *plan.warnings, *([audit_in_words(plan)] if plan.found else [])]
    head = [f"<strong>{escape(settings.name)}</strong> {escape(settings.title)}".rstrip()]
    lines = "<br>".join([*head, *map(escape, words)])
    return f"<div><p>{lines}</p>{_ledger(plan) if plan.found else ''}</div>"


def _ledger(plan: Plan) -> str:
    """The largest components of the ledger, and the sum."""
    whole = plan.expected_landed_cost
    costs = sorted(
        (entry for entry in plan.totals.items() if entry[1]), key=lambda entry: abs(entry[1]), reverse=True
    )
    named, others = costs[:COMPONENTS], costs[COMPONENTS:]
    rows = [*named, *([(f"{len(others)} others", sum(amount for _, amount in others))] if others else [])]
    cells = [_row(plan, name, amount) for name, amount in [*rows, ("expected landed cost", whole)]]
    return (
        "<table><thead><tr><th>Cost, discounted</th><th>amount</th><th>share</th></tr></thead>"
        f"<tbody>{''.join(cells)}</tbody></table>"
    )


def _row(plan: Plan, name: str, amount: float) -> str:
    whole, currency = plan.expected_landed_cost, plan.instance.settings.instance.currency
    share = f"{amount / whole:.1%}" if whole else ""
    return f"<tr><td>{escape(name)}</td><td>{escape(money(amount, currency))}</td><td>{share}</td></tr>"
