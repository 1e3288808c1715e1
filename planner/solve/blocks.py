"""A part of a model: what happens at some of its times, with all that is fixed taken out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.solve.arrays import Arrays, Bools, Floats, Rows
from planner.solve.compile import Compiled
from planner.solve.rows import activity, select
from planner_models.data import Data

Positions = NDArray[np.int64]
DECIDED = -1  # the time of what is the same at all times


@dataclass(frozen=True, eq=False)
class Block:
    """The LP of some times. `columns` and `rows` are positions in the whole model, `row_time` the time of each row.

    What is fixed is no column of the block: it stands in the limits of the rows, and in the constant of the cost.
    """

    arrays: Arrays
    columns: Positions
    rows: Positions
    column_time: Positions
    row_time: Positions

    def row(self, whole: Positions) -> Positions:
        """Where rows of the whole model stand in the block; -1 for those that do not."""
        return _find(whole, self.rows)

    def column(self, whole: Positions) -> Positions:
        """Where columns of the whole model stand in the block; -1 for those that do not."""
        return _find(whole, self.columns)


def block(compiled: Compiled, data: Data, arrays: Arrays, times: Positions) -> Block:
    """What happens at some times of `arrays`, those of the compiled model with all or nothing of its design fixed.

    A row belongs to the latest of the times that it speaks of. With DECIDED among the `times` the rows of the design
    alone are in the block too.
    """
    time = column_times(compiled, data)
    moves = arrays.lower < arrays.upper
    kept = moves & np.isin(
        time, [DECIDED, *times]
    )  # what is not fixed and has no time belongs to all of them
    still = np.where(moves, 0.0, arrays.lower)
    entry_time = np.where(moves, time, DECIDED)
    row_time = _row_times(arrays.rows, entry_time)
    chosen = np.isin(row_time, times)
    rows = _cut(select(arrays.rows, chosen), kept, still)
    lazy = arrays.lazy_rows
    cut = replace(
        arrays,
        cost=arrays.cost[kept],
        offset=arrays.offset + float(arrays.cost @ still),
        lower=arrays.lower[kept],
        upper=arrays.upper[kept],
        integer=arrays.integer[kept],
        row_lower=rows.lower,
        row_upper=rows.upper,
        indptr=rows.indptr,
        indices=rows.indices,
        data=rows.data,
        row_families=(),
        column_families=(),
        lazy_rows=None
        if lazy is None
        else _cut(select(lazy, np.isin(_row_times(lazy, entry_time), times)), kept, still),
    )
    return Block(cut, np.flatnonzero(kept), np.flatnonzero(chosen), time[kept], row_time[chosen])


def _row_times(rows: Rows, entry_time: Positions) -> Positions:
    """The latest time of each row; `entry_time` is that of each column."""
    time = np.full(rows.count, DECIDED, dtype=np.int64)
    np.maximum.at(time, _row_of(rows), entry_time[rows.indices])
    return time


def _cut(rows: Rows, kept: Bools, still: Floats) -> Rows:
    """Rows over the columns that are kept; what is fixed stands in their limits."""
    entries, shift = kept[rows.indices], activity(rows, still)
    counts = np.bincount(_row_of(rows)[entries], minlength=rows.count)
    number = np.cumsum(kept) - 1
    return Rows(
        lower=rows.lower - shift,
        upper=rows.upper - shift,
        indptr=np.concatenate([[0], np.cumsum(counts)]),
        indices=number[rows.indices[entries]].astype(np.int32),
        data=rows.data[entries],
    )


def column_times(compiled: Compiled, data: Data) -> Positions:
    """The time of each column; DECIDED for the design, and for what is weighed over several scenarios."""
    places, reliefs = data.places.time, data.reliefs
    of_family = {
        "flow": data.arcs.time,
        "run": data.runs.time,
        "feed": places[data.needs.feed_place],
        "stock": places[data.stocks.place],
        "lost": places[data.stocks.loss_place],
        "draw": places[data.buffers.draw_place],
        "short": data.demands.time,
        "unused": data.offers.time,
        "unused_lane": data.lane_loads.time,
        "used": data.uses.time,
        "relief": places[reliefs.relieved_place[reliefs.relieved]],
        "over": data.arcs.time[data.quotas.over_arc],
        "share_of": data.spreads.time,
        "square": data.spreads.time,
    }
    time = np.full(len(compiled.arrays.cost), DECIDED, dtype=np.int64)
    for name, times in of_family.items():
        place = compiled.positions[name]
        time[place.first : place.first + place.count] = times[place.flat]
    return time


def family_rows(compiled: Compiled, name: str) -> Positions:
    """The rows of a family in the whole model, in order; none where it has none."""
    for family, first, last in compiled.arrays.row_families:
        if family == name:
            return np.arange(first, last)
    return np.arange(0)


def family_columns(compiled: Compiled, name: str) -> Positions:
    """The columns of a variable over its whole table; -1 where it has none."""
    place = compiled.positions[name]
    columns = np.full(int(np.prod(place.shape)), -1, dtype=np.int64)
    columns[place.flat] = place.first + np.arange(place.count)
    return columns


def _row_of(rows: Rows) -> Positions:
    return np.repeat(np.arange(rows.count), np.diff(rows.indptr))


def _find(wanted: Positions, known: Positions) -> Positions:
    at = np.clip(np.searchsorted(known, wanted), 0, max(len(known) - 1, 0))
    there: Bools = known[at] == wanted if len(known) else np.zeros(len(wanted), dtype=np.bool_)
    return np.where(there, at, -1)
