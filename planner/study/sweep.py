"""A sweep: one instance at every point of a grid of changes, in parallel and resumable, with one table of outcomes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from math import isfinite, isnan, nan
from pathlib import Path
from typing import Any

import pandas as pd

from planner.instance import Fix, Instance, WhatIf
from planner.plan import Plan
from planner.plan.versions import versions
from planner.plan.write import read as read_plan
from planner.plan.write import write_table
from planner.solve import SolveOptions
from planner.study import journal
from planner.study.cases import ERROR, Outcome, Setup, Solve
from planner.study.check_grid import refuse_wrong
from planner.study.grid import Axis, Case, cases
from planner.study.journal import Journal
from planner.study.outcomes import table
from planner.study.session import Session, together
from planner.study.sweep_pictures import pictures
from planner.study.tables import replace_file

BASE = "base"  # the folder of the plan of which cases keep something


@dataclass(frozen=True, slots=True)
class Moment:
    """How far a sweep is: cases done of all, how many of them are errors; seconds gone, and left (nan: unknown)."""

    done: int
    total: int
    errors: int
    seconds: float
    left: float

    def __str__(self) -> str:
        errors = f", {self.errors:,} with errors" if self.errors else ""
        left = "" if isnan(self.left) else f", about {_duration(self.left)} left"
        return f"{self.done:,} of {self.total:,} cases{errors}; {_duration(self.seconds)} gone{left}"


Tell = Callable[[Moment], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What a sweep is about: what is varied in the instance, what every case keeps of its plan, how each is solved."""

    instance: Instance
    axes: tuple[Axis, ...]
    fix: Fix
    options: SolveOptions

    @property
    def always(self) -> tuple[WhatIf, ...]:
        """What is asked in every case."""
        return (WhatIf("", fix=self.fix, place="--fix"),) if self.fix else ()

    @property
    def keeps(self) -> bool:
        """Whether any case keeps something of the base plan."""
        asked = (each.asked for axis in self.axes for each in axis.alternatives)
        return bool(self.fix) or any(isinstance(each, WhatIf) and bool(each.fix) for each in asked)

    @property
    def identity(self) -> dict[str, Any]:
        """All that the outcomes depend on, as JSON holds it: what a journal is about."""
        options, used = self.options, versions()
        varied = {
            f"--vary {number}": [
                axis.name,
                *(
                    [each.label, *together((each.asked,) if each.asked else ()).words]
                    for each in axis.alternatives
                ),
            ]
            for number, axis in enumerate(self.axes, 1)
        }
        return {
            "the instance": self.instance.sha256,
            **varied,
            "--fix": list(self.fix.words),
            "the gap": options.gap,
            "the time limit": options.time_limit if isfinite(options.time_limit) else 0,
            "the seed": options.seed,
            "the second solve": options.confirm,
            "the planner": used["planner"],
            "HiGHS": used["highs"],
        }


@dataclass(frozen=True, eq=False)
class Sweep:
    """The outcome of every case that is done, by number; `interrupted` by Ctrl-C before all were."""

    question: Question
    cases: tuple[Case, ...]
    finished: Mapping[int, Outcome]
    interrupted: bool

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """A row for each case that is done: see `planner.study.outcomes.table`."""
        return table(self.question.axes, self.cases, self.finished)

    @property
    def document(self) -> dict[str, Any]:
        """The sweep as JSON holds it."""
        instance = self.question.instance
        return {
            "format": 1,
            "instance": {"name": instance.settings.instance.name, "sha256": instance.sha256},
            "varied": {axis.name: axis.numbers or axis.labels for axis in self.question.axes},
            "fix": list(self.question.fix.words),
            "interrupted": self.interrupted,
            "cases": [
                {"case": case.number, "varied": dict(zip(self._names, case.labels, strict=True))}
                | dict(self.finished[case.number])
                for case in self.cases
                if case.number in self.finished
            ],
        }

    def pictures(self) -> dict[str, str]:
        """SVG by name: a line for one varied quantity, a heat map for each pair of several."""
        unit = self.question.instance.settings.instance.currency
        return pictures(self.question.axes, self.cases, self.finished, unit)

    def write(self, folder: str | Path) -> None:
        """Write outcomes.csv and the pictures, each whole or not at all.

        Raises:
            StorageError: they cannot be written.
        """
        folder = Path(folder)
        for name, drawn in self.pictures().items():
            replace_file(folder / f"{name}.svg", partial(Path.write_text, data=drawn, encoding="utf-8"))
        replace_file(folder / "outcomes.csv", partial(write_table, self.outcomes))

    @property
    def _names(self) -> list[str]:
        return [axis.name for axis in self.question.axes]


