"""The compiled model as a file that any solver reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import highspy

from planner.errors import InstanceError, Problem, SolverError, StorageError
from planner.solve.arrays import Arrays
from planner.solve.load import load

if TYPE_CHECKING:
    from planner.solve.outcome import Outcome

SUFFIXES = (".mps", ".lp")


def refuse_path(path: Path) -> None:
    """Raise InstanceError unless a model may be written to `path`: to be asked before it is solved."""
    if path.suffix.lower() not in SUFFIXES:
        raise InstanceError([Problem(str(path), "not a model file", path.suffix, " or ".join(SUFFIXES))])
    if path.is_dir():
        raise InstanceError([Problem(str(path), "is a folder", expected="a file to write the model to")])
    if not path.parent.is_dir():
        raise InstanceError([Problem(str(path), "no such folder", str(path.parent), "a folder that exists")])


def write_model(arrays: Arrays, path: Path) -> None:
    """Write the model as `.mps` or `.lp`, in the user's own numbers; rows are called `family(k)`.

    Raises:
        StorageError: numbers that no file takes, or the file cannot be written.
    """
    try:
        highs = load(arrays)
    except SolverError as error:
        raise StorageError(f"cannot write the model to {path}: {error}") from error
    model = highs.getLp()
    # both formats know brackets for other things
    model.col_names_ = [_plain(arrays.column_name(column)) for column in range(len(arrays.cost))]
    model.row_names_ = [_plain(arrays.row_name(row)) for row in range(len(arrays.row_lower))]
    highs.passModel(model)
    written = highs.writeModel(str(path))
    if written is highspy.HighsStatus.kError or not path.is_file():
        raise StorageError(f"cannot write the model to {path}")


def keep_dispute(outcome: Outcome, folder: Path) -> None:
    """Write the model on which two solves disagreed, if they did, beside the folder of the plan, to be reported.

    Raises:
        StorageError: it cannot be written.
    """
    disputed = outcome.solution.disputed
    if disputed is None:
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot write beside {folder}: {error.strerror or error}") from error
    write_model(disputed, folder.with_name(f"{folder.name}-disputed.mps"))


def _plain(name: str) -> str:
    return name.replace("[", "(").replace("]", ")")
