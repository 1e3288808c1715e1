"""Pooling: goods that no duty or cost can tell apart become one good when they enter a warehouse.

A unit of an item from one plant and a unit from another are the same unit behind the warehouse door if they have
the same country of origin and the same value in every period. Following each of them to every market would
multiply the arcs by the number of sources; the plan splits them again, in proportion to what came in
(`planner.plan.unpool`), so that every table still names the source.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from planner.network.goods import Sources
from planner.network.parts import Parts
from planner_models.arrays import Flags

POOLED = "pooled"
NOWHERE = -1  # the location of a pooled good


def pooled(parts: Parts, sources: Sources) -> Sources:
    """The sources with a good for each pool of several goods, and `pool` saying which good enters which."""
    goods = sources.goods
    if not parts.codes.is_role("warehouse").any():
        return sources
    alike = goods[["item", "status", "destination"]].copy()
    if _told_apart(parts):
        named = np.hstack([sources.country, sources.home])
        places = pd.factorize(named.ravel())[0].reshape(named.shape)
        terms = np.hstack([np.nan_to_num(sources.value, nan=-1.0), places])
        alike["terms"] = np.unique(terms, axis=0, return_inverse=True)[1].ravel()
    # stock is bounded by what is there, relief looks at every way that a good takes, and what was made for a
    # foreign country may not feed its own plant: all stay apart
    stocked = np.concatenate([sources.of_inventory, sources.of_buffer])
    apart = np.isin(np.arange(len(goods)), stocked) | _relieved(parts)[goods["item"]]
    apart |= sources.foreign & goods["item"].isin(parts.bom["component"]).to_numpy()
    alike["apart"] = np.where(apart, np.arange(len(goods)), -1)
    group = alike.groupby(list(alike.columns), sort=False).ngroup().to_numpy().astype(np.int64)
    several = np.bincount(group) > 1
    number = np.cumsum(several) - 1 + len(goods)
    first = np.unique(group, return_index=True)[1][several]
    pools = goods.iloc[first].assign(location=NOWHERE, deal=POOLED)
    return replace(
        sources,
        goods=pd.concat([goods, pools], ignore_index=True),
        value=np.concatenate([sources.value, sources.value[first]]),
        country=np.concatenate([sources.country, sources.country[first]]),
        home=np.concatenate([sources.home, sources.home[first]]),
        agreement=np.concatenate([sources.agreement, sources.agreement[first]]),
        foreign=np.concatenate([sources.foreign, sources.foreign[first]]),
        pool=np.concatenate(
            [
                np.where(several[group], number[group], np.arange(len(goods))),
                len(goods) + np.arange(len(pools)),
            ]
        ).astype(np.int64),
    )


def _told_apart(parts: Parts) -> bool:
    """Whether value or country can matter behind a warehouse: a border, a rule of origin, or money tied up."""
    costs = parts.instance.settings.costs
    ways, codes = parts.ways.ways, parts.codes
    leaves = codes.is_role("warehouse")[ways["origin"].to_numpy(dtype=np.int64)]
    crosses = (codes.country[ways["origin"]] != codes.country[ways["destination"]]) & leaves
    return bool(crosses.any()) or costs.carrying_rate > 0 or len(parts.rules.tests) > 0


def _relieved(parts: Parts) -> Flags:
    """Components on which a regime may give duty back [items]."""
    relieved = parts.regimes.items[parts.regimes.of_kind(reduced=False)].any(axis=0)
    is_component = np.isin(np.arange(len(parts.codes.item)), parts.bom["component"])
    return np.asarray(relieved & is_component, dtype=np.bool_)
