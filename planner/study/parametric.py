"""How a number of the data enters the model: where in a range it moves costs alone, and what else it moves.

Nothing is taken from what the number means. The model is compiled at values of the range and its arrays are
compared: where matrix, limits and bounds are the same, and the costs lie on a line, the least cost is a concave,
piecewise linear function of the number. A tariff that gives way to another, a ceiling, a lowered rate or a capacity
beyond all demand bend that line at a value of their own, at which the range is split.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.errors import InstanceError
from planner.study.lines import EXACT, Track, alone, track_through
from planner.study.valued import At, Models

INSIDE = (0.2913, 0.7087)  # where in a piece it is looked at: no shares that data would have
BESIDE = 1e-6  # of a piece: so near its end figures are looked at where the end itself is special
GERM = 1 / 64  # of a piece: over so much of it the first and the last line of a figure are taken
DEEPEST = 6  # times that a range is split
MOST_BENDS = 16  # values at which figures bend in one range; more are not followed one by one
MOST_LOOKS = 100  # values at which the model is built to find the pieces


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of the range; inside it the arrays lie on a track, or on none that is known."""

    low: float
    high: float
    track: Track | None

    @property
    def linear(self) -> bool:
        """Whether the number moves costs alone, along a line."""
        return self.track is not None and self.track.still


def pieces(models: Models, low: float, high: float) -> list[Piece]:
    """Split a range into pieces in which figures lie on lines, and others; see `_pieces`."""
    try:
        return _pieces(models, low, high)
    except InstanceError:  # at some value there is no model: what must be met cannot be reached
        return [Piece(low, high, None)]


def _pieces(models: Models, low: float, high: float, depth: int = 0) -> list[Piece]:
    """Split a range into pieces in which figures lie on lines, and others.

    An end at which the model is another one than right beside it is a piece of its own: there a duty begins to
    displace another, so that costs may jump.
    """
    width = high - low
    inside = [models.at(low + share * width) for share in INSIDE]
    ends = [models.at(low), models.at(high)]
    track = track_through(*ends)
    if track is not None and all(map(track.holds, inside)):
        return [Piece(low, high, track)]
    beside = [models.at(low + BESIDE * width), models.at(high - BESIDE * width)]
    track = track_through(*beside)
    if track is not None and all(map(track.holds, inside)):
        apart = [Piece(at.value, at.value, alone(at)) for at in ends if not track.holds(at)]
        return sorted([*apart, Piece(low, high, track)], key=lambda piece: (piece.low, piece.high))
    return _split(models, [beside[0], *inside, beside[1]], (low, high), depth)


def _split(models: Models, seen: list[At], ends: tuple[float, float], depth: int) -> list[Piece]:
    """The pieces of a range that is not one: split where figures bend, or in halves where some of it may be linear."""
    low, high = ends
    bends = _bends(models, low, high) if track_through(seen[0], seen[-1]) else []
    partly = any(track.still for track in map(track_through, seen, seen[1:]) if track)
    if depth == DEEPEST or models.built > MOST_LOOKS or not (bends or partly):
        return [Piece(low, high, None)]
    at = [low, *(bends if 0 < len(bends) <= MOST_BENDS else [(low + high) / 2]), high]
    found: list[Piece] = []
    for one, two in pairwise(at):
        for piece in _pieces(models, one, two, depth + 1):
            rough = bool(found) and not (piece.track or found[-1].track)
            found.append(Piece(found.pop().low, piece.high, None) if rough else piece)
    return found


def _bends(models: Models, low: float, high: float) -> list[float]:
    """Where the line of a figure at the one end crosses that at the other: where it bends, if it bends once."""
    width = high - low
    near = [models.at(low + share * width) for share in (BESIDE, GERM)]
    far = [models.at(high - share * width) for share in (GERM, BESIDE)]
    first, last = track_through(*near), track_through(*far)
    if first is None or last is None or track_through(near[0], far[0]) is None:
        return []
    at = np.concatenate([low + (each - low) for each in first.crossings(last)])
    inside = np.unique(at[(at > low + BESIDE * width) & (at < high - BESIDE * width)])
    same = np.diff(inside, prepend=-np.inf) <= EXACT * width
    return [float(f"{each:.12g}") for each in inside[~same]]
