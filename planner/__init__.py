"""The sourcing planner: where to make and whom to buy from, with every duty in the landed cost.

```python
import planner

plan = planner.solve(planner.load("tiny"))
print(plan)
```

Importing loads nothing heavy: each public name of `planner.api` is fetched when it is first used.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner import errors
    from planner.api import (
        Instance,
        Plan,
        Status,
        apply,
        audit,
        breakeven,
        change,
        check,
        chokepoints,
        compare,
        explain,
        explain_infeasible,
        frontier,
        load,
        map,  # noqa: A004 - as planner.map
        model,
        new,
        read,
        recourse,
        report,
        sankey,
        scenarios,
        shipped,
        solve,
        stress,
        sweep,
        variables,
        waterfall,
        whatif,
        whatifs,
        winning,
        workbook,
    )
    from planner.errors import (
        AuditError,
        InfeasibleError,
        InstanceError,
        NoSolutionError,
        NotSupportedError,
        PlannerError,
        SolverError,
        StorageError,
    )
    from planner.study.session import Session

__all__ = [
    "AuditError",
    "InfeasibleError",
    "Instance",
    "InstanceError",
    "NoSolutionError",
    "NotSupportedError",
    "Plan",
    "PlannerError",
    "Session",
    "SolverError",
    "Status",
    "StorageError",
    "apply",
    "audit",
    "breakeven",
    "change",
    "check",
    "chokepoints",
    "compare",
    "errors",
    "explain",
    "explain_infeasible",
    "frontier",
    "load",
    "map",
    "model",
    "new",
    "read",
    "recourse",
    "report",
    "sankey",
    "scenarios",
    "shipped",
    "solve",
    "stress",
    "sweep",
    "variables",
    "waterfall",
    "whatif",
    "whatifs",
    "winning",
    "workbook",
]

_CALLED = frozenset({"audit", "report", "solve"})


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "__version__":
        from importlib.metadata import version

        return version("sourcing-planner")
    if name == "errors" or name in _CALLED:
        return import_module(f"planner.{name}")
    if name in __all__:
        return getattr(import_module(_home(name)), name)
    raise AttributeError(f"module 'planner' has no attribute {name!r}")


def _home(name: str) -> str:
    """The module of a public name."""
    if name.endswith("Error"):
        return "planner.errors"
    return "planner.study.session" if name == "Session" else "planner.api"


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


class _CalledPackage(ModuleType):
    """A package that is also called like the public function of its name: `planner.solve(instance)`."""

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self._function(*args, **keywords)

    @property
    def _function(self) -> Any:
        from importlib import import_module

        return getattr(import_module("planner.api"), self.__name__.rpartition(".")[2])

    @property
    def __signature__(self) -> Any:
        from inspect import signature

        return signature(self._function)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return str(self._function.__doc__)


class _Planner(ModuleType):
    """This package. The import system binds `planner.solve`, the package, over the function of that name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _CALLED and isinstance(value, ModuleType):
            value.__class__ = _CalledPackage
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Planner
