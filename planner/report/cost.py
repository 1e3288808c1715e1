"""What a plan costs: by component, by market and unit, and from one plan to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from planner.errors import InstanceError, Problem
from planner.report.names import Names
from planner.report.picture import Column, Figure, Picture, Table, bars, label, room, scale, text, whole_label
from planner.report.theme import BLUE, GOLD, GREEN, GREY, ORANGE, PURPLE, RED, SERIES, SKY
from planner.report.worth import Worth

if TYPE_CHECKING:
    from planner.plan import Plan

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Purchase": ("purchase", "take_or_pay", "qualification", "supplier_fixed"),
        "Making": ("conversion", "setup"),
        "Facilities": ("facility_fixed", "facility_open", "facility_close", "facility_residual"),
        "Freight": ("freight", "handling", "insurance", "lane_fixed"),
        "Duties and fees": ("claim", "relief", "regime"),
        "Stock": ("pipeline", "storage", "buffer", "buffer_use"),
        "Carbon": ("carbon",),
        "Shortage": ("shortage",),
    }
)
COLOURS = (BLUE, SKY, PURPLE, GREEN, ORANGE, GOLD, GREY, RED)
BORDER = "Duties and fees"
BARS = 12  # components in a picture; the table has all
MARKETS = 24  # in a picture; the table has all
STEPS = 14  # of a waterfall


def group(component: str) -> str:
    """Which of GROUPS a component of the ledger belongs to."""
    return next((name for name, members in GROUPS.items() if component in members), BORDER)


def is_border(component: str) -> bool:
    """Whether a component of the ledger is a duty or a customs fee."""
    return component.startswith(("duty:", "fee:"))


def delivered(plan: Plan) -> pd.DataFrame:
    """Expected units delivered: market, item, period, units."""
    met = plan.shortages
    return (
        met.assign(units=met["met"] * Worth(plan).likely(met))
        .groupby(["market", "item", "period"], sort=False)["units"].sum().reset_index()
    )  # fmt: skip


def components(plans: Sequence[Plan], names: Sequence[str]) -> Picture:
    """The ledger of each plan, the largest component first."""
    ledger = pd.DataFrame({name: plan.totals for name, plan in zip(names, plans, strict=True)}).fillna(0.0)
    ledger = ledger[(ledger != 0).any(axis=1)]
    ledger = ledger.loc[ledger.abs().max(axis=1).sort_values(ascending=False, kind="stable").index]
    currency = plans[0].instance.settings.instance.currency
    unit, shown = scale(ledger.to_numpy().ravel().tolist(), currency), _with_rest(ledger)
    axis = {"title": {"text": unit.unit}, "range": room((shown / unit.size).to_numpy().ravel().tolist())}
    figure = bars(shown.index.tolist(), 22 * len(plans) + 4, xaxis=axis)
    figure["data"] = [
        {
            "type": "bar", "orientation": "h", "name": label(name), "y": list(range(len(shown))),
            "x": (shown[name] / unit.size).tolist(),
            "marker": {"color": SERIES[number % len(SERIES)]},
            "text": [unit.number(amount) for amount in shown[name]],
            "textposition": "outside", "cliponaxis": False,
            "customdata": [whole_label(component) for component in shown.index],
            "hovertemplate": f"<b>%{{customdata}}</b><br>%{{text}} {unit.unit}<extra>{label(name)}</extra>",
        }
        for number, name in enumerate(names)
    ]  # fmt: skip
    rows = ledger.assign(component=ledger.index, group=[group(name) for name in ledger.index])
    amounts = [Column(name, name if len(plans) > 1 else "Amount", "money") for name in names]
    table = Table((Column("component", "Component"), Column("group", "Group"), *amounts), rows)
    words = f"The ledger: expected and discounted, {unit.unit}; together {_together(plans, names)}."
    legend = list(zip(SERIES, names, strict=False)) if len(plans) > 1 else []
    return Picture("components", "Cost by component", words, table, figure, legend=legend)


def _with_rest(ledger: pd.DataFrame) -> pd.DataFrame:
    """The largest components, and what the others come to together."""
    if len(ledger) <= BARS:
        return ledger
    rest = ledger.iloc[BARS - 1 :]
    return pd.concat([ledger.iloc[: BARS - 1], rest.sum().to_frame(f"{len(rest)} smaller ones").T])


def _together(plans: Sequence[Plan], names: Sequence[str]) -> str:
    """The sum of each plan."""
    currency = plans[0].instance.settings.instance.currency
    unit = scale([plan.expected_landed_cost for plan in plans], currency)
    sums = [unit.words(plan.expected_landed_cost) for plan in plans]
    if len(plans) == 1:
        return sums[0]
    return ", ".join(f"{amount} in {text(name)}" for name, amount in zip(names, sums, strict=True))


def landed(plan: Plan) -> pd.DataFrame:
    """Expected discounted money by market and group: market, units, one column for each of GROUPS, total, per_unit."""
    units = delivered(plan)
    rows = plan.landed_cost.merge(units, on=["market", "item", "period"])
    amount = (rows["per_unit"] * rows["units"]).groupby([rows["market"], rows["component"].map(group)]).sum()
    wide = amount.unstack(fill_value=0.0).reindex(columns=list(GROUPS), fill_value=0.0)
    wide = wide.loc[:, (wide != 0).any()]
    sold = units.groupby("market")["units"].sum().reindex(wide.index)
    total = wide.sum(axis=1)
    return wide.assign(units=sold, total=total, per_unit=total / sold).reset_index()


def markets(plan: Plan) -> Picture:
    """What a unit delivered costs in each market, by group of components."""
    names, currency = Names(plan.instance), plan.instance.settings.instance.currency
    rows = landed(plan).sort_values("per_unit", ascending=False, kind="stable", ignore_index=True)
    parts = [name for name in GROUPS if name in rows]
    hues = dict(zip(GROUPS, COLOURS, strict=True))
    shown = rows.head(MARKETS)
    called = [names.place(market) for market in shown["market"]]
    figure = bars(called, barmode="relative", xaxis={"title": {"text": f"{text(currency)} a unit"}})
    figure["data"] = [
        {
            "type": "bar", "orientation": "h", "name": part, "y": list(range(len(shown))),
            "x": (shown[part] / shown["units"]).tolist(),
            "marker": {"color": hues[part]},
            "customdata": [whole_label(name) for name in called],
            "hovertemplate": f"<b>%{{customdata}}</b><br>{part}: %{{x:,.2f}} {whole_label(currency)} a unit<extra></extra>",
        }
        for part in parts
    ]  # fmt: skip
    columns = (
        Column("market", "Market"), Column("units", "Units", "number"), Column("per_unit", "A unit", "money"),
        *(Column(part, part, "money") for part in parts), Column("total", "Together", "money"),
    )  # fmt: skip
    words = "Everything that a unit has cost when it arrives, on average over items and periods; shortage aside."
    legend = [(hues[part], part) for part in parts]
    drawn = figure if len(rows) else None
    return Picture("markets", "Landed cost by market", words, Table(columns, rows), drawn, legend=legend)


def bridge(before: Plan, after: Plan) -> pd.DataFrame:
    """From one plan's expected landed cost to another's: component, before, after, difference, the largest first.

    Raises:
        InstanceError: the plans count in different currencies.
    """
    one, other = (plan.instance.settings.instance.currency for plan in (before, after))
    if one != other:
        raise InstanceError([Problem("currency", "plans in different currencies cannot be compared", other, one)])
    rows = pd.DataFrame({"before": before.totals, "after": after.totals}).fillna(0.0)
    rows = rows.assign(difference=rows["after"] - rows["before"]).rename_axis("component").reset_index()
    rows = rows[(rows["before"] != 0) | (rows["after"] != 0)]
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def waterfall(before: Plan, after: Plan, names: Sequence[str]) -> Figure:
    """The steps from one plan's cost to another's; small ones together."""
    rows = bridge(before, after)
    rows = rows[rows["difference"] != 0]
    rest = float(rows["difference"].iloc[STEPS:].sum())
    currency = before.instance.settings.instance.currency
    start, end = before.expected_landed_cost, after.expected_landed_cost
    steps = [(label(name), amount) for name, amount in zip(rows["component"], rows["difference"], strict=True)]
    steps = [*steps[:STEPS], *([("all others", rest)] if rest else [])]
    unit = scale([start, end], currency)
    change = scale([amount for _, amount in steps], currency)
    levels = pd.Series([start, *(amount for _, amount in steps)]).cumsum() / unit.size
    low, high = min(levels.min(), end / unit.size), max(levels.max(), end / unit.size)
    margin = (high - low) * 0.25 or abs(high) * 0.01 or 1.0
    told = [
        unit.words(start),
        *(f"{'+' if amount > 0 else ''}{change.words(amount)}" for _, amount in steps),
        unit.words(end),
    ]
    figure = bars([label(names[0]), *(name for name, _ in steps), label(names[1])])
    figure["layout"]["yaxis"]["ticktext"] = [label(names[0]), *(name for name, _ in steps), label(names[1])]
    figure["layout"]["xaxis"] |= {
        "range": [low - margin, high + margin], "zeroline": False,
        "title": {"text": f"{unit.unit}; the axis does not start at 0"},
    }  # fmt: skip
    figure["data"] = [
        {
            "type": "waterfall", "orientation": "h", "y": list(range(len(steps) + 2)),
            "x": [start / unit.size, *(amount / unit.size for _, amount in steps), end / unit.size],
            "measure": ["absolute", *("relative" for _ in steps), "absolute"],
            "increasing": {"marker": {"color": RED}}, "decreasing": {"marker": {"color": GREEN}},
            "totals": {"marker": {"color": BLUE}}, "connector": {"line": {"color": GREY, "width": 1}},
            "text": told, "textposition": "outside", "cliponaxis": False, "hovertemplate": "%{text}<extra></extra>",
        }
    ]  # fmt: skip
    return figure


def comparison(before: Plan, after: Plan, names: Sequence[str], number: int) -> Picture:
    """The waterfall from one plan to another, with its table."""
    currency = before.instance.settings.instance.currency
    more = after.expected_landed_cost - before.expected_landed_cost
    unit = scale([more], currency)
    words = f"{text(names[1])} costs {unit.words(abs(more))} {'more' if more > 0 else 'less'} than {text(names[0])}."
    columns = (
        Column("component", "Component"), Column("before", names[0], "money"), Column("after", names[1], "money"),
        Column("difference", "Difference", "money"),
    )  # fmt: skip
    title = f"From {text(names[0])} to {text(names[1])}"
    figure = waterfall(before, after, names)
    return Picture(f"waterfall-{number}", title, words, Table(columns, bridge(before, after)), figure)
