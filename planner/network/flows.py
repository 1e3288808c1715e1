"""Each good followed from its source over lanes and stock: the places that it can be at, and the arcs between."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.network.goods import Sources
from planner.network.joins import find, pairs
from planner.network.parts import Parts
from planner.network.preference import Preference
from planner.network.reach import Reach
from planner_models.arrays import Flags, Ints
from planner_models.data import INPUT, OUTPUT, WAREHOUSED


@dataclass(frozen=True, slots=True)
class Flows:
    """Places by (good, location, time), and arcs by (way, good, time)."""

    places: pd.DataFrame  # good, spot, location, item, t, kind, returned
    arcs: pd.DataFrame  # way, good, t, offer_row (of Parts), from_place, to_place, demand
    kept: Flags  # [places] stock may be kept here to the end of the period


@dataclass(frozen=True, slots=True)
class _States:
    """Goods at spots at times; at a plant either as a component (`is_input`) or as its own."""

    good: Ints
    spot: Ints
    t: Ints
    is_input: Flags

    def take(self, at: Ints | Flags) -> _States:
        return _States(self.good[at], self.spot[at], self.t[at], self.is_input[at])

    def at(self, t: int) -> _States:
        """The same at another time."""
        return replace(self, t=np.full(len(self.t), t))

    def key(self, spots: int, times: int) -> Ints:
        return ((self.good * spots + self.spot) * times + self.t) * 2 + self.is_input


class _Walk:
    """A breadth-first walk of all goods at once."""

    def __init__(
        self, parts: Parts, sources: Sources, reach: Reach, preference: Preference, shelf: Flags
    ) -> None:
        self.parts, self.sources, self.reach, self.preference = parts, sources, reach, preference
        self.shelf = shelf  # [items] kept to the end even if nothing can sell it
        self.times = parts.codes.times
        spots = reach.spots
        self.order = np.argsort(spots.origin, kind="stable")
        self.origin = spots.origin[self.order]
        self.arcs: list[pd.DataFrame] = []
        self.seen = np.empty(0, dtype=np.int64)

    def states(self, key: Ints) -> _States:
        rest, is_input = np.divmod(key, 2)
        rest, t = np.divmod(rest, len(self.times))
        good, spot = np.divmod(rest, len(self.reach.spots.keys))
        return _States(good, spot, t, is_input.astype(np.bool_))

    def run(self) -> None:
        offers = self.parts.offers
        at = self.reach.spots.at(offers["item"].to_numpy(), offers["location"].to_numpy())
        t = offers["t"].to_numpy(dtype=np.int64)
        on_offer = _States(self.sources.of_offer, at, t, np.zeros(len(at), dtype=np.bool_))
        frontier = np.concatenate(
            [self.ship(on_offer, np.arange(len(at))), self.made(), self.in_stock(), self.in_buffers()]
        )
        while len(frontier := np.setdiff1d(frontier, self.seen)):
            self.seen = np.union1d(self.seen, frontier)
            states = self.states(frontier)
            own = states.take(~states.is_input & self.reach.spots.passes[states.spot, states.t])
            frontier = np.concatenate([self.ship(own, None), self.keep(states)])

    def made(self) -> Ints:
        recipes = self.parts.recipes.iloc[self.sources.batches.recipe]
        spot = self.reach.spots.at(recipes["item"].to_numpy(), recipes["location"].to_numpy())
        t = recipes["t"].to_numpy(dtype=np.int64)
        states = _States(self.sources.of_batch, spot, t, np.zeros(len(spot), dtype=np.bool_))
        return states.key(len(self.reach.spots.keys), len(self.times))

    def in_stock(self) -> Ints:
        """What is in stock at the start has a place even if it is of no use: it has to be kept, or is lost."""
        stocked, size = self.stocked(self.sources.of_inventory), (len(self.reach.spots.keys), len(self.times))
        return np.concatenate([stocked.at(start).key(*size) for start in self.times.starts.tolist()])

    def in_buffers(self) -> Ints:
        """What is drawn from strategic stock, at the times of scenarios at which it is of use."""
        stocked, reach = self.stocked(self.sources.of_buffer), self.reach
        drawn = [np.zeros(0, dtype=np.int64)]
        for time in np.flatnonzero(self.times.scenario).tolist():
            wanted = np.where(
                stocked.is_input, reach.useful_input[stocked.spot, time], reach.useful[stocked.spot, time]
            )
            drawn.append(stocked.at(time).take(wanted).key(len(reach.spots.keys), len(self.times)))
        return np.concatenate(drawn)

    def stocked(self, good: Ints) -> _States:
        """The goods [inventory] where they are kept; -1 for none."""
        spots, row = self.reach.spots, np.flatnonzero(good >= 0)
        inventory = self.parts.inventory.iloc[row]
        spot = spots.at(inventory["item"].to_numpy(), inventory["location"].to_numpy())
        is_input = spots.is_plant[spot] & ~spots.makes[spot]
        return _States(good[row], spot, np.zeros(len(row), dtype=np.int64), is_input)

    def ship(self, states: _States, offer: Ints | None) -> Ints:
        """Record the arcs that leave the states; the keys of the states that they enter."""
        spots, reach = self.reach.spots, self.reach
        row, at = pairs(states.spot, self.origin)
        way, t = self.order[at], states.t[row]
        end = spots.destination[way]
        plant = spots.is_plant[end]
        enters = np.where(plant, reach.useful_input[end, t], reach.useful[end, t]) & spots.alive[end, t]
        fits = np.where(plant | spots.is_warehouse[end], enters, reach.serves[way, t])
        fits &= self.may_leave(states.take(row), way)
        row, way, t, end = row[fits], way[fits], t[fits], end[fits]
        good = states.good[row]
        entering = np.where(spots.is_warehouse[end], self.sources.pool[good], good)
        arrived = _States(entering, end, t, spots.is_plant[end])
        size = len(spots.keys), len(self.times)
        demand = reach.demand[end, t]
        entered = np.where(demand < 0, arrived.key(*size), -1)
        left = states.take(row).key(*size) if offer is None else np.full(len(row), -1, dtype=np.int64)
        self.arcs.append(
            pd.DataFrame(
                {
                    "way": way,
                    "good": good,
                    "t": t,
                    "offer_row": -1 if offer is None else offer[row],
                    "left": left,
                    "entered": entered,
                    "demand": demand,
                }
            )
        )
        return np.unique(entered[entered >= 0])

    def may_leave(self, states: _States, way: Ints) -> Flags:
        """Whether goods may leave by the ways: those made for an agreement or a country leave their plant to use it.

        What left for a country never comes back to its plant as a component.
        """
        spots, preference, country = self.reach.spots, self.preference, self.parts.codes.country
        agreement, foreign = self.sources.agreement[states.good], self.sources.foreign[states.good]
        end, may = spots.destination[way], np.ones(len(way), dtype=np.bool_)
        at = np.flatnonzero((agreement >= 0) & spots.is_plant[states.spot])
        under, to, t = agreement[at], end[at], states.t[at]
        wanted = np.where(
            spots.is_plant[to], preference.useful_input[under, to, t], preference.useful[under, to, t]
        )
        may[at] = preference.claims[under, way[at], t] | wanted
        at = np.flatnonzero(foreign & spots.is_plant[states.spot])
        may[at] &= (
            country[spots.location[end[at]]] == self.sources.goods["destination"].to_numpy()[states.good[at]]
        )
        home = self.sources.goods["location"].to_numpy(dtype=np.int64)[states.good] == spots.location[end]
        return np.asarray(may & ~(foreign & home))

    def returned(self, states: _States) -> Flags:
        """Goods that come back as components to the plant that made them; it stocks them as its own only."""
        spots, goods = self.reach.spots, self.sources.goods
        home = goods["location"].to_numpy(dtype=np.int64)[states.good] == spots.location[states.spot]
        returned: Flags = states.is_input & home & spots.makes[states.spot]
        return returned

    def can_keep(self, states: _States) -> Flags:
        """Whether stock may be kept to the end of the period."""
        spots = self.reach.spots
        there = spots.stocked[states.spot] & spots.alive[states.spot, states.t]
        leaves_at_once = self.sources.foreign[states.good] & spots.is_plant[states.spot] & ~states.is_input
        return there & ~self.returned(states) & ~leaves_at_once

    def keep(self, states: _States) -> Ints:
        """The keys of the states at the times that follow, for what may be kept."""
        spots, reach = self.reach.spots, self.reach
        states = states.take(self.can_keep(states))
        position, t = self.times.followers(states.t)
        later = replace(states.take(position), t=t)
        wanted = np.where(later.is_input, reach.useful_input[later.spot, t], reach.useful[later.spot, t])
        sunk = np.isin(later.good, self.sources.of_inventory)
        kept = later.take(self.worth_keeping(later) & (wanted | sunk | self.shelf[spots.item[later.spot]]))
        return kept.key(len(spots.keys), len(self.times))

    def worth_keeping(self, states: _States) -> Flags:
        """Whether what was made for an agreement and kept until now is of use at its plant; all else is."""
        spots, agreement = self.reach.spots, self.sources.agreement[states.good]
        worth = np.ones(len(agreement), dtype=np.bool_)
        at = np.flatnonzero((agreement >= 0) & spots.is_plant[states.spot] & ~states.is_input)
        worth[at] = self.preference.useful[agreement[at], states.spot[at], states.t[at]]
        return worth


def flows(parts: Parts, sources: Sources, reach: Reach, preference: Preference, shelf: Flags) -> Flows:
    """Follow every good; `shelf` [items] marks what may be kept although nothing can sell it any more."""
    walk = _Walk(parts, sources, reach, preference, shelf)
    walk.run()
    spots = reach.spots
    states = walk.states(walk.seen)
    kind = np.where(spots.is_warehouse[states.spot], WAREHOUSED, np.where(states.is_input, INPUT, OUTPUT))
    places = pd.DataFrame(
        {
            "good": states.good,
            "spot": states.spot,
            "location": spots.location[states.spot],
            "item": spots.item[states.spot],
            "t": states.t,
            "kind": kind.astype(np.int64),
            "returned": walk.returned(states),
        }
    )
    arcs = pd.concat(walk.arcs, ignore_index=True)
    arcs["from_place"] = find(arcs.pop("left").to_numpy(dtype=np.int64), walk.seen)
    arcs["to_place"] = find(arcs.pop("entered").to_numpy(dtype=np.int64), walk.seen)
    arcs = arcs.sort_values(["t", "way", "good"], ignore_index=True)
    return Flows(places, arcs.astype(np.int64), walk.can_keep(states))
