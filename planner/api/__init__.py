"""The public names: what users import."""

from planner import errors
from planner.api.figures import map, report, sankey, waterfall  # noqa: A004 - planner.map
from planner.api.given import load, read
from planner.api.plans import check, compare, explain, model, new, solve, workbook
from planner.api.settings import Search, Settings
from planner.api.studies import (
    breakeven,
    chokepoints,
    explain_infeasible,
    frontier,
    recourse,
    scenarios,
    stress,
    sweep,
    whatif,
    whatifs,
    winning,
)
from planner.instance import Instance, apply, change, shipped
from planner.plan import Plan, variables
from planner.recompute import audit
from planner.solve import Progress, Status

__all__ = [
    "Instance",
    "Plan",
    "Progress",
    "Search",
    "Settings",
    "Status",
    "apply",
    "audit",
    "breakeven",
    "change",
    "check",
    "chokepoints",
    "compare",
    "errors",
    "explain",
    "explain_infeasible",
    "frontier",
    "load",
    "map",
    "model",
    "new",
    "read",
    "recourse",
    "report",
    "sankey",
    "scenarios",
    "shipped",
    "solve",
    "stress",
    "sweep",
    "variables",
    "waterfall",
    "whatif",
    "whatifs",
    "winning",
    "workbook",
]
