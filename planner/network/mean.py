"""The mean of all that may happen: each figure after its events, averaged over the scenarios, at the times of base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.network.codes import codes
from planner.network.events import Choice, Event, Events
from planner.network.joins import pairs
from planner_models.arrays import Floats, Ints

if TYPE_CHECKING:
    from planner.instance import Instance

LIKELY = 0.5  # probability from which on an agreement counts as in force


class MeanEvents(Events):
    """Events as the mean-value problem sees them: one future, in which every figure is what it is on average.

    Each figure is averaged by itself, by the probability of those who live through the period, base included. An
    infinite capacity that only some scenarios limit counts as the reference volumes that they take a part of. An
    agreement is in force, or is not: it is from a probability of 0.5 on.
    """

    def __init__(self, instance: Instance) -> None:
        every = codes(instance)
        super().__init__(instance, replace(every, times=every.times.base))
        self._scenarios = Events(instance, every)

    @property
    def _events(self) -> dict[tuple[str, str], list[Event]]:
        return self._scenarios._events

    def column(
        self,
        kind: str,
        field: str,
        figures: Floats,
        t: Ints,
        chosen: Choice,
        whole: Callable[[], Floats] | None = None,
    ) -> Floats:
        """The mean of figures, each in its period `t`."""
        if not self.of(kind, field):
            return figures
        lived = self._scenarios.codes.times
        likely = np.flatnonzero(lived.weight > 0)
        row, at = pairs(t, lived.period[likely])
        changed = self._scenarios.column(
            kind,
            field,
            figures[row],
            likely[at],
            lambda event: chosen(event)[row],
            None if whole is None else lambda: whole()[row],
        )
        if whole is not None:
            limited = np.bincount(row, np.isfinite(changed), len(t)) > 0
            changed = np.where(np.isinf(changed) & limited[row], whole()[row], changed)
        return np.asarray(np.bincount(row, lived.weight[likely[at]] * changed, len(t)))

    def alike(self, *kinds: str) -> Ints:
        """Every period is one of its own where any event of the kinds happens."""
        count = len(self.codes.times)
        touched = any(kind in kinds for kind, _ in self._events)
        return np.arange(count) if touched else np.zeros(count, dtype=np.int64)

    @property
    def in_force(self) -> Floats:
        """Which agreements are in force in the mean, where their dates are [agreements, times]."""
        return (super().in_force >= LIKELY).astype(np.float64)
