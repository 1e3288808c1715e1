"""What a plan costs: by component, and by market and unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from planner.plan.worth import Worth
from planner.report.bars import BARS, Bars, bars
from planner.report.names import Names
from planner.report.picture import Column, Picture, Table, label, scale, text, whole_label
from planner.report.theme import BLUE, GOLD, GREEN, GREY, ORANGE, PURPLE, RED, SERIES, SKY

if TYPE_CHECKING:
    from planner.plan import Plan

BORDER = "Duties and fees"
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Purchase": ("purchase", "take_or_pay", "qualification", "supplier_fixed"),
        "Making": ("conversion", "setup"),
        "Facilities": ("facility_fixed", "facility_open", "facility_close", "facility_residual"),
        "Freight": ("freight", "handling", "insurance", "lane_fixed"),
        BORDER: ("claim", "relief", "regime"),  # and every duty: and fee:
        "Stock": ("pipeline", "storage", "buffer", "buffer_use"),
        "Carbon": ("carbon",),
        "Shortage": ("shortage",),
    }
)
COLOURS: Mapping[str, str] = MappingProxyType(
    dict(zip(GROUPS, (BLUE, SKY, PURPLE, GREEN, ORANGE, GOLD, GREY, RED), strict=True))
)
COMPONENTS = 12  # in a picture; the table has all


def group(component: str) -> str:
    """Which of GROUPS a component of the ledger belongs to."""
    return next((name for name, members in GROUPS.items() if component in members), BORDER)


def border(plan: Plan) -> float:
    """Duties and customs fees of the ledger."""
    return sum(amount for name, amount in plan.totals.items() if name.startswith(("duty:", "fee:")))


def delivered(plan: Plan) -> pd.DataFrame:
    """Expected units delivered: market, item, period, units."""
    met = plan.shortages.assign(units=plan.shortages["met"] * Worth(plan).likely(plan.shortages))
    return met.groupby(["market", "item", "period"], sort=False)["units"].sum().reset_index()


def components(plans: Sequence[Plan], names: Sequence[str]) -> Picture:
    """The ledger of each plan, the largest component first."""
    ledger = pd.DataFrame({str(number): plan.totals for number, plan in enumerate(plans)}).fillna(0.0)
    ledger = ledger[(ledger != 0).any(axis=1)]
    ledger = ledger.loc[ledger.abs().max(axis=1).sort_values(ascending=False, kind="stable").index]
    currency = plans[0].instance.settings.instance.currency
    unit, shown = scale(ledger.to_numpy().ravel().tolist(), currency).plotted, _with_rest(ledger)
    hues = [SERIES[number % len(SERIES)] for number in range(len(plans))]
    parts = [
        Bars(
            lengths=(amounts / unit.size).tolist(),
            told=[
                f"<b>{whole_label(str(component))}</b>, {label(name)}<br>{unit.words(amount)}"
                for component, amount in amounts.items()
            ],
            colours=hue,
            written=[unit.number(amount) for amount in amounts],
        )
        for name, hue, (_, amounts) in zip(names, hues, shown.items(), strict=True)
    ]
    several = len(plans) > 1
    amounts = [Column(str(at), name if several else "Amount", "money") for at, name in enumerate(names)]
    return Picture(
        name="components",
        title="Cost by component",
        words=f"The ledger, expected and discounted: {_together(plans, names)}.",
        table=Table(
            (Column("component", "Component"), Column("group", "Group"), *amounts),
            ledger.assign(component=ledger.index, group=[group(name) for name in ledger.index]),
        ),
        figure=bars([label(name) for name in shown.index], parts, unit.unit, 22 * len(plans) + 4),
        legend=list(zip(hues, names, strict=True)) if several else [],
    )


def _with_rest(ledger: pd.DataFrame) -> pd.DataFrame:
    """The largest components, and what the others come to together."""
    if len(ledger) <= COMPONENTS:
        return ledger
    rest = ledger.iloc[COMPONENTS - 1 :]
    return pd.concat([ledger.iloc[: COMPONENTS - 1], rest.sum().to_frame(f"{len(rest)} smaller ones").T])


def _together(plans: Sequence[Plan], names: Sequence[str]) -> str:
    """The sum of each plan."""
    currency = plans[0].instance.settings.instance.currency
    unit = scale([plan.expected_landed_cost for plan in plans], currency)
    sums = [unit.words(plan.expected_landed_cost) for plan in plans]
    if len(plans) == 1:
        return sums[0]
    return ", ".join(f"{amount} in {text(name)}" for name, amount in zip(names, sums, strict=True))


def landed(plan: Plan) -> pd.DataFrame:
    """Expected discounted money: market, those of GROUPS that cost something, units, total, per_unit."""
    units = delivered(plan)
    rows = plan.landed_cost.merge(units, on=["market", "item", "period"])
    amount = (rows["per_unit"] * rows["units"]).groupby([rows["market"], rows["component"].map(group)]).sum()
    wide = amount.unstack().reindex(columns=list(GROUPS)).fillna(0.0)
    wide = wide.loc[:, (wide != 0).any()]
    sold = units.groupby("market")["units"].sum().reindex(wide.index)
    total = wide.sum(axis=1)
    return wide.assign(units=sold, total=total, per_unit=total / sold).reset_index()


def markets(plan: Plan) -> Picture:
    """What a unit delivered costs in each market, by group of components."""
    names, currency = Names(plan.instance), plan.instance.settings.instance.currency
    rows = landed(plan).sort_values("per_unit", ascending=False, kind="stable", ignore_index=True)
    groups = [name for name in GROUPS if name in rows]
    shown = rows.head(BARS)
    called = [names.place(market) for market in shown["market"]]
    parts = [
        Bars(
            lengths=a_unit.tolist(),
            told=[
                f"<b>{whole_label(name)}</b><br>{part}: {amount:,.2f} {whole_label(currency)} a unit"
                for name, amount in zip(called, a_unit, strict=True)
            ],
            colours=COLOURS[part],
        )
        for part in groups
        for a_unit in [shown[part] / shown["units"]]
    ]
    columns = (
        Column("market", "Market"),
        Column("units", "Units", "number"),
        Column("per_unit", "A unit", "money"),
        *(Column(part, part, "money") for part in groups),
        Column("total", "Together", "money"),
    )
    return Picture(
        name="markets",
        title="Landed cost by market",
        words="All that a unit has cost when it arrives, on average over items and periods; shortage aside.",
        table=Table(columns, rows),
        figure=bars([label(name) for name in called], parts, f"{label(currency)} a unit")
        if len(rows)
        else None,
        legend=[(COLOURS[part], part) for part in groups],
    )
