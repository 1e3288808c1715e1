"""What-if edits: changes to the tables and settings of an instance, which give a new, checked instance.

A change names a table, the rows it is about (`where`), and one of: set, add, multiply, drop, append.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from planner.errors import InstanceError, Problem
from planner.instance.fields import nearest
from planner.instance.findings import shown
from planner.instance.instance import SETTINGS, Instance, assemble
from planner.instance.money import fill_from_other_cells
from planner.instance.parse import explain, parse, typed_cell
from planner.instance.read_frames import cell_text, text_table
from planner.instance.rows import IGNORED, STORAGES, Column
from planner.instance.schema import TABLES
from planner.instance.settings import SECTIONS, parse_settings
from planner.instance.write import in_canonical_order


@dataclass(frozen=True)
class Change:
    """One edit. `place` says where it was asked for, for messages."""

    table: str
    where: Mapping[str, Any] = field(default_factory=dict)
    set: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, float] = field(default_factory=dict)
    multiply: Mapping[str, float] = field(default_factory=dict)
    drop: bool = False
    append: Sequence[Mapping[str, Any]] = ()
    place: str = "change"


def apply(instance: Instance, changes: Iterable[Change]) -> Instance:
    """The instance with the changes made, one after the other; the given one stays as it is.

    Raises:
        InstanceError: if a change names what is not there or matches nothing, or if the result is wrong.
    """
    problems: list[Problem] = []
    return assemble(edited(instance, changes, problems), problems)


def edited(instance: Instance, changes: Iterable[Change], problems: list[Problem]) -> Instance:
    """The instance with the changes made, its tables not checked against each other yet.

    What is wrong with a cell or key that is changed is added to `problems`.

    Raises:
        InstanceError: if a change names what is not there or matches nothing.
    """
    given = dict(instance.given)
    settings = instance.given_settings.model_dump(exclude_none=True)
    refused: list[Problem] = []
    for change in changes:
        try:
            if change.table in SECTIONS:
                _change_settings(settings, change)
            else:
                _change_table(given, change, instance.files)
        except InstanceError as error:
            refused.extend(error.problems)
    if refused:
        raise InstanceError(refused)
    parsed = parse_settings(settings, instance.files[SETTINGS], problems)
    return replace(instance, given=given, given_settings=parsed)


def _refuse(
    change: Change, message: str, found: str = "", expected: str = "", near: str = ""
) -> InstanceError:
    return InstanceError([Problem(change.place, message, found, expected, near)])


def _change_settings(settings: dict[str, dict[str, Any]], change: Change) -> None:
    if change.where or change.drop or change.append:
        raise _refuse(change, "settings have no rows", change.table, "set, add or multiply of a key")
    for kind, values in (("set", change.set), ("add", change.add), ("multiply", change.multiply)):
        for key, value in values.items():
            section, name = _setting(change, key)
            group = settings.setdefault(section, {})
            if kind == "set":
                default = SECTIONS[section].model_fields[name].default
                group[name] = _setting_value(default, value)
                continue
            old = group.get(name)
            if isinstance(old, bool) or not isinstance(old, int | float):
                raise _refuse(change, "not a number that can be changed so", key)
            group[name] = old + value if kind == "add" else old * value


def _setting(change: Change, key: str) -> tuple[str, str]:
    section, _, name = key.rpartition(".")
    section = section or change.table
    if name not in SECTIONS.get(section, SECTIONS["instance"]).model_fields or section not in SECTIONS:
        known = [f"{group}.{each}" for group, model in SECTIONS.items() for each in model.model_fields]
        raise _refuse(
            change, "no such key", key, f"a key of [{section}]", nearest(f"{section}.{name}", known)
        )
    return section, name


def _setting_value(default: Any, value: Any) -> Any:
    """A value from the command line, which is text, as the setting holds it."""
    if isinstance(default, tuple):
        return value.split(";") if isinstance(value, str) else value
    if isinstance(default, int | float) and isinstance(value, str):
        try:
            return type(default)(value)
        except ValueError:
            return value
    return value


def _change_table(given: dict[str, pd.DataFrame], change: Change, files: Mapping[str, str]) -> None:
    if change.table not in TABLES:
        near = nearest(change.table, [*TABLES, *SECTIONS])
        raise _refuse(change, "no such table", change.table, "a table of the format, or instance", near)
    table, frame = TABLES[change.table], given[change.table]
    if change.append:
        frame = _appended(frame, change, files[change.table])
    if change.drop or change.set or change.add or change.multiply:
        filled = fill_from_other_cells(given)[change.table]
        rows = matching(change, given[change.table], filled)
        if change.drop:
            frame = frame[~np.concatenate([rows, np.zeros(len(frame) - len(rows), dtype=bool)])]
        else:
            frame = _edited(frame, change, rows, filled)
    given[change.table] = in_canonical_order(table, frame)


def _column(change: Change, name: str) -> Column | None:
    columns = TABLES[change.table].columns
    if name in IGNORED:
        return None
    if name not in columns:
        expected = f"a column of {change.table}"
        raise _refuse(change, "no such column", name, expected, nearest(name, columns))
    return columns[name]


def checked_cell(change: Change, name: str, value: Any) -> Any:
    """The value as the column holds it; a blank one is the column's default."""
    column = _column(change, name)
    text = cell_text(value, column).strip()
    if column is None:
        return text
    try:
        return typed_cell(column, text)
    except ValidationError as error:
        message, expected, near = explain(column, error.errors(include_url=False)[0])
        raise _refuse(change, f"{name}: {message}", text, expected, near) from error


