"""Intervals where a number moves costs alone, along a line: exact, with a proof that no plan is missed.

Where it moves rows too, what is cheapest without these rows is a bound; a plan that is the cheapest without them, and
keeps them, is the cheapest of all. So a price that stands in a rule on spend is exact wherever the rule does not bind.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from planner.errors import InfeasibleError
from planner.solve import SolveOptions, Status
from planner.solve.arrays import Arrays
from planner.study.envelope import NARROW, Envelope, Relaxed, Search, Stretch, Told
from planner.study.intervals import How, Interval, unplanned
from planner.study.lines import Line, Track
from planner.study.parametric import Piece
from planner.study.planned import designed, outlined, planned
from planner.study.valued import At, Models

LOOKED = (0.0, 0.5, 1.0)  # of a piece: where it is tried whether the rows that move bind
SLACK = 1e-7  # relative: by so much more a relaxation costs with rows that do not bind


def exact(
    models: Models, piece: Piece, options: SolveOptions, tell: Told
) -> tuple[list[Interval], list[Piece]]:
    """The intervals of a piece that are exact, and the pieces that are left: all of it where nothing is.

    Raises:
        NoSolutionError: a limit stopped the search before there was a plan.
    """
    track = piece.track
    line = _without_rows(track, piece) if track else None
    if track is None or line is None:
        return [], [piece]
    at = models.at(track.start)
    at = replace(at, compiled=replace(at.compiled, arrays=line.arrays))
    try:
        known = Search((piece.low, piece.high), line, partial(designed, at), options, tell).envelope()
    except InfeasibleError:
        return [unplanned(piece.low, piece.high, How.EXACT)], []
    found: list[Interval] = []
    left: list[Piece] = []
    done = piece.low
    for stretch in known.stretches():
        part = stretch if track.still else _kept(track, stretch)
        if part is not None and part.high - part.low >= NARROW * (piece.high - piece.low):
            left += [replace(piece, low=done, high=part.low)] if part.low > done else []
            found.append(replace(_interval(models, at, known, part, options), slack=not track.still))
            done = part.high
    return found, left + ([replace(piece, low=done)] if done < piece.high else [])


def _without_rows(track: Track, piece: Piece) -> Line | None:
    """The line without the rows that move; None where they bind wherever it is tried, or hold costs up alone."""
    line = track.without(piece.low, piece.high)
    if track.still:
        return line
    if not (_limited(line.arrays) and _limited(line.at(piece.high))):
        return None
    bounds, costs = Relaxed(line.arrays), Relaxed(track.arrays)
    for share in LOOKED:
        value = piece.low + share * (piece.high - piece.low)
        bound, cost = bounds.least(line.at(value)), costs.least(track.at(value))
        if cost.status is Status.OPTIMAL and cost.bound - bound.bound <= SLACK * abs(cost.bound):
            return line
    return None


def _limited(arrays: Arrays) -> bool:
    """Whether bounds alone keep costs from falling without end."""
    falling = np.where(arrays.cost > 0, arrays.lower, np.where(arrays.cost < 0, arrays.upper, 0.0))
    return bool(np.isfinite(falling).all())


def _kept(track: Track, stretch: Stretch) -> Stretch | None:
    """The part of a stretch in which its plan keeps the rows that move too."""
    part = track.kept(stretch.course.x, stretch.low, stretch.high)
    return replace(stretch, low=part[0], high=part[1]) if part else None


def _interval(models: Models, at: At, known: Envelope, stretch: Stretch, options: SolveOptions) -> Interval:
    middle, course = (stretch.low + stretch.high) / 2, stretch.course
    return Interval(
        low=stretch.low,
        high=stretch.high,
        cost_low=course.cost(stretch.low),
        cost_high=course.cost(stretch.high),
        how=How.EXACT,
        gap=max(known.lack(stretch.low), known.lack(stretch.high)),
        resolution=0.0,
        outline=outlined(at, course.x),
        planned=partial(
            planned, models, middle, (course.cost(middle), course.x), known.bound(middle), options
        ),
    )
