"""The plan of a design at a value of a number: its linear program solved once more, as tables, and audited."""

from __future__ import annotations

from planner.errors import SolverError
from planner.instance import written
from planner.plan import Plan, assemble, audited
from planner.recompute import audit_block
from planner.solve import Solution, SolveOptions, Status, reprice
from planner.solve.arrays import Arrays, Floats, relative_gap
from planner.solve.attempt import fix, objective_of, turnover
from planner.solve.outcome import values_of
from planner.solve.settle import settled
from planner.study.afterwards import priced
from planner.study.envelope import SAME
from planner.study.outline import Outline, outline
from planner.study.valued import At, Models

CONFIRMED = "as a plan of a study over values, by the bounds of several solves"


def designed(at: At, x: Floats) -> Arrays:
    """The linear program of the design of a solution."""
    return fix(settled(at.compiled, at.data, values_of(at.compiled, x)), x)


def outlined(at: At, x: Floats) -> Outline:
    """The outline of a solution."""
    locations = at.instance.tables["locations"]
    countries = dict(zip(locations["location"], locations["country"], strict=True))
    return outline(at.data, values_of(at.compiled, x), countries)


def planned(
    models: Models, value: float, said: tuple[float, Floats], bound: float, options: SolveOptions
) -> Plan:
    """The audited plan of the design of a solution at a value, where nothing is cheaper than `bound`.

    `said` are its cost there, and the solution.

    Raises:
        SolverError: it costs something else, so that the number does not enter the model as it seemed to.
    """
    at, (cost, x) = models.at(value), said
    objective = objective_of(at.arrays, x)
    if abs(objective - cost) > SAME * max(turnover(at.arrays, x), 1.0):
        raise SolverError(
            f"where the number is {value:.10g} the plan costs {objective:.10g}, and not {cost:.10g} as its line says: "
            "please report this instance"
        )
    gap = relative_gap(objective, bound)
    status = Status.OPTIMAL if gap <= options.gap else Status.FEASIBLE
    solution = Solution(
        status,
        x,
        objective,
        bound,
        gap,
        stopped_by="" if status is Status.OPTIMAL else "time limit",
        confirmed=CONFIRMED,
    )
    outcome = reprice(at.data, at.compiled, solution, {"build": 0.0, "solve": 0.0}, options.gap)
    plan = assemble(at.instance, at.data, outcome, changes=written(models.number.change(value)))
    return audited(priced(plan.with_(asked={"gap": options.gap})), audit_block)
