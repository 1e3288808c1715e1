"""Comparisons in words: the answers first, then what opened, closed and moved, then where the money went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from math import fsum, inf, isnan

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from planner.network.times import times
from planner.plan import Plan
from planner.plan.labels import records
from planner.plan.summary import amount_in_words, gap_in_words, money, status_in_words, unit_for
from planner.solve import Status
from planner.study.compare import PENALTY, Comparison, Range, fill_rate

LONGEST_LIST = 8
NEVER = "never"
SHORT = {Status.INFEASIBLE: "infeasible", Status.NO_SOLUTION: "no plan found"}


def renderable(comparisons: Sequence[Comparison]) -> Group:
    """Comparisons with one base plan, for a rich console."""
    base = comparisons[0].base
    instance = base.instance.settings.instance
    head = Text(f"{instance.name}  {instance.title}".rstrip(), style="bold")
    parts: list[RenderableType] = [head, Text(f"base: {status_in_words(base)}"), _outcomes(comparisons)]
    for each in comparisons:
        parts += [Text.from_markup(f"\n[bold]{escape(_heading(each))}[/]", emoji=False)]
        parts += [Text(f"  {line}") for line in _changed(each)]
    if any(each.plan.found for each in comparisons) and base.found:
        parts += [Text(""), _bridge(comparisons)]
    return Group(*parts)


def as_text(comparisons: Sequence[Comparison], width: int = 120) -> str:
    """Comparisons with one base plan as plain text."""
    console = Console(file=StringIO(), width=width, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(renderable(comparisons))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def _heading(comparison: Comparison) -> str:
    whatif = comparison.whatif
    return f"{whatif.name}: {whatif.title}" if whatif.title else (whatif.name or "what-if")


def _table(title: str, comparisons: Sequence[Comparison]) -> Table:
    """An empty table with a column for the base and for each what-if."""
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column(title)
    for name in ("base", *(each.whatif.name or "what-if" for each in comparisons)):
        table.add_column(Text(name), justify="right")
    return table


def _outcomes(comparisons: Sequence[Comparison]) -> Table:
    """What each costs, how sure that is, and what it is like."""
    base = comparisons[0].base
    size, name = unit_for(
        max(abs(plan.objective) for plan in _found(comparisons)) if _found(comparisons) else 0.0
    )
    table = _table(
        f"Cost, {name} {base.instance.settings.instance.currency}".replace(",  ", ", "), comparisons
    )
    plans = [base, *(each.plan for each in comparisons)]
    table.add_row("objective", *(_cost(plan, size) for plan in plans), style="bold")
    table.add_row("difference", "", *(signed(each.difference, size) for each in comparisons))
    table.add_row("  proven between", "", *(_range(each.proven, size) for each in comparisons))
    table.add_row("gap", *(gap_in_words(plan.gap) if plan.found and plan.gap < inf else "" for plan in plans))
    if any(each.kept is not None for each in comparisons):
        table.add_row("today's design costs more", "", *(_regret(each, size) for each in comparisons))
    table.add_row("demand met", *(f"{fill_rate(plan):.1%}" if plan.found else "" for plan in plans))
    table.add_row("spend with allies", *(_allied(plan) for plan in plans))
    return table


def _found(comparisons: Sequence[Comparison]) -> list[Plan]:
    return [plan for plan in (comparisons[0].base, *(each.plan for each in comparisons)) if plan.found]


def _cost(plan: Plan, size: float) -> str:
    return f"{plan.objective / size:,.2f}" if plan.found else SHORT[plan.status]


def signed(amount: float, size: float = 1.0) -> str:
    """A difference with its sign; blank where it is not known."""
    text = f"{amount / size:+,.2f}"
    return "" if isnan(amount) else text.replace("-0.00", "0.00").replace("+0.00", "0.00")


def _range(proven: Range, size: float) -> str:
    low, high = (signed(figure, size) for figure in (proven.lowest, proven.highest))
    return f"{low} to {high}" if low and proven.highest - proven.lowest > size * 0.005 else low


def _regret(comparison: Comparison, size: float) -> str:
    if comparison.kept is None:
        return ""
    return signed(comparison.regret, size) if comparison.kept.found else "cannot be operated"


def _allied(plan: Plan) -> str:
    """The share of spend with allies, which is of the base scenario: blank where that never happens."""
    happens = plan.found and times(plan.instance).probability[0] > 0
    return f"{plan.metrics['allied_share']:.1%}" if happens else ""


def _changed(comparison: Comparison) -> Iterator[str]:
    """What a what-if does, in words."""
    if not comparison.whatif.title:
        yield from comparison.whatif.words
    if not comparison.plan.found:
        yield status_in_words(comparison.plan)
        return
    if not comparison.base.found:
        yield "there is no base plan that anything could have moved from"
        return
    sections = (
        ("facilities", facilities_in_words(comparison)),
        ("by country", moved_in_words(comparison, "kind", "country")),
        ("by place and item", moved_in_words(comparison, "kind", "location", "item")),
    )
    for title, lines in sections:
        shown = shortened(lines)
        yield from (f"{title}:" if shown else f"{title}: nothing moves",)
        yield from (f"  {line}" for line in shown)


def facilities_in_words(comparison: Comparison) -> Iterator[str]:
    """Options that open and close: `dallas: open 2027 -> never`."""
    for row in records(comparison.facilities):
        name = row["location"] if row["option"] == "base" else f"{row['location']} ({row['option']})"
        yield f"{name}: open {row['base'] or NEVER} -> {row['what_if'] or NEVER}"


def moved_in_words(comparison: Comparison, *by: str) -> Iterator[str]:
    """Units bought and made that moved, a line each, the largest first."""
    for row in records(comparison.moved(*by)):
        name = " ".join(str(row[column]) for column in by)
        yield (
            f"{name}: {amount_in_words(row['base'])} -> {amount_in_words(row['what_if'])} "
            f"({'+' if row['difference'] > 0 else '-'}{amount_in_words(abs(row['difference']))})"
        )


def _bridge(comparisons: Sequence[Comparison]) -> Table:
    """The components of the base plan, and what each what-if adds to them."""
    found = [each for each in comparisons if each.plan.found]
    base = comparisons[0].base
    size, name = unit_for(max(abs(base.objective), *(abs(each.plan.objective) for each in found)))
    table = _table(
        f"Cost bridge, {name} {base.instance.settings.instance.currency}".replace(",  ", ", "), found
    )
    before: dict[str, float] = {}
    changes: dict[str, list[float]] = {}
    for column, each in enumerate(found):
        for row in records(each.bridge):
            before[row["component"]] = row["base"]
            changes.setdefault(row["component"], [0.0] * len(found))[column] = row["difference"]
    moving = [name for name in changes if max(map(abs, changes[name])) >= size * 0.005]
    for component in sorted(moving, key=lambda name: -max(map(abs, changes[name]))):
        cells = (signed(change, size) for change in changes[component])
        table.add_row(Text(label(component)), f"{before[component] / size:,.2f}", *cells)
    still = base.objective - fsum(before[component] for component in moving)
    table.add_row("all else", f"{still / size:,.2f}", *("" for _ in found))
    table.add_row(
        "objective",
        f"{base.objective / size:,.2f}",
        *(signed(each.difference, size) for each in found),
        style="bold",
    )
    return table


def bridge_in_words(comparison: Comparison) -> Iterator[str]:
    """The components that make up the difference but for a twentieth of what moves, the largest first."""
    currency = comparison.base.instance.settings.instance.currency
    rows = records(comparison.bridge)
    left = fsum(abs(row["difference"]) for row in rows)
    least = left / 20
    for row in rows:
        if left <= least:
            return
        left -= abs(row["difference"])
        yield f"{label(row['component'])}: {_with_sign(row['difference'], currency)}"


def label(component: str) -> str:
    """A component of a bridge as people read it."""
    part = component.removeprefix(PENALTY)
    return component if part == component else f"{part} (penalty)"


def in_words(comparison: Comparison) -> str:
    """The difference and how far it is proven, in a sentence."""
    currency = comparison.base.instance.settings.instance.currency
    amount, proven = comparison.difference, comparison.proven
    if isnan(amount):
        return f"{SHORT[comparison.plan.status]}: there is nothing to compare"
    figure = f"{money(abs(amount), currency)} {'more' if amount >= 0 else 'less'}"
    if proven.highest - proven.lowest < 0.005:
        return f"{figure}, proven"
    low, high = (_with_sign(end, currency) for end in (proven.lowest, proven.highest))
    return f"{figure}; by both gaps it is {low} to {high}"


def _with_sign(amount: float, currency: str) -> str:
    return f"{'-' if amount < 0 else '+'}{money(abs(amount), currency)}"


def shortened(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many more there are."""
    lines = list(lines)
    if len(lines) <= LONGEST_LIST:
        return lines
    return [*lines[: LONGEST_LIST - 1], f"and {len(lines) - LONGEST_LIST + 1} more"]
