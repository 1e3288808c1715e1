"""One case of a sweep: solved by a session, and what is kept of its plan. Nothing that goes wrong in it is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from planner.errors import (
    AuditError,
    InfeasibleError,
    InstanceError,
    NoSolutionError,
    PlannerError,
    SolverError,
)
from planner.instance import Instance
from planner.plan import Plan
from planner.solve import SolveOptions, Status
from planner.study.grid import Case
from planner.study.session import Asking, Session
from planner.study.tables import locations_with

Outcome = Mapping[
    str, Any
]  # what is kept of a case, as JSON holds it; `code` is the exit code that stands for it

ERROR = "error"  # the status of a case without an answer
CODES = {Status.OPTIMAL: 0, Status.INFEASIBLE: InfeasibleError.exit_code}  # others were stopped by a limit


@dataclass(frozen=True, slots=True)
class Setup:
    """What all cases of a sweep have in common; `always` is asked in each, `base` the plan that it may keep."""

    instance: Instance
    options: SolveOptions
    always: tuple[Asking, ...] = ()
    base: Plan | None = None

    def session(self) -> Session:
        """A session for cases in any order: none of them has anything from another."""
        return Session(self.instance, self.options, self.base, learn=False)


Solved = Generator[tuple[Case, Outcome], None, None]  # in the order in which cases are done
Solve = Callable[[Setup, Sequence[Case]], Solved]


def outcome(session: Session, always: tuple[Asking, ...], case: Case) -> Outcome:
    """Solve a case; an error is an outcome too."""
    begun = time.perf_counter()
    try:
        found = _of(session.solve(*always, *case.asked))
    except Exception as error:
        found = failed(error)
    return {**found, "seconds": time.perf_counter() - begun}


def failed(error: Exception) -> Outcome:
    """The outcome of a case that ended with an error."""
    if isinstance(error, InstanceError):
        first, *more = error.problems
        text = f"{first}; and {len(more)} more" if more else str(first)
    elif isinstance(error, PlannerError):
        text = str(error)
    else:
        text = f"unexpected {type(error).__name__}: {error}"
    code = error.exit_code if isinstance(error, PlannerError) else SolverError.exit_code
    return {"status": ERROR, "error": " ".join(text.split()), "code": code, "seconds": 0.0}


def _of(plan: Plan) -> Outcome:
    code = CODES.get(plan.status, NoSolutionError.exit_code)
    kept: dict[str, Any] = {"status": plan.status.value, "stopped_by": plan.stopped_by, "code": code}
    if not plan.found:
        return kept
    kept |= {
        "gap": plan.gap if isfinite(plan.gap) else None,
        "objective": plan.objective,
        "expected_landed_cost": plan.expected_landed_cost,
        "penalty": plan.document["penalty"]["total"],
        "costs": plan.totals,
        "metrics": plan.metrics,
        "open": locations_with(plan.facilities, "usable"),
        "opened": locations_with(plan.facilities, "opening"),
        "closed": locations_with(plan.facilities, "closing"),
        "suppliers": locations_with(plan.contracts, "volume"),
    }
    if plan.audit is not None and not plan.audit["passed"]:
        finding = (plan.audit.get("findings") or [""])[0]
        kept |= {"error": f"the audit of the plan failed: {finding}", "code": AuditError.exit_code}
    return kept
