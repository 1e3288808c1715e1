"""From lane templates to lanes: who ships what to whom, by which row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.instance.selectors import Selectors, entries, selectors_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.instance.instance import Instance
    from planner.instance.selectors import Among

SHIPS = ("supplier", "plant", "warehouse")
RECEIVES = ("plant", "warehouse", "market")
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Expansion:
    """Lanes by number: place, mode and item codes, the row that each comes from, and how specific it is.

    `rank` is lower for the more specific row: origin first, then destination, then item.
    """

    origin: Ints
    destination: Ints
    mode: Ints
    item: Ints
    row: Ints
    rank: Ints

    def take(self, at: Ints) -> Expansion:
        """The lanes at the given positions."""
        return Expansion(
            self.origin[at], self.destination[at], self.mode[at], self.item[at], self.row[at], self.rank[at]
        )


def expand_lanes(instance: Instance) -> pd.DataFrame:
    """The lanes: a row per (origin, destination, mode, item) with `row_position` in `tables["lanes"]`.

    The most specific row wins whole. An origin to itself, and roles that cannot ship or receive, are
    dropped. Sorted by row, origin, destination, item.
    """
    lanes = instance.tables["lanes"]
    places, items = _ids(instance.tables["locations"], "location"), _ids(instance.tables["items"], "item")
    modes = pd.Index(lanes["mode"].unique())
    found, _ = resolve_lanes(instance.tables, selectors_of(instance))
    found = found.take(np.lexsort((found.item, found.destination, found.origin, found.row)))
    return pd.DataFrame(
        {
            "origin": places.array.take(found.origin),
            "destination": places.array.take(found.destination),
            "mode": modes.array.take(found.mode),
            "item": items.array.take(found.item),
            "row_position": found.row,
        }
    )


def _ids(table: pd.DataFrame, column: str) -> pd.Index[str]:
    ids: pd.Index[str] = pd.Index(table[column].unique())
    return ids


def resolve_lanes(
    tables: Mapping[str, pd.DataFrame], selectors: Selectors
) -> tuple[Expansion, list[tuple[int, int]]]:
    """The lanes that survive, and the pairs of row positions that tie for one of them."""
    return _winners(_with_items(_routes(tables, selectors), tables, selectors))


def contest(
    tables: Mapping[str, pd.DataFrame], selectors: Selectors
) -> tuple[NDArray[np.bool_], list[tuple[int, int]]]:
    """Which rows win a lane, and the pairs of rows that tie for one; only where rows meet are items looked at."""
    routes = _routes(tables, selectors)
    wins = np.zeros(len(tables["lanes"]), dtype=bool)
    if not len(routes.row):
        return wins, []
    width = int(routes.destination.max()) + 1
    keys = (routes.origin * width + routes.destination) * (int(routes.mode.max()) + 1) + routes.mode
    _, which, counts = np.unique(keys, return_inverse=True, return_counts=True)
    alone = counts[which] == 1
    winners, ties = _winners(_with_items(routes.take(np.flatnonzero(~alone)), tables, selectors))
    wins[routes.row[alone]] = True
    wins[winners.row] = True
    return wins, ties


def _with_items(routes: Expansion, tables: Mapping[str, pd.DataFrame], selectors: Selectors) -> Expansion:
    lanes = tables["lanes"]
    cells = pd.factorize(lanes["item"])
    item_of, item_rank, spread, starts = _spread(
        cells[1].tolist(), selectors, "item", _ids(tables["items"], "item")
    )
    codes = cells[0][routes.row]
    where, entry = _product(spread[codes], starts[codes])
    every = routes.take(where)
    rank = every.rank * 8 + item_rank[entry]
    return Expansion(every.origin, every.destination, every.mode, item_of[entry], every.row, rank)


def _routes(tables: Mapping[str, pd.DataFrame], selectors: Selectors) -> Expansion:
    """Each row spread over its origins and destinations; `item` is not yet looked at."""
    lanes, locations = tables["lanes"], tables["locations"]
    places = _ids(locations, "location")
    roles = locations.drop_duplicates("location")["role"]
    origins, destinations = pd.factorize(lanes["origin"]), pd.factorize(lanes["destination"])
    o_id, o_rank, o_count, o_start = _spread(
        origins[1].tolist(), selectors, "location", places, roles.isin(SHIPS).to_numpy()
    )
    d_id, d_rank, d_count, d_start = _spread(
        destinations[1].tolist(), selectors, "location", places, roles.isin(RECEIVES).to_numpy()
    )
    row, o_at = _product(o_count[origins[0]], o_start[origins[0]])
    again, d_at = _product(d_count[destinations[0]][row], d_start[destinations[0]][row])
    row, o_at = row[again], o_at[again]
    mode = pd.factorize(lanes["mode"])[0].astype(np.int64)
    routes = Expansion(
        o_id[o_at],
        d_id[d_at],
        mode[row],
        np.zeros(len(row), dtype=np.int64),
        row,
        o_rank[o_at] * 8 + d_rank[d_at],
    )
    return routes.take(np.flatnonzero(routes.origin != routes.destination))


def _spread(
    cells: list[str],
    selectors: Selectors,
    among: Among,
    ids: pd.Index[str],
    allowed: NDArray[np.bool_] | None = None,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Members of each cell, one after the other: number of the id, its rank, and per cell count and start."""
    number = {name: position for position, name in enumerate(ids)}
    members: list[int] = []
    ranks: list[int] = []
    counts = np.zeros(len(cells), dtype=np.int64)
    for position, cell in enumerate(cells):
        best: dict[int, int] = {}
        for entry in entries(cell):
            rank = selectors.specificity(entry)
            for name in selectors.entry_members(entry, among):
                best[number[name]] = min(rank, best.get(number[name], rank))
        if allowed is not None:
            best = {place: rank for place, rank in best.items() if allowed[place]}
        members.extend(best)
        ranks.extend(best.values())
        counts[position] = len(best)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else counts
    return np.array(members, dtype=np.int64), np.array(ranks, dtype=np.int64), counts, starts.astype(np.int64)


def _product(counts: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """For each position its number as often as its count, and the running index from its start."""
    if (counts == 1).all():
        return np.arange(len(counts), dtype=np.int64), starts
    position = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    offset = np.arange(len(position), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return position, starts[position] + offset


def _winners(every: Expansion) -> tuple[Expansion, list[tuple[int, int]]]:
    order = np.lexsort((every.row, every.rank, every.item, every.mode, every.destination, every.origin))
    sorted_ = every.take(order)
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for key in (sorted_.origin, sorted_.destination, sorted_.mode, sorted_.item):
        same &= key[1:] == key[:-1]
    first = np.concatenate([[True], ~same]) if len(order) else np.empty(0, dtype=bool)
    # a tie is a row right behind a winner with the winner's rank
    behind = np.flatnonzero(first[:-1] & ~first[1:] & (sorted_.rank[1:] == sorted_.rank[:-1]))
    ties = dict.fromkeys(zip(sorted_.row[behind].tolist(), sorted_.row[behind + 1].tolist(), strict=True))
    return sorted_.take(np.flatnonzero(first)), list(ties)
