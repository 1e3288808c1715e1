"""What each scenario costs and delivers on the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.plan.labels import records
from planner.plan.metrics import cvar
from planner.report.bars import BARS, Bars, bars
from planner.report.picture import Column, Picture, Table, label, scale, text, whole_label
from planner.report.theme import BLUE, GREY, RED

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan import Plan

BASE = "base"
ALL = 1 - 1e-9  # of demand
COLUMNS = (
    Column("scenario", "Scenario"),
    Column("title", "Title"),
    Column("probability", "Probability", "share"),
    Column("operating_cost", "Operating cost", "money"),
    Column("more", "More than base", "money"),
    Column("fill_rate", "Demand met", "share"),
    Column("status", "Status"),
)


def dearest(plan: Plan) -> tuple[str, float] | None:
    """The scenario with the highest operating cost and how much that is above base, as a share; None if none is."""
    rows = _compared(plan)
    rows = rows[rows["more"] > 0]
    if not len(rows):
        return None
    worst = records(rows.sort_values("more").tail(1))[0]
    base = worst["operating_cost"] - worst["more"]
    return (worst["scenario"], worst["more"] / base) if base > 0 else None


def worst_served(plan: Plan) -> tuple[str, float] | None:
    """The scenario that meets least of its demand and how much it does; None if all meet all."""
    rows = plan.scenarios.dropna(subset="fill_rate")
    if not len(rows) or rows["fill_rate"].min() >= ALL:
        return None
    worst = records(rows.sort_values("fill_rate").head(1))[0]
    return worst["scenario"], worst["fill_rate"]


def scenarios(plan: Plan) -> Picture:
    """Each scenario's operating cost against base, and what of the demand it meets."""
    rows = _compared(plan)
    others = rows[(rows["scenario"] != BASE) & rows["more"].notna()]
    shown = records(others.sort_values("more", ascending=False, kind="stable").head(BARS))
    unit = scale([row["more"] for row in shown], plan.instance.settings.instance.currency).plotted
    written = [_written(unit.number(row["more"]), row["fill_rate"]) for row in shown]
    part = Bars(
        lengths=[row["more"] / unit.size for row in shown],
        told=[
            f"<b>{whole_label(row['scenario'])}</b><br>{whole_label(row['title'])}<br>{words}"
            for row, words in zip(shown, written, strict=True)
        ],
        colours=[RED if row["fill_rate"] < ALL else BLUE if row["more"] > 0 else GREY for row in shown],
        written=written,
    )
    called = [label(row["scenario"]) for row in shown]
    return Picture(
        name="scenarios",
        title="What each scenario costs",
        words=_words(plan),
        table=Table(COLUMNS, rows),
        figure=bars(called, [part], f"more than base, {unit.unit}") if shown else None,
    )


def _compared(plan: Plan) -> pd.DataFrame:
    """scenarios.csv with titles, and what each costs more than base."""
    rows = plan.scenarios
    known = plan.instance.tables["scenarios"]
    titles = dict(zip(known["scenario"], known["title"], strict=True))
    base = rows.loc[rows["scenario"] == BASE, "operating_cost"]
    more = rows["operating_cost"] - (float(base.iloc[0]) if len(base) else float("nan"))
    return rows.assign(title=[titles.get(name, "") for name in rows["scenario"]], more=more)


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


def _written(more: str, met: float) -> str:
    """The difference with its sign, and what is met where that is not all."""
    signed = more if more.startswith("-") else f"+{more}"
    return f"{signed}, {met:.1%} met" if met < ALL else signed
