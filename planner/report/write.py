"""The report as a file: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import StorageError
from planner.report.report import report

if TYPE_CHECKING:
    from planner.plan import Plan

REPORT = "report.html"


def add_report(plan: Plan, folder: Path) -> None:
    """Write the report of a plan beside its tables."""
    write_report(report([plan]), folder / REPORT)


def write_report(page: str, path: Path) -> Path:
    """Write a page to a file, which is replaced once the page is whole; its path.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".report-", dir=path.parent) as beside:
            whole = Path(beside) / path.name
            whole.write_text(page, encoding="utf-8")
            os.replace(whole, path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
    return path
