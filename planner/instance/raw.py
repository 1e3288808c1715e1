"""A table as text: what every reader delivers, before anything is checked.

A column is factorised (each distinct cell once, and an int32 code per row), so that a million rows
cost a few arrays and every check runs over the distinct cells only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.errors import Problem

CHUNK = 65_536
FORMULA_SIGNS = ("=", "+", "-", "@")
FORMULA = (
    "'*[=+@-]"  # begins a text that has to be quoted; one that is quoted already, too, so that it reads back
)
Codes = NDArray[np.int32]


@dataclass(frozen=True)
class TextColumn:
    """A column of trimmed cells: in row i of the file stands `written[codes[i]]`, which means `values[codes[i]]`."""

    written: list[str]
    codes: Codes

    @cached_property
    def values(self) -> list[str]:
        """The cells without the apostrophe that shields a formula."""
        return [unquoted(cell) for cell in self.written]


@dataclass
class RawTable:
    """One table as it stands in a file; `rows` are its row numbers there (the header is row 1).

    `broken`: rows or columns are missing, so that other tables cannot be checked against it.
    `blanks_explained`: its blank cells come from a fault that has been reported.
    """

    place: str
    columns: dict[str, TextColumn] = field(default_factory=dict)
    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    broken: bool = False
    blanks_explained: bool = False

    def cell(self, row: int, column: str) -> str | None:
        """What stands in a row of the file; None under a column that is not there."""
        cells = self.columns.get(column)
        return None if cells is None else cells.written[cells.codes[np.searchsorted(self.rows, row)]]


@dataclass
class RawInstance:
    """All that a reader found: settings as a nested mapping, tables as text, and what is wrong so far.

    `settings` is None where they could not be read, which is a problem already.
    """

    table_place: str
    settings_place: str
    settings: dict[str, Any] | None = None
    tables: dict[str, RawTable] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place_of(self, table: str) -> str:
        """Where a table is, or would be, found: `table_place` with its name put in."""
        return self.table_place.format(table)


class _Numbering(dict[str, int]):
    """Numbers each new cell by its order of appearance."""

    def __missing__(self, cell: str) -> int:
        self[cell] = number = len(self)
        return number


def quoted(text: str) -> str:
    """The text as a cell: with one more apostrophe if a spreadsheet could take it for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_SIGNS) else text


def unquoted(cell: str) -> str:
    """The trimmed cell, without the apostrophe that shields it from being taken for a formula: undoes `quoted`."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_SIGNS) else cell


def factorise(cells: Iterable[str]) -> TextColumn:
    """Number the distinct cells, trimmed."""
    numbering = _Numbering()
    codes = np.fromiter(map(numbering.__getitem__, cells), dtype=np.int32)
    return _trimmed(numbering, [codes])


def _trimmed(numbering: _Numbering, parts: Sequence[Codes]) -> TextColumn:
    codes = np.concatenate(parts) if len(parts) != 1 else parts[0]
    clean = _Numbering()
    new = np.fromiter((clean[cell.strip()] for cell in numbering), dtype=np.int32, count=len(numbering))
    if len(clean) < len(numbering):
        codes = new[codes] if len(codes) else codes
    return TextColumn(list(clean), codes)


def read_rows(place: str, records: Iterator[Sequence[str]], problems: list[Problem]) -> RawTable:
    """Turn records of text, header first, into a factorised table; blank records are skipped."""
    header = [unquoted(cell) for cell in next(records, ())]
    if not any(header):
        problems.append(Problem(f"{place}:1", "no header row", expected="column names in the first row"))
        return RawTable(place, broken=True)
    table = RawTable(place)
    width = len(header)
    numberings = [_Numbering() for _ in header]
    codes: list[list[Codes]] = [[] for _ in header]
    numbers: list[NDArray[np.int64]] = []
    first, before = 2, len(problems)
    while chunk := list(islice(records, CHUNK)):
        kept = _full_rows(place, chunk, first, width, problems)
        numbers.append(np.fromiter(kept, dtype=np.int64, count=len(kept)))
        for position, cells in enumerate(zip(*kept.values(), strict=True)):
            code = np.fromiter(map(numberings[position].__getitem__, cells), dtype=np.int32, count=len(cells))
            codes[position].append(code)
        first += len(chunk)
    table.rows = np.concatenate(numbers) if numbers else table.rows
    table.broken = len(problems) > before
    for name, numbering, parts in zip(header, numberings, codes, strict=True):
        _add_column(table, name, _trimmed(numbering, parts or [np.empty(0, dtype=np.int32)]), problems)
    return table


def _full_rows(
    place: str, chunk: list[Sequence[str]], first: int, width: int, problems: list[Problem]
) -> dict[int, Sequence[str]]:
    """The rows of the chunk by number, each as wide as the header; the others are problems."""
    rows = dict(zip(range(first, first + len(chunk)), chunk, strict=True))
    if all(len(record) == width for record in chunk) and all(map(any, chunk)):
        return rows
    kept: dict[int, Sequence[str]] = {}
    for number, record in rows.items():
        if not any(cell.strip() for cell in record):
            continue
        if len(record) < width or any(cell.strip() for cell in record[width:]):
            found = f"{len(record)} cells"
            message = "the row does not fit the header"
            problems.append(Problem(f"{place}:{number}", message, found, f"{width} cells, as in the header"))
            continue
        kept[number] = record[:width]
    return kept


def _add_column(table: RawTable, name: str, column: TextColumn, problems: list[Problem]) -> None:
    if name in table.columns:
        problems.append(
            Problem(f"{table.place}:1:{name}", "the column is there twice", name, "each column once")
        )
        table.broken = True
    elif name:
        table.columns[name] = column
    elif any(column.values):
        row = int(
            table.rows[np.flatnonzero(column.codes == next(i for i, v in enumerate(column.values) if v))[0]]
        )
        expected = "a column name in the header, or nothing below it"
        problems.append(
            Problem(f"{table.place}:{row}", "a cell under no column name", max(column.values), expected)
        )
