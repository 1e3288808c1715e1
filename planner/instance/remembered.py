"""What follows from an instance alone is worked out once for each: instances never change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from planner.instance.instance import Instance

Derived = TypeVar("Derived", bound=Callable[..., object])
Known = dict[tuple[object, ...], object]


def remembered(function: Derived) -> Derived:
    """A function of an instance, and of names, whose results stay with the instance; nobody may edit them."""

    @wraps(function)
    def looked_up(instance: Instance, *names: str) -> object:
        key = (function, *names)
        if key not in instance.known:
            instance.known[key] = function(instance, *names)
        return instance.known[key]

    return cast("Derived", looked_up)
