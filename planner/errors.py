"""What can go wrong, as a tree.

```
PlannerError                 every error that the planner raises on purpose
├── InstanceError            bad input: all problems at once, each with its place      exit code 2
├── NotSupportedError        the input is right, but asks for what is not built yet    exit code 2
├── InfeasibleError          no plan satisfies the rules (raise_for_status only)       exit code 3
├── NoSolutionError          stopped by a limit before a plan was found                exit code 4
├── SolverError              HiGHS failed, or its answer cannot be trusted             exit code 5
├── AuditError               the plan was written, but its audit did not pass          exit code 6
└── StorageError             a file or folder cannot be read or written                exit code 7
```
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

NO_PLAN = "no plan satisfies all the rules"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or suspicious, with the input.

    `place` is `file:row:column` (the header is row 1; parts that do not apply are left out),
    `found` the value as it stands there, `expected` what would be right, `nearest` the nearest valid value.
    """

    place: str
    message: str
    found: str = ""
    expected: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        parts = [f"{self.place}: {self.message}"]
        if self.found:
            parts.append(f"found {self.found!r}")
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.nearest:
            parts.append(f"did you mean {self.nearest!r}?")
        return "; ".join(parts)


class PlannerError(Exception):
    """The root: catch this to catch everything that the planner raises on purpose."""

    exit_code = 1


class InstanceError(PlannerError):
    """Bad input; `problems` holds all of it, in the order of the files."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def gathered(problems: list[Problem], read: Callable[..., T], *arguments: Any) -> T | None:
    """What `read` returns; None if it raises an InstanceError, whose problems are added to the others."""
    try:
        return read(*arguments)
    except InstanceError as error:
        problems.extend(error.problems)
        return None


class NotSupportedError(PlannerError):
    """The input is well-formed but needs a feature that does not exist yet."""

    exit_code = 2

    def __init__(self, features: Sequence[str]) -> None:
        self.features = tuple(features)
        super().__init__("\n".join(f"not supported yet: {feature}" for feature in self.features))


class InfeasibleError(PlannerError):
    """No plan satisfies all the rules."""

    exit_code = 3


class NoSolutionError(PlannerError):
    """A limit was reached before any plan was found."""

    exit_code = 4


class SolverError(PlannerError):
    """HiGHS failed, or returned something that cannot be trusted."""

    exit_code = 5


class AuditError(PlannerError):
    """The independent audit disagrees with the plan."""

    exit_code = 6


class StorageError(PlannerError):
    """A file or folder cannot be read or written."""

    exit_code = 7
