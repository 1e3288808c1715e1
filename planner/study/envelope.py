r"""The least cost as a function of a number that moves costs along a line: the lower envelope of plans.

A plan x costs :math:`c_0 x + v\, c_1 x` at the value v, a line. The least cost over all plans is concave and piecewise
linear, and its breakpoints are where two lines cross. They are found without a grid: the plans of a design (a
linear program) by solving where the lines of two of them cross, and designs by solving the whole model where
least is proven. A solve of the whole model at v proves that nothing costs less than its bound there, and as the least
cost is concave, nothing in between costs less than the chord of two bounds. When at every crossing of the envelope that
proof is within the gap, no plan that is cheaper by more than the gap is missed anywhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from planner.errors import InfeasibleError, NoSolutionError, SolverError
from planner.solve.arrays import Arrays, Floats, SolveOptions, Status, relative_gap
from planner.solve.attempt import turnover
from planner.solve.highs import solve
from planner.solve.retained import Retained
from planner.solve.rows import append
from planner.solve.run import Run
from planner.study.lines import Line

SAME = 1e-8  # relative to the money that moves: how near two costs are the same to a solver
NARROW = 1e-9  # of the range: intervals that are no wider are rounding
WRONG = 1e-6  # relative: a plan that is cheaper than a bound by more refutes it

WHOLE = 1e-6  # decisions of a relaxation that are so near to whole numbers are whole

Settle = Callable[[Floats], Arrays]
Told = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Course:
    """What a plan costs at a value: `constant + slope x (value - start)`."""

    start: float
    constant: float
    slope: float
    size: float  # money that moves in it
    x: Floats

    def cost(self, value: float) -> float:
        """What it costs at a value."""
        return self.constant + self.slope * (value - self.start)

    def crosses(self, other: Course) -> float:
        """Where it costs as much as another one of another slope."""
        return self.start + (other.constant - self.constant) / (self.slope - other.slope)


@dataclass(frozen=True, eq=False)
class Stretch:
    """Values between which one plan is the cheapest."""

    low: float
    high: float
    course: Course


@dataclass(eq=False)
class Envelope:
    """The cheapest plans known, by value, and what is proven of all others."""

    low: float
    high: float
    courses: list[Course] = field(default_factory=list)
    bounds: dict[float, float] = field(default_factory=dict)  # by value: nothing is cheaper
    slopes: tuple[float, float] = (-np.inf, np.inf)  # no plan is less steep, none more

    def cost(self, value: float) -> float:
        """The least cost that is known."""
        return min((course.cost(value) for course in self.courses), default=np.inf)

    def offer(self, course: Course) -> None:
        """Keep a plan if it is cheaper than all others at some value, and drop those that no longer are."""
        # what is known is concave, so that it lies furthest above a line where it bends
        corners = self.corners() if self.courses else [self.low]
        if max(self.cost(value) - course.cost(value) for value in corners) > SAME * course.size:
            self.courses = [
                stretch.course for stretch in _stretches([*self.courses, course], self.low, self.high)
            ]

    def stretches(self) -> list[Stretch]:
        """The cheapest plans from the lowest value to the highest."""
        return _stretches(self.courses, self.low, self.high)

    def corners(self) -> list[float]:
        """Where what is known bends, and both ends: nowhere does a proof lack more."""
        return [*(stretch.low for stretch in self.stretches()), self.high]

    def bound(self, value: float) -> float:
        """The most that is proven: chords of the bounds, as the least cost is concave, and no slope beyond them."""
        known = self.bounds.items()
        chords = [
            _chord(one, two, value) for one in known if one[0] <= value for two in known if two[0] >= value
        ]
        flattest, steepest = self.slopes
        beyond = [least - steepest * (at - value) for at, least in known if at > value]
        beyond += [least + flattest * (value - at) for at, least in known if at < value]
        return max([*chords, *beyond], default=-np.inf)

    def lack(self, value: float) -> float:
        """How much cheaper than what is known a plan might be at most, relative to that."""
        return relative_gap(self.cost(value), self.bound(value))


def _stretches(courses: list[Course], low: float, high: float) -> list[Stretch]:
    """The lower envelope of lines, without what is no wider than rounding, or cheaper by no more than that."""
    kept = list(courses)
    while True:
        found = _envelope(kept, low, high)
        slight = [stretch.course for stretch, gain in zip(found, _gains(found), strict=True) if gain <= 0]
        if not slight:
            return found
        kept = [stretch.course for stretch in found if stretch.course is not slight[0]]


def _envelope(courses: list[Course], low: float, high: float) -> list[Stretch]:
    """The lower envelope of lines from left to right."""
    at, narrow = low, NARROW * (high - low)
    found: list[Stretch] = []
    course = min(courses, key=lambda one: (one.cost(low), one.slope))
    while True:
        ahead = [(max(at, course.crosses(one)), one) for one in courses if one.slope < course.slope]
        end = min((where for where, _ in ahead), default=high)
        if end >= high - narrow:
            return [*found, Stretch(at, high, course)]
        if end > at + narrow:
            found.append(Stretch(at, end, course))
            at = end
        # of those that cross here the flattest goes on
        course = min((one for where, one in ahead if where <= end + narrow), key=lambda one: one.slope)


def _gains(found: list[Stretch]) -> list[float]:
    """What each stretch saves at most over its neighbours, beyond rounding; the only one saves all."""
    gains = []
    for number, stretch in enumerate(found):
        beside = found[max(number - 1, 0) : number] + found[number + 1 : number + 2]
        courses = [each.course for each in beside]
        at = [stretch.low if number == 0 else stretch.high]
        if len(courses) == 2:
            at = [courses[0].crosses(courses[1])]
        saved = min((one.cost(at[0]) for one in courses), default=np.inf) - stretch.course.cost(at[0])
        gains.append(saved - SAME * stretch.course.size)
    return gains


def _chord(one: tuple[float, float], two: tuple[float, float], value: float) -> float:
    """The straight line between two bounds."""
    if one[0] == two[0]:
        return one[1]
    share = (value - one[0]) / (two[0] - one[0])
    return (1 - share) * one[1] + share * two[1]


class Relaxed:
    """A linear relaxation, kept loaded: what it costs is a bound on every plan."""

    def __init__(self, arrays: Arrays) -> None:
        self.model = Retained(_relaxed(arrays))

    def least(self, arrays: Arrays) -> Run:
        """The least cost of arrays, where it is reached, and whether that is a plan; or that there is none."""
        wanted = _relaxed(arrays)
        if not self.model.update(replace(wanted, offset=self.model.arrays.offset)):
            self.model = Retained(wanted)
        found = self.model.solve()
        if found.status is Status.INFEASIBLE:
            return found
        cost = float(arrays.cost @ found.x) + arrays.offset
        return replace(found, objective=cost, bound=cost)


def _relaxed(arrays: Arrays) -> Arrays:
    """Arrays without whole numbers, with the rows that these would imply."""
    rows = arrays if arrays.lazy_rows is None else append(arrays, arrays.lazy_rows)
    return replace(rows, integer=np.zeros_like(rows.integer), lazy_rows=None)


def whole(arrays: Arrays, x: Floats) -> bool:
    """Whether the decisions of a relaxation are so near to whole numbers that they are a design."""
    return bool(np.abs(x - np.round(x))[arrays.integer].max(initial=0.0) <= WHOLE)


class Search:
    """The search for the envelope of one piece of the range."""

    def __init__(
        self, piece: tuple[float, float], line: Line, settle: Settle, options: SolveOptions, tell: Told
    ) -> None:
        self.line, self.settle, self.options, self.tell = line, settle, options, tell
        self.known = Envelope(*piece)
        self.relaxed = Relaxed(line.arrays)
        self.begun = time.perf_counter()

    def envelope(self) -> Envelope:
        """Solve at the low end, then where the proof lacks most, until it lacks no more than the gap anywhere.

        Raises:
            InfeasibleError: there is no plan, at any value.
            NoSolutionError: a limit stopped the search before there was a plan.
            SolverError: a plan was found that is cheaper than what HiGHS called the least possible cost.
        """
        known = self.known
        known.slopes = self._slopes()
        worst, done = known.low, set[float]()
        while worst not in done and (self.remaining > 0 or not done):
            self.prove(worst)
            done.add(worst)
            left = [value for value in known.corners() if value not in done and known.lack(value) > self.gap]
            worst = max(left, key=known.lack, default=worst)
        for value, bound in known.bounds.items():
            if known.cost(value) < bound - WRONG * max(1.0, abs(bound)):
                raise SolverError(
                    f"HiGHS says that no plan costs less than {bound:.10g} where the number is {value:.10g}, "
                    f"but one costs {known.cost(value):.10g}: please report this instance"
                )
        return known

    @property
    def gap(self) -> float:
        """What a proof may lack, relative to the cost."""
        return max(self.options.gap, WRONG)

    @property
    def remaining(self) -> float:
        """Seconds that are left."""
        return self.options.time_limit - (time.perf_counter() - self.begun)

    def prove(self, value: float) -> None:
        """Find out what is cheapest at a value: by the relaxation, and the whole model where that is not enough."""
        found = self._relax(self.line.at(value))
        self.known.bounds[value] = found.bound
        if whole(self.line.arrays, found.x):
            self._follow(found.x)
        if self.known.lack(value) > self.gap:
            self._solve(value)

    def _relax(self, arrays: Arrays) -> Run:
        found = self.relaxed.least(arrays)
        if found.status is Status.INFEASIBLE:
            raise InfeasibleError("no plan satisfies all the rules")
        return found

    def _slopes(self) -> tuple[float, float]:
        """The least and the largest slope that any plan can have."""
        arrays, slope, rise = self.line.arrays, self.line.slope, self.line.offset_slope
        least = self._relax(replace(arrays, cost=slope, offset=rise))
        most = self._relax(replace(arrays, cost=-slope, offset=-rise))
        return least.bound, -most.bound

    def _solve(self, value: float) -> None:
        """Solve the whole model at a value, and follow the plans of the design that is found."""
        self.tell(f"solving where it is {value:.6g}")
        # never all of the time: a bound at both ends says more than a better one at one of them
        options = replace(self.options, time_limit=max(self.remaining / 2, 0.0))
        found = solve(self.line.at(value), options)
        if found.status is Status.INFEASIBLE:
            raise InfeasibleError("no plan satisfies all the rules")
        self.known.bounds[value] = max(found.bound, self.known.bounds[value])
        if found.found:
            self._follow(found.x)
        elif not self.known.courses:
            raise NoSolutionError(f"stopped by {found.stopped_by} before a plan was found")

    def _follow(self, x: Floats) -> None:
        """Offer all plans of a design that are the cheapest of it at some value."""
        model = Retained(self.settle(x))
        low, high = self.known.low, self.known.high
        self._between(model, (low, self._plan(model, low)), (high, self._plan(model, high)))

    def _between(self, model: Retained, left: tuple[float, Course], right: tuple[float, Course]) -> None:
        """Solve where the lines of two plans cross, until the cheapest there is on both."""
        (low, one), (high, two) = left, right
        narrow = NARROW * (self.known.high - self.known.low)
        if one.slope <= two.slope or not low + narrow < (at := one.crosses(two)) < high - narrow:
            return
        middle = self._plan(model, at)
        if middle.cost(at) < one.cost(at) - SAME * one.size:
            self._between(model, left, (at, middle))
            self._between(model, (at, middle), right)

    def _plan(self, model: Retained, value: float) -> Course:
        """The cheapest plan of a design at a value."""
        arrays = self.line.at(value)
        model.cost(arrays.cost)
        found = model.solve()
        if found.status is not Status.OPTIMAL:
            raise SolverError("a design that has a plan at one value has none at another one")
        start = self.line.arrays
        constant = float(start.cost @ found.x) + start.offset
        slope = float(self.line.slope @ found.x) + self.line.offset_slope
        course = Course(self.line.start, constant, slope, max(turnover(arrays, found.x), SAME), found.x)
        self.known.offer(course)
        return course
