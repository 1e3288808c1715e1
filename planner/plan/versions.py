"""Versions of what a plan was made with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version


def versions() -> dict[str, str]:
    """Versions of the planner, Pyomo, HiGHS (its Python package) and Python."""
    return {
        "planner": installed("sourcing-planner"),
        "pyomo": installed("pyomo"),
        "highs": installed("highspy"),
        "python": platform.python_version(),
    }


def installed(package: str) -> str:
    """Version of a package; `not installed` when run from its source tree."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
