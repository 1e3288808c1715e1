"""Lazy rows: valid inequalities that are added to a model only where its LP violates them.

HiGHS takes no lazy rows, so they are separated at the root before the MIP is solved: a few of them give the
whole bound. They are implied by the other rows at integer points, so any choice of them is right.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.solve.arrays import Arrays, Status
from planner.solve.load import add_rows, load
from planner.solve.rows import append, select, tight, violated
from planner.solve.run import Setting, run_loaded
from planner.solve.scaling import Scaled, scale_rows
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
    lazy = arrays.lazy_rows
    relaxed = replace(model, arrays=replace(model.arrays, integer=np.zeros_like(arrays.integer)))
    highs = load(relaxed.arrays)
    added = np.zeros(lazy.count, dtype=bool)
    x = np.empty(0)
    end = watch.seconds + SHARE * watch.remaining
    weak = 0
    for _ in range(ROUNDS):
        outcome = run_loaded(highs, relaxed, settings, watch, end - watch.seconds)
        if outcome.status is not Status.OPTIMAL:
            break
        x, lift = outcome.x, outcome.bound - watch.bound
        watch.bound = max(watch.bound, outcome.bound)
        weak = weak + 1 if lift < WEAK * abs(watch.bound) else 0
        new = violated(lazy, x) & ~added
        if not new.any() or weak == WEAK_ROUNDS or watch.stopped_by:
            break
        rows, factors = scale_rows(select(lazy, new), model.column)
        add_rows(highs, rows)
        relaxed = replace(relaxed, row=np.concatenate([relaxed.row, factors]))
        added |= new
    if len(x):
        offer_rounded(highs, relaxed, arrays, x, settings, watch)
    watch.stage = "solve"
    return append(arrays, select(lazy, added & (tight(lazy, x) if len(x) else True)))
