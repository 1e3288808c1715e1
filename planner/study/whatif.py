"""A what-if answered: the base plan, the plan of the other world, and what today's design would cost there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from planner.errors import InstanceError, Problem, gathered
from planner.instance import Instance, WhatIf, apply
from planner.study.compare import Comparison, outcomes, stacked
from planner.study.kept import refuse_unknown
from planner.study.session import Asking, Session, together
from planner.study.tables import replacing, write_tables

BASE, MARK = "base", "whatifs.csv"
INTERRUPT = "interrupt"


def whatif(session: Session, *asked: Asking) -> Comparison:
    """What changes, asked about together, do to the base plan of a session.

    Keeping today's design is priced too, unless the what-if keeps it anyway.

    Raises:
        InstanceError: nothing is asked, a change names what is not there or matches nothing, or its result is wrong.
        InfeasibleError: something of a base plan is to be kept that does not exist.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    question = together(asked)
    if not (question.changes or question.fix):
        raise InstanceError(
            [Problem("what-if", "changes nothing", expected="a change, or what is to be kept")]
        )
    if question.fix:
        session.base.raise_for_status()
    plan = session.solve(question)
    chosen_anew = session.base.found and plan.found and not question.fix.design
    kept = session.reprice(*question.changes) if chosen_anew else None
    return Comparison(session.base, plan, question, kept)


def whatifs(session: Session, asked: Sequence[WhatIf], tell: Callable[[str], None]) -> tuple[Comparison, ...]:
    """What each of several what-ifs, on its own, does to the base plan; those after an interrupt are left out.

    Raises:
        InstanceError: one of them cannot be asked; with all problems, before anything is solved.
        InfeasibleError: something of a base plan is to be kept that does not exist.
        SolverError: HiGHS failed, or its answer cannot be trusted.
        KeyboardInterrupt: the search for the base plan was interrupted.
    """
    refuse_unanswerable(session.instance, asked)
    tell("the base plan")
    if session.base.stopped_by == INTERRUPT:
        raise KeyboardInterrupt
    found: list[Comparison] = []
    for number, each in enumerate(asked, 1):
        tell(f"{number} of {len(asked)}: {each.name}")
        found.append(whatif(session, each))
        if found[-1].plan.stopped_by == INTERRUPT:
            break
    return tuple(found)


def refuse_unanswerable(instance: Instance, asked: Sequence[WhatIf]) -> None:
    """Refuse what cannot be asked of an instance or told apart, before anything is solved.

    Raises:
        InstanceError: with every problem of every what-if.
    """
    problems: list[Problem] = []
    names: set[str] = set()
    for each in asked:
        if each.name in names:
            problems.append(Problem(each.place, "the what-if is asked twice", each.name, "each name once"))
        if Path(each.name).name != each.name or each.name in (BASE, ".."):
            problems.append(
                Problem(each.place, "not a name for a folder", each.name, "a name such as usmca-lapses")
            )
        names.add(each.name)
        gathered(problems, apply, instance, each.changes)
        gathered(problems, refuse_unknown, each.fix, instance, each.place)
    if problems:
        raise InstanceError(problems)


def write(folder: Path, comparisons: Sequence[Comparison]) -> None:
    """Write the base plan, the plan of each what-if, and their comparison as tables; an older answer is replaced.

    Raises:
        StorageError: the folder holds something else, or cannot be written.
    """
    plans = {BASE: comparisons[0].base} | {each.whatif.name: each.plan for each in comparisons}
    tables = {name: stacked(comparisons, name) for name in comparisons[0].tables}
    with replacing(folder, MARK) as staging:
        write_tables(staging, tables | {Path(MARK).stem: outcomes(comparisons)})
        for name, plan in plans.items():
            if plan.found:
                plan.write(staging / name)
