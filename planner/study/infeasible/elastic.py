"""The elastic model: the rules of the user's may give way, at a price that says how much of a change it is."""

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
from planner.study.infeasible.limits import Limits
from planner.study.infeasible.loosened import figures
from planner.study.infeasible.rules import BOUND, KINDS
from planner_models.arrays import Flags, Floats, Ints
from planner_models.build import build_model
from planner_models.data import Data

MOVED = 1e-6  # relative to its size: a cell that gives way by less stays as it is
ALIKE = {"policies": "measure", "events": "op"}  # figures of a column that can be compared
NEARLY = 1e-4  # relative: how near the least to give way is good enough


@dataclass(frozen=True, slots=True)
class Elastic:
    """A model without costs whose last columns say by how much each cell gives way.

    `cells`: kind (position in KINDS), row (position in its table), value (as it stands; inf for no limit), size (a
    change that counts as 1), most (the largest change that can be of use).
    """

    arrays: Arrays
    compiled: Compiled
    cells: pd.DataFrame
    first: int  # the column of the first cell

    def least(self, held: Flags, seconds: float) -> Solution:
        """The plan for which the cells that are not held have to give way least."""
        price = np.array([kind.reluctance for kind in KINDS])[self.cells["kind"].to_numpy()]
        return self._solved(held, price / self.cells["size"].to_numpy(), seconds)

    def any(self, held: Flags, seconds: float) -> Solution:
        """Whether there is a plan that keeps to the cells that are held, whatever becomes of the others."""
        return self._solved(held, np.zeros(len(held)), seconds)

    def given(self, found: Solution) -> Floats:
        """By how much each cell gives way."""
        by = found.x[self.first : self.first + len(self.cells)]
        return np.where(by > MOVED * self.cells["size"].to_numpy(), by, 0.0)

    def _solved(self, held: Flags, price: Floats, seconds: float) -> Solution:
        cells = slice(self.first, self.first + len(held))
        cost, upper = np.zeros(len(self.arrays.cost)), self.arrays.upper.copy()
        cost[cells], upper[cells] = price, np.where(held, 0.0, upper[cells])
        options = SolveOptions(gap=NEARLY, time_limit=seconds, confirm=False)
        found = solve(replace(self.arrays, cost=cost, offset=0.0, upper=upper), options)
        if found.stopped_by == "interrupt":
            raise KeyboardInterrupt
        return found


