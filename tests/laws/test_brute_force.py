"""Every design of a tiny instance priced by an LP: the cheapest is what the planner finds.

A design says what is open, held, used, set up, assigned and qualified. The designs are gone through choice by
choice; those that share their first choices are left out together only where the LP, in which the other
choices may be fractions, is infeasible, or no cheaper than a design that was priced before, or dearer than the
planner's plan.

Each table and column that may be left out matters: without it the optimum is another, in 20 cases at least.
"""

from functools import partial
from itertools import islice
from math import inf

import numpy as np
import pytest

from tests.laws.columns import DROPS, dropped
from tests.laws.comparison import planned, same, tiny, tiny_optimum, tiny_program, written_again
from tests.laws.program import Program, run_lp

CASES = 360
CHUNK = 20
BINDING = 20


def cheapest(program: Program, known: float) -> float:
    """The least cost over all designs; inf if all cost more than a known design is said to."""
    solver, binary = program.highs(integer=False), program.binary
    upper = [program.upper[column] for column in binary]
    best, priced = known + 1e-6 * max(1.0, abs(known)), False
    begun: list[dict[int, int]] = [{}]
    while begun:
        fixed = begun.pop()
        for choice, column in enumerate(binary):
            low, high = (fixed[choice],) * 2 if choice in fixed else (0.0, upper[choice])
            solver.changeColBounds(column, low, high)
        cost = run_lp(solver)
        if cost == inf or cost > best or (priced and cost >= best - 1e-7 * abs(best)):
            continue
        found = np.array(solver.getSolution().col_value)[binary]
        undecided = np.abs(found - found.round())
        undecided[list(fixed)] = 0.0
        if undecided.max(initial=0.0) < 1e-9:
            best, priced = cost, True
            continue
        choice = int(undecided.argmax())
        likely = round(found[choice])
        begun += [{**fixed, choice: 1 - likely}, {**fixed, choice: likely}]
    return best if priced else inf


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, CASES, CHUNK))
def test_no_design_is_cheaper_than_the_planner(first):
    for seed in range(first, first + CHUNK):
        plan = planned(tiny(seed))
        assert same(plan, cheapest(written_again(tiny(seed)), plan)), seed


@pytest.mark.slow
@pytest.mark.parametrize("name", DROPS)
def test_what_may_be_left_out_matters(name):
    binding = sum(1 for _ in islice(filter(partial(changes, name), range(CASES)), BINDING))
    assert binding == BINDING, f"without {name} only {binding} optima change"


def changes(name: str, seed: int) -> bool:
    """Whether the optimum of a case is another without a table, column or setting."""
    without = dropped(tiny(seed), name)
    if without is None:
        return False
    program = written_again(without)
    return program != tiny_program(seed) and not same(tiny_optimum(seed), program.least())
