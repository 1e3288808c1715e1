"""Intervals where a number moves more than costs, or moves them along no line: searched, by solving at values.

Capacities and demands move the limits of rows, so that the least cost of a design is convex and piecewise linear in
them; that of the best design need not be. Values that lie on a line with their neighbours are taken for one piece;
where the lines on both sides of a stretch meet is solved next, and else its middle, until stretches are as narrow as
the resolution. What begins and ends between two values that were solved is not seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np

from planner.errors import InstanceError, NoSolutionError
from planner.solve import SolveOptions, Status
from planner.solve.arrays import Floats, relative_gap
from planner.solve.attempt import feasible, objective_of, rounded
from planner.solve.highs import solve
from planner.study.envelope import Relaxed, Told, whole
from planner.study.intervals import How, Interval
from planner.study.outline import Outline
from planner.study.parametric import INSIDE, Piece
from planner.study.planned import outlined, planned
from planner.study.valued import At, Models

EDGE = 1 / 256  # of the range: how near to its ends it is looked at, for the slope there
FIRST = (
    0.0,
    1.0,
    INSIDE[0],
    INSIDE[1],
    EDGE,
    1 - EDGE,
    0.1463,
    0.8537,
    0.4291,
    0.5709,
)  # where it is solved first
RESOLUTION = 1e-4  # of the range: no stretch is split further
STRAIGHT = 1e-8  # relative: how near to a line the cost of a value lies
MOST = 120  # values that are solved

Reached = Callable[[Outline], object]  # the same of two plans between which nothing is looked for


@dataclass(frozen=True, eq=False)
class Sample:
    """What is cheapest at a value; `x` is empty and `outline` None where there is no plan."""

    value: float
    cost: float
    bound: float
    x: Floats
    outline: Outline | None

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return self.outline is not None

    @property
    def gap(self) -> float:
        """How much cheaper another plan might be, relative; 0 where it is proven that there is none."""
        return relative_gap(self.cost, self.bound) if self.outline else 0.0


@dataclass(frozen=True, eq=False)
class Stretch:
    """Two neighbouring values, and whether the cost between them is taken for a line."""

    left: Sample
    right: Sample
    straight: bool

    @property
    def width(self) -> float:
        """How far they lie apart."""
        return self.right.value - self.left.value

    @property
    def slope(self) -> float:
        """Money for one more of the number."""
        return (self.right.cost - self.left.cost) / self.width

    def cost(self, value: float) -> float:
        """What the line through both costs at a value."""
        share = (value - self.left.value) / self.width
        return (1 - share) * self.left.cost + share * self.right.cost


def searched(
    models: Models, piece: Piece, options: SolveOptions, tell: Told, reached: Reached
) -> list[Interval]:
    """The intervals of a piece of the range, found by solving at values of it.

    Raises:
        NoSolutionError: a limit stopped a solve before it had a plan.
    """
    return Sampling(models, piece, options, tell, reached).intervals()


class Sampling:
    """Values of a piece of the range, each solved."""

    def __init__(
        self, models: Models, piece: Piece, options: SolveOptions, tell: Told, reached: Reached
    ) -> None:
        self.models, self.piece, self.options, self.tell, self.reached = models, piece, options, tell, reached
        self.low, self.high = piece.low, piece.high
        self.resolution = RESOLUTION * (self.high - self.low)
        self.samples: dict[float, Sample] = {}
        self.relaxed: Relaxed | None = None
        self.begun = time.perf_counter()
        self.stopped = False

    def intervals(self) -> list[Interval]:
        """The intervals of the piece.

        Raises:
            NoSolutionError: a limit stopped a solve before it had a plan.
        """
        width = self.high - self.low
        self._look(self.low + share * width for share in FIRST)
        while True:
            wanted = self._wanted()
            if not wanted or self.spent:
                known = len(self.samples)
                self._look(self._middle(group) for group in self._groups())
                if len(self.samples) == known or self.spent:
                    return [self._interval(group) for group in self._groups()]
            self._look(wanted)

    def _look(self, values: Iterable[float]) -> None:
        """Solve at values, as long as there is time; the ends of the piece have to be known."""
        for value in values:
            if self.spent and len(self.samples) >= 2:
                return
            try:
                self.sample(value)
            except NoSolutionError:
                if len(self.samples) < 2:
                    raise
                self.stopped = True

    @property
    def spent(self) -> bool:
        """Whether no more values may be solved."""
        return self.stopped or len(self.samples) >= MOST or self.remaining <= 0

    @property
    def remaining(self) -> float:
        """Seconds that are left."""
        return self.options.time_limit - (time.perf_counter() - self.begun)

    def sample(self, value: float) -> Sample:
        """Solve at a value, if it was not solved before."""
        if value not in self.samples:
            self.tell(f"solving where it is {value:.6g}")
            self.samples[value] = self._solved(value)
        return self.samples[value]

    def _solved(self, value: float) -> Sample:
        nothing = Sample(value, np.inf, np.inf, np.empty(0), None)
        try:
            at = self._at(value)
        except InstanceError:  # what must be met cannot be reached at this value
            return nothing
        if self.relaxed is None:
            self.relaxed = Relaxed(at.arrays)
        loose = self.relaxed.least(at.arrays)
        if loose.status is Status.INFEASIBLE:
            return nothing
        if whole(at.arrays, loose.x):
            x = rounded(at.arrays, loose.x)
            if feasible(at.arrays, x):
                return Sample(value, objective_of(at.arrays, x), loose.bound, x, outlined(at, x))
        found = solve(at.arrays, replace(self.options, time_limit=max(self.remaining, 0.0)))
        if found.status is Status.INFEASIBLE:
            return nothing
        if not found.found:
            raise NoSolutionError(f"stopped by {found.stopped_by} before a plan was found")
        return Sample(value, found.objective, max(found.bound, loose.bound), found.x, outlined(at, found.x))

    def _at(self, value: float) -> At:
        """The model at a value: by its track, where there is one, as that takes no time."""
        track = self.piece.track
        if track is None:
            return self.models.at(value)
        at = self.models.at(track.start)
        return replace(at, value=value, compiled=replace(at.compiled, arrays=track.at(value)))

    def stretches(self) -> list[Stretch]:
        """What lies between neighbouring values; straight if a third one beside them is on their line."""
        known = [self.samples[value] for value in sorted(self.samples)]
        lines = [_on_a_line(*three) for three in zip(known, known[1:], known[2:], strict=False)]
        beside = [False, *lines, False]
        return [
            Stretch(one, two, before or after or not (one.found or two.found))
            for (one, two), before, after in zip(pairwise(known), beside, beside[1:], strict=False)
        ]

    def _wanted(self) -> list[float]:
        """Values to solve next: one in each stretch that is not straight yet, or that the target turns in."""
        stretches = self.stretches()
        sides = [None, *stretches, None]
        bent = [
            self._inside(each, before, after)
            for before, each, after in zip(sides, stretches, sides[2:], strict=False)
            if not each.straight and each.width > self.resolution
        ]
        return bent or [
            (each.left.value + each.right.value) / 2
            for group in self._lines(stretches)
            for each in self._turns(group)
            if each.width > self.resolution
        ]

    def _inside(self, here: Stretch, before: Stretch | None, after: Stretch | None) -> float:
        """Where the lines on both sides of a stretch meet, or its middle."""
        left, right = here.left.value, here.right.value
        if before and after and before.straight and after.straight and here.left.found and here.right.found:
            apart, bend = before.cost(left) - after.cost(left), after.slope - before.slope
            at = left + apart / bend if bend else left
            if left + self.resolution < at < right - self.resolution:
                return float(at)
        return (left + right) / 2

    def _groups(self) -> list[list[Stretch]]:
        """The stretches of each interval: on one line or curve, and on one side of the target."""
        found: list[list[Stretch]] = []
        for group in self._lines(self.stretches()):
            turns = {id(each) for each in self._turns(group) if each.width <= self.resolution}
            found.append([])
            for each in group:
                if id(each) in turns:
                    found.append([])
                else:
                    found[-1].append(each)
        return [group for group in found if group]

    def _lines(self, stretches: list[Stretch]) -> list[list[Stretch]]:
        """Neighbouring stretches on one line, or on none; what is too narrow to split lies between."""
        groups: list[list[Stretch]] = []
        for one in stretches:
            if not one.straight and one.width <= self.resolution:
                groups.append([])
            elif groups and groups[-1] and _goes_on(groups[-1][-1], one):
                groups[-1].append(one)
            else:
                groups.append([one])
        return [group for group in groups if group]

    def _turns(self, group: list[Stretch]) -> list[Stretch]:
        """The stretches in which the target turns; not the first and the last, at whose ends plans may tie."""
        return [
            each
            for each in group[1:-1]
            if each.left.outline and each.right.outline
            if self.reached(each.left.outline) != self.reached(each.right.outline)
        ]

    def _middle(self, group: list[Stretch]) -> float:
        """Half way between the ends of an interval."""
        return (group[0].left.value + group[-1].right.value) / 2

    def _interval(self, group: list[Stretch]) -> Interval:
        left, right, half = group[0].left, group[-1].right, self._middle(group)
        middle = min((left, *(one.right for one in group)), key=lambda one: abs(one.value - half))
        return Interval(
            low=left.value,
            high=right.value,
            cost_low=left.cost,
            cost_high=right.cost,
            how=How.SEARCHED,
            gap=max(each.gap for one in group for each in (one.left, one.right)),
            resolution=max(one.width for one in group),
            outline=middle.outline,
            planned=partial(
                planned,
                self.models,
                middle.value,
                (middle.cost, middle.x),
                middle.bound,
                self.options,
            )
            if middle.outline
            else None,
        )


def _goes_on(one: Stretch, two: Stretch) -> bool:
    """Whether the line of a stretch is that of the next, or both are on none."""
    if one.straight and two.straight and one.left.found:
        return _on_a_line(one.left, one.right, two.right)
    return one.straight == two.straight and one.left.found == two.right.found


def _on_a_line(left: Sample, middle: Sample, right: Sample) -> bool:
    """Whether the cost in the middle is that of the line through the other two, as far as they are proven."""
    if not (left.found and middle.found and right.found):
        return False
    off = abs(Stretch(left, right, True).cost(middle.value) - middle.cost)
    return off <= max(STRAIGHT, left.gap, middle.gap, right.gap) * abs(middle.cost)
