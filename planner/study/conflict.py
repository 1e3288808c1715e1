"""Rules that cannot hold together: a set that becomes possible as soon as any one of them is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.solve.arrays import Status
from planner.study.elastic import Elastic
from planner.study.rules import KINDS
from planner_models.arrays import Flags


@dataclass(frozen=True, slots=True)
class Conflict:
    """Cells that cannot hold together; `irreducible` where it was proven that none of them can be left out."""

    cells: tuple[int, ...]  # positions in the cells of the elastic model
    irreducible: bool


def conflict(elastic: Elastic, suspects: Flags, left: Callable[[], float]) -> Conflict:
    """Leave out one suspect after the other, and keep those without which there would be a plan.

    `suspects` cannot hold together. `left` says how many seconds there still are: when there are none, what was not
    tried stays in.
    """
    held, proven = suspects.copy(), True
    for cell in _tried_first(elastic, suspects):
        seconds = left()
        held[cell] = False
        found = elastic.any(held, seconds) if seconds > 0 else None
        if found is None or found.status is not Status.INFEASIBLE:
            held[cell] = True
            proven &= found is not None and found.found
    return Conflict(tuple(np.flatnonzero(held).tolist()), proven)


def _tried_first(elastic: Elastic, suspects: Flags) -> list[int]:
    """What people would rather leave as it is goes first, so that what remains is what they look for."""
    reluctance = np.array([kind.reluctance for kind in KINDS])[elastic.cells["kind"].to_numpy()]
    order = np.lexsort((np.arange(len(suspects)), -reluctance))
    return [int(cell) for cell in order if suspects[cell]]
