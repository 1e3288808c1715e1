"""What a person looks at: the report, and figures for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.api.given import plan_of
from planner.api.studies import stress
from planner.plan import Plan

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure


def report(
    *plans: Plan | str | Path,
    to: str | Path = "report.html",
    stressed: bool = True,
    frontiers: Sequence[pd.DataFrame] = (),
) -> Path:
    """Write the report of a plan, or of several side by side, as one HTML file that opens offline; its path.

    `stressed` adds what each failure costs (`stress`, which takes some seconds a plan), `frontiers` the tables of
    `frontier`. A file that is there already is replaced.

    Raises:
        InfeasibleError, NoSolutionError: one of them is no plan.
        InstanceError: they count in different currencies.
        StorageError: one is not a plan folder, or the file cannot be written.
    """
    from planner.report import report as in_pictures
    from planner.report import write_report

    known = [plan_of(plan).raise_for_status() for plan in plans]
    failures = [stress(plan) for plan in known] if stressed else []
    return write_report(in_pictures(known, failures, frontiers), Path(to))


def map(  # noqa: A001 - planner.map, which hides nothing outside of this module
    plan: Plan | str | Path, *, scenario: str = "base", period: str = "", colour: str = "status"
) -> Figure:
    """The network of a plan on a world map, as a plotly figure: lanes as wide as what moves on them.

    `colour` is `status` (how goods cross the border), `duty` or `cost`; a blank period is the whole horizon.

    Raises:
        InstanceError: no such scenario, period or colour.
    """
    from planner.report.figures import map_figure

    return map_figure(plan_of(plan), scenario, period, colour)


def waterfall(before: Plan | str | Path, after: Plan | str | Path) -> Figure:
    """The steps from one plan's expected landed cost to another's, as a plotly figure.

    Raises:
        InstanceError: the plans count in different currencies.
    """
    from planner.report.figures import waterfall_figure

    return waterfall_figure(plan_of(before), plan_of(after))


def sankey(plan: Plan | str | Path) -> Figure:
    """Each purchase from the country that is paid through the plants to the market, as a plotly figure."""
    from planner.report.figures import sankey_figure

    return sankey_figure(plan_of(plan))
