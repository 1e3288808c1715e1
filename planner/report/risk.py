"""What a plan depends on: countries, few sources, single places, and the limits that bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planner.report.names import Names
from planner.report.picture import Column, Figure, Picture, Table, bars, room, scale, text, whole_label
from planner.report.theme import BLUE, GREEN, ORANGE, RED, SCALE

if TYPE_CHECKING:
    from planner.plan import Plan

BARS = 16  # of a picture; the table has all


def exposure(plan: Plan) -> Picture:
    """The share of spend in each country, coloured by its risk."""
    countries = plan.instance.tables["countries"].set_index("country")
    spend = pd.Series(plan.metrics["share_by_country"], dtype="float64").rename("share")
    rows = spend.rename_axis("country").reset_index()
    rows = rows.assign(
        risk=rows["country"].map(countries["risk"]).fillna(0.0),
        ally=rows["country"].map(countries["ally"]).fillna(False).map({True: "yes", False: "no"}),
    )
    rows["exposure"] = rows["share"] * rows["risk"]
    shown = rows.head(BARS)
    figure = bars(shown["country"].tolist(), xaxis={"title": {"text": "share of spend"}, "tickformat": ".0%", "range": room(shown["share"].tolist())})
    figure["data"] = [
        {
            "type": "bar", "orientation": "h", "y": list(range(len(shown))), "x": shown["share"].tolist(),
            "marker": {"color": [SCALE[min(int(risk * len(SCALE)), len(SCALE) - 1)] for risk in shown["risk"]]},
            "text": [f"{share:.1%}{', ally' if ally == 'yes' else ''}" for share, ally in zip(shown["share"], shown["ally"], strict=True)],
            "textposition": "outside", "cliponaxis": False,
            "customdata": [[whole_label(name), risk] for name, risk in zip(shown["country"], shown["risk"], strict=True)],
            "hovertemplate": "<b>%{customdata[0]}</b>, risk %{customdata[1]:.2f}<br>%{text} of spend<extra></extra>",
        }
    ]  # fmt: skip
    columns = (
        Column("country", "Country"), Column("share", "Share of spend", "share"), Column("ally", "Ally"),
        Column("risk", "Risk", "number"), Column("exposure", "Share x risk", "number"),
    )  # fmt: skip
    words = (
        "Purchase and conversion in base by country, from blue (little risk) to red. "
        f"{plan.metrics['allied_share']:.1%} is with allies; the shares weighted by risk come to {rows['exposure'].sum():.2f}."
    )
    return Picture("exposure", "Exposure by country", words, Table(columns, rows), figure if len(rows) else None)


def concentration(plan: Plan) -> Picture:
    """The Herfindahl index of the sources of each item."""
    names = Names(plan.instance)
    index = pd.Series(plan.metrics["hhi"], dtype="float64").sort_values(ascending=False, kind="stable")
    rows = index.rename("hhi").rename_axis("item").reset_index()
    rows = rows.assign(name=[names.item(item) for item in rows["item"]], sources=1 / rows["hhi"])
    shown = rows.head(BARS)
    figure = bars(shown["name"].tolist(), xaxis={"range": room(shown["hhi"].tolist()), "tickangle": 0, "title": {"text": "Herfindahl index"}})
    figure["data"] = [
        {
            "type": "bar", "orientation": "h", "y": list(range(len(shown))), "x": shown["hhi"].tolist(),
            "marker": {"color": [ORANGE if value > 0.999 else BLUE for value in shown["hhi"]]},
            "text": [f"{value:.2f}" for value in shown["hhi"]], "textposition": "outside", "cliponaxis": False,
            "customdata": [whole_label(name) for name in shown["name"]],
            "hovertemplate": "<b>%{customdata}</b><br>%{text}<extra></extra>",
        }
    ]  # fmt: skip
    columns = (
        Column("item", "Item"), Column("name", "Name"), Column("hhi", "Herfindahl", "number"),
        Column("sources", "As many as equal sources", "number"),
    )  # fmt: skip
    words = "The sum of the squared shares of its sources in base: 1 is a single source (orange), 0.5 two of the same size."
    return Picture("concentration", "Concentration by item", words, Table(columns, rows), figure if len(rows) else None)


def stressed(plan: Plan, found: pd.DataFrame) -> Picture:
    """What each failure costs, the worst first; `found` is the table of `planner.stress`."""
    names, currency = Names(plan.instance), plan.instance.settings.instance.currency
    rows = found.assign(place=[names.place(name) for name in found["name"]])
    shown = rows[(rows["extra_cost"] > 0) | (rows["lost_units"] > 0)].head(BARS)
    unit = scale(shown["extra_cost"].tolist(), currency)
    figure = bars(shown["place"].tolist(), xaxis={"title": {"text": f"extra cost, {unit.unit}"}, "range": room((shown["extra_cost"] / unit.size).tolist())})
    figure["data"] = [
        {
            "type": "bar", "orientation": "h", "y": list(range(len(shown))), "x": (shown["extra_cost"] / unit.size).tolist(),
            "marker": {"color": [RED if lost > 0 else BLUE for lost in shown["lost_units"]]},
            "text": [_lost(unit.number(cost), lost) for cost, lost in zip(shown["extra_cost"], shown["lost_units"], strict=True)],
            "textposition": "outside", "cliponaxis": False,
            "customdata": [f"<b>{whole_label(name)}</b> ({kind}) out for {days:g} days" for name, kind, days in zip(shown["place"], shown["kind"], shown["recovery_days"], strict=True)],
            "hovertemplate": "%{customdata}<br>%{text}<extra></extra>",
        }
    ]  # fmt: skip
    columns = (
        Column("rank", "Rank", "whole"), Column("kind", "Kind"), Column("name", "What fails"), Column("recovery_days", "Days out", "number"),
        Column("extra_cost", "Extra cost", "money"), Column("lost_units", "Units lost", "number"), Column("fill_rate", "Demand met", "share"),
        Column("time_to_survive", "Days survived", "number"), Column("exposure", "Exposure", "share"), Column("cuts_off", "Cuts off"),
    )  # fmt: skip
    known = tuple(column for column in columns if column.name in rows)
    words = "Everything that can fail does, in turn, on the design of the plan, for as long as it takes to recover; red where sales are lost."
    return Picture("stress", "What a failure costs", words, Table(known, rows), figure if len(shown) else None)


def _lost(cost: str, units: float) -> str:
    return f"{cost}, {units:,.0f} units lost" if units > 0 else cost


def frontier(table: pd.DataFrame, currency: str) -> Picture:
    """Cost against a measure of resilience; `table` is that of `planner.frontier`."""
    measure = str(table["measure"].iloc[0])
    columns = (
        Column("point", "Plan", "whole"), Column("value", measure.replace("_", " "), "number"), Column("cost", "Cost", "money"),
        Column("extra_cost", "More than the cheapest", "money"), Column("status", "Status"), Column("gap", "Gap", "share"),
        Column("open", "Open"), Column("suppliers", "Suppliers"),
    )  # fmt: skip
    words = "The efficient plans: none is cheaper and better at once."
    return Picture(f"frontier-{measure}", "What resilience costs", words, Table(columns, table), frontier_figure(table, currency))


def frontier_figure(table: pd.DataFrame, currency: str) -> Figure:
    """The points of a frontier, joined."""
    unit, measure = scale(table["cost"].tolist(), currency), str(table["measure"].iloc[0]).replace("_", " ")
    return {
        "data": [
            {
                "type": "scatter", "mode": "lines+markers+text", "x": table["value"].tolist(),
                "y": (table["cost"] / unit.size).tolist(), "text": [str(point) for point in table["point"]],
                "textposition": "top left", "line": {"color": GREEN, "width": 2}, "marker": {"size": 9, "color": GREEN},
                "hovertemplate": f"plan %{{text}}<br>{measure} %{{x:,.4~g}}<br>%{{y:,.4~f}} {unit.unit}<extra></extra>",
            }
        ],
        "layout": {
            "height": 360, "showlegend": False,
            "xaxis": {"title": {"text": measure}, "fixedrange": True},
            "yaxis": {"title": {"text": unit.unit}, "fixedrange": True},
        },
    }  # fmt: skip


def policies(plan: Plan) -> Picture:
    """The rules that the plan obeys, or breaks, and what they cost."""
    columns = (
        Column("policy", "Rule"), Column("measure", "Measure"), Column("period", "Period"), Column("scenario", "Scenario"),
        Column("value", "Is", "number"), Column("sense", "Side"), Column("limit", "Limit", "number"),
        Column("violation", "Broken by", "number"), Column("penalty", "Penalty", "money"), Column("dual", "One more is worth", "money"),
    )  # fmt: skip
    words = "What each rule of policies.csv measures in the plan, against its limit."
    return Picture("policies", text("The rules"), words, Table(columns, plan.policies), wide=True)
