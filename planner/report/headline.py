"""The first screen: what to do, what it costs, what it risks, and how good it is known to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from planner.network.calendar import duty_dates
from planner.plan.summary import audit_in_words, money, status_in_words
from planner.plan.worth import supplier_spend
from planner.report.cost import border, delivered
from planner.report.names import Names
from planner.report.picture import text
from planner.report.scenarios import dearest, worst_served
from planner.solve.arrays import Status

if TYPE_CHECKING:
    from planner.plan import Plan

NAMED = 4  # names in a sentence; the tables have all


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the first screen."""

    name: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A plan in a few sentences and figures."""

    status: str
    tone: str  # `good`, `warn` or `bad`
    warnings: Sequence[str]
    sentences: Sequence[tuple[str, str]]
    figures: Sequence[Fact]


def headline(plan: Plan) -> Headline:
    """The first screen of a plan."""
    audit = plan.audit
    failed = audit is not None and not audit["passed"]
    tone = "bad" if failed else "good" if plan.status is Status.OPTIMAL else "warn"
    sentences = (
        ("Network", _design(plan)), ("Suppliers", _suppliers(plan)), ("Cost", _cost(plan)), ("Risk", _risk(plan)),
        ("Duties", _dates(plan)),
    )  # fmt: skip
    return Headline(
        status=f"{_sentence(status_in_words(plan))}. {_sentence(audit_in_words(plan))}.",
        tone=tone,
        warnings=[_sentence(warning) for warning in plan.warnings],
        sentences=[(term, sentence) for term, sentence in sentences if sentence],
        figures=facts(plan),
    )


def _design(plan: Plan) -> str:
    """What opens, closes and stays."""
    names, states = Names(plan.instance), plan.facilities
    first = plan.instance.settings.horizon.periods[0]
    opened = _when(states[states["opening"] == 1], names, first)
    closed = _when(states[states["closing"] == 1], names, "")
    changed = set(states.loc[(states["opening"] == 1) | (states["closing"] == 1), "location"])
    kept = states.loc[(states["open"] == 1) & ~states["location"].isin(changed), "location"].unique().tolist()
    parts = [
        f"Open {_listed(opened)}." if opened else "Open nothing new.",
        f"Close {_listed(closed)}." if closed else "",
        f"Keep {_listed([names.place(name) for name in kept])}." if kept else "",
    ]
    return " ".join(filter(None, parts)) if len(states) else ""


def _when(rows: pd.DataFrame, names: Names, first: str) -> list[str]:
    """Facilities with their option, and the period if it is not the first."""
    return [
        names.place(location)
        + (f" ({option})" if option != "base" else "")
        + (f" in {period}" if period != first else "")
        for location, option, period in zip(rows["location"], rows["option"], rows["period"], strict=True)
    ]


def _suppliers(plan: Plan) -> str:
    """Whom to buy from."""
    names, spend = Names(plan.instance), supplier_spend(plan)
    if not len(spend):
        return ""
    whole, currency = float(spend.sum()), plan.instance.settings.instance.currency
    largest = [
        f"{names.place(str(name))} ({amount / whole:.0%})" for name, amount in spend.head(NAMED).items()
    ]
    count = len(spend)
    head = (
        f"Buy from {count} suppliers for {money(whole, currency)}"
        if count > 1
        else f"Buy for {money(whole, currency)}"
    )
    return f"{head}, {'most of it ' if count > NAMED else ''}from {_listed(largest)}."


def _cost(plan: Plan) -> str:
    """What it costs and what of that is duty."""
    currency, whole = plan.instance.settings.instance.currency, plan.expected_landed_cost
    duties = border(plan)
    periods = plan.instance.settings.horizon.periods
    over = f"{periods[0]} to {periods[-1]}" if len(periods) > 1 else periods[0]
    part = f", {duties / whole:.1%} of it" if whole else ""
    penalty = plan.document["penalty"].get("total", 0.0)
    weighed = f" A penalty of {money(penalty, currency)} is weighed on top." if penalty else ""
    return (
        f"{_sentence(money(whole, currency))} of expected landed cost, {over}; "
        f"duties and fees are {money(duties, currency)}{part}.{weighed}"
    )


def _risk(plan: Plan) -> str:
    """What may go wrong, and how badly."""
    shares = plan.metrics["share_by_country"]
    parts = []
    worst = dearest(plan)
    if worst is not None:
        name, more = worst
        parts.append(f"In the dearest scenario, {text(name)}, operations cost {more:.1%} more.")
    served = worst_served(plan)
    if served is not None:
        parts.append(f"At worst {served[1]:.1%} of demand is met ({text(served[0])}).")
    if shares:
        country, share = next(iter(shares.items()))
        parts.append(f"{share:.0%} of spend is in {country}, {plan.metrics['allied_share']:.0%} with allies.")
    return " ".join(parts)


def _dates(plan: Plan) -> str:
    """The day at which duties are read."""
    days = sorted({str(day)[:10] for day in duty_dates(plan.instance)})
    if len(days) == 1:
        return f"As of {days[0]}."
    return f"As of the first day of each period: {_listed(days, longest=6)}."


def facts(plan: Plan) -> list[Fact]:
    """The figures of the first screen."""
    currency, whole = plan.instance.settings.instance.currency, plan.expected_landed_cost
    units = delivered(plan)["units"].sum()
    duties = border(plan)
    metrics = plan.metrics
    return [
        Fact("Expected landed cost", *_split(money(whole, currency))),
        Fact(
            "A unit delivered", f"{whole / units:,.2f}" if units else "?", f"{currency}, {units:,.0f} units"
        ),
        Fact("Duties and fees", *_split(money(duties, currency))),
        Fact("Demand met", f"{metrics['fill_rate']:.1%}", "in base"),
        Fact("Spend with allies", f"{metrics['allied_share']:.0%}", "of purchase and conversion, in base"),
        Fact("Proven within", f"{plan.gap:.2%}" if plan.gap < 1 else "?", "of the best possible plan"),
    ]


def _split(amount: str) -> tuple[str, str]:
    """The number and its unit."""
    number, _, unit = amount.partition(" ")
    return number, unit


def _listed(names: Sequence[str], longest: int = NAMED) -> str:
    """`a, b and c`, or the first and how many more."""
    shown = [text(name) for name in names[:longest]]
    comma = "; " if any("," in name for name in shown) else ", "
    if len(names) > longest:
        return f"{comma.join(shown)} and {len(names) - longest} more"
    return " and ".join(filter(None, [comma.join(shown[:-1]), shown[-1]]))


def _sentence(words: str) -> str:
    """With a capital."""
    return words[:1].upper() + words[1:]
