"""What is wrong with the grid of a sweep, all of it before anything is solved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.errors import InstanceError, Problem
from planner.instance import Instance, apply
from planner.instance.changes import edited
from planner.study.grid import Axis, Case, beside_first
from planner.study.kept import refuse_unknown
from planner.study.session import Asking, together


def refuse_wrong(instance: Instance, axes: Sequence[Axis], always: tuple[Asking, ...] = ()) -> None:
    """Try each alternative of each axis once, where the other axes have their first one.

    `always` is asked in every case. What goes wrong only where other alternatives meet is left to their case.

    Raises:
        InstanceError: with every problem found.
    """
    first, *others = beside_first(axes)
    known = _problems(instance, (*always, *first.asked), whole=True)
    found = list(_placed(instance, known, axes, first))
    for case in others:
        problems = _problems(instance, (*always, *case.asked), whole=_at_an_end(axes, case))
        found.extend(_placed(instance, [each for each in problems if each not in known], axes, case))
    if found:
        raise InstanceError(list(dict.fromkeys(found)))


def _at_an_end(axes: Sequence[Axis], case: Case) -> bool:
    """Whether to check whole tables: what holds for two amounts holds for those between."""
    (axis, label), *_ = case.differs(axes)
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


def _placed(
    instance: Instance, problems: Sequence[Problem], axes: Sequence[Axis], case: Case
) -> Iterator[Problem]:
    """With the alternative in front of a place that does not say it."""
    words = ", ".join(
        axis.at(label) for axis, label in case.differs(axes) or zip(axes, case.labels, strict=True)
    )
    for problem in problems:
        in_a_table = problem.place.partition(":")[0] in instance.files.values()
        yield replace(problem, place=f"--vary {words}: {problem.place}") if in_a_table else problem
