"""Read CSV, TOML and JSON files into typed rows, without sharing a line with the planner's own reader.

A table is a dataclass: its fields are the columns, their types say how a cell reads, their defaults what a
blank cell means. Numbers become `Decimal`, so what is written is what is computed with.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol, TypeVar, get_type_hints

ZERO = Decimal(0)
ONE = Decimal(1)
INFINITY = Decimal("Infinity")
FORMULA_SIGNS = frozenset("=+-@")

Money = Annotated[Decimal, "money"]
MoneyOrBlank = Annotated[Decimal | None, "money"]
Limit = Annotated[Decimal, "limit"]  # a number that may be infinite, as one with that default may be
Rates = Mapping[str, Decimal]


class UnreadableError(Exception):
    """A file of the plan folder is missing or does not read as what it should be; `place` says where."""

    def __init__(self, place: str, message: str) -> None:
        self.place = place
        super().__init__(message)


class TableRow(Protocol):
    """What a row class must have: it is a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Row = TypeVar("Row", bound=TableRow)
Parser = Callable[[str], object]


def read_table(path: Path, row_class: type[Row], rates: Rates | None = None) -> tuple[Row, ...]:
    """Return the rows of one CSV file, money converted at `rates` where a row names a currency.

    Args:
        path: the file; a missing one is an empty table.
        row_class: a dataclass; a field `row` receives the row number (the header is row 1).
        rates: instance currency for one unit of each currency.

    Raises:
        UnreadableError: a cell does not read as its column's type, or a column is missing.
    """
    if not path.exists():
        return ()
    header, found = _cells(path)
    columns = _columns(row_class, header, path.name)
    return tuple(
        _row(row_class, columns, cells, f"{path.name}:{number}", rates or {}) for number, cells in found
    )


def read_whole_table(path: Path, row_class: type[Row]) -> tuple[Row, ...]:
    """Return the rows of a table that the planner itself wrote: it is there, and no row of it is cut short."""
    if not path.exists():
        raise UnreadableError(path.name, "the table is missing")
    header, found = _cells(path)
    for number, cells in found:
        if len(cells) != len(header):
            raise UnreadableError(
                f"{path.name}:{number}", f"has {len(cells)} cells, the header {len(header)}"
            )
    return read_table(path, row_class)


def _cells(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header of a CSV file, and the number and cells of each row that is not blank."""
    text = read_text(path)
    header_line = text.partition("\n")[0]
    delimiter = ";" if ";" in header_line and "," not in header_line else ","
    try:
        header, *found = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter)) or [[]]
    except csv.Error as error:
        raise UnreadableError(path.name, f"is not a CSV table: {error}") from error
    return [name.strip() for name in header], [pair for pair in enumerate(found, start=2) if any(pair[1])]


def read_text(path: Path) -> str:
    """Return a file's text, or raise `UnreadableError`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(path.name, f"is not UTF-8 text at byte {error.start}") from error
    except OSError as error:
        raise UnreadableError(path.name, f"cannot be read: {error.strerror or error}") from error


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file with exact decimals, or raise `UnreadableError`."""
    try:
        return tomllib.loads(read_text(path), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(path.name, str(error)) from error


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object with exact decimals, or raise `UnreadableError`."""
    try:
        found = json.loads(read_text(path), parse_float=Decimal, parse_int=Decimal)
    except ValueError as error:
        raise UnreadableError(path.name, str(error)) from error
    if not isinstance(found, dict):
        raise UnreadableError(path.name, "is not an object")
    return found


def section(document: Mapping[str, Any], name: str, file: str) -> dict[str, Any]:
    """Return a section of a TOML or JSON file, empty where there is none, or raise `UnreadableError`."""
    found = document.get(name, {})
    if not isinstance(found, dict):
        raise UnreadableError(f"{file}:{name}", "is not a section of keys and values")
    return found


def number(found: object, place: str) -> Decimal:
    """Return a number of a TOML file, exact, or raise `UnreadableError`."""
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        return Decimal(found)
    raise UnreadableError(place, f"{found!r} is not a number")


@dataclass(frozen=True, slots=True)
class Column:
    """How one column of a file reads."""

    position: int
    field: str
    parse: Parser
    is_money: bool
    required: bool


def _columns(row_class: type[Any], header: list[str], file: str) -> tuple[Column, ...]:
    """Return the columns of the file that the row class knows (a field `class_` is column `class`)."""
    hints = get_type_hints(row_class, include_extras=True)
    columns: list[Column] = []
    for field in fields(row_class):
        name, hint = field.name.rstrip("_"), hints[field.name]
        required = field.default is MISSING
        if field.name == "row":
            continue
        if name in header:
            is_money = hint in (Money, MoneyOrBlank)
            parse = _number if hint is Limit or field.default == INFINITY else _parser(hint)
            columns.append(Column(header.index(name), field.name, parse, is_money, required))
        elif required:
            raise UnreadableError(f"{file}:1:{name}", "the column is missing")
    return tuple(columns)


def _parser(hint: object) -> Parser:
    kinds: dict[object, Parser] = {
        str: _text,
        bool: _flag,
        int: int,
        date | None: date.fromisoformat,
        tuple[str, ...]: _entries,
    }
    return kinds.get(hint, _finite)


def _row(
    row_class: type[Row], columns: tuple[Column, ...], cells: list[str], place: str, rates: Rates
) -> Row:
    values: dict[str, Any] = {"row": int(place.rpartition(":")[2])}
    for column in columns:
        cell = cells[column.position].strip() if column.position < len(cells) else ""
        if cell:
            values[column.field] = _value(column, cell, place)
        elif column.required:
            values[column.field] = _blank(column, place)
    currency = values.get("currency", "")
    if currency:
        for column in columns:
            if column.is_money and column.field in values:
                values[column.field] *= rates.get(currency, ONE)
    return row_class(**values)


def _value(column: Column, cell: str, place: str) -> object:
    try:
        return column.parse(cell)
    except (ValueError, InvalidOperation) as error:
        raise UnreadableError(f"{place}:{column.field}", f"{cell!r} does not read as expected") from error


def _blank(column: Column, place: str) -> object:
    """Return the empty text, or raise: a number that must be there is not."""
    if column.parse is _text:
        return ""
    raise UnreadableError(f"{place}:{column.field}", "a value is required")


def _text(cell: str) -> str:
    """Return the text without the apostrophe that keeps a spreadsheet from reading a formula."""
    return cell[1:] if cell[0] == "'" and cell.lstrip("'")[:1] in FORMULA_SIGNS else cell


def _number(cell: str) -> Decimal:
    number = Decimal(cell)
    if number.is_nan():
        raise ValueError("not a number")
    return number


def _finite(cell: str) -> Decimal:
    number = _number(cell)
    if number.is_infinite():
        raise ValueError("not finite")
    return number


def _flag(cell: str) -> bool:
    if cell.lower() in {"yes", "true", "1"}:
        return True
    if cell.lower() in {"no", "false", "0"}:
        return False
    raise ValueError("neither yes nor no")


def _entries(cell: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in _text(cell).split(";") if entry.strip())
