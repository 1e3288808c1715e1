"""What the report says of a plan: its headline, and sections of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.report.headline import Headline
from planner.report.map import Map
from planner.report.picture import Picture


@dataclass(frozen=True, slots=True)
class Section:
    """Pictures on one subject."""

    name: str
    title: str
    pictures: Sequence[Picture]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A plan, or the comparison of several."""

    id: str
    title: str
    sections: Sequence[Section]
    headline: Headline | None = None
    map: Map | None = None
