"""All ways to choose in a program, gone through choice by choice.

Those that share their first choices are left out together only where the LP, in which the other choices may be
fractions, is infeasible, or no cheaper than a way that was priced before, or dearer than the planner's plan.
"""

from __future__ import annotations

from math import inf

import numpy as np

from tests.laws.program import Program, run


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
        cost = run(solver)
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
