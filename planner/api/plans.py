"""Instances and single plans: check, solve, explain, compare, and write."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from planner.api.given import instance_of, plan_of
from planner.api.settings import Settings, options_for, refuse_unknown
from planner.errors import Problem
from planner.instance import Instance
from planner.plan import Plan
from planner.recompute import audit_block
from planner.solve import Progress

if TYPE_CHECKING:
    import pyomo.environ as pyo

    from planner.instance import Fix
    from planner.study.compare import Comparison
    from planner_models import Data


def check(instance: Instance | str | Path) -> tuple[Problem, ...]:
    """The warnings about a valid instance, those of its network too.

    Raises:
        InstanceError: bad input; its `problems` are all that is wrong.
    """
    from planner.network import examined

    checked = instance_of(instance)
    return tuple(dict.fromkeys(checked.warnings + examined(checked)[1]))


def solve(
    instance: Instance | str | Path,
    *,
    folder: str | Path | None = None,
    audited: bool = True,
    extend: Callable[[pyo.ConcreteModel, Data], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
    **settings: Unpack[Settings],
) -> Plan:
    """The best plan for an instance, audited, and written to `folder` if one is given.

    `extend` may add the user's own Pyomo constraints to the model before it is solved (`variables` says which of
    its variables is which); `progress` is called about ten times a second. Whether there is a plan, and how good
    it is, is in `plan.status`.

    Raises:
        InstanceError: bad input, a setting that is not valid, or figures too far apart; with all `problems`.
        SolverError: HiGHS failed, or its answer cannot be trusted.
        StorageError: the folder is refused or cannot be written.
    """
    from planner.plan import refuse_unwritable
    from planner.plan import write as write_plan
    from planner.solve.export import keep_dispute, refuse_path
    from planner.study.solved import Asked, solved, with_audit

    begun = time.perf_counter()
    if folder is not None:
        refuse_unwritable(Path(folder))
    refuse_unknown(settings, solve, Settings)
    if "write_model" in settings:
        refuse_path(Path(settings["write_model"]))
    to_solve = instance_of(instance)
    asked = Asked(
        options=options_for(to_solve, settings),
        extend=extend,
        progress=progress,
        write_model=Path(settings["write_model"]) if "write_model" in settings else None,
        changes=settings.get("changes", ()),
        seconds={"read": time.perf_counter() - begun + settings.get("seconds_read", 0.0)},
    )
    plan, outcome = solved(to_solve, asked)
    if folder is not None:
        keep_dispute(outcome, Path(folder))
    if plan.found and folder is not None:
        return write_plan(plan, Path(folder), audit_block if audited else None, _additions(settings))
    return with_audit(plan) if audited else plan


def _additions(settings: Settings) -> list[Callable[[Plan, Path], None]]:
    """What is written into the folder of a plan beside its tables."""
    from planner.report import add_report
    from planner.report.excel import add_workbook

    wanted = {add_report: settings.get("report", True), add_workbook: settings.get("xlsx", False)}
    return [add for add, asked in wanted.items() if asked]


def explain(plan: Plan | str | Path, topic: str | Path | Plan = "", *, fix: Fix | None = None) -> str:
    """A plan, or the folder of one, in plain words with figures.

    `topic` is `duty`, `origin`, `relief` or `binding`, all of them where blank; `facility:` and a location, which
    solves the plan with that facility the other way; `supplier:` and a location, what it would have to charge to win
    (see `winning`; `fix` says what is kept of the plan); or another plan: what drives the difference to it.

    Raises:
        InstanceError: there is no such topic, or nothing that it could keep.
        NoSolutionError: a limit stopped a solve about a supplier before it had a plan.
        StorageError: it is not a plan folder.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    from planner.plan.write import is_plan
    from planner.report import difference
    from planner.report import explain as in_words

    read = plan_of(plan)
    if not fix and (isinstance(topic, Plan) or is_plan(Path(topic))):
        return difference(read, plan_of(topic))
    return in_words(read, str(topic), fix)


def compare(base: Plan | str | Path, plan: Plan | str | Path) -> Comparison:
    """A plan against a base plan, or the folders of both: cost bridge, what opened, closed and moved, how sure it is.

    See `planner.study.compare.Comparison` for its tables.

    Raises:
        InstanceError: they count in different currencies.
        StorageError: one is not a plan folder.
    """
    from planner.study.compare import compare as side_by_side

    return side_by_side(plan_of(base), plan_of(plan))


def model(instance: Instance | str | Path) -> pyo.ConcreteModel:
    """The Pyomo model of an instance, to read, to print or to hand to a solver of your own.

    Its families are templates: a true Pyomo row is made when it is asked for, all of them when it is written.

    Raises:
        InstanceError: bad input; its `problems` are all that is wrong.
    """
    from planner.network import build
    from planner_models import build_model

    built = build_model(build(instance_of(instance)))
    built.objective.write_out()
    return built


def new(target: str | Path, source: str | Path = "") -> Path:
    """Write an instance to start from: a folder with COLUMNS.md, which explains every column, or an .xlsx workbook.

    `source` is a shipped name, or an instance or plan of your own: so a folder becomes a workbook, and a workbook a
    folder. Without it a folder is a copy of `starter`, and a workbook has an example in every sheet. What is shipped
    is renamed after its target, if that can be the name of an instance; what is your own stays the same to the bit.

    Raises:
        InstanceError: the source is no valid instance, or a cell of it is too large for a workbook.
        StorageError: there is something at the target already, or it cannot be written.
    """
    from planner.instance.begin import begin

    return begin(Path(target), source)


def workbook(plan: Plan | str | Path, path: str | Path) -> Path:
    """Write a plan, or the folder of one, as an .xlsx workbook: a summary with charts, and a sheet per table.

    A workbook that is there already is replaced. (For an instance: `instance.write("book.xlsx")`.)

    Raises:
        InfeasibleError, NoSolutionError: there is no plan.
        StorageError: it is not a plan folder, or the file cannot be written.
    """
    from planner.report.excel import write_workbook

    write_workbook(plan_of(plan), Path(path))
    return Path(path)
