"""Lazy rows: valid inequalities that are added to a model only where its LP violates them.

HiGHS takes no lazy rows, so they are separated at the root before the MIP is solved: a few of them give the
whole bound. They are implied by the other rows at integer points, so any choice of them is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.solve.arrays import Arrays, Bools, Floats, Status
from planner.solve.load import Highs, add_rows, load
from planner.solve.rows import append, select, tight, violated
from planner.solve.run import Setting, run_loaded
from planner.solve.scaling import Scaled, scale, scale_rows
from planner.solve.start import offer_rounded
from planner.solve.watch import Watch

ROUNDS = 60
WEAK = 1e-4  # a round that lifts the bound by less, relatively, is weak
WEAK_ROUNDS = 3  # so many weak rounds on end are the last
SHARE = 0.4  # of the remaining time that separation may take


def strengthen(arrays: Arrays, model: Scaled, settings: dict[str, Setting], watch: Watch) -> Arrays:
    """The arrays with the lazy rows that their LP relaxation needs, found in warm rounds.

    Also offers the watch first plans, from rounding that LP, and its bound. Stops early, with what it has,
    when time is short or HiGHS does not solve a round.
    """
    if arrays.lazy_rows is None or not arrays.lazy_rows.count or not arrays.integer.any():
        return replace(arrays, lazy_rows=None)
    watch.stage = "links"
    root = _separated(arrays, model, settings, watch)
    if len(root.x):
        offer_rounded(root.highs, root.relaxed, arrays, root.x, settings, watch)
    watch.stage = "solve"
    useful = tight(arrays.lazy_rows, root.x) if len(root.x) else np.True_
    return append(arrays, select(arrays.lazy_rows, root.added & useful))


def root_bound(arrays: Arrays) -> float:
    """What no plan can cost less than: the LP relaxation with the lazy rows that it needs; inf if there is no plan."""
    watch = Watch()
    if arrays.lazy_rows is None:
        arrays = replace(
            arrays, lazy_rows=select(arrays.rows, np.zeros(len(arrays.row_lower), dtype=np.bool_))
        )
    return _separated(arrays, scale(arrays), {"threads": 1}, watch).bound


@dataclass(frozen=True, eq=False)
class _Root:
    """The LP relaxation with its lazy rows: which were added, its optimum (empty if none), the loaded model."""

    added: Bools
    x: Floats
    bound: float
    highs: Highs
    relaxed: Scaled


def _separated(arrays: Arrays, model: Scaled, settings: dict[str, Setting], watch: Watch) -> _Root:
    """Add lazy rows in warm rounds; each is proof, so the bound of the last that was solved is kept."""
    lazy = arrays.lazy_rows
    assert lazy is not None  # the caller has some, or none of them
    relaxed = replace(model, arrays=replace(model.arrays, integer=np.zeros_like(arrays.integer)))
    highs = load(relaxed.arrays)
    added, x, bound, weak = np.zeros(lazy.count, dtype=bool), np.empty(0), float("-inf"), 0
    end = watch.seconds + SHARE * watch.remaining
    for _ in range(ROUNDS):
        outcome = run_loaded(highs, relaxed, settings, watch, end - watch.seconds)
        if outcome.status is not Status.OPTIMAL:
            bound = max(bound, outcome.bound)
            break
        x, lift, bound = outcome.x, outcome.bound - watch.bound, max(bound, outcome.bound)
        watch.bound = max(watch.bound, outcome.bound)
        weak = weak + 1 if lift < WEAK * abs(watch.bound) else 0
        new = violated(lazy, x) & ~added
        if not new.any() or weak == WEAK_ROUNDS or watch.stopped_by:
            break
        rows, factors = scale_rows(select(lazy, new), model.column)
        add_rows(highs, rows)
        relaxed = replace(relaxed, row=np.concatenate([relaxed.row, factors]))
        added |= new
    return _Root(added, x, bound, highs, relaxed)
