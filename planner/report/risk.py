"""What a plan depends on: countries, few sources, single places, and the rules that it obeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planner.plan.labels import records
from planner.report.bars import BARS, Bars, bars
from planner.report.names import Names
from planner.report.picture import Column, Picture, Table, label, scale, whole_label
from planner.report.theme import BLUE, ORANGE, RED, SCALE

if TYPE_CHECKING:
    from planner.plan import Plan


def exposure(plan: Plan) -> Picture:
    """The share of spend in each country, coloured by its risk."""
    countries = plan.instance.tables["countries"].set_index("country")
    risk, ally = countries["risk"].to_dict(), countries["ally"].to_dict()
    rows = pd.DataFrame(
        [
            (name, share, "yes" if ally.get(name, False) else "no", risk.get(name, 0.0), share * risk.get(name, 0.0))
            for name, share in plan.metrics["share_by_country"].items()
        ],
        columns=["country", "share", "ally", "risk", "exposure"],
    )  # fmt: skip
    shown = records(rows.head(BARS))
    part = Bars(
        lengths=[row["share"] * 100 for row in shown],
        told=[
            f"<b>{whole_label(row['country'])}</b><br>{row['share']:.1%} of spend, risk {row['risk']:.2f}"
            for row in shown
        ],
        colours=[SCALE[min(int(row["risk"] * len(SCALE)), len(SCALE) - 1)] for row in shown],
        written=[f"{row['share']:.1%}{', ally' if row['ally'] == 'yes' else ''}" for row in shown],
    )
    columns = (
        Column("country", "Country"),
        Column("share", "Share of spend", "share"),
        Column("ally", "Ally"),
        Column("risk", "Risk", "number"),
        Column("exposure", "Share x risk", "number"),
    )
    return Picture(
        name="exposure",
        title="Exposure by country",
        words="Purchase and conversion in base by country, from blue (little risk) to red (much). "
        f"{plan.metrics['allied_share']:.1%} is with allies; risk weighted by spend is {rows['exposure'].sum():.2f}.",
        table=Table(columns, rows),
        figure=bars([label(row["country"]) for row in shown], [part], "% of spend") if shown else None,
    )


def concentration(plan: Plan) -> Picture:
    """The Herfindahl index of the sources of each item."""
    names = Names(plan.instance)
    largest = sorted(plan.metrics["hhi"].items(), key=lambda entry: -entry[1])
    rows = pd.DataFrame(
        [(item, names.item(item), index, 1 / index) for item, index in largest],
        columns=["item", "name", "hhi", "sources"],
    )
    shown = records(rows.head(BARS))
    part = Bars(
        lengths=[row["hhi"] for row in shown],
        told=[f"<b>{whole_label(row['name'])}</b><br>{row['hhi']:.2f}" for row in shown],
        colours=[ORANGE if row["hhi"] > 0.999 else BLUE for row in shown],
        written=[f"{row['hhi']:.2f}" for row in shown],
    )
    columns = (
        Column("item", "Item"),
        Column("name", "Name"),
        Column("hhi", "Herfindahl index", "number"),
        Column("sources", "Like so many equal sources", "number"),
    )
    return Picture(
        name="concentration",
        title="Concentration by item",
        words="The sum of the squared shares of its sources in base: "
        "1 is a single source (orange), 0.5 two of the same size.",
        table=Table(columns, rows),
        figure=bars([label(row["name"]) for row in shown], [part], "Herfindahl index", tickangle=0)
        if shown
        else None,
    )


def stressed(plan: Plan, found: pd.DataFrame) -> Picture:
    """What each failure costs, the worst first; `found` is the table of `planner.stress`."""
    names, currency = Names(plan.instance), plan.instance.settings.instance.currency
    hurts = found[(found["extra_cost"] > 0) | (found["lost_units"] > 0)]
    shown = records(hurts.head(BARS))
    unit = scale([row["extra_cost"] for row in shown], currency).plotted
    part = Bars(
        lengths=[row["extra_cost"] / unit.size for row in shown],
        told=[
            f"<b>{whole_label(names.place(row['name']))}</b> ({row['kind']}) out for {row['recovery_days']:g} days<br>"
            f"{unit.words(row['extra_cost'])} more, {row['lost_units']:,.0f} units lost"
            for row in shown
        ],
        colours=[RED if row["lost_units"] > 0 else BLUE for row in shown],
        written=[
            unit.number(row["extra_cost"])
            + (f", {row['lost_units']:,.0f} lost" if row["lost_units"] > 0 else "")
            for row in shown
        ],
    )
    columns = (
        Column("rank", "Rank", "whole"),
        Column("kind", "Kind"),
        Column("name", "What fails"),
        Column("recovery_days", "Days out", "number"),
        Column("extra_cost", "Extra cost", "money"),
        Column("lost_units", "Units lost", "number"),
        Column("fill_rate", "Demand met", "share"),
        Column("time_to_survive", "Days survived", "number"),
        Column("exposure", "Exposure", "share"),
        Column("cuts_off", "Cuts off"),
    )
    return Picture(
        name="stress",
        title="What a failure costs",
        words="All that can fail does, in turn, on the design of the plan, for as long as it takes to recover; "
        "red where sales are lost.",
        table=Table(columns, found),
        figure=bars([label(names.place(row["name"])) for row in shown], [part], f"extra cost, {unit.unit}")
        if shown
        else None,
    )


def policies(plan: Plan) -> Picture:
    """The rules that the plan obeys, or breaks, and what they cost."""
    columns = (
        Column("policy", "Rule"),
        Column("measure", "Measure"),
        Column("period", "Period"),
        Column("scenario", "Scenario"),
        Column("value", "Is", "number"),
        Column("sense", "Side"),
        Column("limit", "Limit", "number"),
        Column("violation", "Broken by", "number"),
        Column("penalty", "Penalty", "money"),
        Column("dual", "Dual", "money"),
    )
    words = (
        "What each rule of policies.csv measures in the plan, against its limit. "
        "The dual is what raising the limit by 1 would cost."
    )
    return Picture("policies", "The rules", words, Table(columns, plan.policies), wide=True)
