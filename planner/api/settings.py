"""How to search and solve, where that differs from the settings of an instance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from planner.instance import Instance
from planner.instance.fields import nearest

if TYPE_CHECKING:
    from planner.solve import SolveOptions


class Search(TypedDict, total=False):
    """How to search, where that differs from the instance's own settings.

    `gap` relative, `time_limit` in seconds (0 = none), `seed`; `confirm=False` skips the second solve.
    """

    gap: float
    time_limit: float
    seed: int
    confirm: bool


class Settings(Search, total=False):
    """How to solve, where that differs from the instance's own settings: how to search, and `threads`.

    `report=False` leaves report.html out of the folder, `xlsx` puts plan.xlsx into it; `write_model` also writes the
    model that is solved, as `.mps` or `.lp`; `seconds_read` says how long it took to read the instance, and
    `changes`, in words, what was changed in it: both only for plan.json.
    """

    threads: int
    report: bool
    xlsx: bool
    write_model: str | Path
    seconds_read: float
    changes: tuple[str, ...]


def refuse_unknown(
    settings: Mapping[str, object], function: Callable[..., object], takes: type[Search]
) -> None:
    """Raise the TypeError that a misspelt keyword of any function raises, with the nearest one."""
    known = {*takes.__annotations__, *signature(function).parameters} - {"settings"}
    for name in settings.keys() - takes.__annotations__.keys():
        near = nearest(name, sorted(known))
        hint = f"; did you mean {near!r}?" if near else ""
        raise TypeError(f"{function.__name__}() got an unexpected keyword argument {name!r}{hint}")


def options_for(instance: Instance, settings: Search) -> SolveOptions:
    """The solver settings of an instance, some of them overridden."""
    from planner.study.solved import options_of

    return options_of(instance, settings)
