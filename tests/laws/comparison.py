"""The planner's optimum of a random case, and when two optima are the same."""

from __future__ import annotations

from functools import cache
from math import inf, isclose

from planner.errors import InstanceError
from planner.network import build
from planner.solve import SolveOptions, solve
from tests.laws.program import Program
from tests.laws.random_instances import Case, generate
from tests.laws.second_formulation import formulate


def planned(case: Case) -> float:
    """What the planner's best plan costs; inf where it says that there is none.

    Valid input is refused by the network only where a demand that must be met cannot be.
    """
    instance = case.instance()
    try:
        data = build(instance)
    except InstanceError as error:
        if all("nothing can reach" in problem.message for problem in error.problems):
            return inf
        raise
    return solve(data, SolveOptions(gap=0.0, confirm=False)).solution.objective


def written_again(case: Case) -> Program:
    return formulate(case.tables, case.settings)


def same(one: float, other: float) -> bool:
    return one == other or isclose(one, other, rel_tol=1e-6, abs_tol=1e-6)


@cache
def tiny_optimum(seed: int) -> float:
    """By the second formulation."""
    return tiny_program(seed).least()


@cache
def tiny_program(seed: int) -> Program:
    return written_again(tiny(seed))


@cache
def tiny(seed: int) -> Case:
    return generate(seed, "tiny")
