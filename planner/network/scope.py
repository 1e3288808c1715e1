"""The part of the network that a policy is about: who, which items, when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.instance import Selectors, selectors_of
from planner.network.codes import Codes, codes
from planner.network.times import BASE
from planner_models.arrays import Flags, Ints

if TYPE_CHECKING:
    from planner.instance import Instance
    from planner.network.frames import Frames


EXPECTED = "expected"  # over all scenarios, by probability


@dataclass(frozen=True)
class Network:
    """The instance with its frames, and what their names and selectors stand for."""

    instance: Instance
    frames: Frames

    @cached_property
    def codes(self) -> Codes:
        """Numbers of locations, items and periods."""
        return codes(self.instance)

    @cached_property
    def _select(self) -> Selectors:
        return selectors_of(self.instance)

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], Ints]:
        return {}

    def numbers(self, frame: str, column: str) -> Ints:
        """Numbers of the locations, or items, that a column of a frame names."""
        key = (frame, column)
        if key not in self._numbers:
            names = getattr(self.frames, frame)[column]
            self._numbers[key] = self.codes.items(names) if column == "item" else self.codes.locations(names)
        return self._numbers[key]

    def scope(self, who: str, item: str, period: int, scenario: str = BASE) -> Scope:
        """The scope that two selector cells name; period -1 for the horizon."""
        places, items = (
            np.zeros(len(self.codes.location), dtype=bool),
            np.zeros(len(self.codes.item), dtype=bool),
        )
        places[self.codes.locations(self._select.members(who, among="location"))] = True
        items[self.codes.items(self._select.members(item, among="item"))] = True
        return Scope(self, places, items, period, scenario)


@dataclass(frozen=True)
class Scope:
    """Locations, items and a period (-1: the horizon), in a scenario or over all of them (`EXPECTED`)."""

    network: Network
    who: Flags  # [locations]
    items: Flags  # [items]
    period: int
    scenario: str = BASE

    @property
    def periods(self) -> Ints:
        """The periods in the scope."""
        return np.arange(self.network.codes.periods) if self.period < 0 else np.array([self.period])

    @property
    def times(self) -> Ints:
        """The times in the scope."""
        known = self.network.codes.times
        if self.scenario == EXPECTED:
            lived = np.arange(len(known))
        elif self.scenario in known.scenario_name:
            lived = known.path(known.scenario_name.index(self.scenario))
        else:
            lived = known.path(0)  # a scenario that never leaves base
        return lived[np.isin(known.period[lived], self.periods)]

    def only(self, *roles: str) -> Scope:
        """The scope without the locations of other roles."""
        return replace(self, who=self.who & np.isin(self.network.codes.role, roles))

    def at(self, frame: str, place: str) -> Ints:
        """Rows of a frame that lie in the scope, `place` being the column of their location."""
        time = getattr(self.network.frames, frame)["time"].to_numpy()
        inside = np.isin(time, self.times) & self.who[self.network.numbers(frame, place)]
        return np.flatnonzero(inside)

    def rows(self, frame: str, place: str) -> Ints:
        """As `at`, of the items in the scope only."""
        found = self.at(frame, place)
        return found[self.items[self.network.numbers(frame, "item")[found]]]

    def designs(self, frame: str, wanted: Flags) -> Ints:
        """Rows of a frame of the design (options, suppliers) whose location is in the scope."""
        return np.flatnonzero(self.who[self.network.numbers(frame, "location")] & wanted)
