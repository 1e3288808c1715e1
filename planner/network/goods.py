"""Goods: what flows. Where each comes from, and by period what it is worth and which country made it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.network.batches import ANY, Batches
from planner.network.codes import Codes, Texts, names, texts
from planner.network.parts import Parts
from planner.network.times import Times
from planner_models.arrays import Flags, Floats, Ints
from planner_models.data import Goods

INITIAL, BUFFER = "initial", "buffer"


@dataclass(frozen=True, slots=True)
class Sources:
    """Goods by number, and which good each row of offers, batches and initial stock brings forth."""

    batches: Batches
    goods: pd.DataFrame  # item, location, deal, status (agreements, in a list), destination (its class)
    of_offer: Ints  # [offers of Parts]
    of_batch: Ints  # [batches]
    of_inventory: Ints  # [inventory of Parts] -1 without initial stock
    of_buffer: Ints  # [inventory of Parts] strategic stock; -1 without, or if no scenario can draw from it
    agreement: Ints  # [goods] for whose use alone it is made; -1: any use
    foreign: Flags  # [goods] made for a foreign country: it leaves its plant for there at once
    value: Floats  # [goods, times] money a unit of the latest row of its deal; nan if blank
    country: Texts  # [goods, times] country of origin, likewise
    home: Texts  # [goods, times] the country that makes it a good of a member: the plant's, or that of origin
    pool: Ints  # [goods] what the good becomes when it enters a warehouse: itself, or a pool (see pooling)


def sources(parts: Parts, batches: Batches) -> Sources:
    """Number the goods: bought, then made, then those in stock at the start, then those in strategic stock."""
    stocked = parts.inventory[parts.inventory["initial"] > 0]
    buffered = parts.inventory[(parts.inventory["buffer_max"] > 0) & parts.codes.times.branch]
    frames = [
        parts.offers.assign(destination=ANY),
        _made(parts, batches),
        stocked.assign(deal=INITIAL, t=0, status="", destination=ANY),
        buffered.assign(deal=BUFFER, t=0, status="", destination=ANY),
    ]
    columns = ["item", "location", "deal", "status", "destination", "t", "row"]
    every = pd.concat([frame[columns] for frame in frames], ignore_index=True)
    # a contract and a recipe may bear the same name, so the kind of deal is part of the key
    every["kind"] = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames])
    key = ["kind", "location", "item", "deal"]
    deal = every.groupby(key, sort=False).ngroup().to_numpy().astype(np.int64)
    good = every.groupby([*key, "status", "destination"], sort=False).ngroup().to_numpy().astype(np.int64)
    first = np.unique(good, return_index=True)[1]
    cuts = np.cumsum([len(frame) for frame in frames])[:-1]
    of_offer, of_batch, of_stock, of_buffered = np.split(good, cuts)
    of_inventory, of_buffer = (np.full(len(parts.inventory), -1, dtype=np.int64) for _ in range(2))
    of_inventory[stocked.index.to_numpy()] = of_stock
    of_buffer[buffered.index.to_numpy()] = of_buffered
    value, country = _terms(parts, every)
    row = _latest(deal, every["t"].to_numpy(dtype=np.int64), parts.codes.times)[deal[first]]
    goods = every.loc[first, columns[:5]].reset_index(drop=True)
    is_made = (every["kind"].to_numpy()[first] == 1)[:, None]
    agreement, foreign = np.full(len(first), -1, dtype=np.int64), np.zeros(len(first), dtype=np.bool_)
    agreement[of_batch] = np.where(batches.stands_in, -1, batches.agreement)
    foreign[of_batch] = batches.foreign
    return Sources(
        batches=batches,
        goods=goods,
        of_offer=of_offer,
        of_batch=of_batch,
        of_inventory=of_inventory,
        of_buffer=of_buffer,
        agreement=agreement,
        foreign=foreign,
        value=_moved(parts, value[row], of_inventory, of_buffer),
        country=country[row],
        home=np.where(is_made, parts.codes.country[goods["location"]][:, None], country[row]),
        pool=np.arange(len(first)),
    )


def _made(parts: Parts, batches: Batches) -> pd.DataFrame:
    """The recipe of each batch, with the status and class of what it makes."""
    agreements = np.array([*parts.agreements.name, ""], dtype=object)
    return parts.recipes.iloc[batches.recipe].assign(
        status=agreements[batches.agreement], destination=batches.destination
    )


def _terms(parts: Parts, every: pd.DataFrame) -> tuple[Floats, Texts]:
    """Value of a unit and country of origin in each row of the deals; a last row stands for none."""
    instance, row = parts.instance, every["row"].to_numpy(dtype=np.int64)
    value, country = np.full(len(every) + 1, np.nan), np.full(len(every) + 1, "", dtype=np.object_)
    tables = [("offers", "unit_cost"), ("production", "customs_value"), *[("inventory", "initial_value")] * 2]
    t = every["t"].to_numpy(dtype=np.int64)
    for kind, (table, column) in enumerate(tables):
        mine = np.flatnonzero(every["kind"] == kind)
        value[mine] = parts.events.money(table, column, row[mine], t[mine])
        country[mine] = texts(instance.tables[table]["origin"])[row[mine]]
    value[: len(parts.offers)] = parts.offers["unit_cost"]  # a supplier's price after events
    return value, country


def _moved(parts: Parts, value: Floats, *stocks: Ints) -> Floats:
    """The values, those of goods in stock at the exchange rates of each time [goods, times]."""
    held = parts.events.money_over_time("inventory", "initial_value")
    for good in stocks:
        value[good[good >= 0]] = held[good >= 0]
    return value


def _latest(deal: Ints, t: Ints, times: Times) -> Ints:
    """Row of each deal at each time: its own, else the latest earlier one, else the one behind the last."""
    none = len(deal)
    row = np.full((int(deal.max(initial=-1)) + 1, len(times)), none, dtype=np.int64)
    row[deal, t] = np.arange(none)
    starts = times.starts  # what is in stock is so in every scenario
    row[:, starts] = np.where(row[:, starts] == none, row[:, :1], row[:, starts])
    return times.onward(row, lambda own, before: np.where(own == none, before, own))


def goods_data(codes: Codes, goods: pd.DataFrame) -> Goods:
    """The table of the model."""
    location = goods["location"].to_numpy(dtype=np.int64)
    return Goods(
        item=names(codes.item[goods["item"]]),
        source=names(np.append(codes.location, "")[location]),
        deal=names(goods["deal"]),
        status=names(goods["status"]),
        destination_class=names(goods["destination"]),
    )
