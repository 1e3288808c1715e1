"""What users hand over: an instance or where it is, a plan or its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planner.api.settings import Search, options_for
from planner.errors import InstanceError, Problem
from planner.instance import Instance
from planner.plan import Plan

if TYPE_CHECKING:
    from planner.study.session import Session


def load(instance: str | Path) -> Instance:
    """Read and check an instance: a folder, an .xlsx workbook, a plan folder, or a shipped name.

    Raises:
        InstanceError: bad input; its `problems` are all that is wrong.
        StorageError: a file cannot be read.
    """
    from planner.instance import load as read_instance

    return read_instance(instance)


def read(folder: str | Path) -> Plan:
    """Read a plan back from its folder.

    Raises:
        StorageError: it is not a plan folder, or a table of it is missing.
        InstanceError: its instance does not read.
    """
    from planner.plan.write import read as read_plan

    return read_plan(folder)


def instance_of(instance: Instance | str | Path) -> Instance:
    """The instance, read and checked if it is not yet."""
    return instance if isinstance(instance, Instance) else load(instance)


def plan_of(plan: Plan | str | Path) -> Plan:
    """The plan, read from its folder if it is not yet."""
    return plan if isinstance(plan, Plan) else read(plan)


def session_of(instance: Instance | str | Path, base: Plan | str | Path | None, settings: Search) -> Session:
    """A session about an instance; `base` is its plan, if there is one already, and has to be of it."""
    from planner.study.session import Session

    asked = instance_of(instance)
    return Session(asked, options_for(asked, settings), None if base is None else plan_of(base))


def base_of(instance: Instance, base: Plan | str | Path) -> Plan:
    """A plan of an instance, or of it before some changes, whose design can be kept.

    Raises:
        InstanceError: it is one of another instance.
        InfeasibleError, NoSolutionError: it is no plan.
    """
    plan = plan_of(base).raise_for_status()
    mine, known = instance.settings.instance.name, plan.instance.settings.instance.name
    if mine != known:
        raise InstanceError([Problem("keep", "a plan of another instance", known, f"a plan of {mine}", mine)])
    return plan
