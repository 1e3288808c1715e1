"""From the cost of one plan to that of another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import pandas as pd

from planner.errors import InstanceError, Problem
from planner.report.bars import names_axis
from planner.report.picture import Column, Figure, Picture, Table, label, scale, text
from planner.report.theme import BLUE, GREEN, GREY, RED

if TYPE_CHECKING:
    from planner.plan import Plan

STEPS = 14  # in a picture; the table has all
OTHERS = "all others"


def bridge(before: Plan, after: Plan) -> pd.DataFrame:
    """From one plan's expected landed cost to another's: component, before, after, difference, the largest first.

    Raises:
        InstanceError: the plans count in different currencies.
    """
    one, other = (plan.instance.settings.instance.currency for plan in (before, after))
    if one != other:
        problem = Problem("currency", "plans in different currencies cannot be compared", other, one)
        raise InstanceError([problem])
    rows = pd.DataFrame({"before": before.totals, "after": after.totals}).fillna(0.0)
    rows = rows.assign(difference=rows["after"] - rows["before"]).rename_axis("component").reset_index()
    rows = rows[(rows["before"] != 0) | (rows["after"] != 0)]
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def waterfall(before: Plan, after: Plan, names: Sequence[str]) -> Figure:
    """The steps from one plan's cost to another's; small ones together."""
    rows = bridge(before, after)
    changed = rows[rows["difference"] != 0]
    steps = list(zip(changed["component"].map(label), changed["difference"].tolist(), strict=True))
    if len(steps) > STEPS:
        steps = [*steps[: STEPS - 1], (OTHERS, sum(amount for _, amount in steps[STEPS - 1 :]))]
    currency = before.instance.settings.instance.currency
    start, end = before.expected_landed_cost, after.expected_landed_cost
    whole = scale([start, end], currency).plotted
    change = scale([amount for _, amount in steps], currency).plotted
    aside = "" if change == whole else f", steps in {change.unit}"
    return {
        "data": [
            {
                "type": "waterfall",
                "orientation": "h",
                "y": list(range(len(steps) + 2)),
                "x": [amount / whole.size for amount in (start, *(amount for _, amount in steps), end)],
                "measure": ["absolute", *("relative" for _ in steps), "absolute"],
                "increasing": {"marker": {"color": RED}},
                "decreasing": {"marker": {"color": GREEN}},
                "totals": {"marker": {"color": BLUE}},
                "connector": {"line": {"color": GREY, "width": 1}},
                "text": [
                    whole.number(start),
                    *(f"{'+' if amount > 0 else ''}{change.number(amount)}" for _, amount in steps),
                    whole.number(end),
                ],
                "textposition": "outside",
                "cliponaxis": False,
                "hovertemplate": "%{text}<extra></extra>",
            }
        ],
        "layout": {
            "height": 26 * (len(steps) + 2) + 56,
            "showlegend": False,
            "bargap": 0.34,
            "yaxis": names_axis([label(names[0]), *(name for name, _ in steps), label(names[1])]),
            "xaxis": {
                "range": _range([*accumulate([start, *(amount for _, amount in steps)]), end], whole.size),
                "title": {"text": f"{whole.unit}{aside}; the axis does not start at 0"},
                "zeroline": False,
                "fixedrange": True,
                "nticks": 6,
            },
        },
    }


def _range(levels: Sequence[float], size: float) -> list[float]:
    """Where the steps are, with room for figures beside them."""
    low, high = min(levels) / size, max(levels) / size
    margin = 0.3 * (high - low) or 0.01 * abs(high) or 1.0
    return [low - margin, high + margin]


def comparison(before: Plan, after: Plan, names: Sequence[str], number: int) -> Picture:
    """The waterfall from one plan to another, with its table."""
    more = after.expected_landed_cost - before.expected_landed_cost
    unit = scale([more], before.instance.settings.instance.currency)
    one, other = map(text, names)
    columns = (
        Column("component", "Component"),
        Column("before", names[0], "money"),
        Column("after", names[1], "money"),
        Column("difference", "Difference", "money"),
    )
    return Picture(
        name=f"waterfall-{number}",
        title=f"From {one} to {other}",
        words=f"{other} costs {unit.words(abs(more))} {'more' if more > 0 else 'less'} than {one}.",
        table=Table(columns, bridge(before, after)),
        figure=waterfall(before, after, names),
    )
