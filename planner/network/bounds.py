"""Every upper bound and big-M: the most that can be of use, each by a named function.

A plan buys, makes and moves only what somebody wants: the most of an item that is of use is the demand for it,
exploded through the bills of materials. Where an item can be kept, that is the demand of the rest of the
horizon. What nobody wants, but a policy asks for or was in stock at the start, may lie on the shelf of an item
that can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from planner.network.flows import Flows
from planner.network.goods import Sources
from planner.network.joins import find, take
from planner.network.parts import Parts, needs_of
from planner.network.reach import Reach
from planner.network.shelf import left_over
from planner_models.arrays import Floats, Ints
from planner_models.data import INPUT, OUTPUT


@dataclass(frozen=True, slots=True)
class Useful:
    """The most of each item that can be of use anywhere, in units."""

    period: Floats  # [items, times] made, moved or consumed in the period
    rest: Floats  # [items, times] from the start of the period to the end
    after: Floats  # [items, times] from its end; at last what is on the shelf
    shelf: Floats  # [items] beyond what anybody wants


def useful_quantities(parts: Parts) -> Useful:
    r"""Explode demand through the largest quantity of each component over the recipes.

    .. math:: rest_{i,t} = \sum_{b \ge t} demand_{i,b} + shelf_i + \sum_j quantity_{j,i}\, rest_{j,t}

    and the same without the later periods for an item that cannot be kept anywhere. Of what may follow a time the
    largest counts.
    """
    demands, items, times = parts.demands, len(parts.codes.item), parts.codes.times
    demand = np.zeros((items, len(times)))
    np.add.at(demand, (demands["item"].to_numpy(), demands["t"].to_numpy()), demands["quantity"].to_numpy())
    keeps = np.isin(np.arange(items), parts.inventory["item"])
    recipes = _explosion(parts)
    rest = times.rest(demand)
    whole = rest[:, times.starts].max(axis=1)
    shelf = left_over(parts, recipes, _exploded(whole, recipes))
    rest += shelf[:, None]
    period = np.where(keeps[:, None], rest, demand)
    for item, component, _, most in recipes:
        rest[component] += most * rest[item]
        period[component] += most * (rest[item] if keeps[component] else period[item])
    return Useful(period, rest, times.following(rest, shelf[:, None]), shelf)


def _explosion(parts: Parts) -> list[tuple[int, int, float, float]]:
    """(item, component, least and largest quantity over the recipes), an item before its components' own."""
    _, line = needs_of(parts.recipes, parts.bom)
    used = parts.bom.iloc[np.unique(line)].groupby(["item", "component"], sort=True)["quantity"]
    edges = used.agg(["min", "max"]).reset_index()
    graph: nx.DiGraph[int] = nx.DiGraph()
    for item, component, least, most in edges.itertuples(index=False, name=None):
        graph.add_edge(item, component, least=least, most=most)
    return [
        (item, component, edge["least"], edge["most"])
        for item in nx.lexicographical_topological_sort(graph)
        for component, edge in graph[item].items()
    ]


def _exploded(demand: Floats, recipes: list[tuple[int, int, float, float]]) -> Floats:
    """Units of each item that demand asks for, as it is or in what is made of it [items]."""
    wanted = demand.copy()
    for item, component, _, most in recipes:
        wanted[component] += most * wanted[item]
    return wanted


def useful_capacity(parts: Parts, reach: Reach, useful: Useful) -> Floats:
    """Capacity units that a location can use in a period: the most of each item, by its hungriest recipe.

    [locations, times]
    """
    spots = reach.spots
    recipes = parts.recipes.iloc[reach.runs]
    made = recipes.groupby(["location", "item", "t"])["capacity_use"].max().reset_index()
    at, t = np.nonzero(reach.useful & spots.passes & spots.is_warehouse[:, None])
    passed = pd.DataFrame({"location": spots.location[at], "item": spots.item[at], "t": t})
    passed["capacity_use"] = handling_figures(parts, passed)["capacity_use"]
    every = pd.concat([made, passed], ignore_index=True)
    capacity = np.zeros((len(parts.codes.location), len(parts.codes.times)))
    units = every["capacity_use"] * useful.period[every["item"].to_numpy(int), every["t"].to_numpy(int)]
    np.add.at(capacity, (every["location"].to_numpy(int), every["t"].to_numpy(int)), units.to_numpy())
    return capacity


