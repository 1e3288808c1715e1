"""From tables in memory to text, so that they pass through the same checks as files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import Problem
from planner.instance.raw import RawInstance, RawTable, factorise
from planner.instance.read import unknown_table
from planner.instance.rows import Column
from planner.instance.schema import TABLES


def read_frames(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> RawInstance:
    """Tables given as DataFrames, lists of row mappings or mappings of columns."""
    raw = RawInstance(table_place="{}", settings_place="settings", settings=dict(settings))
    for name, table in tables.items():
        if name not in TABLES:
            raw.problems.append(unknown_table(str(name), str(name).lower()))
            continue
        try:
            frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(table, dtype=object)
        except (ValueError, TypeError) as error:
            raw.problems.append(Problem(name, f"not a table: {error}", expected="a DataFrame or rows"))
            raw.tables[name] = RawTable(name, broken=True)
            continue
        raw.tables[name] = text_table(name, frame, raw.problems)
    return raw


def text_table(name: str, frame: pd.DataFrame, problems: list[Problem]) -> RawTable:
    """A frame as text, its rows numbered as in a file."""
    table = RawTable(name, rows=np.arange(2, len(frame) + 2, dtype=np.int64))
    for position, header in enumerate(map(str, frame.columns)):
        if header in table.columns:
            problems.append(
                Problem(f"{name}:1:{header}", "the column is there twice", header, "each column once")
            )
            table.broken = True
            continue
        column = TABLES[name].columns.get(header)
        cells = frame.iloc[:, position].tolist()
        for row, value in enumerate(cells, start=2) if header in ("hs", "hs_code") else ():
            if lost_zero(value):
                message, expected = "a code stored as a number has lost a zero", "the code as text"
                problems.append(Problem(f"{name}:{row}:{header}", message, cell_text(value), expected))
        table.columns[header] = factorise(cell_text(value, column) for value in cells)
    return table


def cell_text(value: Any, column: Column | None = None) -> str:
    """A value as the text that a CSV file would hold; what means no value, or no limit, is blank."""
    if isinstance(value, str):
        return value
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, bool | np.bool_):
        return ("yes" if value else "no") if column is None or column.storage is bool else str(value)
    if isinstance(value, datetime | date):
        return _date_text(value)
    if isinstance(value, float | np.floating):
        return _float_text(float(value), column)
    return str(value)


def lost_zero(value: Any) -> bool:
    """Whether a customs code was stored as a number and has an odd count of digits: a zero is gone."""
    if isinstance(value, bool | str) or not isinstance(value, int | float | np.integer | np.floating):
        return False
    digits = cell_text(value).replace(".", "")
    return digits.isdigit() and len(digits) % 2 == 1


def _date_text(value: date) -> str:
    midnight = isinstance(value, datetime) and value == datetime(
        value.year, value.month, value.day, tzinfo=value.tzinfo
    )
    return value.strftime("%Y-%m-%d") if midnight else value.isoformat()


def _float_text(value: float, column: Column | None) -> str:
    limitless = column is not None and column.default == math.inf
    if math.isnan(value) or (value == math.inf and limitless):
        return ""
    return repr(value).removesuffix(".0")