def sweep(question: Question, solve: Solve, folder: Path | None = None, tell: Tell | None = None) -> Sweep:
    """Solve every case of a grid; what a journal in `folder` has already is not solved again, errors aside.

    Each case is written to the journal as it is done, the table and the pictures at the end. Ctrl-C ends the sweep
    with what is done. No case depends on what was solved before it, so that a sweep that was stopped and resumed has
    the outcomes of one that was not, the seconds aside, unless a time limit cuts cases short.

    Args:
        question: what is varied, and how.
        solve: where the cases are solved: `workers.in_processes` or `cluster.on_cluster`.
        folder: new, or that of the same sweep; None to write nothing.
        tell: is called with how far it is.

    Raises:
        InstanceError: something is wrong with an alternative; with all problems, before anything is solved.
        InfeasibleError, NoSolutionError: there is no base plan of which cases could keep anything.
        StorageError: the folder holds something else, another sweep, or one that is running; or cannot be written.
        SolverError: no process could be started.
    """
    refuse_wrong(question.instance, question.axes, question.always)
    grid = tuple(cases(question.axes))
    with journal.opened(folder, question.identity) as kept:
        running = _Running(question, grid, kept, tell or (lambda _: None))
        try:
            running.run(solve, folder)
            interrupted = False
        except KeyboardInterrupt:
            interrupted = True
        found = Sweep(question, grid, running.outcomes, interrupted)
        if folder is not None:
            found.write(folder)
    return found


class _Running:
    """The cases that are left, and what is known of the others."""

    def __init__(self, question: Question, grid: tuple[Case, ...], kept: Journal, tell: Tell) -> None:
        self.question, self.grid, self.kept, self.tell = question, grid, kept, tell
        self.outcomes = journal.done(kept.outcomes)
        self.new = self.errors = 0
        self.begun = self.first = time.perf_counter()

    def run(self, solve: Solve, folder: Path | None) -> None:
        """Solve what is left."""
        self.tell(self._moment())
        left = [case for case in self.grid if case.number not in self.outcomes]
        if not left:
            return
        question = self.question
        base = _base(question, folder) if question.keeps else None
        setup = Setup(question.instance, question.options, question.always, base)
        with closing(solve(setup, left)) as solved:
            for case, outcome in solved:
                self.kept.keep(case.number, outcome)
                self._count(case, outcome)
                self.tell(self._moment())

    def _count(self, case: Case, outcome: Outcome) -> None:
        self.outcomes[case.number] = outcome
        self.new += 1
        self.errors += outcome["status"] == ERROR
        if self.new == 1:
            self.first = time.perf_counter()

    def _moment(self) -> Moment:
        now, left = time.perf_counter(), len(self.grid) - len(self.outcomes)
        # the first case has waited for the processes to start, so that it says nothing about the others
        each = (now - self.first) / (self.new - 1) if self.new > 1 else nan
        return Moment(len(self.outcomes), len(self.grid), self.errors, now - self.begun, each * left)


def _base(question: Question, folder: Path | None) -> Plan:
    """The plan of the instance as it is; the same one whenever the sweep is resumed."""
    kept = folder / BASE if folder is not None else None
    if kept is not None and kept.exists():
        return read_plan(kept)
    plan = Session(question.instance, question.options).base
    if plan.stopped_by == "interrupt":
        raise KeyboardInterrupt
    plan.raise_for_status()
    if kept is None:
        return plan
    plan.write(kept)
    return read_plan(kept)


def _duration(seconds: float) -> str:
    """`42 s`, `3 min 5 s`, `2 h 10 min`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
