"""What moves on each lane in each period and scenario, what that costs, and how it crosses borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.plan.worth import Worth

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.plan import Plan

LANE = ["origin", "destination", "mode"]
TIME = ["scenario", "period"]
CROSSING = [
    *TIME, *LANE, "item", "source", "deal", "status", "class", "entry", "agreement",
]  # fmt: skip
MONEY = ["freight", "handling", "insurance", "duty", "fees", "claim", "pipeline", "carbon"]
SUMS = ["quantity", "weight", *MONEY, "claimed", "value"]


def movements(plan: Plan) -> pd.DataFrame:
    """A row a lane and time: TIME, LANE, SUMS, crosses.

    quantity in units, weight in tonnes, money undiscounted as in flows.csv; claimed are units that enter under an
    agreement, value is what duties were charged on.
    """
    flows = plan.flows
    country = plan.instance.tables["locations"].set_index("location")["country"]
    weight = plan.instance.tables["items"].set_index("item")["weight_kg"].astype(float)
    rows = flows[[*TIME, *LANE, "quantity", *MONEY]].assign(
        weight=flows["quantity"] * flows["item"].map(weight).fillna(0.0) / 1000.0,
        claimed=flows["quantity"].where(flows["entry"] == "claimed", 0.0),
    )
    moved = rows.groupby([*TIME, *LANE], sort=False).sum()
    moved["value"] = dutiable(plan.duties).groupby([*TIME, *LANE])["value"].sum()
    moved = moved.fillna({"value": 0.0}).reset_index()
    return moved.assign(crosses=moved["origin"].map(country) != moved["destination"].map(country))


def dutiable(duties: pd.DataFrame) -> pd.DataFrame:
    """What crossed a border, once whatever the programmes: CROSSING, quantity (units), value (money charged on)."""
    valued = duties.assign(value=duties["value_per_unit"] * duties["quantity"])
    by_programme = valued.groupby([*CROSSING, "programme"], sort=False)[["quantity", "value"]].sum()
    return by_programme.groupby(CROSSING, sort=False).max().reset_index()


def weighs(instance: Instance, items: pd.Series[str]) -> bool:
    """Whether the weight of each of the items is known."""
    weight = instance.tables["items"].set_index("item")["weight_kg"]
    return bool((weight.reindex(items.unique()).fillna(0.0) > 0).all())


def views(plan: Plan, moved: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """What a scenario sees of the movements, over its horizon (period blank) and in each period: LANE, SUMS, crosses.

    Before its first event a scenario is base.
    """
    times, periods = Worth(plan).times, plan.instance.settings.horizon.periods
    found = {}
    for scenario, name in enumerate(times.scenario_name):
        lived = {
            (times.scenario_name[times.scenario[time]], periods[times.period[time]])
            for time in times.path(scenario)
        }
        pairs = zip(moved["scenario"], moved["period"], strict=True)
        mine = moved[np.array([pair in lived for pair in pairs], dtype=np.bool_)]
        found[name, ""] = _by_lane(mine)
        if len(periods) > 1:
            found |= {(name, period): _by_lane(mine[mine["period"] == period]) for period in periods}
    return found


def _by_lane(moved: pd.DataFrame) -> pd.DataFrame:
    return (
        moved.groupby(LANE, sort=True)[[*SUMS, "crosses"]]
        .agg({**dict.fromkeys(SUMS, "sum"), "crosses": "first"})
        .reset_index()
    )
