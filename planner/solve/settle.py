"""Settle a design: whole integers, and everything that follows from them, fixed before the last LP."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.solve.arrays import Arrays
from planner.solve.compile import Compiled
from planner_models.data import Data

Floats = NDArray[np.float64]


def settled(compiled: Compiled, data: Data, values: dict[str, Floats]) -> Arrays:
    """The arrays with the continuous design variables fixed at what the rounded integers imply.

    Without this an opening without cost, or a usable share of an idle plant, could take any value.
    """
    lower, upper = compiled.arrays.lower.copy(), compiled.arrays.upper.copy()
    for name, value in implied(data, values).items():
        place = compiled.positions[name]
        columns = slice(place.first, place.first + place.count)
        lower[columns] = upper[columns] = value.ravel()[place.flat]
    return replace(compiled.arrays, lower=lower, upper=upper, lazy_rows=None)


def implied(data: Data, values: dict[str, Floats]) -> dict[str, Floats]:
    """Opening, closing, usable and reopened from `open`; engaged from `hold`. Shapes as in `values`."""
    options = data.options
    opened = np.rint(values["open"])
    before = np.concatenate([options.initially_open[:, None].astype(float), opened[:, :-1]], axis=1)
    opening, closing = np.maximum(opened - before, 0.0), np.maximum(before - opened, 0.0)
    reopened = opened[:, -1] * options.initially_open * (opening.sum(axis=1) > 0)
    return {
        "opening": opening,
        "closing": closing,
        "usable": opened * ~in_set_up(opening, options.setup_periods),
        "reopened": reopened,
        "engaged": _engaged(data, np.rint(values["hold"])),
    }


def in_set_up(opening: Floats, setup_periods: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether an option [options, periods] was opened in the last setup_periods, this one included."""
    periods = opening.shape[1]
    growing = np.zeros(opening.shape, dtype=bool)
    for back in range(periods):
        slow = (setup_periods > back)[:, None]
        growing[:, back:] |= (opening[:, : periods - back] > 0) & slow
    return growing


def _engaged(data: Data, hold: Floats) -> Floats:
    """1 where any contract of the supplier is held in the period."""
    holds = data.holds
    engaged = np.zeros((len(data.suppliers.name), len(data.periods.name)))
    known = holds.supplier >= 0
    np.maximum.at(engaged, (holds.supplier[known], holds.period[known]), hold[known])
    return engaged
