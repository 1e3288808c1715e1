"""Limits of all kinds as one table of rooms: by how much a row, or a bound, of the compiled model may be exceeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from planner.solve.arrays import Arrays
from planner.solve.compile import Compiled
from planner.study.infeasible.limits import Limits
from planner.study.infeasible.rules import BOUND, KINDS
from planner_models.arrays import Flags, Floats, Ints

_NO_ROWS, _NO_FIGURES = np.zeros(0, dtype=np.int64), np.zeros(0)


@dataclass(frozen=True, slots=True)
class Gates:
    """A room is shut unless one of its columns is 1."""

    room: Ints
    column: Ints


@dataclass(frozen=True, slots=True)
class Grants:
    """A cell (kind by its place in KINDS, row of its table) that gives a room, and `Grant.per_unit` of it."""

    room: Ints
    kind: Ints
    row: Ints
    per_unit: Floats


@dataclass(frozen=True, slots=True)
class Rooms:
    """Rooms by number: the row of the model, or the column with its bound (-1: the other), and the most of use."""

    row: Ints
    column: Ints
    bound: Floats
    most: Floats
    gates: Gates
    grants: Grants


def rooms(compiled: Compiled, limits: Sequence[Limits]) -> Rooms:
    """The rooms of the limits that the model has, one behind the other."""
    found = [_rooms(compiled, each) for each in limits if len(each.most)]
    start = np.cumsum([0, *(len(each.most) for each in found)])[:-1].tolist()
    shifted = list(zip(start, found, strict=True))
    return Rooms(
        row=np.concatenate([_NO_ROWS, *(each.row for each in found)]),
        column=np.concatenate([_NO_ROWS, *(each.column for each in found)]),
        bound=np.concatenate([_NO_FIGURES, *(each.bound for each in found)]),
        most=np.concatenate([_NO_FIGURES, *(each.most for each in found)]),
        gates=Gates(
            room=np.concatenate([_NO_ROWS, *(first + each.gates.room for first, each in shifted)]),
            column=np.concatenate([_NO_ROWS, *(each.gates.column for each in found)]),
        ),
        grants=Grants(
            room=np.concatenate([_NO_ROWS, *(first + each.grants.room for first, each in shifted)]),
            kind=np.concatenate([_NO_ROWS, *(each.grants.kind for each in found)]),
            row=np.concatenate([_NO_ROWS, *(each.grants.row for each in found)]),
            per_unit=np.concatenate([_NO_FIGURES, *(each.grants.per_unit for each in found)]),
        ),
    )


def _rooms(compiled: Compiled, limits: Limits) -> Rooms:
    """Those of one kind of limit; where the model has none, there is nothing to give."""
    none = np.full(len(limits.most), -1)
    if limits.bound is None:
        row, column, bound = _rows(compiled, limits), none, np.zeros(len(none))
    else:
        row, bound = none, limits.bound
        column = compiled.positions[limits.family.removeprefix(BOUND)].columns(limits.member)
    most = np.where(np.isnan(limits.most), _excess(compiled.arrays, row), limits.most)
    there = ((row >= 0) | (column >= 0)) & (most > 0)
    gates = Gates(_NO_ROWS, _NO_ROWS)
    if limits.gate is not None:
        place = compiled.positions[limits.gate.variable]
        gates = Gates(limits.gate.limit, place.columns(limits.gate.member))
    return Rooms(row, column, bound, np.where(there, most, 0.0), gates, _grants(limits, there))


def _grants(limits: Limits, there: Flags) -> Grants:
    given = [(g, np.flatnonzero((g.row >= 0) & (g.per_unit > 0) & there)) for g in limits.grants]
    return Grants(
        room=np.concatenate([_NO_ROWS, *(room for _, room in given)]),
        kind=np.concatenate(
            [_NO_ROWS, *(np.full(len(room), KINDS.index(grant.kind)) for grant, room in given)]
        ),
        row=np.concatenate([_NO_ROWS, *(grant.row[room] for grant, room in given)]),
        per_unit=np.concatenate([_NO_FIGURES, *(grant.per_unit[room] for grant, room in given)]),
    )


def _rows(compiled: Compiled, limits: Limits) -> Ints:
    """Rows of the model; -1 where the family has no such row."""
    axes = compiled.families.get(limits.family)
    if axes is None:
        return np.full(len(limits.most), -1)
    first = next(first for name, first, _ in compiled.arrays.row_families if name == limits.family)
    whole = np.full(compiled.shapes[limits.family], -1)
    whole[tuple(axes)] = first + np.arange(len(axes[0]))
    return np.asarray(whole[limits.member], dtype=np.int64)


def _excess(arrays: Arrays, row: Ints) -> Floats:
    """By how much each row could exceed its upper limit; 0 for a row that is none."""
    shape = len(arrays.row_lower), len(arrays.cost)
    matrix = sparse.csr_array((arrays.data, arrays.indices, arrays.indptr), shape=shape)[np.maximum(row, 0)]
    largest = matrix.maximum(0) @ arrays.upper + matrix.minimum(0) @ arrays.lower
    return np.where(row >= 0, np.maximum(largest - arrays.row_upper[row], 0.0), 0.0)
