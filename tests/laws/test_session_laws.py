"""A session answers as a solve from the start does, whatever was asked of it before, in any order, there and back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import planner
from planner.errors import InstanceError
from planner.instance import TABLES, Change, apply
from planner.solve import SolveOptions, Status
from planner.solve.price import fixed
from planner.solve.retained import Retained
from planner.study.design import design_of
from planner.study.patches import PATCHES, built
from planner.study.session import Session
from tests.laws import random_instances, random_trade
from tests.laws.comparison import same

GAP = 1e-6
CASES = [
    (kind, size, seed)
    for kind in (random_instances, random_trade)
    for size in ("tiny", "medium")
    for seed in range(6)
]
NUMBERS = (
    *PATCHES,
    ("offers", "unit_cost"),
    ("lanes", "unit_cost"),
    ("demand", "shortage_cost"),
    ("facilities", "fixed_cost"),
)
FACTORS = (0.5, 0.9, 1.0, 1.2, 3.0)

pytestmark = pytest.mark.slow
searched = settings(deadline=None, suppress_health_check=list(HealthCheck))


@cache
def session(case: int) -> Session | None:
    """One session for all sequences about an instance: what was asked before must not matter."""
    kind, size, seed = CASES[case]
    asked = Session(kind.generate(seed, size).instance(), SolveOptions(gap=GAP, confirm=False))
    return asked if asked.base.found else None


@st.composite
def change(draw: st.DrawFn, instance: planner.Instance) -> Change:
    """A number of one row, or of all rows, times a factor."""
    there = [(table, name) for table, name in NUMBERS if instance.tables[table][name].notna().any()]
    table, name = draw(st.sampled_from(there))
    frame = instance.tables[table]
    row = draw(st.integers(-1, len(frame) - 1))
    where = {} if row < 0 else {key: frame[key].iloc[row] for key in TABLES[table].key}
    return Change(table, where, multiply={name: draw(st.sampled_from(FACTORS))})


@st.composite
def sequence(draw: st.DrawFn) -> tuple[Session, list[list[Change]]]:
    """A session, and what is asked of it one after the other, up to two changes at a time."""
    asked = session(draw(st.sampled_from([case for case in range(len(CASES)) if session(case)])))
    assert asked is not None
    some = st.lists(change(asked.instance), min_size=1, max_size=2)
    return asked, draw(st.lists(some, min_size=1, max_size=3))


def asked_before(ask: Callable[..., object], questions: list[list[Change]]) -> None:
    """Ask what comes before the last question; what leaves no instance is refused."""
    for changes in questions[:-1]:
        with suppress(InstanceError):
            ask(*changes)


@settings(searched, max_examples=40)
@given(sequence())
def test_a_design_repriced_costs_what_it_costs_from_the_start(asked):
    """Condition: none; where the changes leave no instance, both say so. Without changes it is the base plan again."""
    kept, questions = asked
    asked_before(kept.reprice, questions)
    try:
        known = built(apply(kept.instance, questions[-1]))
    except InstanceError:
        with pytest.raises(InstanceError):
            kept.reprice(*questions[-1])
        return
    cold = Retained(fixed(known.compiled, known.data, design_of(kept.base, known.data))).solve()
    found = kept.reprice(*questions[-1])
    assert found.status is cold.status
    assert found.status is Status.INFEASIBLE or same(found.objective, cold.objective)
    assert same(kept.reprice().objective, kept.base.objective)


@settings(searched, max_examples=10)
@given(sequence())
def test_a_plan_of_a_session_is_that_of_a_solve_from_the_start(asked):
    """Condition: none. The first answer is a plan of the same instance, its bound below the optimum."""
    kept, questions = asked
    asked_before(partial(kept.solve, prove=False), questions)
    try:
        cold = planner.solve(apply(kept.instance, questions[-1]), gap=GAP, confirm=False, audited=False)
    except InstanceError:
        return
    heard: list[planner.Plan] = []
    plan = kept.solve(*questions[-1], on_first=heard.append)
    assert plan.found == cold.found
    if plan.found:
        assert same(plan.objective, cold.objective)
        assert plan.audit is not None
        assert plan.audit["passed"]
    for first in heard:
        assert first.bound <= cold.objective * (1 + 1e-6) + 1e-6
        assert first.objective >= cold.bound * (1 - 1e-6) - 1e-6
