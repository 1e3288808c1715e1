"""Intervals of a number in which one plan is the cheapest, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from planner.plan import Plan
from planner.study.outline import Outline


class How(StrEnum):
    """How the values were found at which a plan takes over."""

    EXACT = "exact"  # by the lines of plans, with the proof that none is missed by more than the gap
    SEARCHED = "searched"  # by solving at values: what begins and ends between two of them is not seen


@dataclass(frozen=True, eq=False)
class Interval:
    """Values between which one plan, or one kind of plan, is the cheapest.

    `cost_low`, `cost_high` are discounted money at its ends, infinite where there is no plan. `gap` is how much
    cheaper another plan might be at most, relative: anywhere in it where it is exact, at the values that were solved
    where it is searched. `resolution` is the widest distance between two such values, 0 where it is exact.
    """

    low: float
    high: float
    cost_low: float
    cost_high: float
    how: How
    gap: float
    resolution: float
    outline: Outline | None  # of a plan inside it; None where there is no plan
    planned: Callable[[], Plan] | None

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return self.outline is not None

    @property
    def slope(self) -> float:
        """Money for one more of the number; nan for a single value."""
        width = self.high - self.low
        return (self.cost_high - self.cost_low) / width if self.found and width > 0 else np.nan

    def through(self, other: Interval) -> Interval:
        """This and the next one as one."""
        return replace(
            self,
            high=other.high,
            cost_high=other.cost_high,
            gap=max(self.gap, other.gap),
            resolution=max(self.resolution, other.resolution),
        )

    @cached_property
    def plan(self) -> Plan | None:
        """A plan inside it, audited; None where there is none."""
        return self.planned() if self.planned else None
