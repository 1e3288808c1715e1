"""Lines on the map: where the world is cut, and how a lane bends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner_models.arrays import Floats

STEPS = 14  # pieces of a lane
BEND = 0.11  # how far a lane leaves the straight line, as a share of its length
MARGIN = (9.0, 7.0)  # degrees of longitude and latitude around the outermost places
FLATTEST = 2.7  # width over height of the map
SOUTHMOST, NORTHMOST = -60.0, 78.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world in view, cut where the places leave the widest gap."""

    west: float  # degrees, below 180
    east: float  # more than west; beyond 180 where it lies over the date line
    south: float
    north: float

    @property
    def middle(self) -> float:
        """The meridian in the middle."""
        return (self.west + self.east) / 2

    @property
    def aspect(self) -> float:
        """Width over height in Miller's projection."""
        south, north = (
            1.25 * float(np.log(np.tan(np.pi / 4 + 0.4 * np.deg2rad(y)))) for y in (self.south, self.north)
        )
        return float(np.deg2rad(self.east - self.west)) / (north - south)

    def with_room(self, north: float) -> Frame:
        """As far north as `north`, and as high as a map should be."""
        frame = replace(self, north=min(max(self.north, north), NORTHMOST))
        while frame.aspect > FLATTEST and frame.south > SOUTHMOST:
            frame = replace(frame, south=frame.south - 1.0, north=min(frame.north + 1.0, NORTHMOST))
        return frame

    def unrolled(self, longitude: float) -> float:
        """A longitude on the way from west to east."""
        return self.west + (longitude - self.west) % 360.0


def frame(longitudes: Sequence[float], latitudes: Sequence[float]) -> Frame:
    """The smallest part of the world that has all places in it, with a margin."""
    around = np.unique(np.mod(np.array(longitudes, dtype=np.float64), 360.0))
    gaps = np.diff(around, append=around[0] + 360.0)
    widest = int(gaps.argmax())
    start = float(around[(widest + 1) % len(around)])
    width = 360.0 - float(gaps[widest])
    wide, high = MARGIN
    side = min(wide, (360.0 - width) / 2)
    return Frame(
        west=start - side,
        east=start + width + side,
        south=max(min(latitudes) - high, SOUTHMOST),
        north=min(max(latitudes) + high, NORTHMOST),
    )


def arc(start: tuple[float, float], end: tuple[float, float]) -> tuple[Floats, Floats]:
    """Longitudes and latitudes of a lane, bent to the pole side; from and to are unrolled (longitude, latitude)."""
    (x0, y0), (x1, y1) = start, end
    t = np.linspace(0.0, 1.0, STEPS + 1)
    length = float(np.hypot(x1 - x0, y1 - y0))
    lift = BEND * length * 4.0 * t * (1.0 - t)
    return x0 + (x1 - x0) * t, np.clip(y0 + (y1 - y0) * t + lift, -85.0, 85.0)
