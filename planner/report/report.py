"""The report of one plan, or of several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from planner.report import cost, risk, sankey, trade
from planner.report.chapter import Chapter, Section
from planner.report.compared import compared
from planner.report.frontier import frontier
from planner.report.headline import headline
from planner.report.html import page
from planner.report.map import draw
from planner.report.picture import Picture
from planner.report.scenarios import scenarios

if TYPE_CHECKING:
    from planner.plan import Plan


def report(
    plans: Sequence[Plan],
    stress: Sequence[pd.DataFrame] = (),
    frontiers: Sequence[pd.DataFrame] = (),
) -> str:
    """The report as one HTML file.

    Args:
        plans: one, or several to compare with the first.
        stress: the table of `planner.stress` of each plan, if there is one.
        frontiers: tables of `planner.frontier`.

    Raises:
        InfeasibleError, NoSolutionError: one of them is no plan.
        InstanceError: they count in different currencies.
    """
    for plan in plans:
        plan.raise_for_status()
    first, names = plans[0], told_apart(plans)
    currency = first.instance.settings.instance.currency
    chapters = [
        _chapter(plan, number, name, stress[number - 1] if stress else None)
        for number, (plan, name) in enumerate(zip(plans, names, strict=True), 1)
    ]
    if len(plans) > 1:
        sides = Section("plans", "Side by side", _filled(compared(plans, names)))
        chapters.insert(0, Chapter("compared", "Compared", [sides]))
    if frontiers:
        drawn = [frontier(table, currency) for table in frontiers]
        chapters.append(
            Chapter("frontier", "Resilience", [Section("plans", "What resilience costs", _filled(drawn))])
        )
    titles = list(dict.fromkeys(_title(plan) for plan in plans))
    return page(
        chapters,
        title=titles[0] if len(titles) == 1 else "Plans compared",
        eyebrow=" · ".join(names),
        currency=currency,
    )


def _filled(pictures: Sequence[Picture]) -> list[Picture]:
    """Pictures in two columns, the last of an odd number across both."""
    filled = list(pictures)
    left = -1
    for at, one in enumerate(pictures):
        if one.wide and left >= 0:
            filled[left] = replace(pictures[left], wide=True)
        left = -1 if one.wide or left >= 0 else at
    return [*filled[:-1], replace(filled[-1], wide=filled[-1].wide or left >= 0)]


def told_apart(plans: Sequence[Plan]) -> list[str]:
    """What tells the plans apart: their folder or instance, numbered where it is the same."""
    names = [
        plan.folder.name if plan.folder is not None else plan.instance.settings.instance.name
        for plan in plans
    ]
    if len(plans) == 1:
        return [plans[0].instance.settings.instance.name]
    return [f"{number}: {name}" if names.count(name) > 1 else name for number, name in enumerate(names, 1)]


def _title(plan: Plan) -> str:
    settings = plan.instance.settings.instance
    return settings.title or settings.name


def _chapter(plan: Plan, number: int, name: str, stress: pd.DataFrame | None) -> Chapter:
    """Everything about a plan."""
    failures = [] if stress is None else [risk.stressed(plan, stress)]
    rules = [risk.policies(plan)] if len(plan.policies) else []
    spent = [cost.components([plan], [name]), cost.markets(plan), sankey.picture(plan)]
    paid = [trade.programmes(plan), trade.savings(plan), trade.headroom(plan), trade.deciding_rows(plan)]
    risked = [scenarios(plan), *failures, risk.exposure(plan), risk.concentration(plan), *rules]
    sections = [
        Section("cost", "Cost", _filled(spent)),
        Section("trade", "Trade", _filled(paid)),
        Section("resilience", "Resilience", _filled(risked)),
    ]
    return Chapter(f"plan-{number}", name, sections, headline(plan), draw(plan))
