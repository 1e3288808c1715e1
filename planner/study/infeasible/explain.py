"""Why an instance has no plan: the least that would have to change, and the rules that cannot hold together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from planner.instance import Instance
from planner.solve.arrays import Solution, Status
from planner.study.infeasible.conflict import conflict
from planner.study.infeasible.elastic import Elastic, elastic
from planner.study.infeasible.limits import limits
from planner.study.infeasible.loosened import Loosened, loosened
from planner.study.infeasible.policies import policy_limits, service_limits
from planner.study.infeasible.repair import Cell, Repair, cell_at, repair, works
from planner.study.infeasible.rules import KINDS
from planner_models.arrays import Flags

SECONDS = 60.0
REPAIRS = 3
SHOWN = 10  # rules of a conflict
PART = 0.7  # of the time, for repairs
HOLDS = "the rules of the tables can hold together: look at what was added to the model"
HOPELESS = (
    "no cell that is a rule makes a plan possible, however far it gives way: please report this instance"
)
ROUNDING = 1e-6  # relative: what a repair is given more where its last digit was not enough
STOPPED = "stopped after {:g} seconds: "


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why there is no plan.

    Each of the `repairs` was tried: the instance with its changes has a plan. The first asks for the least; each other
    for the least that leaves alone what it stands instead of. `conflict` are rules that cannot hold together, but can
    as soon as any one of them is left out, if `irreducible`. `notes` say what could not be finished in time.
    """

    repairs: tuple[Repair, ...]
    conflict: tuple[Cell, ...]
    irreducible: bool
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([*_repairs_in_words(self.repairs), *_conflict_in_words(self), *self.notes])

    @property
    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            "repairs": [
                {"least": each.least, "moves": [move.document for move in each.moves]}
                for each in self.repairs
            ],
            "conflict": [
                {"place": cell.place, "rule": cell.words, "value": cell.value} for cell in self.conflict
            ],
            "irreducible": self.irreducible,
            "notes": list(self.notes),
        }


def explain_infeasible(instance: Instance, seconds: float = SECONDS, repairs: int = REPAIRS) -> Explanation:
    """Repairs (so many at most) and a conflict for an instance that has no plan, in about that time.

    Raises:
        SolverError: HiGHS failed with all its options.
    """
    search = _Search(instance, seconds, repairs)
    search.repair()
    rules, irreducible = search.conflict()
    return Explanation(tuple(search.repairs), rules, irreducible, tuple(search.notes))


@dataclass
class _Search:
    """The repairs and notes found so far; `held` are the cells that may not give way any more."""

    instance: Instance
    seconds: float
    wanted: int
    repairs: list[Repair] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begun = time.perf_counter()
        self.model: Loosened = loosened(self.instance)
        model = self.model
        rooms = (*limits(model), *policy_limits(model), service_limits(model))
        self.soft: Elastic = elastic(self.instance, model.data, rooms)
        self.held: Flags = np.zeros(len(self.soft.cells), dtype=np.bool_)
        self.refuted = False  # an answer was no repair when it was tried
        self.exhausted = False  # the cells that are held cannot hold together

    def left(self, part: float = 1.0) -> float:
        """Seconds until a part of the time has gone."""
        return part * self.seconds - (time.perf_counter() - self.begun)

    def repair(self) -> None:
        """The least repair, and others, each of which leaves alone what the first moves, or a part of it."""
        first = self._round()
        if first is None:
            self.notes += [HOPELESS] if self.exhausted else []
            return
        moved = np.flatnonzero(self.held)
        if len(moved) > 1:
            by = self.soft.given(first)[moved] / self.soft.cells["size"].to_numpy()[moved]
            for at in moved[np.argsort(-by, kind="stable")][: self.wanted - 1].tolist():
                alone = np.arange(len(self.held)) == at
                self._offer(self._least(alone), instead_of=self._cells([at])[0])
        # each round holds what gave way before, until nothing is left that could
        while not self.exhausted and self._round(offered=len(moved) == 1):
            pass

    def conflict(self) -> tuple[tuple[Cell, ...], bool]:
        """What cannot hold together of what is held, and whether none of it can be left out."""
        if HOLDS in self.notes:
            return (), False
        everything = np.ones_like(self.held)
        found = conflict(self.soft, self.held if self.exhausted else everything, self.left)
        if not found.irreducible:
            self.notes.append(
                STOPPED.format(self.seconds) + "fewer of these rules may be in conflict already"
            )
        return self._cells(found.cells), found.irreducible

    def _cells(self, positions: Sequence[int]) -> tuple[Cell, ...]:
        cells = self.soft.cells.iloc[list(positions)]
        pairs = zip(cells["kind"], cells["row"], strict=True)
        return tuple(cell_at(self.instance, KINDS[kind], row) for kind, row in pairs)

    def _round(self, *, offered: bool = True) -> Solution | None:
        """The next answer, whose cells are held from now on; None if there is none, or no time for it."""
        found = self._least(self.held)
        if found is None:
            return None
        moved = self.soft.given(found) > 0
        if not moved.any():
            self.notes.append(HOLDS)
            return None
        if offered:
            self._offer(found)
        self.held = self.held | moved
        return found

    def _least(self, held: Flags) -> Solution | None:
        """The plan that asks for least, or None."""
        left = self.left(PART)
        found = self.soft.least(held, left / 2) if left > 0 else None
        if found is None or found.status is Status.NO_SOLUTION:
            self.notes.append(STOPPED.format(self.seconds) + "there may be other repairs")
            return None
        if not found.found:
            self.exhausted |= bool((held == self.held).all())
            return None
        return found

    def _offer(self, found: Solution | None, instead_of: Cell | None = None) -> None:
        """Keep a repair that holds when it is tried."""
        if found is None or len(self.repairs) == self.wanted:
            return
        for more in (0.0, ROUNDING):
            offered = repair(self.model, self.soft, found, more)
            if works(self.instance, offered, max(self.left(), 1.0)):
                least = offered.least and not self.refuted
                self.repairs.append(replace(offered, least=least, instead_of=instead_of))
                return
        self.refuted = True


def _repairs_in_words(repairs: tuple[Repair, ...]) -> list[str]:
    """The first repair; of each other what differs from it."""
    lines: list[str] = []
    for number, each in enumerate(repairs):
        common = repairs[0].moves if number and each.instead_of else ()
        if not number:
            lines.append("least repair:" if each.least else "a repair, perhaps not the least:")
        else:
            lines.append(f"or, instead of {each.instead_of.words}:" if each.instead_of else "or:")
        lines += [f"  {move}" for move in each.moves if move not in common]
    return lines


def _conflict_in_words(why: Explanation) -> list[str]:
    count = len(why.conflict)
    if not count:
        return []
    how = "and none of them can be left out" if why.irreducible else "or perhaps fewer of them"
    more = [f"  and {count - SHOWN} more"] if count > SHOWN else []
    return [
        f"{count} {'rule' if count == 1 else 'rules'} that cannot hold together, {how}:",
        *(f"  {cell}" for cell in why.conflict[:SHOWN]),
        *more,
    ]
