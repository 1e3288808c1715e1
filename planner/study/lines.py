"""Arrays between two values of a number: lines that their costs lie on, or every figure of them.

Nothing is taken from what the number means: the arrays at two values are compared, and what lies between is right
only as far as the arrays at other values hold with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from planner.solve.arrays import Arrays, Bools, Floats, Rows
from planner.solve.rows import activity, largest_term, select
from planner.study.valued import At

EXACT = 1e-9  # relative: how near to a line figures lie
KEPT = 1e-7  # relative to the largest term of a row: how far it may be missed by rounding
FIGURES = ("cost", "lower", "upper", "row_lower", "row_upper", "data")


@dataclass(frozen=True, eq=False)
class Line:
    """Arrays whose costs are `cost + slope x (value - start)`, all else being the same at every value."""

    start: float
    arrays: Arrays  # at the start
    slope: Floats
    offset_slope: float

    def at(self, value: float) -> Arrays:
        """The arrays at a value."""
        step = value - self.start
        return replace(
            self.arrays,
            cost=self.arrays.cost + step * self.slope,
            offset=self.arrays.offset + step * self.offset_slope,
        )


@dataclass(frozen=True, eq=False)
class Track:
    """Arrays of which every figure lies on a line of its own; only the places of the coefficients stay."""

    start: float
    arrays: Arrays  # at the start
    slopes: Mapping[str, Floats]  # of those of FIGURES that move
    offset_slope: float

    def at(self, value: float) -> Arrays:
        """The arrays at a value."""
        step = value - self.start
        figures = {name: getattr(self.arrays, name) for name in FIGURES}
        moved = {name: _moved(figures[name], step * slope) for name, slope in self.slopes.items()}
        there: Arrays = replace(self.arrays, **(figures | moved))
        return _without_zeros(replace(there, offset=there.offset + step * self.offset_slope))

    def holds(self, at: At) -> bool:
        """Whether a model lies on the track."""
        said, found, begun = self.at(at.value), at.arrays, self.arrays
        return (
            _same_places(said, found)
            and (begun.lazy_rows is None or _alike_rows(begun.lazy_rows, found.lazy_rows))
            and all(
                _near(getattr(said, name), getattr(found, name), getattr(begun, name)) for name in FIGURES
            )
            and _near_offset(said, found)
        )

    @property
    def still(self) -> bool:
        """Whether all but the costs is the same at every value."""
        return not self.slopes.keys() - {"cost"}

    def crossings(self, other: Track) -> list[Floats]:
        """The values at which figures of this track are those of another one with the same places."""
        found = []
        for name in self.slopes.keys() | other.slopes.keys():
            begun, ended = getattr(self.arrays, name), getattr(other.arrays, name)
            first, last = (each.slopes.get(name, np.zeros_like(begun)) for each in (self, other))
            bend = last - first
            bent = np.abs(bend) > EXACT * (np.abs(first) + np.abs(last))
            bent &= np.isfinite(begun) & np.isfinite(ended)
            apart = begun[bent] - self.start * first[bent] - ended[bent] + other.start * last[bent]
            found.append(apart / bend[bent])
        return found

    @cached_property
    def moving(self) -> Bools:
        """The rows that the number moves."""
        still = np.zeros(len(self.arrays.row_lower))
        limits = self.slopes.get("row_lower", still) != 0, self.slopes.get("row_upper", still) != 0
        entries = np.flatnonzero(self.slopes.get("data", still[:0]))
        moving: Bools = limits[0] | limits[1]
        moving[np.searchsorted(self.arrays.indptr, entries, side="right") - 1] = True
        return moving

    def without(self, low: float, high: float) -> Line:
        """The line that is left without the rows that move, and with bounds as wide as they get in a range.

        Nothing costs less there than on this line; a plan of it that keeps what was left out costs the same.
        """
        ends = self.at(low), self.at(high)
        loose = replace(
            self.at(low),
            lower=np.minimum(*(end.lower for end in ends)),
            upper=np.maximum(*(end.upper for end in ends)),
            row_lower=np.where(self.moving, -np.inf, self.arrays.row_lower),
            row_upper=np.where(self.moving, np.inf, self.arrays.row_upper),
        )
        slope = self.slopes.get("cost", np.zeros_like(loose.cost))
        return Line(low, loose, slope, self.offset_slope)

    def kept(self, x: Floats, low: float, high: float) -> tuple[float, float] | None:
        """Between which values of a range x keeps what was left out; None where it does nowhere.

        How far a row is missed is convex in the number: where it is missed nowhere lies between two values.
        """
        first, last = self._missed(x, low), self._missed(x, high)
        begin, end = low, high
        for one, two in zip(first, last, strict=True):
            if one > 0 and two > 0:
                return None
            at = low + (high - low) * (one / (one - two)) if one != two else low
            begin, end = (max(begin, at), end) if one > 0 else (begin, min(end, at) if two > 0 else end)
        return (begin, end) if begin < end or low == high else None

    def _missed(self, x: Floats, value: float) -> list[float]:
        """By how much x is above its limits at a value, below 0 where it is not; a line in the value for each."""
        arrays = self.at(value)
        rows = select(arrays.rows, self.moving)
        allowed, sums = KEPT * largest_term(rows, x), activity(rows, x)
        missed = [rows.lower - sums - allowed, sums - rows.upper - allowed]
        for name, sign in (("lower", 1.0), ("upper", -1.0)):
            moved = np.flatnonzero(self.slopes.get(name, np.empty(0)))
            over = sign * (getattr(arrays, name)[moved] - x[moved])
            missed.append(over - KEPT * np.maximum(1.0, np.abs(x[moved])))
        return [float(each) for part in missed for each in part[np.isfinite(part)]]


def _moved(begun: Floats, by: Floats) -> Floats:
    """Figures that have moved; those that have come to nothing but for rounding are nothing."""
    there = begun + by
    with np.errstate(invalid="ignore"):  # what is infinite stays
        return np.where(np.abs(there) <= EXACT * np.abs(by), 0.0, there)


def _without_zeros(arrays: Arrays) -> Arrays:
    """The arrays without coefficients that are nothing, which have no place."""
    there = arrays.data != 0
    if there.all():
        return arrays
    places = np.concatenate([[0], np.cumsum(there)])[arrays.indptr].astype(arrays.indptr.dtype)
    return replace(arrays, indptr=places, indices=arrays.indices[there], data=arrays.data[there])


def track_through(one: At, two: At) -> Track | None:
    """The track through two models; None where they have other variables, rows or places of coefficients."""
    first, last = one.arrays, two.arrays
    if not _same_places(first, last):
        return None
    step, slopes = two.value - one.value, {}
    for name in FIGURES:
        before, after = getattr(first, name), getattr(last, name)
        with np.errstate(invalid="ignore"):  # what is infinite at both values stays
            slope = np.where(before == after, 0.0, (after - before) / step)
        if not np.isfinite(slope).all():
            return None
        if slope.any():
            slopes[name] = slope
    still = first.lazy_rows if _alike_rows(first.lazy_rows, last.lazy_rows) else None
    return Track(one.value, replace(first, lazy_rows=still), slopes, (last.offset - first.offset) / step)


def alone(at: At) -> Track:
    """The track of a single value."""
    return Track(at.value, at.arrays, {}, 0.0)


def _same_places(one: Arrays, two: Arrays) -> bool:
    """Whether two models have the same variables, rows and places of coefficients."""
    return (
        one.column_families == two.column_families
        and one.row_families == two.row_families
        and all(
            np.array_equal(getattr(one, name), getattr(two, name))
            for name in ("integer", "indptr", "indices")
        )
    )


def _alike_rows(one: Rows | None, two: Rows | None) -> bool:
    if one is None or two is None:
        return one is two
    names = ("lower", "upper", "indptr", "indices", "data")
    return all(np.array_equal(getattr(one, name), getattr(two, name)) for name in names)


def _near(said: Floats, found: Floats, begun: Floats) -> bool:
    """Whether figures are where they are said to be, relative to what they are there and where they begin."""
    other = said != found
    size = np.abs(found[other])
    if len(begun) == len(found):  # some of the coefficients may have come to nothing
        size = np.maximum(size, np.abs(begun[other]))
    near = np.abs(said[other] - found[other]) <= EXACT * np.maximum(size, EXACT)
    return bool((near & np.isfinite(size)).all())


def _near_offset(said: Arrays, found: Arrays) -> bool:
    return abs(said.offset - found.offset) <= EXACT * max(1.0, abs(found.offset))
