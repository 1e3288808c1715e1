"""How a number of the data enters the model: where in a range it moves costs alone, and those along a line.

Nothing is taken from what the number means. The model is compiled at values of the range and its arrays are
compared: where matrix, limits and bounds are the same, and the costs lie on a line, the least cost is a concave,
piecewise linear function of the number. A tariff that gives way to another, a ceiling or a lowered rate bend that
line at a value of its own, at which the range is split.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from planner.errors import InstanceError
from planner.instance import Instance
from planner.network import build
from planner.solve.arrays import Arrays, Floats
from planner.solve.compile import Compiled, compile_model
from planner.solve.hold import Hold, held
from planner.study.number import Number
from planner_models import build_model
from planner_models.data import Data

INSIDE = (0.2913, 0.7087)  # where in a piece it is looked at: no shares that data would have
EXACT = 1e-9  # relative: how near to a line costs lie
BESIDE = 1e-6  # of a piece: so near its end costs are looked at where the end itself is special
GERM = 1 / 64  # of a piece: over so much of it the first and the last line of a cost are taken
DEEPEST = 6  # times that a range is split
MOST_BENDS = 16  # values at which costs bend in one range; more are not followed one by one
REMEMBERED = 24  # models that are kept


@dataclass(frozen=True, eq=False)
class At:
    """The model at a value of the number."""

    value: float
    instance: Instance
    data: Data
    compiled: Compiled

    @property
    def arrays(self) -> Arrays:
        """As compiled."""
        return self.compiled.arrays


class Models:
    """The models of an instance by the value of a number; every way past customs is kept in each.

    `hold` says which decisions are taken already, see `planner.solve.hold`.
    """

    def __init__(self, number: Number, hold: Callable[[Data], Hold] | None = None) -> None:
        self.number, self.hold = number, hold
        self._known: dict[float, At] = {}

    def at(self, value: float) -> At:
        """The model at a value."""
        if value not in self._known:
            instance = self.number.at(value)
            data = build(instance, every_entry=True)
            if len(self._known) == REMEMBERED:
                del self._known[next(iter(self._known))]
            compiled = compile_model(build_model(data))
            if self.hold is not None:
                compiled = held(compiled, self.hold(data))
            self._known[value] = At(value, instance, data, compiled)
        return self._known[value]


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

    def holds(self, at: At) -> bool:
        """Whether a model lies on the line."""
        if not _alike(self.arrays, at.arrays):
            return False
        said, found = self.at(at.value), at.arrays
        size = np.maximum(np.abs(found.cost), np.abs(self.arrays.cost))
        near = np.abs(said.cost - found.cost) <= EXACT * np.maximum(size, EXACT)
        return bool(near.all()) and abs(said.offset - found.offset) <= EXACT * max(1.0, abs(found.offset))


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of the range; `line` is None where the number moves more than costs, or moves them along no line."""

    low: float
    high: float
    line: Line | None


def pieces(models: Models, low: float, high: float) -> list[Piece]:
    """Split a range into pieces in which costs lie on a line, and others; see `_pieces`."""
    try:
        return _pieces(models, low, high)
    except InstanceError:  # at some value there is no model: what must be met cannot be reached
        return [Piece(low, high, None)]


def _pieces(models: Models, low: float, high: float, depth: int = 0) -> list[Piece]:
    """Split a range into pieces in which costs lie on a line, and others.

    An end at which the model is another one than right beside it is a piece of its own: there a duty begins to
    displace another, so that costs may jump.
    """
    width = high - low
    inside = [models.at(low + share * width) for share in INSIDE]
    ends = [models.at(low), models.at(high)]
    line = _through(*ends)
    if line is not None and all(line.holds(at) for at in inside):
        return [Piece(low, high, line)]
    beside = [models.at(low + BESIDE * width), models.at(high - BESIDE * width)]
    line = _through(*beside)
    if line is not None and all(line.holds(at) for at in inside):
        apart = [Piece(at.value, at.value, _alone(at)) for at in ends if not line.holds(at)]
        return sorted([*apart, Piece(low, high, line)], key=lambda piece: (piece.low, piece.high))
    return _split(models, [beside[0], *inside, beside[1]], (low, high), depth)


def _split(models: Models, seen: list[At], ends: tuple[float, float], depth: int) -> list[Piece]:
    """The pieces of a range that is not one: split where costs bend, or in halves where some of it may be one."""
    low, high = ends
    if depth == DEEPEST or not any(_alike(one.arrays, two.arrays) for one, two in pairwise(seen)):
        return [Piece(low, high, None)]
    bends = _bends(models, low, high) if all(_alike(seen[0].arrays, at.arrays) for at in seen) else []
    at = [low, *(bends if 0 < len(bends) <= MOST_BENDS else [(low + high) / 2]), high]
    found: list[Piece] = []
    for one, two in pairwise(at):
        for piece in _pieces(models, one, two, depth + 1):
            rough = bool(found) and piece.line is None and found[-1].line is None
            found.append(Piece(found.pop().low, piece.high, None) if rough else piece)
    return found


def _bends(models: Models, low: float, high: float) -> list[float]:
    """Where the line of a cost at the one end crosses that at the other: where it bends, if it bends once."""
    width = high - low
    near = [models.at(low + share * width) for share in (BESIDE, GERM)]
    far = [models.at(high - share * width) for share in (GERM, BESIDE)]
    first, last = _through(*near), _through(*far)
    if first is None or last is None or not _alike(first.arrays, last.arrays):
        return []
    bend = last.slope - first.slope
    bent = np.abs(bend) > EXACT * (np.abs(first.slope) + np.abs(last.slope))
    apart = first.at(low).cost - last.at(low).cost
    at = low + apart[bent] / bend[bent]
    inside = np.unique(at[(at > low + BESIDE * width) & (at < high - BESIDE * width)])
    same = np.diff(inside, prepend=-np.inf) <= EXACT * width
    return [float(f"{each:.12g}") for each in inside[~same]]


def _through(one: At, two: At) -> Line | None:
    """The line through two models; None where more differs than their costs."""
    first, last = one.arrays, two.arrays
    if not _alike(first, last):
        return None
    step = two.value - one.value
    return Line(one.value, first, (last.cost - first.cost) / step, (last.offset - first.offset) / step)


def _alone(at: At) -> Line:
    """The line of a single value."""
    return Line(at.value, at.arrays, np.zeros_like(at.arrays.cost), 0.0)


def _alike(one: Arrays, two: Arrays) -> bool:
    """Whether two models are the same but for their costs."""
    if one.column_families != two.column_families or one.row_families != two.row_families:
        return False
    rows = [(one.rows, two.rows)]
    if one.lazy_rows is not None and two.lazy_rows is not None:
        rows.append((one.lazy_rows, two.lazy_rows))
    figures = [(one.lower, two.lower), (one.upper, two.upper), (one.integer, two.integer)]
    for first, second in rows:
        figures += [
            (getattr(first, name), getattr(second, name))
            for name in ("lower", "upper", "indptr", "indices", "data")
        ]
    return (one.lazy_rows is None) == (two.lazy_rows is None) and all(
        np.array_equal(first, second) for first, second in figures
    )
