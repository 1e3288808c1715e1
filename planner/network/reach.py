"""Reachability, both ways: only what can come from a source and reach a market is ever created.

A *spot* is an item at a location. What can be there, and what is of use there, are the least fixed points of
carrying, keeping and making; they are computed for all spots and times at once, on sparse matrices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from planner.network.joins import find
from planner.network.parts import Parts, needs_of
from planner.network.times import Times
from planner_models.arrays import Flags, Ints


@dataclass(frozen=True, slots=True)
class Spots:
    """Items at locations by number, the ways between them, and what holds at each."""

    keys: Ints  # [spots] item x locations + location, sorted
    locations: int
    times: Times
    item: Ints  # [spots]
    location: Ints  # [spots]
    is_plant: Flags  # [spots]
    is_warehouse: Flags  # [spots]
    stocked: Flags  # [spots] stock may be kept
    makes: Flags  # [spots] a plant with a recipe for the item in some period
    alive: Flags  # [spots, times] the location can be usable
    passes: Flags  # [spots, times] ... and, a warehouse, handles the item
    origin: Ints  # [ways] spot
    destination: Ints  # [ways] spot

    def at(self, item: Ints, location: Ints) -> Ints:
        """Number of the spot; -1 where no table speaks of it."""
        return find(item * self.locations + location, self.keys)


@dataclass(frozen=True, slots=True)
class Reach:
    """What comes from a source and reaches a market."""

    spots: Spots
    demand: Ints  # [spots, times] demand at the spot, -1 for none
    serves: Flags  # [ways, times] the way may serve the demand where it ends
    useful: (
        Flags  # [spots, times] of use to ship, or to feed where it is made; or later, where it may be kept
    )
    useful_input: Flags  # [spots, times] plants: of use as a component
    runs: Ints  # recipes (rows of Parts) that can run and are of use


def spots(parts: Parts) -> Spots:
    """Number all items at locations of which lanes, offers, recipes or stock speak."""
    count, ways, codes = len(parts.codes.location), parts.ways.ways, parts.codes
    run, line = needs_of(parts.recipes, parts.bom)
    component = parts.bom["component"].to_numpy(dtype=np.int64)[line]
    eater = parts.recipes["location"].to_numpy(dtype=np.int64)[run]
    tables = [parts.offers, parts.recipes, parts.handling, parts.inventory, parts.demands]
    keys = [_key(table["item"], table["location"], count) for table in tables]
    keys += [component * count + eater]
    ends = [_key(ways["item"], ways[end], count) for end in ("origin", "destination")]
    every = np.unique(np.concatenate([*keys, *ends]))
    item, location = np.divmod(every, max(count, 1))
    stocked = np.isin(every, keys[3])
    warehouse = codes.is_role("warehouse")[location]
    alive = parts.facilities.alive[location]
    return Spots(
        keys=every,
        locations=count,
        times=codes.times,
        item=item,
        location=location,
        is_plant=codes.is_role("plant")[location],
        is_warehouse=warehouse,
        stocked=stocked,
        makes=np.isin(every, keys[1]),
        alive=alive,
        passes=alive & (~warehouse[:, None] | _handled(parts, every, location)),
        origin=np.searchsorted(every, ends[0]),
        destination=np.searchsorted(every, ends[1]),
    )


def _key(item: pd.Series, location: pd.Series, locations: int) -> Ints:
    return np.asarray(item.to_numpy(dtype=np.int64) * locations + location.to_numpy(dtype=np.int64))


def _handled(parts: Parts, keys: Ints, location: Ints) -> Flags:
    """Whether a warehouse passes the item on at a time: without rows of its own it passes on anything."""
    handling = parts.handling
    choosy = np.isin(location, handling["location"].to_numpy(dtype=np.int64))
    handled = np.repeat(~choosy[:, None], len(parts.codes.times), axis=1)
    at = np.searchsorted(keys, _key(handling["item"], handling["location"], len(parts.codes.location)))
    handled[at, handling["t"]] = True
    return handled


def reach(parts: Parts) -> Reach:
    """Follow everything from its sources, then from the markets back."""
    known = spots(parts)
    demand, serves = _serves(parts, known)
    elsewhere = known.is_plant[known.destination] | known.is_warehouse[known.destination]
    recipes = _recipes(parts, known)
    carry = _matrix(known.origin[elsewhere], known.destination[elsewhere], len(known.keys))
    leaving, eaten, can_run = _possible(parts, known, carry, recipes)
    sold = _from_origins(known, serves)
    useful, useful_input, runs = _of_use(known, carry, recipes, sold, can_run, (leaving, eaten))
    return Reach(known, demand, serves, useful, useful_input, np.flatnonzero(runs))


def reach_back(parts: Parts, reach: Reach, ends: Flags, can_run: Flags) -> tuple[Flags, Flags, Flags]:
    """What is of use, to ship and as a component, if only some ways [ways, times] and recipes [recipes] count."""
    known = reach.spots
    elsewhere = known.is_plant[known.destination] | known.is_warehouse[known.destination]
    carry = _matrix(known.origin[elsewhere], known.destination[elsewhere], len(known.keys))
    sold = _from_origins(known, ends)
    there = reach.useful, reach.useful_input
    return _of_use(known, carry, _recipes(parts, known), sold, can_run, there)


def _from_origins(known: Spots, ends: Flags) -> Flags:
    """Spots and times from which one of the ways starts [spots, times]."""
    ways = np.flatnonzero(ends.any(axis=1))
    start = _matrix(known.origin[ways], np.arange(len(ways)), len(known.keys), len(ways))
    return np.asarray((start @ ends[ways].astype(np.int32)) > 0)


def _of_use(
    known: Spots,
    carry: sparse.csr_array,
    recipes: _Recipes,
    sold: Flags,
    can_run: Flags,
    there: tuple[Flags, Flags],
) -> tuple[Flags, Flags, Flags]:
    """What is of use to ship, and as a component, of what can be there; and which recipes are."""
    leaving, eaten = there
    useful, useful_input = np.zeros_like(leaving), np.zeros_like(leaving)
    while True:
        target = np.where(known.is_plant[:, None], useful_input, useful) & known.alive
        ship = (((carry @ target.astype(np.int32)) > 0) | sold) & known.passes
        runs = can_run & useful[recipes.spot, recipes.t]
        fed = recipes.fed(runs, leaving.shape)
        now = _until_kept(known, (useful | ship | fed) & leaving) & leaving
        now_input = _until_kept(known, (useful_input | fed) & eaten) & eaten
        if (now == useful).all() and (now_input == useful_input).all():
            return useful, useful_input, runs
        useful, useful_input = now, now_input


def _serves(parts: Parts, known: Spots) -> tuple[Ints, Flags]:
    """Demand by spot and time, -1 for none; and whether each way may serve it [ways, times]."""
    demands = parts.demands
    at = known.at(demands["item"].to_numpy(), demands["location"].to_numpy())
    shape = (len(known.keys), len(parts.codes.times))
    demand, most = np.full(shape, -1, dtype=np.int64), np.full(shape, -np.inf)
    demand[at, demands["t"]] = np.arange(len(demands))
    most[at, demands["t"]] = np.where(demands["quantity"] > 0, demands["max_days"], -np.inf)
    # only longer lanes are shut out: 0.1 + 0.2 days are not longer than 0.3
    return demand, parts.ways.days <= most[known.destination] * (1 + 1e-9)


def _possible(
    parts: Parts, known: Spots, carry: sparse.csr_array, recipes: _Recipes
) -> tuple[Flags, Flags, Flags]:
    """What can be at each spot: to leave it, as a component; and which recipes can run."""
    leaving, eaten = _begin(parts, known)
    back = carry.T.tocsr()
    while True:
        carried = ((back @ (leaving & known.passes).astype(np.int32)) > 0) & known.alive
        can_run = recipes.fillable(leaving | eaten) & known.alive[recipes.spot, recipes.t]
        now = leaving | carried & known.is_warehouse[:, None]
        now[recipes.spot[can_run], recipes.t[can_run]] = True
        now = _once_kept(known, now)
        now_eaten = _once_kept(known, eaten | carried & known.is_plant[:, None])
        if (now == leaving).all() and (now_eaten == eaten).all():
            return leaving, eaten, can_run
        leaving, eaten = now, now_eaten


def _begin(parts: Parts, known: Spots) -> tuple[Flags, Flags]:
    """What is on offer, what is in stock at the start, and what scenarios may draw from strategic stock."""
    leaving = np.zeros((len(known.keys), len(parts.codes.times)), dtype=np.bool_)
    eaten = np.zeros_like(leaving)
    offers = parts.offers
    leaving[known.at(offers["item"].to_numpy(), offers["location"].to_numpy()), offers["t"]] = True
    times, inventory = parts.codes.times, parts.inventory
    for column, begins in (("initial", times.starts), ("buffer_max", np.flatnonzero(times.scenario))):
        stocked = inventory[inventory[column] > 0]
        at = known.at(stocked["item"].to_numpy(), stocked["location"].to_numpy())
        ships = known.is_warehouse[at] | known.makes[at]
        for time in begins.tolist():
            there = known.alive[at, time]
            leaving[at[ships & there], time] = True
            eaten[at[~ships & there], time] = True
    return leaving, eaten


def _once_kept(known: Spots, there: Flags) -> Flags:
    """What is there, or was there before and may be kept."""
    there[known.stocked] = known.times.onward(there[known.stocked], np.logical_or)
    return there


def _until_kept(known: Spots, useful: Flags) -> Flags:
    """What is of use, or may be later and may be kept until then."""
    useful[known.stocked] = known.times.back(useful[known.stocked], np.logical_or)
    return useful


def _matrix(rows: Ints, columns: Ints, height: int, width: int | None = None) -> sparse.csr_array:
    ones = np.ones(len(rows), dtype=np.int32)
    return sparse.csr_array((ones, (rows, columns)), shape=(height, height if width is None else width))


@dataclass(frozen=True, slots=True)
class _Recipes:
    """Recipes by time with the spot that they make, and the spots of their components."""

    spot: Ints
    t: Ints
    need_run: Ints
    need_spot: Ints

    def fillable(self, there: Flags) -> Flags:
        """Recipes of which every component is there."""
        missing = ~there[self.need_spot, self.t[self.need_run]]
        return np.asarray(np.bincount(self.need_run, missing, len(self.spot)) == 0, dtype=np.bool_)

    def fed(self, runs: Flags, shape: tuple[int, ...]) -> Flags:
        """Spots and times at which one of the runs takes a component."""
        fed = np.zeros(shape, dtype=np.bool_)
        eats = runs[self.need_run]
        fed[self.need_spot[eats], self.t[self.need_run[eats]]] = True
        return fed


def _recipes(parts: Parts, known: Spots) -> _Recipes:
    recipes = parts.recipes
    location, t = recipes["location"].to_numpy(dtype=np.int64), recipes["t"].to_numpy(dtype=np.int64)
    run, line = needs_of(recipes, parts.bom)
    component = parts.bom["component"].to_numpy(dtype=np.int64)[line]
    spot = known.at(recipes["item"].to_numpy(dtype=np.int64), location)
    return _Recipes(spot, t, run, known.at(component, location[run]))
