"""The tables of a study, written to a folder of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import StorageError
from planner.plan.write import write_table


def refuse_used(folder: Path) -> None:
    """Refuse a folder that is there and not empty.

    Raises:
        StorageError: it is, or it is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StorageError(f"{folder} exists and is not empty; give a new folder")


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write each table as CSV to a new folder.

    Raises:
        StorageError: the folder is used, or cannot be written.
    """
    refuse_used(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            write_table(table, folder / f"{name}.csv")
    except OSError as error:
        raise StorageError(f"cannot write {folder}: {error.strerror or error}") from error


def write_file(path: Path, table: pd.DataFrame) -> None:
    """Write one table as CSV.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        write_table(table, path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside `path` and give it that name once it is whole.

    Raises:
        StorageError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        write(draft)
        os.replace(draft, path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def refuse_foreign(folder: Path, mark: str) -> None:
    """Refuse a folder that is there, not empty, and not of a study that writes a file called `mark`.

    Raises:
        StorageError: it is such a folder, or a file.
    """
    if not (folder / mark).is_file():
        refuse_used(folder)


@contextmanager
def replacing(folder: Path, mark: str) -> Iterator[Path]:
    """A folder to fill, which takes the place of `folder` once everything is written.

    Raises:
        StorageError: what is there is not of this study, or nothing can be written there.
    """
    refuse_foreign(folder, mark)
    staging, aside = (folder.with_name(f".{folder.name}-{kind}-{os.getpid()}") for kind in ("new", "old"))
    try:
        staging.mkdir(parents=True)
        yield staging
        if folder.exists():
            os.replace(folder, aside)
        os.replace(staging, folder)
    except OSError as error:
        raise StorageError(f"cannot write {folder}: {error.strerror or error}") from error
    finally:
        for left in (staging, aside):
            shutil.rmtree(left, ignore_errors=True)


def locations_with(table: pd.DataFrame, column: str) -> list[str]:
    """The locations with something in a column, in order."""
    return list(dict.fromkeys(table.loc[table[column] > 0, "location"]))


def as_json(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, with null for what JSON has no number for."""
    rows = table.replace([np.inf, -np.inf], np.nan).astype(object)
    cells = rows.where(rows.notna(), None).to_numpy().tolist()
    return [dict(zip(table.columns, row, strict=True)) for row in cells]
