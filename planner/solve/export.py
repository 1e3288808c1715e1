"""The compiled model as a file that any solver reads."""

from __future__ import annotations

from pathlib import Path

import highspy

from planner.errors import SolverError, StorageError
from planner.solve.arrays import Arrays
from planner.solve.load import load

SUFFIXES = (".mps", ".lp")


def write_model(arrays: Arrays, path: Path) -> None:
    """Write the model as `.mps` or `.lp`, in the user's own numbers; rows are called `family(k)`.

    Raises:
        StorageError: another suffix, numbers that no file takes, or the file cannot be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise StorageError(f"{path}: a model is written as {' or '.join(SUFFIXES)}")
    try:
        highs = load(arrays)
    except SolverError as error:
        raise StorageError(f"cannot write the model to {path}: {error}") from error
    model = highs.getLp()
    # both formats know brackets for other things
    model.col_names_ = [_plain(arrays.column_name(column)) for column in range(len(arrays.cost))]
    model.row_names_ = [_plain(arrays.row_name(row)) for row in range(len(arrays.row_lower))]
    highs.passModel(model)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = highs.writeModel(str(path))
    except OSError as error:
        raise StorageError(f"cannot write the model to {path}: {error.strerror or error}") from error
    if written is highspy.HighsStatus.kError or not path.is_file():
        raise StorageError(f"cannot write the model to {path}")


def _plain(name: str) -> str:
    return name.replace("[", "(").replace("]", ")")