def elastic(instance: Instance, data: Data, found: Sequence[Limits]) -> Elastic:
    """The model of the data with room in each of the limits where its cells give way."""
    compiled = compile_model(build_model(data))
    rooms = _rooms(compiled, [each for each in found if len(each.most)])
    return _assembled(compiled, rooms, _cells(instance, rooms))


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Limits of all kinds, one behind the other, by number."""

    row: Ints  # of the model, -1 for a bound
    column: Ints  # whose bound it is, -1 for a row
    bound: Floats
    most: Floats
    gate_room: Ints
    gate_column: Ints
    grant_room: Ints
    grant_kind: Ints
    grant_row: Ints
    grant_unit: Floats


def _rooms(compiled: Compiled, found: Sequence[Limits]) -> _Rooms:
    """Find the rows and columns of the limits; leave out what no row of the model limits."""
    parts = []
    for each in found:
        count = len(each.most)
        if each.bound is None:
            row, column = _rows(compiled, each), np.full(count, -1)
        else:
            row, column = np.full(count, -1), _columns(compiled, each.family.removeprefix(BOUND), each.member)
        most = np.where(np.isnan(each.most), _excess(compiled.arrays, row), each.most)
        parts.append((each, row, column, most))
    start = np.cumsum([0, *(len(row) for _, row, _, _ in parts)])
    gates = [
        (at + each.gate.limit, _columns(compiled, each.gate.variable, each.gate.member))
        for at, (each, *_) in zip(start[:-1], parts, strict=True)
        if each.gate is not None
    ]
    grants = [
        (
            at + np.arange(len(grant.row)),
            np.full(len(grant.row), KINDS.index(grant.kind)),
            grant.row,
            grant.per_unit,
        )
        for at, (each, *_) in zip(start[:-1], parts, strict=True)
        for grant in each.grants
    ]
    none = np.zeros(0, dtype=np.int64)
    rooms = _Rooms(
        row=np.concatenate([none, *(row for _, row, _, _ in parts)]),
        column=np.concatenate([none, *(column for _, _, column, _ in parts)]),
        bound=np.concatenate(
            [
                np.zeros(0),
                *(np.zeros(len(row)) if each.bound is None else each.bound for each, row, _, _ in parts),
            ]
        ),
        most=np.concatenate([np.zeros(0), *(most for *_, most in parts)]),
        gate_room=np.concatenate([none, *(room for room, _ in gates)]),
        gate_column=np.concatenate([none, *(column for _, column in gates)]),
        grant_room=np.concatenate([none, *(room for room, *_ in grants)]),
        grant_kind=np.concatenate([none, *(kind for _, kind, *_ in grants)]),
        grant_row=np.concatenate([none, *(row for _, _, row, _ in grants)]),
        grant_unit=np.concatenate([np.zeros(0), *(unit for *_, unit in grants)]),
    )
    there = ((rooms.row >= 0) | (rooms.column >= 0)) & (rooms.most > 0)
    given = (rooms.grant_row >= 0) & (rooms.grant_unit > 0) & there[rooms.grant_room]
    return replace(
        rooms,
        most=np.where(there, rooms.most, 0.0),
        grant_room=rooms.grant_room[given],
        grant_kind=rooms.grant_kind[given],
        grant_row=rooms.grant_row[given],
        grant_unit=rooms.grant_unit[given],
    )


def _rows(compiled: Compiled, limits: Limits) -> Ints:
    """Rows of the model; -1 where the family has no such row."""
    spans = {name: first for name, first, _ in compiled.arrays.row_families}
    axes = compiled.families.get(limits.family)
    if axes is None or limits.family not in spans:
        return np.full(len(limits.most), -1)
    whole = np.full(compiled.shapes[limits.family], -1)
    whole[tuple(axes)] = spans[limits.family] + np.arange(len(axes[0]))
    return np.asarray(whole[limits.member], dtype=np.int64)


def _columns(compiled: Compiled, variable: str, member: tuple[Ints, ...]) -> Ints:
    return compiled.positions[variable].columns(member)


def _excess(arrays: Arrays, row: Ints) -> Floats:
    """By how much each row could exceed its upper limit; 0 for a row that is none."""
    matrix = sparse.csr_array(
        (arrays.data, arrays.indices, arrays.indptr), shape=(len(arrays.row_lower), len(arrays.cost))
    )[np.maximum(row, 0)]
    up = matrix.maximum(0) @ arrays.upper + matrix.minimum(0) @ arrays.lower
    return np.where(row >= 0, np.maximum(up - arrays.row_upper[row], 0.0), 0.0)


def _cells(instance: Instance, rooms: _Rooms) -> pd.DataFrame:
    """The cells that grant any room."""
    keys = pd.DataFrame({"kind": rooms.grant_kind, "row": rooms.grant_row})
    units = rooms.most[rooms.grant_room] / rooms.grant_unit
    steps = np.array([kind.steps for kind in KINDS])[rooms.grant_kind]
    keys["most"] = np.where(steps, rooms.grant_unit, units)
    cells = pd.DataFrame(keys.groupby(["kind", "row"])["most"].max().reset_index())
    value = [_value(instance, *pair) for pair in zip(cells["kind"], cells["row"], strict=True)]
    cells["value"] = np.array(value, dtype=np.float64)
    switched = np.array([bool(kind.to) for kind in KINDS])[cells["kind"].to_numpy(dtype=np.int64)]
    lowered = np.array([not kind.raised for kind in KINDS])[cells["kind"].to_numpy(dtype=np.int64)]
    cells["size"] = np.where(switched, 1.0, _sizes(instance, cells))
    cells["most"] = cells["most"].where(~lowered, np.minimum(cells["most"], cells["value"]))
    return cells


def _sizes(instance: Instance, cells: pd.DataFrame) -> Floats:
    """A change that counts as 1: that of the value, or of what others like it have, if that is more.

    Where nothing like it has a value, half of what can be of use.
    """
    sizes = np.abs(cells["value"].to_numpy()).astype(np.float64)
    for number, mine in cells.groupby("kind").groups.items():
        kind = KINDS[int(str(number))]
        if kind.to:
            continue
        table = instance.tables[kind.table]
        figure = table[kind.column].astype("float64").abs()
        like = table[ALIKE[kind.table]] if kind.table in ALIKE else pd.Series("", table.index)
        usual = figure.where(np.isfinite(figure) & (figure > 0)).groupby(like).transform("mean")
        at = cells.index.get_indexer(mine)
        sizes[at] = np.fmax(sizes[at], usual.to_numpy()[cells["row"].to_numpy()[at]])
    sizes = np.where(np.isfinite(sizes) & (sizes > 0), sizes, cells["most"] / 2)
    happens = np.array([kind.table == "events" for kind in KINDS])[cells["kind"].to_numpy()]
    return np.where(happens, np.maximum(sizes, 1.0), sizes)


def _value(instance: Instance, kind: int, row: int) -> float:
    known = KINDS[kind]
    return 0.0 if known.to else float(instance.tables[known.table][known.column].iloc[row])


def _assembled(compiled: Compiled, rooms: _Rooms, cells: pd.DataFrame) -> Elastic:
    """Columns: those of the model, the cells, the steps, the room of each limit."""
    arrays, count, rows = compiled.arrays, len(cells), len(compiled.arrays.row_lower)
    known = pd.MultiIndex.from_frame(cells[["kind", "row"]])
    cell = known.get_indexer(pd.MultiIndex.from_arrays([rooms.grant_kind, rooms.grant_row]))
    by_steps = np.array([kind.steps for kind in KINDS])[rooms.grant_kind]
    stepped = pd.DataFrame({"cell": cell[by_steps], "gap": rooms.grant_unit[by_steps]})
    steps = stepped.drop_duplicates().reset_index(drop=True)
    step = pd.MultiIndex.from_frame(steps).get_indexer(pd.MultiIndex.from_frame(stepped))
    first = len(arrays.cost)
    at_step, at_room = first + count, first + count + len(steps)
    block = _Block(at_room + len(rooms.most))
    block.matrix(arrays)
    held = np.flatnonzero(rooms.row >= 0)
    block.add(rooms.row[held], at_room + held, -1.0)
    bounded = np.flatnonzero(rooms.column >= 0)
    row = block.more(rooms.bound[bounded])
    block.add(row, rooms.column[bounded], 1.0)
    block.add(row, at_room + bounded, -1.0)
    row = block.more(np.zeros(len(rooms.most)))
    block.add(row, at_room + np.arange(len(row)), 1.0)
    amount = ~by_steps
    block.add(row[rooms.grant_room[amount]], first + cell[amount], -rooms.grant_unit[amount])
    block.add(row[rooms.grant_room[by_steps]], at_step + step, -rooms.most[rooms.grant_room[by_steps]])
    gated = np.unique(rooms.gate_room)
    row = block.more(np.zeros(len(gated)))
    block.add(row, at_room + gated, 1.0)
    owner = np.searchsorted(gated, rooms.gate_room)
    block.add(row[owner], rooms.gate_column, -rooms.most[rooms.gate_room])
    row = block.more(np.zeros(len(steps)))
    block.add(row, at_step + np.arange(len(steps)), figures(steps["gap"]))
    block.add(row, first + steps["cell"].to_numpy(dtype=np.int64), -1.0)
    upper = np.concatenate([cells["most"], np.ones(len(steps)), rooms.most])
    whole = np.concatenate([np.zeros(count), np.ones(len(steps)), np.zeros(len(rooms.most))]).astype(bool)
    return Elastic(block.arrays(arrays, rows, upper, whole), compiled, cells, first)


class _Block:
    """Rows of the model and more, gathered as (row, column, coefficient)."""

    def __init__(self, columns: int) -> None:
        self.columns, self.count = columns, 0
        self.limits: list[Floats] = []
        self.entries: list[tuple[Ints, Ints, Floats]] = []

    def matrix(self, arrays: Arrays) -> None:
        """Begin with the rows of the model."""
        row = np.repeat(np.arange(len(arrays.row_upper)), np.diff(arrays.indptr))
        self.add(row, arrays.indices.astype(np.int64), arrays.data)
        self.count = len(arrays.row_upper)

    def add(self, row: Ints, column: Ints, coefficient: Floats | float) -> None:
        """Add coefficients."""
        self.entries.append(
            (row, column, np.broadcast_to(np.asarray(coefficient, dtype=np.float64), row.shape))
        )

    def more(self, upper: Floats) -> Ints:
        """New rows with these upper limits; their numbers."""
        self.limits.append(upper)
        self.count += len(upper)
        return np.arange(self.count - len(upper), self.count)

    def arrays(self, arrays: Arrays, rows: int, upper: Floats, whole: Flags) -> Arrays:
        """The whole model."""
        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        matrix = sparse.coo_array((value, (row, column)), shape=(self.count, self.columns)).tocsr()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return replace(
            arrays,
            cost=np.concatenate([arrays.cost, np.zeros(len(upper))]),
            lower=np.concatenate([arrays.lower, np.zeros(len(upper))]),
            upper=np.concatenate([arrays.upper, upper]),
            integer=np.concatenate([arrays.integer, whole]),
            row_lower=np.concatenate([arrays.row_lower, np.full(self.count - rows, -np.inf)]),
            row_upper=np.concatenate([arrays.row_upper, *self.limits]),
            indptr=matrix.indptr.astype(np.int64),
            indices=matrix.indices,
            data=matrix.data,
            lazy_rows=None,
        )
