"""Relations between columns of whole numbers: what a database would call a join, on numpy arrays."""

from __future__ import annotations

import numpy as np

from planner_models.arrays import Floats, Ints


def pairs(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """All pairs of positions at which `left` and `right` are equal, by left, then right."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right, left, side="left", sorter=order)
    counts = np.searchsorted(right, left, side="right", sorter=order) - first
    rows, within = ranges(counts)
    return rows, order[first[rows] + within].astype(np.int64)


def ranges(counts: Ints) -> tuple[Ints, Ints]:
    """Each position as often as its count, and beside it 0, 1, ... up to the count."""
    rows = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    within = np.arange(len(rows), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return rows, within


def find(keys: Ints, among: Ints) -> Ints:
    """Position in `among` of each key, -1 where it is not there; the first one if it is there twice."""
    if not len(among):
        return np.full(len(keys), -1, dtype=np.int64)
    order = np.argsort(among, kind="stable")
    at = np.minimum(np.searchsorted(among, keys, sorter=order), len(among) - 1)
    return np.where(among[order[at]] == keys, order[at], -1).astype(np.int64)


def number(*columns: Ints) -> tuple[Ints, Ints]:
    """Number the distinct rows of some columns in their order; and the first position of each number.

    A row with a negative entry in the first column has number -1.
    """
    groups = np.full(len(columns[0]), -1, dtype=np.int64)
    there = np.flatnonzero(columns[0] >= 0)
    if not len(there):
        return groups, there
    key = np.zeros(len(there), dtype=np.int64)
    for column in columns:
        key = np.unique(key * (column[there].max() + 1) + column[there], return_inverse=True)[1]
    first = np.unique(key, return_index=True)[1]
    groups[there] = key
    return groups, there[first]


def take(values: Floats, positions: Ints, missing: float) -> Floats:
    """Values at the positions, `missing` where a position is -1."""
    if not len(values):
        return np.full(len(positions), missing)
    return np.where(positions >= 0, values[positions], missing)
