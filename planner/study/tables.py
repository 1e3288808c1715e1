"""The tables of a study, written to a folder of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

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


def locations_with(table: pd.DataFrame, column: str) -> list[str]:
    """The locations with something in a column, in order."""
    return list(dict.fromkeys(table.loc[table[column] > 0, "location"]))
