"""One solve from an instance to its audited plan: the step that every study repeats."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from planner.errors import InstanceError
from planner.instance import Instance
from planner.instance.extremes import most_extreme
from planner.instance.settings import overridden
from planner.network import build
from planner.plan import Plan, assemble, audited
from planner.recompute import audit_block
from planner.solve import Extend, Outcome, OutOfRangeError, Progress, SolveOptions, solve
from planner.solve.hold import Hold
from planner.study.afterwards import priced
from planner_models.data import Data

SEARCH = ("gap", "time_limit", "threads", "seed")


def options_of(instance: Instance, settings: Mapping[str, Any] = MappingProxyType({})) -> SolveOptions:
    """The instance's solver settings, some of them overridden; a time limit of 0 is none.

    Raises:
        InstanceError: a setting that is not valid.
    """
    asked = overridden(
        instance.settings.solver, {key: value for key, value in settings.items() if key in SEARCH}
    )
    return SolveOptions(
        gap=asked.gap,
        time_limit=asked.time_limit or float("inf"),
        threads=asked.threads,
        seed=asked.seed,
        confirm=settings.get("confirm", True),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """How one instance is solved: the options, and what else goes with it.

    `extend` adds rows of the user's own, `hold` says which decisions are taken already (see `solve.hold`), `changes`
    what was changed in the instance, in words; `write_model` also writes the model, `seconds` are spent already.
    """

    options: SolveOptions = field(default_factory=SolveOptions)
    extend: Extend | None = None
    hold: Callable[[Data], Hold] | None = None
    progress: Callable[[Progress], None] | None = None
    write_model: Path | None = None
    changes: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def solved(instance: Instance, asked: Asked | None = None) -> tuple[Plan, Outcome]:
    """The best plan of an instance, its scenarios of probability 0 priced, not audited yet; and what the solve said.

    Raises:
        InstanceError: the instance, or figures too far apart; with all `problems`.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    asked = asked or Asked()
    begun = time.perf_counter()
    data = build(instance)
    built = time.perf_counter() - begun
    hold = asked.hold(data) if asked.hold else None
    try:
        outcome = solve(data, asked.options, asked.extend, asked.progress, asked.write_model, hold)
    except OutOfRangeError as error:
        if asked.extend is not None:  # the rows of the user are no table's
            raise
        raise InstanceError([most_extreme(instance, str(error))]) from error
    spent = {**asked.seconds, "build": built + outcome.seconds.get("build", 0.0)}
    plan = assemble(instance, data, outcome, spent, asked.changes).with_(
        asked={
            "gap": asked.options.gap,
            "confirm": asked.options.confirm,
            "extended": asked.extend is not None,
        }
    )
    return (priced(plan) if plan.found else plan), outcome


def with_audit(plan: Plan) -> Plan:
    """The plan with its audit, if there is a plan."""
    return audited(plan, audit_block) if plan.found else plan
