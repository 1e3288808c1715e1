"""Intervals of a number in which one plan is the cheapest, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from planner.plan import Plan
from planner.study.envelope import SAME
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
    slack: bool = False  # whether the number moves rows too, which do not bind here

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
            slack=self.slack or other.slack,
        )

    @cached_property
    def plan(self) -> Plan | None:
        """A plan inside it, audited; None where there is none."""
        return self.planned() if self.planned else None


def unplanned(low: float, high: float, how: How, resolution: float = 0.0) -> Interval:
    """Values at which there is no plan."""
    return Interval(low, high, np.inf, np.inf, how, 0.0, resolution, None, None)


def plus_minus(left: Interval, right: Interval) -> float:
    """How far off the value may be at which one interval ends and the next begins.

    Where it was searched, half of what lies between; where it is exact, how far to either side the two plans cost the
    same as far as is proven (0 where all is).
    """
    if How.SEARCHED in (left.how, right.how):
        return (right.low - left.high) / 2
    bend, unproven = abs(left.slope - right.slope), max(left.gap, right.gap)
    return unproven * abs(left.cost_high) / bend if bend > 0 and unproven > SAME else 0.0


def how(left: Interval, right: Interval) -> How:
    """How the value was found at which one interval ends and the next begins."""
    return How.EXACT if left.how is right.how is How.EXACT else How.SEARCHED
