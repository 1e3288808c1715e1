"""What each scenario costs and delivers on the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.plan.metrics import cvar
from planner.report.picture import Column, Picture, Table, bars, room, scale, text, whole_label
from planner.report.theme import BLUE, GREY, RED

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan import Plan

BASE = "base"
COLUMNS = (
    Column("scenario", "Scenario"), Column("title", "Title"), Column("probability", "Probability", "share"),
    Column("operating_cost", "Operating cost", "money"), Column("more", "More than base", "money"),
    Column("fill_rate", "Demand met", "share"), Column("status", "Status"),
)  # fmt: skip


def dearest(plan: Plan) -> tuple[str, float] | None:
    """The scenario with the highest operating cost and how much that is above base, as a share; None if none is."""
    rows = _compared(plan)
    rows = rows[rows["more"] > 0]
    if not len(rows):
        return None
    worst = rows.loc[rows["more"].idxmax()]
    base = float(worst["operating_cost"] - worst["more"])
    return (str(worst["scenario"]), float(worst["more"] / base)) if base > 0 else None


def worst_served(plan: Plan) -> tuple[str, float] | None:
    """The scenario that meets least of its demand and how much it does; None if all meet all."""
    rows = plan.scenarios.dropna(subset="fill_rate")
    if not len(rows) or rows["fill_rate"].min() > 1 - 1e-9:
        return None
    worst = rows.loc[rows["fill_rate"].idxmin()]
    return str(worst["scenario"]), float(worst["fill_rate"])


def scenarios(plan: Plan) -> Picture:
    """Each scenario's operating cost against base, and what of the demand it meets."""
    rows = _compared(plan)
    others = rows[(rows["scenario"] != BASE) & rows["more"].notna()].sort_values("more", ascending=False)
    currency = plan.instance.settings.instance.currency
    figure = None
    if len(others):
        unit = scale(others["more"].tolist(), currency)
        amounts = (others["more"] / unit.size).tolist()
        axis = {"title": {"text": f"more than base, {unit.unit}"}, "range": room(amounts)}
        figure = bars(others["scenario"].tolist(), xaxis=axis)
        figure["data"] = [
            {
                "type": "bar", "orientation": "h", "y": list(range(len(others))),
                "x": amounts,
                "marker": {"color": [_colour(more, met) for more, met in zip(others["more"], others["fill_rate"], strict=True)]},
                "text": [_told(unit.number(more), met) for more, met in zip(others["more"], others["fill_rate"], strict=True)],
                "textposition": "outside", "cliponaxis": False,
                "customdata": [whole_label(name) for name in others["scenario"]],
                "hovertemplate": "<b>%{customdata}</b><br>%{text}<extra></extra>",
            }
        ]  # fmt: skip
    return Picture("scenarios", "What each scenario costs", _words(plan), Table(COLUMNS, rows), figure)


def _compared(plan: Plan) -> pd.DataFrame:
    """scenarios.csv with titles, and what each costs more than base."""
    rows = plan.scenarios
    titles = plan.instance.tables["scenarios"].set_index("scenario")["title"]
    base = rows.loc[rows["scenario"] == BASE, "operating_cost"]
    more = rows["operating_cost"] - (float(base.iloc[0]) if len(base) else float("nan"))
    return rows.assign(title=rows["scenario"].map(titles).fillna(""), more=more)


def _words(plan: Plan) -> str:
    """The tail of the costs, and which scenarios the plan was made for."""
    likely = plan.scenarios[plan.scenarios["probability"] > 0].dropna(subset="operating_cost")
    currency = plan.instance.settings.instance.currency
    words = "Operating cost against base, and the demand that is met."
    if len(likely) > 1:
        alpha = plan.instance.settings.resilience.cvar_alpha
        tail = cvar(likely["operating_cost"].to_numpy(), likely["probability"].to_numpy(), alpha)
        unit = scale([tail], currency)
        words += f" The dearest {1 - alpha:.0%} of what may happen cost {unit.words(tail)} on average (CVaR)."
    lost = plan.scenarios.loc[plan.scenarios["status"] == "infeasible", "scenario"].tolist()
    if lost:
        words += f" The plan cannot be operated in {', '.join(map(text, lost))}."
    if (plan.scenarios["status"] == "priced").any():
        words += " Those of probability 0 are priced on the design of the plan."
    return words


def _colour(more: float, met: float) -> str:
    """Red where demand is lost, blue where it costs more, grey where it saves."""
    return RED if met < 1 - 1e-9 else BLUE if more > 0 else GREY


def _told(more: str, met: float) -> str:
    """The difference with its sign, and what is met where that is not all."""
    signed = more if more.startswith("-") else f"+{more}"
    return f"{signed}, {met:.1%} met" if met < 1 - 1e-9 else signed
