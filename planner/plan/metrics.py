"""Figures of a plan that nobody optimised, for people who compare plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.plan import chosen
from planner.plan.labels import in_base, pick, total
from planner_models.arrays import Floats
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.solve.outcome import Outcome


def metrics(instance: Instance, data: Data, outcome: Outcome) -> dict[str, Any]:
    """`metrics` of plan.json, for the base scenario over the horizon.

    allied_share: share of spend in ally countries; share_by_country: share of spend by country (spend is
    purchase and take-or-pay of suppliers and conversion of plants, undiscounted); fill_rate: share of demand
    met; hhi: by item, sum of the squared shares of its source locations in the units bought or made. Where there are
    scenarios, `planner.study.afterwards` adds worst_scenario: the first that cannot be operated, else the dearest.
    """
    spend = _spend(instance, data, outcome)
    whole = float(spend.sum())
    ally = instance.tables["countries"].set_index("country")["ally"]
    allied = float(spend[[bool(ally.get(country, False)) for country in spend.index]].sum())
    base = in_base(data, data.demands.time)
    asked = float(data.demands.quantity[base].sum())
    short = float(outcome.values["short"][base].sum())
    return {
        "allied_share": allied / whole if whole else 0.0,
        "fill_rate": 1.0 - short / asked if asked else 1.0,
        "hhi": _concentration(data, outcome),
        "share_by_country": {country: amount / whole for country, amount in spend.items()} if whole else {},
    }


def _spend(instance: Instance, data: Data, outcome: Outcome) -> pd.Series[float]:
    """Undiscounted spend by country, largest first."""
    offers, runs = data.offers, data.runs
    bought = chosen.supplier_spend(data, outcome) * in_base(data, offers.time)
    made = outcome.values["run"] * runs.conversion * in_base(data, runs.time)
    location = np.concatenate([pick(data.holds.location, offers.hold), np.array(runs.location, dtype=object)])
    country = instance.tables["locations"].set_index("location")["country"].reindex(location)
    spend = pd.Series(np.concatenate([bought, made]), index=country.to_numpy(dtype=object))
    grouped = spend.groupby(level=0).sum()
    return grouped[grouped > 0].sort_values(ascending=False)


def _concentration(data: Data, outcome: Outcome) -> dict[str, float]:
    """True Herfindahl index by item over its source locations."""
    offers, runs, values = data.offers, data.runs, outcome.values
    bought = total(data.arcs.offer, values["flow"], len(offers.hold)) * in_base(data, offers.time)
    volumes = pd.DataFrame(
        {
            "item": np.concatenate([pick(data.holds.item, offers.hold), np.array(runs.item, dtype=object)]),
            "source": np.concatenate(
                [pick(data.holds.location, offers.hold), np.array(runs.location, dtype=object)]
            ),
            "volume": np.concatenate([bought, values["run"] * in_base(data, runs.time)]),
        }
    )
    by_source = volumes.groupby(["item", "source"])["volume"].sum()
    by_item = by_source.groupby(level="item").sum()
    square = (by_source**2).groupby(level="item").sum()
    return {str(item): float(square[item] / by_item[item] ** 2) for item in by_item.index[by_item > 0]}


def cvar(cost: Floats, probability: Floats, alpha: float) -> float:
    """The mean of the dearest 1 - alpha of the scenarios, the last of them in part."""
    order = np.argsort(-cost)
    cost, probability = cost[order], probability[order]
    before = np.concatenate([[0.0], np.cumsum(probability)[:-1]])
    taken = np.clip(1 - alpha - before, 0.0, probability)
    return float(cost @ taken / taken.sum())
