r"""The elastic model: the rules of the user's may give way, at a price that says how much of a change it is.

Beside the columns x of the model there is one for each cell, by how much it gives way (by), one for each step (0 or 1),
and one for each room:

.. math:: a x - room \le limit, \quad room \le \sum_c per\_unit_c\, by_c + \sum_s most\, step_s, \quad
          room \le most \sum gates, \quad gap_s\, step_s \le by_{c(s)}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from planner.instance import Instance
from planner.solve.arrays import Arrays, Solution, SolveOptions
from planner.solve.compile import Compiled, compile_model
from planner.solve.highs import solve
from planner.study.infeasible.cells import cells as cells_of
from planner.study.infeasible.cells import of_kinds
from planner.study.infeasible.limits import Limits
from planner.study.infeasible.loosened import figures
from planner.study.infeasible.rooms import Rooms
from planner.study.infeasible.rooms import rooms as rooms_of
from planner.study.infeasible.rules import KINDS
from planner_models.arrays import Flags, Floats, Ints
from planner_models.build import build_model
from planner_models.data import Data

MOVED = 1e-6  # relative to its size: a cell that gives way by less stays as it is
NEARLY = 1e-4  # relative: how near the least to give way is good enough


@dataclass(frozen=True, slots=True)
class Elastic:
    """The elastic model; `cells` as from `cells.cells`, `first` is the column of the first of them."""

    arrays: Arrays
    compiled: Compiled
    cells: pd.DataFrame
    first: int

    def least(self, held: Flags, seconds: float) -> Solution:
        """The plan for which the cells that are not held have to give way least."""
        return self._solved(held, self.reluctance / figures(self.cells["size"]), seconds)

    def any(self, held: Flags, seconds: float) -> Solution:
        """Whether there is a plan that keeps to the cells that are held, whatever becomes of the others."""
        return self._solved(held, np.zeros(len(held)), seconds)

    def given(self, found: Solution) -> Floats:
        """By how much each cell gives way."""
        by = found.x[self.first : self.first + len(self.cells)]
        return np.where(by > MOVED * figures(self.cells["size"]), by, 0.0)

    @property
    def reluctance(self) -> Floats:
        """Of the kind of each cell."""
        of_kind = np.array([kind.reluctance for kind in KINDS], dtype=np.float64)
        return np.asarray(of_kind[self.cells["kind"].to_numpy(dtype=np.int64)])

    def _solved(self, held: Flags, price: Floats, seconds: float) -> Solution:
        """Raises KeyboardInterrupt after a Ctrl-C: there is no use in half an answer."""
        own = slice(self.first, self.first + len(held))
        cost, upper = np.zeros(len(self.arrays.cost)), self.arrays.upper.copy()
        cost[own], upper[own] = price, np.where(held, 0.0, upper[own])
        options = SolveOptions(gap=NEARLY, time_limit=seconds, confirm=False)
        found = solve(replace(self.arrays, cost=cost, offset=0.0, upper=upper), options)
        if found.stopped_by == "interrupt":
            raise KeyboardInterrupt
        return found


def elastic(instance: Instance, data: Data, limits: Sequence[Limits]) -> Elastic:
    """The model of the data with room in each of the limits where its cells give way."""
    compiled = compile_model(build_model(data))
    rooms = rooms_of(compiled, limits)
    cells = cells_of(instance, rooms)
    return Elastic(_stretched(compiled.arrays, rooms, cells), compiled, cells, len(compiled.arrays.cost))


def _stretched(arrays: Arrays, rooms: Rooms, cells: pd.DataFrame) -> Arrays:
    """The arrays with the columns of cells, steps and rooms behind those of the model, and their rows below."""
    grants, many = rooms.grants, len(rooms.most)
    known = pd.MultiIndex.from_frame(cells[["kind", "row"]])
    cell = known.get_indexer(pd.MultiIndex.from_arrays([grants.kind, grants.row])).astype(np.int64)
    amount, by_steps = np.flatnonzero(of_kinds(grants.kind, steps=False)), of_kinds(grants.kind, steps=True)
    stepped = pd.DataFrame({"cell": cell[by_steps], "gap": grants.per_unit[by_steps]})
    steps = stepped.drop_duplicates(ignore_index=True)
    step = pd.MultiIndex.from_frame(steps).get_indexer(pd.MultiIndex.from_frame(stepped)).astype(np.int64)
    at_cell = len(arrays.cost)
    at_step = at_cell + len(cells)
    at_room = at_step + len(steps)

    model = _Growing(arrays)
    exceeded, bounded = np.flatnonzero(rooms.row >= 0), np.flatnonzero(rooms.column >= 0)
    model.add(rooms.row[exceeded], at_room + exceeded, -1.0)
    row = model.rows(rooms.bound[bounded])
    model.add(row, rooms.column[bounded], 1.0)
    model.add(row, at_room + bounded, -1.0)

    row = model.rows(np.zeros(many))
    model.add(row, at_room + np.arange(many), 1.0)
    model.add(row[grants.room[amount]], at_cell + cell[amount], -grants.per_unit[amount])
    model.add(row[grants.room[by_steps]], at_step + step, -rooms.most[grants.room[by_steps]])

    gated, gate = np.unique(rooms.gates.room, return_inverse=True)
    row = model.rows(np.zeros(len(gated)))
    model.add(row, at_room + gated, 1.0)
    model.add(row[gate], rooms.gates.column, -rooms.most[rooms.gates.room])

    row = model.rows(np.zeros(len(steps)))
    model.add(row, at_step + np.arange(len(steps)), figures(steps["gap"]))
    model.add(row, at_cell + steps["cell"].to_numpy(dtype=np.int64), -1.0)

    upper = np.concatenate([cells["most"], np.ones(len(steps)), rooms.most])
    whole = np.repeat([False, True, False], [len(cells), len(steps), many])
    return model.arrays(upper, whole)


class _Growing:
    """A model to which rows, columns and coefficients are added; every new row has only an upper limit."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays, self._limits = arrays, [arrays.row_upper]
        self._count = len(arrays.row_upper)
        row = np.repeat(np.arange(self._count), np.diff(arrays.indptr))
        self._entries = [(row, arrays.indices.astype(np.int64), arrays.data)]

    def add(self, row: Ints, column: Ints, coefficient: Floats | float) -> None:
        """Add coefficients."""
        self._entries.append((row, column, np.broadcast_to(np.asarray(coefficient, dtype=float), row.shape)))

    def rows(self, upper: Floats) -> Ints:
        """New rows with these limits; their numbers."""
        self._limits.append(upper)
        self._count += len(upper)
        return np.arange(self._count - len(upper), self._count)

    def arrays(self, upper: Floats, whole: Flags) -> Arrays:
        """The whole, with so many new columns from 0 on."""
        old, none = self._arrays, np.zeros(len(upper))
        row, column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        shape = self._count, len(old.cost) + len(upper)
        matrix = sparse.coo_array((value, (row, column)), shape=shape).tocsr()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return replace(
            old,
            cost=np.concatenate([old.cost, none]),
            lower=np.concatenate([old.lower, none]),
            upper=np.concatenate([old.upper, upper]),
            integer=np.concatenate([old.integer, whole]),
            row_lower=np.concatenate([old.row_lower, np.full(self._count - len(old.row_lower), -np.inf)]),
            row_upper=np.concatenate(self._limits),
            indptr=matrix.indptr.astype(np.int64),
            indices=matrix.indices,
            data=matrix.data,
            lazy_rows=None,
        )
