"""Break-evens: the values of one number of the data at which the optimal plan changes, and the plans between them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import InfeasibleError, NoSolutionError, StorageError
from planner.instance import Instance
from planner.solve import SolveOptions
from planner.solve.hold import Hold
from planner.study.crossing import Target, target
from planner.study.envelope import SAME, Told
from planner.study.intervals import How, Interval, how, plus_minus
from planner.study.linear import exact
from planner.study.number import Number, number
from planner.study.outline import COLUMNS as UNITS
from planner.study.outline import Difference, difference
from planner.study.parametric import pieces
from planner.study.picture import picture
from planner.study.sampling import Reached, searched
from planner.study.tables import as_json, write_tables
from planner.study.valued import Models
from planner_models.data import Data

INTERVALS = (
    "interval", "from", "to", "cost_from", "cost_to", "slope", "how", "gap", "resolution", "open", "suppliers",
)  # fmt: skip
BREAKPOINTS = (
    "value", "plus_minus", "cost", "jump", "left", "right", "how", "opened", "closed", "change",
)  # fmt: skip
CROSSINGS = ("target", "value", "plus_minus", "left", "right", "how")


@dataclass(frozen=True, eq=False)
class Breakeven:
    """Where the optimal plan changes as one number of the data goes from the one end of a range to the other."""

    number: Number
    intervals: tuple[Interval, ...]
    target: Target | None
    gap: float  # that was asked for
    between: tuple[float, float]  # that was asked for; a limit may leave its high end unknown

    @property
    def table(self) -> pd.DataFrame:
        """A row an interval: its ends, cost there, money for one more of the number, how it was found, who works.

        `gap` is how much cheaper another plan might be, `resolution` how far apart the solved values lie where they
        were searched; see `planner.study.intervals.Interval`.
        """
        rows = [
            (
                name,
                each.low,
                each.high,
                each.cost_low,
                each.cost_high,
                each.slope,
                each.how.value,
                each.gap,
                each.resolution,
                ";".join(each.outline.open) if each.outline else "",
                ";".join(each.outline.suppliers) if each.outline else "",
            )
            for name, each in enumerate(self.intervals, 1)
        ]
        return pd.DataFrame(rows, columns=list(INTERVALS))

    @property
    def breakpoints(self) -> pd.DataFrame:
        """A row for each value at which one interval ends and the next begins, and what changes there.

        `plus_minus`: where it was searched, how far off it may be; where it is exact, how far to either side the two
        plans cost the same as far as is proven (0 where all is). `jump` is by how much the cost jumps there.
        """
        rows = []
        for name, (left, right) in enumerate(pairwise(self.intervals), 1):
            if _goes_on(left, right):
                continue
            changed = _change(left, right)
            rows.append(
                (
                    (left.high + right.low) / 2,
                    plus_minus(left, right),
                    left.cost_high,
                    _jump(left, right),
                    name,
                    name + 1,
                    how(left, right).value,
                    ";".join(changed.opened),
                    ";".join(changed.closed),
                    changed.words,
                )
            )
        return pd.DataFrame(rows, columns=list(BREAKPOINTS))

    @property
    def crossings(self) -> pd.DataFrame:
        """A row for each value at which the target is reached or lost, with its figure on both sides."""
        rows = []
        for left, right in pairwise(self.intervals):
            sides = [self._figure(each) for each in (left, right)]
            if self.target and self.target.met(sides[0]) != self.target.met(sides[1]):
                at = (left.high + right.low) / 2
                rows.append((self.target.text, at, plus_minus(left, right), *sides, how(left, right).value))
        return pd.DataFrame(rows, columns=list(CROSSINGS))

    def _figure(self, interval: Interval) -> float:
        return self.target.of(interval.outline) if self.target and interval.outline else np.nan

    @property
    def shares(self) -> pd.DataFrame:
        """Who sells and who makes how much of each item, by interval; units over all periods in base."""
        frames = [
            each.outline.units.assign(interval=name)
            for name, each in enumerate(self.intervals, 1)
            if each.outline is not None
        ]
        return pd.concat(frames, ignore_index=True)[["interval", *UNITS]]

    @property
    def proven(self) -> bool:
        """Whether all of the range is known, and no interval leaves more open than the gap that was asked for."""
        return not self._unknown and all(each.gap <= self.gap + SAME for each in self.intervals)

    @property
    def _unknown(self) -> bool:
        return self.intervals[-1].high < self.between[1]

    @property
    def findings(self) -> list[str]:
        """How far to trust it, in words."""
        lines = []
        exact = [each for each in self.intervals if each.how is How.EXACT]
        searched = [each for each in self.intervals if each.how is How.SEARCHED]
        if exact:
            gap = max(each.gap for each in exact)
            slack = any(each.slack for each in exact)
            moves = "costs along a line, and no rule that binds" if slack else "costs alone, along a line"
            lines.append(
                f"exact {_spans(exact)}: the number moves {moves}; no plan is cheaper than these "
                f"by more than {gap:.2g} of the cost"
            )
        if searched:
            widest = max(each.resolution for each in searched)
            lines.append(
                f"searched {_spans(searched)}: the number moves more than costs; what begins and ends within "
                f"{widest:.3g} may be missed"
            )
        if self._unknown:
            lines.append(f"nothing is known above {self.intervals[-1].high:.6g}: a limit stopped the search")
        return lines

    def picture(self) -> str:
        """Cost against the number, as SVG."""
        found = [each for each in self.intervals if each.found]
        points = [(found[0].low, found[0].cost_low), *((each.high, each.cost_high) for each in found)]
        currency = self.number.instance.settings.instance.currency
        return picture(points, self.number.words, f"expected cost, {currency}")

    def document(self) -> dict[str, Any]:
        """All of it as JSON holds it."""
        tables = {"intervals": self.table, "breakpoints": self.breakpoints, "crossings": self.crossings}
        return {
            "format": 1,
            "instance": self.number.instance.settings.instance.name,
            "on": self.number.on,
            "range": list(self.between),
            "target": self.target.text if self.target else "",
            "gap": self.gap,
            "proven": self.proven,
            **{name: as_json(table) for name, table in tables.items()},
        }

    def write(self, folder: str | Path) -> None:
        """Write the tables, breakeven.json, breakeven.svg and the plan of each interval to a new folder.

        Raises:
            StorageError: the folder is used, or cannot be written.
        """
        folder = Path(folder)
        tables = {"intervals": self.table, "breakpoints": self.breakpoints, "shares": self.shares}
        write_tables(folder, tables | ({"crossings": self.crossings} if self.target else {}))
        for name, each in enumerate(self.intervals, 1):
            if each.plan is not None:
                each.plan.write(folder / f"plan-{name}")
        try:
            (folder / "breakeven.svg").write_text(self.picture(), encoding="utf-8")
            text = json.dumps(self.document(), indent=1, ensure_ascii=False)
            (folder / "breakeven.json").write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise StorageError(f"cannot write {folder}: {error.strerror or error}") from error


@dataclass(frozen=True, slots=True)
class Asked:
    """How break-evens are found.

    `options` are those of the solves, their time limit is for all of them together. `hold` says which decisions are
    taken already, see `planner.study.kept.kept`. `tell` is called with what is done next, in words.
    """

    options: SolveOptions = field(default_factory=SolveOptions)
    hold: Callable[[Data], Hold] | None = None
    tell: Told = lambda _: None


def breakeven(
    instance: Instance,
    on: str,
    between: tuple[float, float],
    aim: str | None = None,
    asked: Asked | None = None,
) -> Breakeven:
    """The values of a number of the data at which the optimal plan changes.

    Args:
        instance: the data.
        on: the number: `table[column=value,...].column`, see `planner.study.number.number`.
        between: its least and its largest value.
        aim: a target, see `planner.study.crossing.target`; or None.
        asked: how it is found.

    Raises:
        InstanceError: there is no such number or target, or it cannot take the values.
        InfeasibleError: there is no plan at any value.
        NoSolutionError: a limit stopped a solve before it had a plan.
    """
    asked = asked or Asked()
    varied = number(instance, on, *between)
    aimed = target(instance, aim) if aim is not None else None
    reached = aimed.reached if aimed else lambda _: None
    joined = _joined(intervals(Models(varied, asked.hold), between, asked, reached), reached)
    if not any(each.found for each in joined):
        raise InfeasibleError(f"no plan satisfies all the rules at any value of {on} that was solved")
    return Breakeven(varied, tuple(joined), aimed, asked.options.gap, between)


def intervals(models: Models, between: tuple[float, float], asked: Asked, reached: Reached) -> list[Interval]:
    """The intervals of a range, exact where that can be; elsewhere searched, also for where `reached` changes.

    A limit leaves out the pieces that were not finished.

    Raises:
        NoSolutionError: a limit stopped a solve of the first piece before it had a plan.
    """
    begun, found = time.perf_counter(), list[Interval]()

    def left() -> SolveOptions:
        spent = time.perf_counter() - begun
        return replace(asked.options, time_limit=max(asked.options.time_limit - spent, 0.0))

    for piece in pieces(models, *between):
        try:
            known, rest = exact(models, piece, left(), asked.tell)
            for part in rest:
                known += searched(models, part, left(), asked.tell, reached)
        except NoSolutionError:
            if not found:
                raise
            return found  # what is known stays so
        found += sorted(known, key=lambda each: (each.low, each.high))
    return found


def _joined(found: list[Interval], reached: Reached) -> list[Interval]:
    """The intervals in order: those between which nothing changes as one, as far as they were found in the same way.

    Single values at which the cost is what it is right beside them are left out: only the model is another one.
    """
    joined: list[Interval] = []
    for at, each in enumerate(found):
        beside = [other for other in (found[max(at - 1, 0) : at] + found[at + 1 : at + 2]) if other.found]
        costs = [other.cost_low if other.low >= each.high else other.cost_high for other in beside]
        if each.low == each.high and each.found and any(_near(cost, each.cost_low) for cost in costs):
            continue
        if (
            joined
            and joined[-1].how is each.how
            and (_goes_on(joined[-1], each) or _split_only(joined[-1], each, reached))
        ):
            joined[-1] = joined[-1].through(each)
        else:
            joined.append(each)
    return joined


def _goes_on(left: Interval, right: Interval) -> bool:
    """Whether nothing changes from one interval to the next: neither the plan, nor what the number costs."""
    if left.outline is None or right.outline is None:
        return left.found == right.found
    return _on_a_line(left, right) and not difference(left.outline, right.outline)


def _split_only(left: Interval, right: Interval, reached: Reached) -> bool:
    """Whether two that were searched are on one line, so that only the range was split between them."""
    if left.how is How.EXACT or left.outline is None or right.outline is None:
        return False
    met = left.high == right.low and reached(left.outline) == reached(right.outline)
    return met and _on_a_line(left, right)


def _on_a_line(left: Interval, right: Interval) -> bool:
    steep = _near(left.cost_low + left.slope * (right.high - left.low), right.cost_high)
    return steep and _near(left.cost_high, right.cost_low)


def _near(one: float, two: float) -> bool:
    return abs(one - two) <= SAME * max(abs(one), abs(two))


def _change(left: Interval, right: Interval) -> Difference:
    """What changes from one interval to the next."""
    if left.outline is None or right.outline is None:
        return Difference(
            (), (), ("no plan before, one from here on" if right.found else "no plan from here on",)
        )
    return difference(left.outline, right.outline)


def _jump(left: Interval, right: Interval) -> float:
    """By how much the cost jumps from one interval to the next; nan where one has no plan."""
    if not (left.found and right.found):
        return np.nan
    step = right.cost_low - left.cost_high
    across = right.low - left.high
    return step if across == 0 and not _near(left.cost_high, right.cost_low) else 0.0


def _spans(intervals: list[Interval]) -> str:
    """From where to where, in words."""
    spans: list[list[float]] = []
    for each in intervals:
        if spans and each.low <= spans[-1][1]:
            spans[-1][1] = each.high
        else:
            spans.append([each.low, each.high])
    return ", ".join(f"from {low:.6g} to {high:.6g}" for low, high in spans)
