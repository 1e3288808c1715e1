"""Times: the pairs of period and scenario in which something is operated, and which of them follow each other.

Before its first event a scenario is base, so its own times start in the period of that event and follow the base time
of the period before. In the network `t` is always the number of a time; those of base come first, one a period.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.instance.remembered import remembered
from planner.network.joins import pairs
from planner_models.arrays import Floats, Ints, Names

if TYPE_CHECKING:
    from planner.instance import Instance

BASE = "base"
NEGLIGIBLE = 1e-9  # a probability below this counts as none
START = -1  # what comes before the first time of a scenario


@dataclass(frozen=True, slots=True)
class Times:
    """Times by number."""

    scenario_name: Names  # base first; only those with times of their own
    probability: Floats  # [scenarios] that of base with all that never leave it
    period: Ints
    scenario: Ints
    previous: Ints  # the time before; START for none
    weight: Floats  # probability that the operations of this time happen

    def __len__(self) -> int:
        return len(self.period)

    @property
    def branch(self) -> bool:
        """Whether any scenario has times of its own."""
        return bool(self.scenario.any())

    @property
    def base(self) -> Times:
        """Those of base alone, as if nothing else could happen."""
        own = np.flatnonzero(self.scenario == 0)
        return Times(
            (BASE,), np.ones(1), self.period[own], self.scenario[own], self.previous[own], np.ones(len(own))
        )

    @property
    def starts(self) -> Ints:
        """The times that nothing comes before."""
        return np.flatnonzero(self.previous == START).astype(np.int64)

    def path(self, scenario: int) -> Ints:
        """The times that a scenario lives through, those of base before its first event included."""
        path = [int(np.flatnonzero(self.scenario == scenario)[-1])]
        while self.previous[path[-1]] != START:
            path.append(int(self.previous[path[-1]]))
        return np.array(path[::-1], dtype=np.int64)

    def onward(self, values: NDArray[Any], join: Callable[[Any, Any], Any]) -> NDArray[Any]:
        """Each column joined with all the times before it [..., times]."""
        for time, before in enumerate(self.previous.tolist()):
            if before != START:
                values[..., time] = join(values[..., time], values[..., before])
        return values

    def back(self, values: NDArray[Any], join: Callable[[Any, Any], Any]) -> NDArray[Any]:
        """Each column joined with all the times that may come after it [..., times]."""
        for time, before in reversed(list(enumerate(self.previous.tolist()))):
            if before != START:
                values[..., before] = join(values[..., before], values[..., time])
        return values

    def rest(self, values: Floats) -> Floats:
        """The sum of each column and of what follows, the largest where several times do [..., times]."""
        rest, later = values.copy(), np.zeros_like(values)
        for time, before in reversed(list(enumerate(self.previous.tolist()))):
            rest[..., time] += later[..., time]
            if before != START:
                later[..., before] = np.maximum(later[..., before], rest[..., time])
        return rest

    def following(self, values: Floats, last: Floats) -> Floats:
        """The largest column of the times that follow each; `last` where none does [..., times]."""
        following = np.broadcast_to(last, values.shape).copy()
        for time, before in enumerate(self.previous.tolist()):
            if before != START:
                following[..., before] = np.maximum(following[..., before], values[..., time])
        return following

    def followers(self, t: Ints) -> tuple[Ints, Ints]:
        """Every pair of a position in `t` and a time that follows it."""
        later = np.flatnonzero(self.previous != START)
        position, at = pairs(t, self.previous[later])
        return position, later[at].astype(np.int64)

    def spread(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table by period, in its column `t`, by time."""
        if len(self) == len(np.unique(self.period)):
            return frame
        row, time = pairs(frame["t"].to_numpy(dtype=np.int64), self.period)
        return frame.iloc[row].assign(t=time)


@remembered
def times(instance: Instance) -> Times:
    """The times of base, then of each scenario from its first event on."""
    return _times(instance, _scenarios(instance))


def _times(instance: Instance, own: pd.DataFrame) -> Times:
    """`own`: scenario, probability, first (period of its first event), one a row."""
    count = len(instance.settings.horizon.periods)
    lengths = [count, *(count - first for first in own["first"])]
    scenario = np.repeat(np.arange(len(lengths)), lengths)
    period = np.concatenate([np.arange(count - length, count) for length in lengths])
    previous = np.arange(len(period)) - 1
    first = np.flatnonzero(np.diff(scenario, prepend=-1))
    previous[first] = period[first] - 1
    probability = own["probability"].to_numpy(dtype=np.float64)
    share = max(0.0, 1 - probability.sum())
    share = share if share >= NEGLIGIBLE else 0.0
    weight = np.append(share, probability)[scenario]
    for at, chance in zip(own["first"], probability, strict=True):
        weight[:at] += chance
    return Times(
        (BASE, *own["scenario"]),
        np.append(share, probability),
        period.astype(np.int64),
        scenario.astype(np.int64),
        previous.astype(np.int64),
        weight,
    )


def _scenarios(instance: Instance) -> pd.DataFrame:
    """Scenarios that leave base and have a probability: scenario, probability, first."""
    table, events = instance.tables["scenarios"], instance.tables["events"]
    number = {name: at for at, name in enumerate(instance.settings.horizon.periods)}
    if not len(table):
        return pd.DataFrame({"scenario": [], "probability": [], "first": []})
    first = events["first_period"].map(number).fillna(0).groupby(events["scenario"]).min()
    own = table[(table["scenario"] != BASE) & (table["probability"].fillna(0.0) > 0)]
    own = own.assign(first=own["scenario"].map(first)).dropna(subset="first")
    return own[["scenario", "probability", "first"]].astype({"first": np.int64})