def handling_figures(parts: Parts, asked: pd.DataFrame) -> pd.DataFrame:
    """How a warehouse handles an item at a time: unit_cost, capacity_use, max_quantity, row (-1: freely).

    `asked` has location, item, t; the result has its rows.
    """
    known = parts.handling
    items, times = len(parts.codes.item), len(parts.codes.times)

    def key(frame: pd.DataFrame) -> Ints:
        return np.asarray((frame["location"] * items + frame["item"]) * times + frame["t"], dtype=np.int64)

    at = find(key(asked), key(known))
    free = {"unit_cost": 0.0, "capacity_use": 1.0, "max_quantity": np.inf}
    figures = {name: take(known[name].to_numpy(), at, value) for name, value in free.items()}
    figures["unit_cost"] = np.where(at < 0, _unlisted_cost(parts, asked), figures["unit_cost"])
    return pd.DataFrame(figures | {"row": at}, index=asked.index)


def _unlisted_cost(parts: Parts, asked: pd.DataFrame) -> Floats:
    """What events make a warehouse charge for an item of which it has no row [asked]."""
    events = parts.events
    location, item, t = (asked[name].to_numpy(dtype=np.int64) for name in ("location", "item", "t"))
    return events.column(
        "location",
        "unit_cost",
        np.zeros(len(asked)),
        t,
        lambda event: events.locations(event)[location] & events.items(event)[item],
    )


def option_capacity(parts: Parts, needed: Floats) -> Floats:
    """Capacity of each option, never above what its location can use [options, times]."""
    location = parts.facilities.options["location"].to_numpy(dtype=np.int64)
    return _least(parts.facilities.capacity, needed[location])


def location_capacity(parts: Parts, needed: Floats) -> Floats:
    """Capacity of a location in its largest available option [locations, times]; inf without options."""
    options, of_location = parts.facilities.options, parts.facilities.of_location
    capacity = np.where((of_location < 0)[:, None], np.inf, np.zeros((1, len(parts.codes.times))))
    available = (options["status"] != "closed").to_numpy()
    located = options["location"].to_numpy(dtype=np.int64)[available]
    np.maximum.at(capacity, located, option_capacity(parts, needed)[available])
    return capacity


def run_bound(runs: pd.DataFrame, useful: Useful, capacity: Floats) -> Floats:
    """Units of a run: useful, within max_quantity, within the capacity of the plant."""
    item, location, t = (runs[name].to_numpy(dtype=np.int64) for name in ("item", "location", "t"))
    within = _units(capacity[location, t], runs["capacity_use"].to_numpy(dtype=np.float64))
    return _least(useful.period[item, t], runs["max_quantity"].to_numpy(dtype=np.float64), within)


def _units(capacity: Floats, weight: Floats) -> Floats:
    """Units that fit into a capacity; inf where a unit takes nothing of it."""
    units = np.full(len(weight), np.inf)
    np.divide(capacity, weight, out=units, where=weight > 0)
    return units


