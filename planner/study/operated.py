"""A design kept in operation: its linear program stays loaded, and each question changes what differs."""

from __future__ import annotations

from planner.solve.price import Design, fixed
from planner.solve.retained import Retained
from planner.solve.run import Run
from planner.study.patches import Built


class Operated:
    """The linear program of a design; every solve begins at the optimum of what it was made for."""

    def __init__(self, known: Built, design: Design) -> None:
        self.design = design
        self._retained = Retained(fixed(known.compiled, known.data, design))
        self.first = self._retained.solve()
        self._basis = self._retained.basis()

    def run(self, known: Built) -> Run:
        """The design under other data of the same instance: its optimum, or that it cannot be operated.

        Raises:
            SolverError: HiGHS failed with all its options.
        """
        arrays = fixed(known.compiled, known.data, self.design)
        if not self._retained.update(arrays):
            return Retained(arrays).solve()
        self._retained.begin_at(self._basis)
        return self._retained.solve()
