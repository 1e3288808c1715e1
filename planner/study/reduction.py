r"""Scenario reduction: from many samples to the few that stand for them best.

Fast forward selection (Heitsch and Roemisch 2003, algorithm 2.4; Dupacova, Groewe-Kuska and Roemisch 2003): keep the
sample nearest to all others, then again and again the one that lowers the Kantorovich distance most,

.. math:: \sum_k weight_k \min_{j \in kept} \sum_i |x_{k,i} - x_{j,i}|

and give the weight of every other sample to the nearest one that is kept. What one more sample gains only falls as
more are kept, so a gain known from before is a bound on it now, and few have to be worked out again (Minoux 1978).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from planner_models.arrays import Floats, Ints

BATCH = 500  # points whose distances to all are held at once


@dataclass(frozen=True, slots=True)
class Reduction:
    """`kept` points in the order in which they were chosen, and for every point the position of its nearest."""

    kept: Ints
    nearest: Ints
    weight: Floats  # of the kept ones, with all that they stand for
    distance: float
    alone: float  # the distance if only one were kept


def merged(points: sparse.csr_array) -> tuple[Ints, Ints]:
    """The first of the points that are the same, each kind once, and how many there are of it."""
    first: dict[tuple[bytes, bytes], int] = {}
    count: dict[int, int] = {}
    for row, (start, stop) in enumerate(zip(points.indptr[:-1], points.indptr[1:], strict=True)):
        key = points.indices[start:stop].tobytes(), points.data[start:stop].tobytes()
        known = first.setdefault(key, row)
        count[known] = count.get(known, 0) + 1
    return np.array(list(count), dtype=np.int64), np.array(list(count.values()), dtype=np.int64)


def reduced(points: sparse.csr_array, weight: Ints, keep: int) -> Reduction:
    """At most `keep` of some points of 0 or more, of which no two are the same."""
    space = _Space(points, weight)
    cost = space.alone()
    kept = [int(np.argmin(cost))]
    away = space.distances(np.array(kept))[0]
    nearest = np.zeros(len(away), dtype=np.int64)
    bound = np.full(len(away), np.inf)
    while len(kept) < min(keep, len(away)):
        best = _best(space, away, bound)
        near = space.distances(np.array([best]))[0]
        nearest[near < away] = len(kept)
        away = np.minimum(away, near)
        kept.append(best)
    return Reduction(
        kept=np.array(kept, dtype=np.int64),
        nearest=nearest,
        weight=np.bincount(nearest, weight, len(kept)).astype(np.float64),
        distance=float(weight @ away),
        alone=float(cost.min()),
    )


def _best(space: _Space, away: Floats, bound: Floats) -> int:
    """The point that lowers the distance most; `bound` is brought up to date where that has to be known."""
    known = np.zeros(len(bound), dtype=np.bool_)
    while not known[best := int(np.argmax(bound))]:
        asked = np.argsort(np.where(known, np.inf, -bound), kind="stable")[:BATCH]
        asked = asked[~known[asked]]
        bound[asked] = np.maximum(away - space.distances(asked), 0.0) @ space.weight
        known[asked] = True
    return best


class _Space:
    """Points with weights, few of whose coordinates are not 0."""

    def __init__(self, points: sparse.csr_array, weight: Ints) -> None:
        self.points, self.weight = points, weight.astype(np.float64)
        self.by_column = sparse.csc_array(points)
        self.size = np.asarray(points.sum(axis=1), dtype=np.float64)

    def distances(self, rows: Ints) -> Floats:
        """The distance of some points to all [rows, points]: what both have, less twice what they share."""
        some = sparse.csc_array(self.points[rows])
        shared = np.zeros((len(rows), len(self.size)))
        for column in np.flatnonzero(np.diff(some.indptr)).tolist():
            mine, all_ = (
                slice(side.indptr[column], side.indptr[column + 1]) for side in (some, self.by_column)
            )
            both = np.minimum.outer(some.data[mine], self.by_column.data[all_])
            shared[np.ix_(some.indices[mine], self.by_column.indices[all_])] += both
        return np.asarray(self.size[rows, None] + self.size - 2 * shared)

    def alone(self) -> Floats:
        """The distance if each point alone stood for all [points], column by column without any pair."""
        shared = np.zeros(len(self.size))
        for start, stop in zip(self.by_column.indptr[:-1], self.by_column.indptr[1:], strict=True):
            figures, rows = self.by_column.data[start:stop], self.by_column.indices[start:stop]
            order = np.argsort(figures)
            figures, rows = figures[order], rows[order]
            weight = self.weight[rows]
            below = np.cumsum(weight * figures)
            shared[rows] += below + figures * (weight.sum() - np.cumsum(weight))
        return np.asarray(self.weight @ self.size + self.weight.sum() * self.size - 2 * shared)
