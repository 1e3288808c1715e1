"""From the country that is paid to the market that is served: a Sankey diagram of purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planner.report.names import Names
from planner.report.picture import Column, Figure, Picture, Table, label, scale, whole_label
from planner.report.theme import BLUE, GREEN, SERIES
from planner.report.tracing import traced_purchases

if TYPE_CHECKING:
    from planner.plan import Plan

NODES = 14  # of a stage; the table has all
OTHERS = "\0"  # no id holds it
STAGES = ("country", "plant", "market")
COLUMNS = (
    Column("country", "Bought in"), Column("plant", "Made or shipped by"), Column("market", "Market"),
    Column("amount", "Purchases", "money"),
)  # fmt: skip


def sankey(plan: Plan) -> Figure:
    """Purchases from country to plant to market, expected and discounted; small ones of a stage together."""
    return _figure(traced_purchases(plan), plan)


def picture(plan: Plan) -> Picture:
    """The Sankey diagram with its table."""
    rows = traced_purchases(plan)
    sold = bool((rows["market"] != "").all())
    words = "Each purchase followed through the plants to the market that it is sold in."
    return Picture(
        "sankey",
        "From the country of purchase to the market",
        words,
        Table(COLUMNS, rows.sort_values("amount", ascending=False)),
        _figure(rows, plan) if len(rows) else None,
        "" if sold else "What reaches no market is in stock at the end, lost, or paid for and not taken.",
        wide=True,
    )


def _figure(rows: pd.DataFrame, plan: Plan) -> Figure:
    """A node a name and stage, in order of size; a link has the colour of its country."""
    names = Names(plan.instance)
    kept = rows.assign(**{stage: _largest(rows, stage) for stage in STAGES})
    nodes = [(stage, str(name)) for stage in STAGES for name in _by_size(kept, stage).index]
    number = {node: at for at, node in enumerate(nodes)}
    hues = {name: SERIES[at % len(SERIES)] for at, name in enumerate(_by_size(kept, "country").index)}
    unit = scale(_by_size(kept, "country").tolist(), plan.instance.settings.instance.currency).plotted
    links = pd.concat(
        [
            kept.groupby(list(dict.fromkeys(["country", left, right])), as_index=False)["amount"].sum().assign(
                source=lambda link, left=left: [number[left, name] for name in link[left]],
                target=lambda link, right=right: [number[right, name] for name in link[right]],
            )
            for left, right in (("country", "plant"), ("plant", "market"))
        ]
    )  # fmt: skip
    colours = {"country": "", "plant": BLUE, "market": GREEN}
    called = [_called(stage, name, names) for stage, name in nodes]
    return {
        "data": [
            {
                "type": "sankey",
                "arrangement": "snap",
                "node": {
                    "label": [label(name, 30) for name in called],
                    "color": [colours[stage] or hues[name] for stage, name in nodes],
                    "customdata": [whole_label(name) for name in called],
                    "hovertemplate": f"<b>%{{customdata}}</b><br>%{{value:,.4~g}} {unit.unit}<extra></extra>",
                    "pad": 14, "thickness": 12, "line": {"width": 0},
                },
                "link": {
                    "source": links["source"].tolist(),
                    "target": links["target"].tolist(),
                    "value": (links["amount"] / unit.size).tolist(),
                    "color": [_faint(hues[country]) for country in links["country"]],
                    "customdata": [_called("country", name, names) for name in links["country"]],
                    "hovertemplate": "%{source.label} → %{target.label}<br>of it bought in %{customdata}: "
                    f"%{{value:,.4~g}} {unit.unit}<extra></extra>",
                },
                "valueformat": ",.4~g",
            }
        ],
        "layout": {
            "height": max(320, 30 * max(len(_by_size(kept, stage)) for stage in STAGES)),
            "margin": {"l": 4, "r": 4, "t": 12, "b": 12},
            "meta": {"narrowest": 620},
        },
    }  # fmt: skip


def _largest(rows: pd.DataFrame, stage: str) -> pd.Series[str]:
    """The names of a stage, small ones under one."""
    largest = _by_size(rows, stage)
    few = largest.index if len(largest) <= NODES else largest.index[: NODES - 1]
    return rows[stage].where(rows[stage].isin(few), OTHERS)


def _by_size(rows: pd.DataFrame, stage: str) -> pd.Series[float]:
    return rows.groupby(stage)["amount"].sum().sort_values(ascending=False, kind="stable")


def _called(stage: str, name: str, names: Names) -> str:
    """What a node is called."""
    if name == OTHERS:
        return "others"
    if not name:
        return "not sold"
    return name if stage == "country" else names.place(name)


def _faint(colour: str) -> str:
    """A colour that shows what crosses it."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.45)"
