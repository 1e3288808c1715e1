"""A session answers as a solve from the start does, whatever was asked of it before, in any order, there and back."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import planner
from planner.errors import InstanceError
from planner.instance import TABLES, Change, apply
from planner.solve import SolveOptions, Status
from planner.solve.price import fixed
from planner.solve.retained import Retained
from planner.solve.run import Run
from planner.study.design import design_of
from planner.study.edits import edits
from planner.study.patches import PATCHES, built, patched
from planner.study.session import Session
from tests.laws import random_instances, random_trade
from tests.laws.comparison import same
from tests.laws.random_resilience import weighed

GAP = 1e-6
penalised = SimpleNamespace(generate=lambda seed, size: weighed(random_trade.generate(seed, size), seed))
CASES = [
    (kind, size, seed)
    for kind in (random_instances, random_trade)
    for size in ("tiny", "medium")
    for seed in range(3)
]
CASES += [(penalised, "tiny", seed) for seed in range(2)]
REBUILT = (  # what a patch knows nothing of, so that the network is built again, as it is to check the answer
    ("offers", "unit_cost"),
    ("lanes", "unit_cost"),
    ("demand", "shortage_cost"),
    ("facilities", "fixed_cost"),
)
FACTORS = (0.5, 0.9, 1.0, 1.2, 3.0)
QUESTIONS = 6

pytestmark = pytest.mark.slow
searched = settings(deadline=None, suppress_health_check=list(HealthCheck))


@cache
def session(case: int) -> Session | None:
    """One session for all sequences about an instance: what was asked before must not matter."""
    kind, size, seed = CASES[case]
    asked = Session(kind.generate(seed, size).instance(), SolveOptions(gap=GAP, confirm=False))
    return asked if asked.base.found else None


@cache
def questions(case: int) -> tuple[tuple[Change, ...], ...]:
    """What may be asked about an instance: numbers of one row, or of all rows, times a factor; two changes at most.

    All but one of them are patches where there are so many: what is built again knows nothing of what came before.
    """
    asked, rng = session(case), Random(case)
    assert asked is not None
    drawn = [tuple(change(asked.instance, rng) for _ in range(rng.choice((1, 1, 2)))) for _ in range(40)]
    known_first = sorted(drawn, key=lambda changes: not patches(asked, changes))
    return (*known_first[: QUESTIONS - 1], drawn[0])


def patches(asked: Session, changes: tuple[Change, ...]) -> bool:
    """Whether a loaded program follows the changes."""
    try:
        numbers = edits(asked.instance, changes)
        return numbers is not None and patched(asked._built, numbers) is not None
    except InstanceError:
        return False


def change(instance: planner.Instance, rng: Random) -> Change:
    """A number of one row, or of all rows, times a factor."""
    numbers = REBUILT if rng.random() < 0.1 else tuple(PATCHES)
    there = [(table, name) for table, name in numbers if instance.tables[table][name].notna().any()]
    table, name = rng.choice(there)
    frame = instance.tables[table]
    row = rng.randrange(-1, len(frame))
    where = {} if row < 0 else {key: frame[key].iloc[row] for key in TABLES[table].key}
    return Change(table, where, multiply={name: rng.choice(FACTORS)})


@st.composite
def sequence(draw: st.DrawFn) -> tuple[int, list[int]]:
    """An instance, and the questions that are asked about it one after the other, some of them again."""
    case = draw(st.sampled_from([case for case in range(len(CASES)) if session(case)]))
    return case, draw(st.lists(st.integers(0, QUESTIONS - 1), min_size=3, max_size=4))


@cache
def repriced(case: int, question: int) -> Run | None:
    """The design of the base plan after a change, its linear program built and solved from the start."""
    asked = session(case)
    assert asked is not None
    try:
        known = built(apply(asked.instance, questions(case)[question]))
    except InstanceError:
        return None
    return Retained(fixed(known.compiled, known.data, design_of(asked.base, known.data))).solve()


@cache
def cold(case: int, question: int) -> planner.Plan | None:
    """The plan of the changed instance, solved from the start."""
    asked = session(case)
    assert asked is not None
    try:
        changed = apply(asked.instance, questions(case)[question])
        return planner.solve(changed, gap=GAP, confirm=False, audited=False)
    except InstanceError:
        return None


@settings(searched, max_examples=150)
@given(sequence())
def test_a_design_repriced_costs_what_it_costs_from_the_start(asked):
    """Condition: none; where the changes leave no instance, both say so. Without changes it is the base plan again.

    Every answer of a sequence is looked at, 500 and more in all.
    """
    case, order = asked
    kept = session(case)
    for question in order:
        known = repriced(case, question)
        if known is None:
            with pytest.raises(InstanceError):
                kept.reprice(*questions(case)[question])
            continue
        found = kept.reprice(*questions(case)[question])
        assert found.status is known.status
        assert found.status is Status.INFEASIBLE or same(found.objective, known.objective)
    assert same(kept.reprice().objective, kept.base.objective)


@settings(searched, max_examples=12)
@given(sequence())
def test_a_plan_of_a_session_is_that_of_a_solve_from_the_start(asked):
    """Condition: none. The first answer is a plan of the same instance, its bound below the optimum."""
    case, order = asked
    kept = session(case)
    for question in order[:-1]:
        with suppress(InstanceError):
            kept.solve(*questions(case)[question], prove=False)
    known = cold(case, order[-1])
    if known is None:
        with pytest.raises(InstanceError):
            kept.solve(*questions(case)[order[-1]])
        return
    heard: list[planner.Plan] = []
    plan = kept.solve(*questions(case)[order[-1]], on_first=heard.append)
    assert plan.found == known.found
    if plan.found:
        assert same(plan.objective, known.objective)
        assert plan.audit is not None
        assert plan.audit["passed"]
    for first in heard:
        assert first.bound <= known.objective * (1 + 1e-6) + 1e-6
        assert first.objective >= known.bound * (1 - 1e-6) - 1e-6