def _least(*figures: Floats) -> Floats:
    return np.asarray(np.minimum.reduce(np.broadcast_arrays(*figures)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Eaten:
    """The most of a component that a plant can consume, in units."""

    period: Floats  # [spots, times]
    rest: Floats  # [spots, times] from the start of the period to the end
    after: Floats  # [spots, times] from its end


def eaten_bound(parts: Parts, reach: Reach, runs: pd.DataFrame, useful: Useful) -> Eaten:
    """Components of all that a plant can make; several recipes of an item together make what is useful of it."""
    runs = runs.drop_duplicates(
        "row_of_recipe"
    )  # the batches of a recipe together make what one of them could
    run, line = needs_of(runs, parts.bom)
    need = runs[["location", "item", "t", "upper"]].iloc[run].reset_index(drop=True)
    quantity = parts.bom["quantity"].to_numpy(dtype=np.float64)[line]
    need["component"] = parts.bom["component"].to_numpy(dtype=np.int64)[line]
    need["quantity"], need["units"] = quantity, quantity * need["upper"]
    each = need.groupby(["location", "component", "item", "t"], as_index=False).agg(
        units=("units", "sum"), quantity=("quantity", "max")
    )
    item, t = each["item"].to_numpy(dtype=np.int64), each["t"].to_numpy(dtype=np.int64)
    units = np.minimum(each["units"].to_numpy(), each["quantity"].to_numpy() * useful.period[item, t])
    spot = reach.spots.at(
        each["component"].to_numpy(dtype=np.int64), each["location"].to_numpy(dtype=np.int64)
    )
    times, of = parts.codes.times, reach.spots.item
    period = np.zeros((len(reach.spots.keys), len(times)))
    np.add.at(period, (spot, t), units)
    rest = times.rest(period)
    after = times.following(rest, np.zeros(1))
    return Eaten(
        *map(np.minimum, (period, rest, after), (useful.period[of], useful.rest[of], useful.after[of]))
    )


def entry_bound(reach: Reach, eaten: Eaten, useful: Useful) -> Floats:
    """Units of an item that are of use at a spot when they arrive in a period [spots, times]."""
    spots = reach.spots
    on_shelf = useful.shelf[spots.item][:, None]
    at_plant = np.where(spots.stocked[:, None], eaten.rest + on_shelf, eaten.period)
    anywhere = useful.period[spots.item]
    return np.where(spots.is_plant[:, None], np.minimum(at_plant, anywhere), anywhere)


def good_bound(parts: Parts, sources: Sources, good: Ints) -> Floats:
    """Units of a good that there are in all: of stock what is there at the start, or kept beside it; else inf."""
    units = np.full(len(sources.goods), np.inf)
    for of_stock, column in ((sources.of_inventory, "initial"), (sources.of_buffer, "buffer_max")):
        there = of_stock >= 0
        units[of_stock[there]] = parts.inventory[column].to_numpy(dtype=np.float64)[there]
    return units[good]


def kept_bound(parts: Parts, sources: Sources, kept: pd.DataFrame, useful: Useful, eaten: Eaten) -> Floats:
    """Units of a good that are worth keeping: what the rest of the horizon can use.

    Initial stock is there whether it is of use or not.
    """
    good, spot, item, t = (kept[name].to_numpy(dtype=np.int64) for name in ("good", "spot", "item", "t"))
    at_plant = np.minimum(eaten.after[spot, t] + useful.shelf[item], useful.after[item, t])
    wanted = np.where(kept["kind"] == INPUT, at_plant, useful.after[item, t])
    there = good_bound(parts, sources, good)
    return _least(np.where(kept["sunk"], there, wanted), parts.inventory["max_stock"].to_numpy()[kept["row"]])


def stock_limit_bound(parts: Parts, kept: pd.DataFrame, limit: Ints, first: Ints) -> Floats:
    """Units of an item that are worth keeping at a location: its goods together, within max_stock [limits].

    New goods of an item together are worth no more than the largest of them alone: what can be used.
    """
    old = kept["sunk"].to_numpy(dtype=np.bool_)
    upper = kept["upper"].to_numpy(dtype=np.float64)
    new = np.zeros(len(first))
    np.maximum.at(new, limit[~old], upper[~old])
    together = new + np.bincount(limit[old], upper[old], len(first))
    return _least(together, parts.inventory["max_stock"].to_numpy()[kept["row"].to_numpy()[first]])


def buffer_bound(rows: pd.DataFrame, useful: Useful) -> Floats:
    """Units of strategic stock: no more than the whole horizon of any scenario can use."""
    item = rows["item"].to_numpy(dtype=np.int64)
    return _least(rows["buffer_max"].to_numpy(dtype=np.float64), useful.rest[item].max(axis=1))


def wanted_bound(parts: Parts, arcs: pd.DataFrame, entry: Floats, useful: Useful) -> Floats:
    """Units that the end of an arc can use, of all goods together: a demand, or what a spot can use.

    `entry` [spots, times] is `entry_bound`.
    """
    item, end, t = (arcs[name].to_numpy(dtype=np.int64) for name in ("item", "end", "t"))
    demanded = take(parts.demands["quantity"].to_numpy(), arcs["demand"].to_numpy(dtype=np.int64), np.inf)
    return np.where(np.isfinite(demanded), demanded, np.minimum(entry[end, t], useful.period[item, t]))


def leaving_bound(
    parts: Parts, flows: Flows, arcs: pd.DataFrame, runs: pd.DataFrame, capacity: Floats
) -> Floats:
    """Units that the origin of an arc can let go: a contract's capacity, what a warehouse passes, what is made.

    `capacity` [locations, times] is `location_capacity`.
    """
    origin, t = arcs["origin"].to_numpy(dtype=np.int64), arcs["t"].to_numpy(dtype=np.int64)
    offered = take(parts.offers["capacity"].to_numpy(), arcs["offer_row"].to_numpy(dtype=np.int64), np.inf)
    passed = _units(capacity[origin, t], arcs["capacity_use"].to_numpy(dtype=np.float64))
    places, times = flows.places, len(parts.codes.times)
    at = find(
        np.where(places["kind"] == OUTPUT, places["good"] * times + places["t"], -1),
        (runs["good"] * times + runs["t"]).to_numpy(dtype=np.int64),
    )
    made = take(runs["upper"].to_numpy(), at, np.inf)
    # what was kept before can leave as well
    made[flows.kept] = np.inf
    from_place = take(made, arcs["from_place"].to_numpy(dtype=np.int64), np.inf)
    return _least(offered, passed, arcs["max_quantity"].to_numpy(dtype=np.float64), from_place)


def room_bound(parts: Parts, arcs: pd.DataFrame) -> Floats:
    """Units that fit on the lane of an arc."""
    lane, t = (arcs[name].to_numpy(dtype=np.int64) for name in ("lane", "t"))
    capacity = parts.ways.capacity[lane, t]
    return _units(capacity, arcs["weight"].to_numpy(dtype=np.float64))


def arc_bound(parts: Parts, sources: Sources, arcs: pd.DataFrame, leaving: Floats) -> Floats:
    """Units on an arc: what its end can use, what its beginning has, what its lane can carry."""
    there = good_bound(parts, sources, arcs["good"].to_numpy(dtype=np.int64))
    return _least(arcs["useful"].to_numpy(), there, leaving, room_bound(parts, arcs))


def offer_bound(offers: pd.DataFrame, useful: Useful) -> Floats:
    """Units under a contract in a period: no more than is of use."""
    item, t = offers["item"].to_numpy(dtype=np.int64), offers["t"].to_numpy(dtype=np.int64)
    return _least(offers["capacity"].to_numpy(dtype=np.float64), useful.period[item, t])


def load_bound(arcs: pd.DataFrame, load: Ints, capacity: Floats) -> Floats:
    """Capacity of a lane in a period, in `per`: no more than its items can make use of [loads].

    Goods of one item together are worth no more than what can be used of it at the end of the lane.
    """
    there = load >= 0
    each = pd.DataFrame({"load": load[there], "item": arcs["item"].to_numpy()[there]})
    each["all"] = (arcs["upper"] * arcs["weight"]).to_numpy()[there]
    each["one"] = (arcs["useful"] * arcs["weight"]).to_numpy()[there]
    by_item = each.groupby(["load", "item"], as_index=False).agg(all=("all", "sum"), one=("one", "max"))
    needed = np.bincount(by_item["load"], np.minimum(by_item["all"], by_item["one"]), len(capacity)).astype(
        np.float64
    )
    return _least(capacity, needed)
