"""From text to typed columns, checked in batches by the validators of the row models."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails

from planner.errors import Problem
from planner.instance.fields import PLAIN_NUMBER, fault, nearest
from planner.instance.raw import Codes, RawTable, TextColumn
from planner.instance.rows import IGNORED, STORAGES, Column, Table

MOST = 20
NEEDED = "a value is needed"
_KEPT_ON_ERROR: dict[type, Any] = {float: np.nan, int: 0, bool: False}
_LIMITS = {
    "greater_than_equal": ("below the least value", "at least {ge:.10g}"),
    "greater_than": ("not above the least value", "more than {gt:.10g}"),
    "less_than_equal": ("above the greatest value", "at most {le:.10g}"),
    "less_than": ("not below the greatest value", "less than {lt:.10g}"),
    "string_too_long": ("too long", "at most {max_length} characters"),
}


def parse(table: Table, raw: RawTable, problems: list[Problem]) -> pd.DataFrame:
    """The typed table: every column of the format, in order, indexed by row number of the file.

    Faults of the header and of single cells are added to `problems`. A faulty number becomes NaN, a
    faulty text stays as it is, so that the checks between tables can go on without complaining again.
    """
    given = _named(table, raw, problems)
    columns: dict[str, Any] = {}
    for name, column in table.columns.items():
        cells = given.get(name)
        columns[name] = (
            _filled(column, len(raw.rows)) if cells is None else _typed(column, cells, raw, problems)
        )
    for name in IGNORED:
        if name in given:
            cells = given[name]
            columns[name] = pd.array(cells.values, dtype="str").take(cells.codes)
    return pd.DataFrame(columns, index=pd.Index(raw.rows, name="row"))


def _named(table: Table, raw: RawTable, problems: list[Problem]) -> dict[str, TextColumn]:
    """The columns by name; a misspelt one is taken for the one that is meant, so that it is all that is said."""
    known = (*table.columns, *IGNORED)
    given = {name: cells for name, cells in raw.columns.items() if name in known}
    for name in raw.columns:
        if name not in known:
            near = nearest(name, known) or nearest(name.lower(), known)
            place = f"{raw.place}:1:{name}"
            problems.append(Problem(place, "no such column", name, f"a column of {table.name}", near))
            if near:
                given.setdefault(near, raw.columns[name])
    missing = [column for column in table.columns.values() if column.required and column.name not in given]
    if not raw.broken:
        message = "the column {} is missing"
        problems.extend(
            Problem(f"{raw.place}:1", message.format(column.name), expected=column.meaning)
            for column in missing
        )
    raw.broken |= bool(missing)
    return given


def _filled(column: Column, count: int) -> Any:
    if column.storage is str:
        blank = column.default or ""
        return pd.array([blank], dtype="str").take(np.zeros(count, dtype=np.int64))
    value = _blank_value(column)
    return np.full(count, value, dtype=STORAGES[column.storage])


def _blank_value(column: Column) -> Any:
    if column.default is not None:
        return column.default
    return {str: "", float: np.nan, int: 0, bool: False}.get(column.storage, np.datetime64("NaT", "s"))


def _typed(column: Column, cells: TextColumn, raw: RawTable, problems: list[Problem]) -> Any:
    texts = [_list_text(text) for text in cells.values] if _holds_list(column) else cells.values
    values: list[Any] = [_blank_value(column)] * len(texts)
    given = [position for position, text in enumerate(texts) if text]
    if column.required and len(given) < len(texts) and not raw.blanks_explained:
        blank = {position: (NEEDED, column.meaning, "") for position, text in enumerate(texts) if not text}
        _report(column, cells, raw, blank, problems)
    valid, faults = _validated(column, [texts[position] for position in given])
    for position, value in zip(given, valid, strict=True):
        values[position] = value
    if faults:
        _report(column, cells, raw, {given[k]: fault for k, fault in faults.items()}, problems)
    return _take(column, values, cells.codes)


def _holds_list(column: Column) -> bool:
    return column.names is not None and column.names.how != "id"


def _list_text(cell: str) -> str:
    """The canonical text of a list or selector: entries trimmed, blank and repeated ones left out."""
    entries = (":".join(part.strip() for part in entry.split(":", 1)) for entry in cell.split(";"))
    return ";".join(dict.fromkeys(entry for entry in entries if entry))


def _validated(column: Column, texts: list[str]) -> tuple[list[Any], dict[int, tuple[str, str, str]]]:
    try:
        return column.adapter.validate_python(texts), {}
    except ValidationError as error:
        faults = {
            int(detail["loc"][0]): explain(column, detail) for detail in error.errors(include_url=False)
        }
    good = [text for position, text in enumerate(texts) if position not in faults]
    parsed = iter(column.adapter.validate_python(good))
    return [
        _KEPT_ON_ERROR.get(column.storage, None if STORAGES[column.storage] != "str" else text)
        if position in faults
        else next(parsed)
        for position, text in enumerate(texts)
    ], faults


def explain(column: Column, detail: ErrorDetails) -> tuple[str, str, str]:
    """What is wrong with a cell, what is expected, and the nearest valid cell."""
    kind, text, context = detail["type"], str(detail["input"]), detail.get("ctx", {})
    if kind == "cell":
        return context["message"], context["expected"], context["nearest"]
    if column.choices:
        near = nearest(text, column.choices) or nearest(text.lower(), column.choices)
        return "not one of the choices", " or ".join(column.choices), near
    if kind == "finite_number":
        limitless = column.default is not None and column.default == np.inf
        return "not a finite number", "a finite number" + (", or blank for no limit" if limitless else ""), ""
    if beyond := limit_words(detail):
        return *beyond, ""
    wrong = {
        int: ("not a whole number", "digits only"),
        float: ("not a number", PLAIN_NUMBER),
    }
    message, expected = wrong.get(column.storage, ("not a date", "an ISO date such as 2027-01-31"))
    return message, expected, _plain_number(text) if column.storage is float else ""


def limit_words(detail: ErrorDetails) -> tuple[str, str] | None:
    """What is wrong with a value beyond a limit, and what is expected; None if that is not its fault."""
    if detail["type"] not in _LIMITS:
        return None
    message, expected = _LIMITS[detail["type"]]
    return message, expected.format(**detail["ctx"])


def _plain_number(text: str) -> str:
    """The number with a point for its comma, unless that may stand between thousands; a percentage as a fraction."""
    if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)? ?%", text):
        return f"{float(text.rstrip(' %')) / 100:.10g}"
    match = re.fullmatch(r"([+-]?)([0-9]+),([0-9]+)", text)
    if match is None or (len(match[3]) == 3 and match[2] != "0"):
        return ""
    return f"{match[1]}{match[2]}.{match[3]}"


def _report(
    column: Column,
    cells: TextColumn,
    raw: RawTable,
    faults: dict[int, tuple[str, str, str]],
    problems: list[Problem],
) -> None:
    faulty = np.zeros(len(cells.values), dtype=bool)
    faulty[list(faults)] = True
    at = np.flatnonzero(faulty[cells.codes])
    for position in at[:MOST].tolist():
        code = int(cells.codes[position])
        message, expected, near = faults[code]
        place = f"{raw.place}:{raw.rows[position]}:{column.name}"
        problems.append(Problem(place, message, shortened(cells.written[code]), expected, near))
    problems.extend(
        more(raw.place, int(raw.rows[at[MOST]]), column.name, len(at) - MOST) if len(at) > MOST else ()
    )


def more(place: str, row: int, column: str, count: int) -> tuple[Problem]:
    """One problem that stands for all that are not listed one by one."""
    return (Problem(f"{place}:{row}:{column}", f"{count} more like the ones above, from this row on"),)


def shortened(text: str) -> str:
    """The text, or its beginning where it is long."""
    return text if len(text) <= 60 else text[:57] + "..."


def typed_cell(column: Column, text: str) -> Any:
    """One cell, trimmed, as its column holds it; pydantic's ValidationError if it cannot."""
    text = _list_text(text) if _holds_list(column) else text
    if not text and column.required:
        needed = InitErrorDetails(type=fault(NEEDED, column.meaning), input=text)
        raise ValidationError.from_exception_data(column.name, [needed])
    if not text:
        return _blank_value(column)
    value = column.adapter.validate_python([text])[0]
    return np.datetime64(value, "s") if column.storage is date else value


def _take(column: Column, values: list[Any], codes: Codes) -> Any:
    if column.storage is str:
        return pd.array(values, dtype="str").take(codes)
    array: NDArray[Any] = np.array(values, dtype=STORAGES[column.storage])
    taken = array[codes]
    # -0.0 and 0.0 are one number: adding zero leaves the plain one
    return taken + 0.0 if column.storage is float else taken