def matching(change: Change, frame: pd.DataFrame, filled: pd.DataFrame) -> NDArray[np.bool_]:
    """The rows of a table that a change is about, as given or as filled from other cells.

    Raises:
        InstanceError: there is none, or a column that does not exist or cannot hold the value.
    """
    rows = np.ones(len(frame), dtype=bool)
    for name, value in change.where.items():
        wanted = [checked_cell(change, name, each) for each in _any_of(value)]
        hit = np.zeros(len(frame), dtype=bool)
        for cell in wanted:
            hit |= _equals(frame, name, cell) | _equals(filled, name, cell)
        rows &= hit
    if not rows.any():
        asked = {name: [cell_text(each) for each in _any_of(value)] for name, value in change.where.items()}
        near = _nearest_row(frame, asked)
        raise _refuse(change, f"matches no row of {change.table}", _worded(asked), "a row", near)
    return rows


def _any_of(value: Any) -> Sequence[Any]:
    """The values of which a condition asks for any."""
    return value if isinstance(value, list | tuple) else [value]


def _worded(asked: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{name}={' or '.join(texts)}" for name, texts in asked.items())


def _equals(frame: pd.DataFrame, name: str, cell: Any) -> NDArray[np.bool_]:
    if name not in frame:
        return np.zeros(len(frame), dtype=bool)
    same = frame[name].isna() if pd.isna(cell) else frame[name] == cell
    return same.to_numpy(dtype=bool)


def _nearest_row(frame: pd.DataFrame, asked: Mapping[str, Sequence[str]]) -> str:
    """The conditions with each value replaced by the nearest that the column holds."""
    close: dict[str, list[str]] = {}
    for name, texts in asked.items():
        held = sorted({shown(cell) for cell in frame[name].unique()}) if name in frame else []
        found = [text if text in held else nearest(text, held) for text in texts]
        close[name] = list(dict.fromkeys(filter(None, found)))
    return _worded(close) if all(close.values()) and close != asked else ""


def _edited(
    frame: pd.DataFrame, change: Change, rows: NDArray[np.bool_], filled: pd.DataFrame
) -> pd.DataFrame:
    frame = frame.copy()
    for name, value in change.set.items():
        cell = checked_cell(change, name, value)
        if name not in frame:
            frame[name] = pd.array([""], dtype="str").take(np.zeros(len(frame), dtype=np.int64))
        frame[name] = frame[name].mask(rows, cell)
    for kind, values in (("add", change.add), ("multiply", change.multiply)):
        for name, value in values.items():
            frame[name] = _calculated(frame, change, rows, filled, (kind, name, float(value)))
    return frame


def _calculated(
    frame: pd.DataFrame,
    change: Change,
    rows: NDArray[np.bool_],
    filled: pd.DataFrame,
    step: tuple[str, str, float],
) -> pd.Series:
    kind, name, value = step
    column = _column(change, name)
    if column is None or column.storage not in (int, float):
        raise _refuse(change, "not a column of numbers", name)
    old = frame[name].where(frame[name].notna(), filled[name])[rows]
    if old.isna().any():
        row = int(old.index[old.isna()][0])
        raise _refuse(
            change, f"{name} is blank in row {row} of {change.table}", expected="a number to start from"
        )
    new = old + value if kind == "add" else old * value
    if new.isna().any():  # a share of what has no limit
        row = int(new.index[new.isna()][0])
        raise _refuse(
            change, f"{name} has no limit in row {row} of {change.table}", expected="a number to start from"
        )
    checked = {number: checked_cell(change, name, number) for number in new.unique().tolist()}
    result = frame[name].astype("float64")
    result[rows] = new.map(checked)
    return pd.Series(result.to_numpy().astype(STORAGES[column.storage]), index=frame.index)


def _appended(frame: pd.DataFrame, change: Change, place: str) -> pd.DataFrame:
    problems: list[Problem] = []
    rows = pd.DataFrame([dict(row) for row in change.append], dtype=object)
    raw = text_table(change.table, rows, problems)
    last = int(frame.index.max()) if len(frame) else 1
    raw.place, raw.rows = place, np.arange(last + 1, last + 1 + len(rows), dtype=np.int64)
    new = parse(TABLES[change.table], raw, problems)
    if problems:
        raise InstanceError([replace(p, place=f"{change.place}: {p.place}") for p in problems])
    joined = pd.concat([frame, new]) if len(frame) else new
    for name in IGNORED:
        if name in joined:
            joined[name] = joined[name].fillna("")
    return joined.rename_axis("row")
