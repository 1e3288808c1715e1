"""Duties: by programme, how far each plant stands from its rule of origin, what claims save, and which rows decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from planner.plan.labels import records
from planner.report.cost import is_border
from planner.report.entries import ENTRY, unclaimed
from planner.report.names import Names
from planner.report.picture import Column, Picture, Table, bars, label, room, scale, whole_label
from planner.report.theme import BLUE, GREEN, RED, SERIES
from planner.report.worth import Worth

if TYPE_CHECKING:
    from planner.plan import Plan

BASE = "base"
BARS = 20  # of a picture; the table has all
BATCH = ["plant", "item", "agreement", "test", "measure", "status"]


def programmes(plan: Plan) -> Picture:
    """Duties and fees by programme, split by the country of origin of what pays them."""
    duties = plan.duties
    paid = duties.assign(amount=duties["duty"] * Worth(plan).expected(duties))
    rows = paid.groupby(["programme", "country_of_origin"], as_index=False)["amount"].sum()
    rows = rows[rows["amount"] != 0].sort_values("amount", ascending=False, kind="stable")
    whole = rows.groupby("programme")["amount"].sum().sort_values(ascending=False, kind="stable").head(BARS)
    unit = scale(whole.tolist(), plan.instance.settings.instance.currency)
    figure = bars(whole.index.tolist(), barmode="relative", xaxis={"title": {"text": unit.unit}})
    origins = rows.groupby("country_of_origin")["amount"].sum().sort_values(ascending=False, kind="stable").index
    legend = [(SERIES[number % len(SERIES)], f"goods of {origin}") for number, origin in enumerate(origins)]
    for origin, (colour, _) in zip(origins, legend, strict=True):
        of = rows[rows["country_of_origin"] == origin].set_index("programme")["amount"].reindex(whole.index, fill_value=0.0)
        figure["data"].append(
            {
                "type": "bar", "orientation": "h", "name": label(origin), "y": list(range(len(whole))),
                "x": (of / unit.size).tolist(), "marker": {"color": colour},
                "customdata": [[whole_label(name), unit.words(amount)] for name, amount in of.items()],
                "hovertemplate": f"<b>%{{customdata[0]}}</b> on goods of {label(origin)}<br>%{{customdata[1]}}<extra></extra>",
            }
        )  # fmt: skip
    columns = (
        Column("programme", "Programme"), Column("country_of_origin", "Origin"), Column("amount", "Paid", "money"),
    )  # fmt: skip
    words = f"By programme and country of origin, expected and discounted: {unit.words(_border(plan))} together."
    drawn = figure if len(rows) else None
    return Picture("programmes", "Duties and fees", words, Table(columns, rows), drawn, legend=legend)


def _border(plan: Plan) -> float:
    """Duties and fees of the ledger."""
    return sum(amount for name, amount in plan.totals.items() if is_border(name))


def savings(plan: Plan) -> Picture:
    """What would have been paid without each claim, and what was."""
    rows = saved(plan)
    currency = plan.instance.settings.instance.currency
    by_agreement = rows.groupby("agreement")["saved"].sum().sort_values(ascending=False, kind="stable").head(BARS)
    unit = scale(by_agreement.tolist(), currency)
    axis = {"title": {"text": unit.unit}, "range": room((by_agreement / unit.size).tolist())}
    figure = bars(by_agreement.index.tolist(), xaxis=axis)
    figure["data"] = [
        {
            "type": "bar", "orientation": "h", "y": list(range(len(by_agreement))),
            "x": (by_agreement / unit.size).tolist(), "marker": {"color": GREEN},
            "text": [unit.number(amount) for amount in by_agreement], "textposition": "outside", "cliponaxis": False,
            "customdata": [whole_label(name) for name in by_agreement.index],
            "hovertemplate": f"<b>%{{customdata}}</b><br>saves %{{text}} {unit.unit}<extra></extra>",
        }
    ]  # fmt: skip
    columns = (
        Column("agreement", "Agreement"), Column("importer", "Into"), Column("item", "Item"),
        Column("country_of_origin", "Origin"), Column("period", "Period"),
        Column("normal_duty", "Duty without", "money"), Column("paid", "Paid", "money"), Column("saved", "Saved", "money"),
    )  # fmt: skip
    words = (
        f"Claims save {unit.words(float(rows['saved'].sum()))} of duty in base, undiscounted, quotas aside; "
        "fees and the cost of claiming are not in it."
    )
    return Picture("savings", "What agreements save", words if len(rows) else "", Table(columns, rows), figure if len(rows) else None)


def saved(plan: Plan) -> pd.DataFrame:
    """By agreement and good, in base and undiscounted: agreement, ENTRY, normal_duty, paid, saved."""
    keys = ["agreement", *ENTRY]
    base = plan.duties[plan.duties["scenario"] == BASE]
    claimed = base[base["agreement"] != ""]
    if not len(claimed):
        return pd.DataFrame(columns=[*keys, "normal_duty", "paid", "saved"])
    without = unclaimed(replace(plan, tables={**plan.tables, "duties": base}))
    duties = claimed[~claimed["programme"].str.startswith("fee:")]
    both = without.groupby(keys)[["normal_duty"]].sum().assign(paid=duties.groupby(keys)["duty"].sum())
    both = both.fillna({"paid": 0.0})
    both["saved"] = both["normal_duty"] - both["paid"]
    return both.sort_values("saved", ascending=False, kind="stable").reset_index()


def headroom(plan: Plan) -> Picture:
    """How far each batch stands within its rule of origin, or beyond it: the tightest first."""
    names, rows = Names(plan.instance), plan.origin[plan.origin["scenario"] == BASE]
    tight = rows.sort_values("headroom", kind="stable").groupby(BATCH, as_index=False, sort=False).first().head(BARS)
    called = [f"{names.place(row['plant'])}: {names.item(row['item'])}, {row['agreement']}" for row in records(tight)]
    figure = bars(called, 38, xaxis={"title": {"text": "headroom, points"}, "range": room((tight["headroom"] * 100).tolist())})
    figure["layout"]["yaxis"]["ticktext"] = [
        f"{label(names.place(row['plant']))}<br>{label(names.item(row['item']))}, {label(row['agreement'])}"
        for row in records(tight)
    ]
    figure["data"] = [
        {
            "type": "bar", "orientation": "h", "y": list(range(len(tight))), "x": (tight["headroom"] * 100).tolist(),
            "marker": {"color": [RED if room < 0 else BLUE if status else "#b7c0c8" for room, status in zip(tight["headroom"], tight["status"], strict=True)]},
            "text": [f"{room:+.1%}" for room in tight["headroom"]], "textposition": "outside", "cliponaxis": False,
            "customdata": [f"{whole_label(name)}<br>{whole_label(test)}, {measure.replace('_', ' ')}" for name, test, measure in zip(called, tight["test"], tight["measure"], strict=True)],
            "hovertemplate": "%{customdata}<br>%{text}<extra></extra>",
        }
    ]  # fmt: skip
    columns = (
        Column("period", "Period"), Column("plant", "Plant"), Column("item", "Item"), Column("recipe", "Recipe"),
        Column("agreement", "Agreement"), Column("test", "Test"), Column("measure", "Measure"), Column("status", "Qualifies under"),
        Column("share", "Share", "share"), Column("threshold", "Asked for", "share"), Column("headroom", "Headroom", "share"),
        Column("headroom_money", "In money", "money"),
    )  # fmt: skip
    words = "How far what plants make stands within each rule, in its tightest period; below 0 the rule is missed, grey claims no origin."
    return Picture("headroom", "Headroom in the rules of origin", words if len(rows) else "", Table(columns, rows), figure if len(rows) else None)


def deciding_rows(plan: Plan) -> Picture:
    """Which row of which table set each rate, and what was paid by it."""
    duties = plan.duties[plan.duties["scenario"] == BASE]
    charged = duties.assign(row=duties["source_row"].where(duties["source_row"] != "", duties["row"]), value=duties["value_per_unit"] * duties["quantity"])
    keys = ["importer", "item", "country_of_origin", "programme", "rate", "specific", "waived_by", "regime", "quota", "row"]
    rows = charged.groupby(keys, as_index=False)[["quantity", "value", "duty"]].sum().sort_values("duty", ascending=False, kind="stable")
    columns = (
        Column("importer", "Into"), Column("item", "Item"), Column("country_of_origin", "Origin"),
        Column("programme", "Programme"), Column("rate", "Rate", "share"), Column("specific", "Specific", "money"),
        Column("quantity", "Units", "number"), Column("value", "Value", "money"), Column("duty", "Paid", "money"),
        Column("waived_by", "Waived by"), Column("regime", "Regime"), Column("quota", "Quota"), Column("row", "Set by"),
    )  # fmt: skip
    shown = tuple(column for column in columns if column.kind != "text" or (rows[column.name] != "").any())
    words = "Every rate with the row of the instance that set it, in base and undiscounted."
    return Picture("rows", "The rows that set each rate", words, Table(shown, rows), wide=True)
