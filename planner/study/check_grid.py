"""What is wrong with the grid of a sweep, all of it before anything is solved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.errors import InstanceError, Problem
from planner.instance import Instance, apply
from planner.instance.changes import edited
from planner.study.grid import Axis, Case, beside_first
from planner.study.kept import refuse_unknown
from planner.study.outcomes import FIXED
from planner.study.session import Asking, together


def refuse_wrong(instance: Instance, axes: Sequence[Axis], always: tuple[Asking, ...] = ()) -> None:
    """Try each alternative of each axis once, where the other axes have their first one.

    `always` is asked in every case. What goes wrong only where other alternatives meet is left to their case.

    Raises:
        InstanceError: with every problem found.
    """
    taken = [axis.name for axis in axes if axis.name in FIXED]
    if taken:
        raise InstanceError(
            [Problem(f"--vary {name}", "a column of the outcomes has that name") for name in taken]
        )
    trials = list(beside_first(axes))
    at_ends = [_at_an_end(axes, case) for case in trials]
    ends = [at for at, end in enumerate(at_ends) if end]
    middle = [at for at, end in enumerate(at_ends) if not end]
    found: dict[int, Sequence[Problem]] = {
        at: _problems(instance, (*always, *trials[at].asked), whole=True) for at in ends
    }
    # what holds for two amounts holds for those between, so that these need no check of whole tables
    wrong = any(found.values())
    found |= {at: _problems(instance, (*always, *trials[at].asked), whole=wrong) for at in middle}
    said = [
        problem for at in sorted(found) for problem in _new(instance, axes, trials[at], found[at], found[0])
    ]
    if said:
        raise InstanceError(list(dict.fromkeys(said)))


def _at_an_end(axes: Sequence[Axis], case: Case) -> bool:
    """Whether it is the first case, or its value is the least or largest of several amounts, or no amount."""
    differs = case.differs(axes)
    if not differs:
        return True
    axis, label = differs[0]
    numbers = axis.numbers
    return numbers is None or float(label) in (min(numbers), max(numbers))


def _problems(instance: Instance, asked: tuple[Asking, ...], *, whole: bool) -> Sequence[Problem]:
    problems: list[Problem] = []
    try:
        whatif = together(asked)
        refuse_unknown(whatif.fix, instance, whatif.place)
        if whole:
            apply(instance, whatif.changes)
        else:
            edited(instance, whatif.changes, problems)
    except InstanceError as error:
        return error.problems
    return problems


def _new(
    instance: Instance,
    axes: Sequence[Axis],
    case: Case,
    problems: Sequence[Problem],
    known: Sequence[Problem],
) -> Iterator[Problem]:
    """What the first case does not have, with the alternative in front of a place that does not say it."""
    differs = case.differs(axes)
    words = ", ".join(axis.at(label) for axis, label in differs or zip(axes, case.labels, strict=True))
    for problem in problems:
        in_a_table = problem.place.partition(":")[0] in instance.files.values()
        if not differs or problem not in known:
            yield replace(problem, place=f"--vary {words}: {problem.place}") if in_a_table else problem
