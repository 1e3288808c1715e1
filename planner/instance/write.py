"""The canonical form: the same instance always gives the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from planner.errors import StorageError
from planner.instance.fields import number_text
from planner.instance.raw import CHUNK, quoted
from planner.instance.rows import IGNORED, Column, Table
from planner.instance.schema import TABLES
from planner.instance.settings import Settings

if TYPE_CHECKING:
    from planner.sheets import Cell

SETTINGS_FILE = "instance.toml"


def in_canonical_order(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows sorted by key, then by the other columns; `events` keep the order of the file."""
    if table.in_file_order or len(frame) < 2:
        return frame
    names = [*table.key, *(name for name in table.columns if name not in table.key)]
    codes = [_order_codes(frame[name]) for name in (table.key if _unique(frame, table.key) else names)]
    order = np.lexsort(codes[::-1])
    return frame if (order == np.arange(len(order))).all() else frame.iloc[order]


def _unique(frame: pd.DataFrame, key: tuple[str, ...]) -> bool:
    return not frame.duplicated(list(key)).any()


def _order_codes(column: pd.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
    codes, _ = pd.factorize(column, sort=True)
    return codes


def canonical_files(
    settings: Settings, tables: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[str, Iterator[str]]]:
    """Name and text, in pieces, of each file: instance.toml, then the tables that have rows."""
    yield SETTINGS_FILE, iter([toml_text(settings)])
    for name, table in TABLES.items():
        if len(tables[name]) or table.required:
            yield f"{name}.csv", csv_text(table, tables[name])


def sha256(settings: Settings, tables: Mapping[str, pd.DataFrame]) -> str:
    """The hash over the canonical files: for each its name, a zero byte, its bytes, a zero byte."""
    digest = hashlib.sha256()
    for name, pieces in canonical_files(settings, tables):
        digest.update(name.encode() + b"\0")
        for piece in pieces:
            digest.update(piece.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def write(folder: Path, settings: Settings, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write the canonical files into a folder, which is made if need be; StorageError if it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, pieces in canonical_files(settings, tables):
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
    except OSError as error:
        raise StorageError(f"{folder}: {error.strerror or error}") from error


def toml_text(settings: Settings) -> str:
    """The settings as TOML, every key that has a value."""
    lines: list[str] = []
    for section in Settings.model_fields:
        values: BaseModel = getattr(settings, section)
        lines.append(f"[{section}]")
        lines.extend(
            f"{key} = {toml_value(value)}" for key, value in values if value is not None and value != ()
        )
        lines.append("")
    return "\n".join(lines)


def toml_value(value: Any) -> str:
    """A value as TOML: a text, number, date, yes or no, list or table of these."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, Mapping):
        return (
            "{"
            + ", ".join(f"{toml_value(str(key))} = {toml_value(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, date):
        return value.isoformat()
    # a JSON string without escapes beyond \" \\ \n \uXXXX is a TOML string, once delete is escaped too
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else repr(value)
    return text.replace("\x7f", "\\u007f")


def csv_text(table: Table, frame: pd.DataFrame) -> Iterator[str]:
    """The table as CSV, in pieces; columns that say nothing beyond their defaults are left out."""
    names = [name for name in table.columns if speaks(table, table.columns[name], frame[name])]
    names += [name for name in IGNORED if name in frame and (frame[name] != "").any()]
    columns = [cells(table.columns.get(name), frame[name], _text) for name in names]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    for start in range(0, max(len(frame), 1), CHUNK):
        writer.writerows(zip(*(column[start : start + CHUNK] for column in columns), strict=True))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def speaks(table: Table, column: Column, figures: pd.Series) -> bool:
    """Whether a column says anything beyond its default, or has to be there."""
    if column.required or column.name in table.key:
        return True
    if column.default is None:
        blank = (figures == "") | figures.isna() if column.storage is not int else figures == 0
        return not bool(blank.all())
    return not bool((figures == column.default).all())


def cells(column: Column | None, figures: pd.Series, written: Callable[[Cell], Any]) -> list[Any]:
    """The cells of a column as they are `written`; None stands for a column that is the user's own."""
    codes, values = pd.factorize(figures, use_na_sentinel=False)
    made = np.empty(len(values), dtype=object)
    made[:] = [written(_cell(column, value)) for value in values.tolist()]
    return made[codes].tolist() if len(made) else []


def _cell(column: Column | None, value: Any) -> Cell:
    """What stands in a cell: text is quoted where it has to be, None is a blank cell."""
    storage = str if column is None else column.storage
    if storage is str:
        return quoted(str(value))
    if storage is bool:
        return "yes" if value else "no"
    if storage is date:
        return None if pd.isna(value) else pd.Timestamp(value).date()
    if storage is int:
        return int(value) if value or (column is not None and column.default is not None) else None
    return float(value) if np.isfinite(value) else None


def _text(cell: Cell) -> str:
    """A cell of a CSV file."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else number_text(cell)
