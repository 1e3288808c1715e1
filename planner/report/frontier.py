"""Cost against a measure of resilience, from what `planner frontier` found."""

from __future__ import annotations

import pandas as pd

from planner.report.picture import Column, Figure, Picture, Table, label, scale
from planner.study.picture import plotted


def frontier(table: pd.DataFrame, currency: str) -> Picture:
    """The efficient plans; `table` is that of `planner.frontier`."""
    measure = str(table["measure"].iloc[0])
    columns = (
        Column("point", "Plan", "whole"),
        Column("value", measure.replace("_", " "), "number"),
        Column("cost", "Cost", "money"),
        Column("extra_cost", "More than the cheapest", "money"),
        Column("status", "Status"),
        Column("gap", "Gap", "share"),
        Column("open", "Open"),
        Column("suppliers", "Suppliers"),
    )
    return Picture(
        name=f"frontier-{measure}",
        title=f"What resilience costs: {measure.replace('_', ' ')}",
        words="The efficient plans: none of them is beaten in both cost and resilience.",
        table=Table(columns, table),
        figure=_figure(table, measure.replace("_", " "), currency),
    )


def _figure(table: pd.DataFrame, measure: str, currency: str) -> Figure:
    """The points, joined."""
    unit = scale(table["cost"].tolist(), currency).plotted
    costs = (table["cost"] / unit.size).tolist()
    return plotted(list(zip(table["value"].tolist(), costs, strict=True)), label(measure), unit.unit)
