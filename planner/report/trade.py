"""Duties: by programme, how far plants stand from the rules of origin, what claims save, and which rows decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.plan.labels import records
from planner.plan.origin_tables import ROUNDING
from planner.plan.worth import Worth
from planner.report.bars import BARS, Bars, bars
from planner.report.cost import border
from planner.report.entries import ENTRY, unclaimed
from planner.report.names import Names
from planner.report.picture import Column, Picture, Table, label, scale, whole_label
from planner.report.theme import BLUE, FAINT, GREEN, SERIES

if TYPE_CHECKING:
    from planner.plan import Plan

BASE = "base"
BATCHES = 12  # of a picture of headroom; its table has all
CLAIM = ["agreement", *ENTRY]
BATCH = ["plant", "item", "agreement", "test", "measure", "status"]
CHARGE = [
    "importer", "item", "country_of_origin", "programme", "rate", "specific", "row", "waived_by", "regime", "quota",
]  # fmt: skip


def programmes(plan: Plan) -> Picture:
    """Duties and fees by programme, split by the country of origin of what pays them."""
    duties = plan.duties
    paid = duties.assign(amount=duties["duty"] * Worth(plan).expected(duties))
    rows = paid.groupby(["programme", "country_of_origin"], as_index=False)["amount"].sum()
    rows = rows[rows["amount"] != 0].sort_values("amount", ascending=False, kind="stable")
    shown = rows.groupby("programme")["amount"].sum().sort_values(ascending=False, kind="stable").head(BARS)
    origins = (
        rows.groupby("country_of_origin")["amount"].sum().sort_values(ascending=False, kind="stable").index
    )
    whole = scale(shown.tolist(), plan.instance.settings.instance.currency)
    unit = whole.plotted
    hues = {str(origin): SERIES[number % len(SERIES)] for number, origin in enumerate(origins)}
    parts = [
        Bars(
            lengths=(amounts / unit.size).tolist(),
            told=[
                f"<b>{whole_label(str(name))}</b> on goods of {label(origin)}<br>{unit.words(amount)}"
                for name, amount in amounts.items()
            ],
            colours=hue,
        )
        for origin, hue in hues.items()
        for of in [rows[rows["country_of_origin"] == origin].set_index("programme")["amount"]]
        for amounts in [of.reindex(shown.index).fillna(0.0)]
    ]
    columns = (
        Column("programme", "Programme"),
        Column("country_of_origin", "Origin"),
        Column("amount", "Paid", "money"),
    )
    return Picture(
        name="programmes",
        title="Duties and fees",
        words=f"By programme and origin, expected and discounted: {whole.words(border(plan))} together.",
        table=Table(columns, rows),
        figure=bars([label(str(name)) for name in shown.index], parts, unit.unit) if len(rows) else None,
        legend=[(hue, f"goods of {origin}") for origin, hue in hues.items()],
    )


def saved(plan: Plan) -> pd.DataFrame:
    """By agreement and good, in base and undiscounted: CLAIM, normal_duty, paid, saved."""
    base = plan.duties[plan.duties["scenario"] == BASE]
    claimed = base[base["agreement"] != ""]
    if not len(claimed):
        return pd.DataFrame(columns=[*CLAIM, "normal_duty", "paid", "saved"])
    without = unclaimed(replace(plan, tables={**plan.tables, "duties": base}))
    duties = claimed[~claimed["programme"].str.startswith("fee:")]
    both = without.groupby(CLAIM)[["normal_duty"]].sum().assign(paid=duties.groupby(CLAIM)["duty"].sum())
    both = both.fillna({"paid": 0.0})
    both["saved"] = both["normal_duty"] - both["paid"]
    return both.sort_values("saved", ascending=False, kind="stable").reset_index()


def savings(plan: Plan) -> Picture:
    """What would have been paid without each claim, and what was."""
    rows = saved(plan)
    shown = rows.groupby("agreement")["saved"].sum().sort_values(ascending=False, kind="stable").head(BARS)
    whole = scale(shown.tolist(), plan.instance.settings.instance.currency)
    unit = whole.plotted
    columns = (
        Column("agreement", "Agreement"),
        Column("importer", "Into"),
        Column("item", "Item"),
        Column("country_of_origin", "Origin"),
        Column("period", "Period"),
        Column("normal_duty", "Duty without", "money"),
        Column("paid", "Paid", "money"),
        Column("saved", "Saved", "money"),
    )
    part = Bars(
        lengths=(shown / unit.size).tolist(),
        told=[
            f"<b>{whole_label(str(name))}</b><br>saves {unit.words(amount)}" for name, amount in shown.items()
        ],
        colours=GREEN,
        written=[unit.number(amount) for amount in shown],
    )
    return Picture(
        name="savings",
        title="What agreements save",
        words=f"Claims save {whole.words(float(rows['saved'].sum()))} of duty in base, undiscounted, quotas aside; "
        "fees and the cost of claiming are not in it."
        if len(rows)
        else "",
        table=Table(columns, rows),
        figure=bars([label(str(name)) for name in shown.index], [part], unit.unit) if len(rows) else None,
    )


def headroom(plan: Plan) -> Picture:
    """How far each batch stands within its rule of origin, or beyond it: the tightest first."""
    names, rows = Names(plan.instance), plan.origin[plan.origin["scenario"] == BASE]
    least = rows.sort_values("headroom", kind="stable").groupby(BATCH, as_index=False, sort=False).first()
    # what qualifies comes first, the tightest on top; then what claims nothing, the nearest to it on top
    near = least["headroom"].where(least["status"] != "", -least["headroom"])
    order = np.lexsort((near, least["status"] == ""))
    tight = records(least.iloc[order].head(BATCHES))
    part = Bars(
        lengths=[row["headroom"] * 100 for row in tight],
        told=[
            f"<b>{whole_label(names.place(row['plant']))}</b><br>{whole_label(names.item(row['item']))}<br>"
            f"{whole_label(row['agreement'])} {whole_label(row['test'])}, {row['measure'].replace('_', ' ')}: "
            f"{_points(row['headroom'])}"
            for row in tight
        ],
        colours=[BLUE if row["status"] else FAINT for row in tight],
        written=[_points(row["headroom"]) for row in tight],
    )
    called = [
        f"{label(names.place(row['plant']))}<br>{label(names.item(row['item']))}, {label(row['agreement'])}"
        for row in tight
    ]
    columns = (
        Column("period", "Period"),
        Column("plant", "Plant"),
        Column("item", "Item"),
        Column("recipe", "Recipe"),
        Column("agreement", "Agreement"),
        Column("test", "Test"),
        Column("measure", "Measure"),
        Column("status", "Qualifies under"),
        Column("share", "Share", "share"),
        Column("threshold", "Asked for", "share"),
        Column("headroom", "Headroom", "share"),
        Column("headroom_money", "In money", "money"),
    )
    return Picture(
        name="headroom",
        title="Headroom in the rules of origin",
        words="How far what qualifies stands within each rule, in its tightest period (blue), "
        "and how far the rest is from it (grey; below 0 the rule is missed)."
        if tight
        else "",
        table=Table(columns, rows),
        figure=bars(called, [part], "points", 38) if tight else None,
    )


def _points(share: float) -> str:
    """A share with its sign; what is rounding has none."""
    return f"{share:+.1%}" if abs(share) >= ROUNDING else "0.0%"


def deciding_rows(plan: Plan) -> Picture:
    """Which row of which table set each rate, and what was paid by it."""
    duties = plan.duties[plan.duties["scenario"] == BASE]
    charged = duties.assign(
        row=duties["source_row"].where(duties["source_row"] != "", duties["row"]),
        value=duties["value_per_unit"] * duties["quantity"],
    )
    rows = charged.groupby(CHARGE, as_index=False)[["quantity", "value", "duty"]].sum()
    rows = rows.sort_values("duty", ascending=False, kind="stable")
    columns = (
        Column("importer", "Into"),
        Column("item", "Item"),
        Column("country_of_origin", "Origin"),
        Column("programme", "Programme"),
        Column("rate", "Rate", "share"),
        Column("specific", "Specific", "money"),
        Column("row", "Set by"),
        Column("quantity", "Units", "number"),
        Column("value", "Value", "money"),
        Column("duty", "Paid", "money"),
        Column("waived_by", "Waived by"),
        Column("regime", "Regime"),
        Column("quota", "Quota"),
    )
    spoken = {name: bool(((rows[name] != "") & (rows[name] != 0)).any()) for name in rows}
    shown = tuple(column for column in columns if spoken[column.name] or column.name == "duty")
    words = "Every rate with the row of the instance that set it, in base and undiscounted."
    return Picture("rows", "The rows that set each rate", words, Table(shown, rows), wide=True)
