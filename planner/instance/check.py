"""Checks between rows and between tables: all problems of an instance at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Problem

if TYPE_CHECKING:
    from planner.instance.instance import Instance


def check(instance: Instance, broken: frozenset[str]) -> list[Problem]:
    """Every problem of the tables that could be read; `broken` ones are left alone."""
    return []


def warn(instance: Instance) -> tuple[Problem, ...]:
    """What is suspicious, but not wrong."""
    return ()
