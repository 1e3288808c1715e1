"""Rules that cannot hold together: a set that becomes possible as soon as any one of them is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.solve.arrays import Status
from planner.study.infeasible.elastic import Elastic
from planner_models.arrays import Flags

FEW = 8  # suspects that are tried one by one from the start


@dataclass(frozen=True, slots=True)
class Conflict:
    """Cells that cannot hold together; `irreducible` where it was proven that none of them can be left out."""

    cells: tuple[int, ...]  # positions in the cells of the elastic model
    irreducible: bool


def conflict(elastic: Elastic, suspects: Flags, left: Callable[[], float]) -> Conflict:
    """Leave out suspects, many at a time, then one by one; keep those without which there would be a plan.

    `suspects` cannot hold together. `left` says how many seconds there still are: when there are none, what was not
    tried stays in.
    """
    held, order = suspects.copy(), _tried_first(elastic, suspects)
    several = len(order) // 2 if len(order) > FEW else 1
    while True:
        proven = True
        for start in range(0, len(order), several):
            some = order[start : start + several]
            seconds = left()
            held[some] = False
            found = elastic.any(held, seconds) if seconds > 0 else None
            if found is None or found.status is not Status.INFEASIBLE:
                held[some] = True
                proven &= found is not None and found.found
        if several == 1:
            return Conflict(tuple(np.flatnonzero(held).tolist()), proven)
        order, several = [cell for cell in order if held[cell]], several // 2


def _tried_first(elastic: Elastic, suspects: Flags) -> list[int]:
    """What people would rather leave as it is goes first, so that what remains is what they look for."""
    order = np.argsort(-elastic.reluctance, kind="stable")
    return [int(cell) for cell in order if suspects[cell]]
