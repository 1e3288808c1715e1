"""The pictures of the report as plotly figures, for notebooks and slides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from planner.report import map as network
from planner.report.picture import Figure
from planner.report.report import told_apart
from planner.report.sankey import sankey
from planner.report.theme import template
from planner.report.waterfall import waterfall

if TYPE_CHECKING:
    from planner.plan import Plan


def map_figure(plan: Plan, scenario: str, period: str, colour: str) -> go.Figure:
    """The map in one view. Raises InstanceError: no such scenario, period or colour."""
    return _drawn(network.figure(plan.raise_for_status(), scenario, period, colour))


def waterfall_figure(before: Plan, after: Plan) -> go.Figure:
    """From one plan's cost to another's. Raises InstanceError: they count in different currencies."""
    plans = [before.raise_for_status(), after.raise_for_status()]
    return _drawn(waterfall(before, after, told_apart(plans)))


def sankey_figure(plan: Plan) -> go.Figure:
    """Purchases from country to market."""
    return _drawn(sankey(plan.raise_for_status()))


def _drawn(figure: Figure) -> go.Figure:
    return go.Figure(figure).update_layout(template=template(dark=False))
