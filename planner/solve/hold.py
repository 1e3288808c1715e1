"""Decisions that are taken before a solve: their columns are held at a value, everything else stays free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from planner.solve.arrays import Floats
from planner.solve.compile import Compiled

Hold = Mapping[str, Floats]
"""Values by variable over its whole table; nan where it may be decided anew."""


def held(compiled: Compiled, hold: Hold) -> Compiled:
    """The model with these decisions taken; what the data force otherwise, as a plant that is now closed, stays so."""
    arrays = compiled.arrays
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    for name, values in allowed(compiled, hold).items():
        place = compiled.positions[name]
        value = values.ravel()[place.flat]
        known = ~np.isnan(value)
        columns = place.first + np.flatnonzero(known)
        lower[columns] = upper[columns] = value[known]
    return replace(compiled, arrays=replace(arrays, lower=lower, upper=upper))


def allowed(compiled: Compiled, decided: Hold) -> Hold:
    """The decisions, each moved to the nearest value that its bounds allow; nan stays."""
    arrays, moved = compiled.arrays, {}
    for name, values in decided.items():
        place, value = compiled.positions[name], values.ravel().copy()
        columns = slice(place.first, place.first + place.count)
        value[place.flat] = np.clip(value[place.flat], arrays.lower[columns], arrays.upper[columns])
        moved[name] = value.reshape(values.shape)
    return moved
