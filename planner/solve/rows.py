"""Arithmetic on blocks of rows: activity, violation, choosing some, adding some."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.solve.arrays import Arrays, Bools, Floats, Rows

VIOLATED = 1e-6  # relative to the largest term of the row


def activity(rows: Rows, x: Floats) -> Floats:
    """A x for each row."""
    of_row = np.repeat(np.arange(rows.count), np.diff(rows.indptr))
    sums = np.bincount(of_row, weights=rows.data * x[rows.indices], minlength=rows.count)
    return sums.astype(np.float64)


def largest_term(rows: Rows, x: Floats) -> Floats:
    """The largest |a x| and finite |limit| of each row, at least 1: what a violation is relative to."""
    size = np.ones(rows.count)
    of_row = np.repeat(np.arange(rows.count), np.diff(rows.indptr))
    np.maximum.at(size, of_row, np.abs(rows.data * x[rows.indices]))
    for limit in (rows.lower, rows.upper):
        np.maximum(size, np.abs(limit), out=size, where=np.isfinite(limit))
    return size


def violation(rows: Rows, x: Floats) -> Floats:
    """How far each row is missed, relative to its largest term; 0 where it holds."""
    value = activity(rows, x)
    missed = np.maximum(np.maximum(rows.lower - value, value - rows.upper), 0.0)
    return missed / largest_term(rows, x)


def violated(rows: Rows, x: Floats) -> Bools:
    """The rows that x misses."""
    return violation(rows, x) > VIOLATED


def tight(rows: Rows, x: Floats) -> Bools:
    """The rows without slack at x."""
    value = activity(rows, x)
    slack = np.minimum(value - rows.lower, rows.upper - value)
    return slack <= VIOLATED * largest_term(rows, x)


def select(rows: Rows, chosen: Bools) -> Rows:
    """Some of the rows."""
    counts = np.diff(rows.indptr)
    entries = np.repeat(chosen, counts)
    indptr = np.concatenate([[0], np.cumsum(counts[chosen])])
    return Rows(rows.lower[chosen], rows.upper[chosen], indptr, rows.indices[entries], rows.data[entries])


def append(arrays: Arrays, rows: Rows) -> Arrays:
    """The arrays with more rows at their end, as the family `link`; without lazy rows."""
    count = len(arrays.row_lower)
    return replace(
        arrays,
        row_lower=np.concatenate([arrays.row_lower, rows.lower]),
        row_upper=np.concatenate([arrays.row_upper, rows.upper]),
        indptr=np.concatenate([arrays.indptr, arrays.indptr[-1] + rows.indptr[1:]]),
        indices=np.concatenate([arrays.indices, rows.indices]),
        data=np.concatenate([arrays.data, rows.data]),
        row_families=(*arrays.row_families, ("link", count, count + rows.count)),
        lazy_rows=None,
    )
