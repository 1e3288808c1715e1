"""Goods: what flows. Where each comes from, and by period what it is worth and which country made it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.network.codes import Codes, Texts, names, texts
from planner.network.parts import Parts
from planner_models.arrays import Floats, Ints
from planner_models.data import Goods

INITIAL = "initial"


@dataclass(frozen=True, slots=True)
class Sources:
    """Goods by number, and which good each row of offers, recipes and initial stock brings forth."""

    goods: pd.DataFrame  # item, location, deal
    of_offer: Ints  # [offers of Parts]
    of_recipe: Ints  # [recipes of Parts]
    of_inventory: Ints  # [inventory of Parts] -1 without initial stock
    value: Floats  # [goods, periods] money a unit of the latest row of its deal; nan if blank
    country: Texts  # [goods, periods] country of origin, likewise
    pool: Ints  # [goods] what the good becomes when it enters a warehouse: itself, or a pool (see pooling)


def sources(parts: Parts) -> Sources:
    """Number the goods: bought, then made, then those in stock at the start."""
    stocked = parts.inventory[parts.inventory["initial"] > 0]
    frames = [parts.offers, parts.recipes, stocked.assign(deal=INITIAL, t=0)]
    every = pd.concat(
        [frame[["item", "location", "deal", "t", "row"]] for frame in frames], ignore_index=True
    )
    # a contract and a recipe may bear the same name, so the kind of deal is part of the key
    every["kind"] = np.repeat(np.arange(3), [len(frame) for frame in frames])
    good = (
        every.groupby(["kind", "location", "item", "deal"], sort=False).ngroup().to_numpy().astype(np.int64)
    )
    first = np.unique(good, return_index=True)[1]
    cuts = np.cumsum([len(frame) for frame in frames])[:2]
    of_offer, of_recipe, of_stock = np.split(good, cuts)
    of_inventory = np.full(len(parts.inventory), -1, dtype=np.int64)
    of_inventory[stocked.index.to_numpy()] = of_stock
    value, country = _terms(parts, every)
    row = _latest(good, every["t"].to_numpy(dtype=np.int64), len(first), parts.codes.periods)
    return Sources(
        goods=every.loc[first, ["item", "location", "deal"]].reset_index(drop=True),
        of_offer=of_offer,
        of_recipe=of_recipe,
        of_inventory=of_inventory,
        value=value[row],
        country=country[row],
        pool=np.arange(len(first)),
    )


def _terms(parts: Parts, every: pd.DataFrame) -> tuple[Floats, Texts]:
    """Value of a unit and country of origin in each row of the deals; a last row stands for none."""
    instance, row = parts.instance, every["row"].to_numpy(dtype=np.int64)
    value, country = np.full(len(every) + 1, np.nan), np.full(len(every) + 1, "", dtype=np.object_)
    tables = (("offers", "unit_cost"), ("production", "customs_value"), ("inventory", "initial_value"))
    for kind, (table, column) in enumerate(tables):
        mine = np.flatnonzero(every["kind"] == kind)
        value[mine] = instance.money(table, column)[row[mine]]
        country[mine] = texts(instance.tables[table]["origin"])[row[mine]]
    return value, country


def _latest(good: Ints, t: Ints, goods: int, periods: int) -> Ints:
    """Row of each good in each period: its own, else the latest earlier one, else the one behind the last."""
    period = np.full((goods, periods), -1, dtype=np.int64)
    row = np.full((goods, periods), len(good), dtype=np.int64)
    period[good, t] = t
    row[good, t] = np.arange(len(good))
    latest = np.maximum.accumulate(period, axis=1)
    return np.where(latest >= 0, np.take_along_axis(row, np.maximum(latest, 0), axis=1), len(good))


def goods_data(codes: Codes, goods: pd.DataFrame) -> Goods:
    """The table of the model; without agreements and regimes all goods have no status and class `any`."""
    location = goods["location"].to_numpy(dtype=np.int64)
    return Goods(
        item=names(codes.item[goods["item"]]),
        source=names(np.append(codes.location, "")[location]),
        deal=names(goods["deal"]),
        status=("",) * len(goods),
        destination_class=("any",) * len(goods),
    )
