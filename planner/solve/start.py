"""A first plan from the root LP: its fractions rounded at several thresholds, the rest solved as an LP.

Large weak models have no plan for minutes otherwise, and a good one lets HiGHS drop columns at the root.
"""

from __future__ import annotations

import numpy as np

from planner.solve.arrays import Arrays, Floats, Status
from planner.solve.attempt import feasible, objective_of, rounded
from planner.solve.load import Highs, check
from planner.solve.run import Setting, run_loaded
from planner.solve.scaling import Scaled
from planner.solve.watch import Watch

THRESHOLDS = (0.5, 0.3, 0.1, 0.7, 0.01)  # a fraction from here on is rounded up


def offer_rounded(
    highs: Highs, relaxed: Scaled, arrays: Arrays, x: Floats, settings: dict[str, Setting], watch: Watch
) -> None:
    """Offer the watch the plans for several roundings of x, the optimum of the loaded `relaxed` model.

    Takes at most as long as the solve has taken so far.
    """
    columns = np.flatnonzero(arrays.integer).astype(np.int32)
    end = 2 * watch.seconds
    tried: set[bytes] = set()
    for threshold in THRESHOLDS:
        design = np.floor(x[columns] + 1.0 - threshold)
        design = np.clip(design, arrays.lower[columns], arrays.upper[columns])
        if design.tobytes() in tried or watch.stopped_by or watch.seconds >= end:
            continue
        tried.add(design.tobytes())
        check(highs.changeColsBounds(len(columns), columns, design, design), "fix a design")
        found = run_loaded(highs, relaxed, settings, watch, end - watch.seconds)
        if found.status is Status.OPTIMAL:
            plan = rounded(arrays, found.x)
            if feasible(arrays, plan):
                watch.offer(objective_of(arrays, plan), plan)
