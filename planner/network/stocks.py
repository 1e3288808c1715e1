"""Stock: what may be kept from period to period, its limits, what is lost at closed locations, buffers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.bounds import Eaten, Useful, buffer_bound, kept_bound, stock_limit_bound
from planner.network.codes import names
from planner.network.flows import Flows
from planner.network.goods import Sources
from planner.network.joins import find, number
from planner.network.parts import Parts
from planner.network.times import START, Times
from planner_models.arrays import Floats, Ints
from planner_models.data import Buffers, Stocks


def initial(parts: Parts, sources: Sources, flows: Flows) -> Floats:
    """Units in stock at the start [places]; a good from stock starts where it comes from."""
    places, goods = flows.places, sources.goods
    stocked = np.full(len(goods), 0.0)
    there = sources.of_inventory >= 0
    stocked[sources.of_inventory[there]] = parts.inventory["initial"].to_numpy()[there]
    good = places["good"].to_numpy(dtype=np.int64)
    home = goods["location"].to_numpy(dtype=np.int64)[good] == places["location"].to_numpy()
    at_start = parts.codes.times.previous[places["t"]] == START
    starts = home & at_start & ~places["returned"].to_numpy()
    return np.where(starts, stocked[good], 0.0)


def stocks(parts: Parts, sources: Sources, flows: Flows, useful: Useful, eaten: Eaten) -> pd.DataFrame:
    """What each place can keep: place, good, location, item, spot, kind, t, row (inventory), upper, storage."""
    places = flows.places
    at = np.flatnonzero(flows.kept)
    kept = places.iloc[at].assign(place=at).reset_index(drop=True)
    locations = len(parts.codes.location)
    inventory = parts.inventory
    kept["row"] = find(
        (kept["item"] * locations + kept["location"]).to_numpy(),
        (inventory["item"] * locations + inventory["location"]).to_numpy(),
    )
    kept["sunk"] = np.isin(kept["good"], sources.of_inventory)
    kept["upper"] = kept_bound(parts, sources, kept, useful, eaten)
    kept = kept[kept["upper"] > 0].reset_index(drop=True)
    settings = parts.instance.settings
    value = np.nan_to_num(sources.value[kept["good"], kept["t"]])
    carrying = value * settings.costs.carrying_rate * settings.horizon.days_per_period / 365
    held = parts.events.money_over_time("inventory", "holding_cost")
    kept["storage"] = held[kept["row"], kept["t"]] + carrying
    return kept


def _entries(times: Times, places: pd.DataFrame, kept: pd.DataFrame) -> tuple[Ints, Ints]:
    """Every pair of a stock and the place of the same good at a time that follows."""
    spots = int(places["spot"].max()) + 1 if len(places) else 1

    def key(frame: pd.DataFrame, t: Ints) -> Ints:
        by_time = (frame["good"] * spots + frame["spot"]) * len(times) + t
        return np.asarray(by_time * 3 + frame["kind"], dtype=np.int64)

    stock, later = times.followers(kept["t"].to_numpy(dtype=np.int64))
    place = find(key(kept.iloc[stock], later), key(places, places["t"].to_numpy(dtype=np.int64)))
    return stock[place >= 0], place[place >= 0]


def stocks_data(parts: Parts, flows: Flows, kept: pd.DataFrame, initial: Floats) -> Stocks:
    """The table of the model, with limits by (location, item, period), and losses."""
    codes, varies = parts.codes, parts.facilities.varies
    columns = (kept[name].to_numpy(dtype=np.int64) for name in ("location", "item", "t"))
    limit, first = number(*columns)
    limits = kept.iloc[first]
    stock, entered = _entries(codes.times, flows.places, kept)
    before = np.bincount(entered, kept["upper"].to_numpy(dtype=np.float64)[stock], len(initial))
    place, upper = _losses(parts, flows, initial + before)
    located = flows.places["location"].to_numpy(dtype=np.int64)
    return Stocks(
        place=kept["place"].to_numpy(dtype=np.int64),
        limit=limit,
        storage=kept["storage"].to_numpy(dtype=np.float64),
        upper=kept["upper"].to_numpy(dtype=np.float64),
        limit_location=names(codes.location[limits["location"]]),
        limit_item=names(codes.item[limits["item"]]),
        limit_time=limits["t"].to_numpy(dtype=np.int64),
        limit_facility=varies[limits["location"].to_numpy(dtype=np.int64)],
        limit_quantity=stock_limit_bound(parts, kept, limit, first),
        entry_stock=stock,
        entry_place=entered,
        loss_place=place,
        loss_facility=varies[located[place]],
        loss_upper=upper,
        limit_stated=parts.inventory["max_stock"].to_numpy(dtype=np.float64)[limits["row"]],
    )


def _losses(parts: Parts, flows: Flows, before: Floats) -> tuple[Ints, Floats]:
    """Places with stock from before whose location may not be usable; the most that can be lost there."""
    closes = parts.facilities.varies[flows.places["location"].to_numpy(dtype=np.int64)] >= 0
    place = np.flatnonzero(closes & (before > 0)).astype(np.int64)
    return place, before[place]


def buffers_data(parts: Parts, sources: Sources, flows: Flows, useful: Useful) -> Buffers:
    """Strategic stock that may be kept beside the working stock, what a unit of it costs a period, and draws."""
    settings, times = parts.instance.settings, parts.codes.times
    rows = parts.inventory[parts.inventory["buffer_max"] > 0]
    carrying = settings.costs.carrying_rate * settings.horizon.days_per_period / 365
    item = rows["item"].to_numpy(dtype=np.int64)
    upper = buffer_bound(rows, useful)
    place = _drawn(sources, flows, rows)
    t, located = (flows.places[name].to_numpy(dtype=np.int64)[place] for name in ("t", "location"))
    buffer = find(flows.places["good"].to_numpy(dtype=np.int64)[place], sources.of_buffer[rows.index])
    use, first = number(buffer, times.scenario[t])
    value = parts.events.money_over_time("inventory", "initial_value")[rows.index]
    return Buffers(
        location=names(parts.codes.location[rows["location"]]),
        item=names(parts.codes.item[item]),
        upper=upper,
        use_buffer=buffer[first],
        draw_use=use,
        draw_place=place,
        draw_facility=parts.facilities.varies[located],
        draw_upper=upper[buffer],
        draw_cost=np.nan_to_num(value[buffer, t]),
        cost=(rows["buffer_cost"] + rows["value"].fillna(0.0) * carrying).to_numpy(dtype=np.float64),
    )


def _drawn(sources: Sources, flows: Flows, rows: pd.DataFrame) -> Ints:
    """The places of goods from strategic stock where that is kept, at the times of scenarios."""
    places = flows.places
    good = places["good"].to_numpy(dtype=np.int64)
    home = sources.goods["location"].to_numpy(dtype=np.int64)[good] == places["location"].to_numpy()
    drawn = np.isin(good, sources.of_buffer[rows.index]) & home & ~places["returned"].to_numpy()
    return np.flatnonzero(drawn)
