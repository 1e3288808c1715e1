"""Where to look when the numbers of an instance are too far apart to be solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.errors import Problem
from planner.instance.fields import number_text
from planner.instance.schema import TABLES

if TYPE_CHECKING:
    from planner.instance.instance import Instance


def most_extreme(instance: Instance, reason: str) -> Problem:
    """The figure of the instance that is furthest from 1 in size, as the problem that `reason` tells of."""
    found = max(_extremes(instance), default=(0.0, instance.files["instance"], ""))
    message = f"the figure furthest from 1, in an instance whose numbers are too far apart: {reason}"
    return Problem(found[1], message, found[2], "figures closer in size, by other units or another currency")


def _extremes(instance: Instance) -> list[tuple[float, str, str]]:
    """The most extreme figure of each column: how far from 1 in powers of ten, its place, the figure."""
    extremes = []
    for name, table in TABLES.items():
        for column in table.columns.values():
            if column.storage is not float or not len(instance.given[name]):
                continue
            figures = np.abs(instance.given[name][column.name].to_numpy(dtype=np.float64))
            usable = np.isfinite(figures) & (figures > 0)
            sizes = np.abs(np.log10(figures, where=usable, out=np.zeros_like(figures)))
            at = int(np.argmax(sizes))
            place = f"{instance.files[name]}:{instance.given[name].index[at]}:{column.name}"
            extremes.append((float(sizes[at]), place, number_text(float(figures[at]))))
    return extremes
