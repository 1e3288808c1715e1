"""The models of an instance by the value of one number of its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.instance import Instance
from planner.network import build
from planner.solve.arrays import Arrays
from planner.solve.compile import Compiled, compile_model
from planner.solve.hold import Hold, held
from planner.study.number import Number
from planner_models import build_model
from planner_models.data import Data

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
        self.built = 0  # models so far
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
            self.built += 1
            self._known[value] = At(value, instance, data, compiled)
        return self._known[value]
