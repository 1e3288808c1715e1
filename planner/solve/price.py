"""What a given design costs to operate: the LP that is left when everything that is decided before is fixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from planner.solve.arrays import Arrays, Floats
from planner.solve.compile import Compiled, compile_model
from planner.solve.highs import solve
from planner.solve.hold import allowed
from planner.solve.outcome import Outcome, outcome_of
from planner.solve.settle import settled
from planner_models.build import build_model
from planner_models.data import Data

DESIGN = ("open", "qualify", "hold", "use_lane", "set_up", "assign", "regime", "count", "buffer")
"""The variables that a design states; all others of the design follow from these."""

Design = Mapping[str, Floats]


def price(data: Data, design: Design) -> Outcome:
    """Operate a design at least cost.

    Args:
        data: the network.
        design: the values of the variables in DESIGN over their whole tables.

    Returns:
        The outcome; its status is INFEASIBLE where the design cannot obey all the rules.

    Raises:
        SolverError: HiGHS failed with all its options.
    """
    compiled = compile_model(build_model(data))
    return outcome_of(data, compiled, solve(fixed(compiled, data, design)))


def fixed(compiled: Compiled, data: Data, design: Design) -> Arrays:
    """The LP of a design: what is decided is fixed, as far as the data allow it, and so is what follows from it."""
    design = allowed(compiled, design)
    arrays = settled(compiled, data, dict(design))
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    for name in DESIGN:
        place = compiled.positions[name]
        columns = slice(place.first, place.first + place.count)
        lower[columns] = upper[columns] = design[name].ravel()[place.flat]
    return replace(arrays, lower=lower, upper=upper, integer=np.zeros_like(arrays.integer))
