"""From an .xlsx workbook to text: a sheet per table, and a sheet `instance` of keys and values.

A formula reads as the value that the workbook keeps for it, if a spreadsheet program has computed that.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine as calamine

from planner.errors import InstanceError, Problem
from planner.instance.fields import nearest
from planner.instance.parse import MOST, more
from planner.instance.raw import RawInstance, RawTable, read_rows, unquoted
from planner.instance.read import unknown_table
from planner.instance.read_frames import cell_text, lost_zero
from planner.instance.rows import Table
from planner.instance.schema import TABLES
from planner.instance.schema_whatif import SHEETS
from planner.instance.settings import SECTIONS

SETTINGS_SHEET = "instance"
FREE_SHEETS = ("README", *SHEETS)
PLAIN = "a plain value in each cell"
COMPUTED = "a plain value, or the workbook opened and saved by a spreadsheet program"
_FORMULA_OR_ERROR = re.compile(rb"<(\w+:)?f[\s>/]|t=[\"']e[\"']")
_MAIN = "{*}"  # whatever name space, of which there are two
_RELATIONS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell of a sheet, both counted from 1."""

    row: int
    column: int
    message: str
    expected: str = PLAIN


def read_workbook(path: Path) -> RawInstance:
    """Read every table of a workbook, hidden or not; what-ifs, and sheets `README` and `_...`, are left alone.

    So are charts, and hidden sheets whose name is not like that of a table: programs and add-ins make them.

    Raises:
        InstanceError: if the file is no workbook.
    """
    raw = _read(path, TABLES, _is_meant)
    if raw.settings is None:
        expected = "a sheet of two columns, key and value, with the key name"
        raw.problems.append(Problem(raw.settings_place, "the sheet is missing", expected=expected))
    return raw


def read_whatif_sheets(path: Path) -> RawInstance:
    """Read the sheets of a workbook that keep what-ifs.

    Raises:
        InstanceError: if the file is no workbook.
    """
    return _read(path, SHEETS, lambda sheet: sheet.name in SHEETS)


def _is_meant(sheet: calamine.SheetMetadata) -> bool:
    """Whether a sheet is one of the instance, or could be meant as one."""
    if (
        sheet.name in FREE_SHEETS
        or sheet.name.startswith("_")
        or sheet.typ != calamine.SheetTypeEnum.WorkSheet
    ):
        return False
    seen = sheet.visible == calamine.SheetVisibleEnum.Visible
    return seen or bool(nearest(sheet.name.lower(), (*TABLES, SETTINGS_SHEET)))


def _read(
    path: Path, known: Mapping[str, Table], wanted: Callable[[calamine.SheetMetadata], bool]
) -> RawInstance:
    name = path.name
    raw = RawInstance(table_place=name + "/{}", settings_place=f"{name}/{SETTINGS_SHEET}")
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        faults = _faulty_cells(path)
        for sheet in filter(wanted, book.sheets_metadata):
            _read_sheet(book.get_sheet_by_name(sheet.name), known, faults.get(sheet.name, []), raw)
    except (calamine.CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError) as error:
        problem = Problem(
            name, f"not a readable workbook: {error}", expected="an .xlsx file without a password"
        )
        raise InstanceError([problem]) from error
    return raw


def _read_sheet(
    sheet: calamine.CalamineSheet, known: Mapping[str, Table], faults: list[Fault], raw: RawInstance
) -> None:
    place = raw.place_of(sheet.name)
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    header = [cell_text(cell) for cell in rows[0]] if rows else []
    faults = [*faults, *_merged(sheet)]
    raw.problems.extend(_problems(faults, place, header))
    if sheet.name == SETTINGS_SHEET:
        raw.settings = _settings(place, rows, raw.problems)
    elif sheet.name in known:
        raw.tables[sheet.name] = _table(known[sheet.name], place, header, rows, raw.problems)
        raw.tables[sheet.name].blanks_explained = bool(faults)
        raw.tables[sheet.name].broken |= bool(faults)
    else:
        raw.problems.append(unknown_table(place, sheet.name.lower()))


def _problems(faults: list[Fault], place: str, header: list[str]) -> Iterator[Problem]:
    """The faulty cells of a sheet, each column's first ones."""
    by_column: dict[str, list[Fault]] = {}
    for fault in faults:
        named = fault.row > 1 and fault.column <= len(header)
        by_column.setdefault(header[fault.column - 1] if named else "", []).append(fault)
    for name, found in by_column.items():
        for fault in found[:MOST]:
            at = f"{place}:{fault.row}" + (f":{name}" if name else "")
            yield Problem(at, fault.message, expected=fault.expected)
        if len(found) > MOST:
            yield from more(place, found[MOST].row, name, len(found) - MOST)


def _table(
    table: Table, place: str, header: list[str], rows: list[list[Any]], problems: list[Problem]
) -> RawTable:
    columns = [table.columns.get(title) for title in header]
    codes = [
        position for position, column in enumerate(columns) if column and column.name in ("hs", "hs_code")
    ]
    for number, row in enumerate(rows[1:], start=2):
        for position in codes:
            if lost_zero(row[position]):
                message, expected = "a code stored as a number has lost a zero", "the code as text"
                at = f"{place}:{number}:{header[position]}"
                problems.append(Problem(at, message, cell_text(row[position]), expected))

    def records() -> Iterator[Sequence[str]]:
        yield header
        for row in rows[1:]:
            yield [cell_text(cell, column) for cell, column in zip(row, columns, strict=True)]

    return read_rows(place, records(), problems)


def _merged(sheet: calamine.CalamineSheet) -> list[Fault]:
    ranges = sheet.merged_cell_ranges or []
    return [
        Fault(start[0] + 1, start[1] + 1, f"merged cells down to row {end[0] + 1}") for start, end in ranges
    ]


def _settings(place: str, rows: list[list[Any]], problems: list[Problem]) -> dict[str, Any]:
    known = {key: section for section, model in SECTIONS.items() for key in model.model_fields}
    settings: dict[str, Any] = {}
    for number, row in enumerate(rows, start=1):
        key, value = (cell_text(row[0]).strip() if row else ""), row[1] if len(row) > 1 else ""
        if not key or value == "" or (number == 1 and key == "key"):
            continue
        section, _, short = key.rpartition(".")
        section = section or known.get(short, "instance")
        group = settings.setdefault(section, {})
        if short in group:
            problems.append(Problem(f"{place}:{number}", "the key is given twice", key, "each key once"))
        group[short] = _setting(section, short, value)
    return settings


def _setting(section: str, key: str, value: Any) -> Any:
    """The value of a cell as TOML would have given it."""
    fields = SECTIONS[section].model_fields if section in SECTIONS else {}
    default = fields[key].default if key in fields else ""
    if isinstance(default, tuple):
        parts = unquoted(value).split(";") if isinstance(value, str) else [cell_text(value)]
        return [part.strip() for part in parts if part.strip()]
    if isinstance(default, int | float):
        return _number(value, whole=isinstance(default, int))
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else unquoted(cell_text(value))


def _number(value: Any, *, whole: bool) -> Any:
    if isinstance(value, str):
        plain = re.fullmatch(r"\s*[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?\s*", value, re.ASCII)
        value = float(value) if plain else value
    return int(value) if whole and isinstance(value, float) and value.is_integer() else value


def _faulty_cells(path: Path) -> dict[str, list[Fault]]:
    """By sheet: the cells that hold an error, or a formula without its value."""
    with zipfile.ZipFile(path) as archive:
        computed = _is_computed(archive)
        return {sheet: _scan(archive.read(part), computed) for sheet, part in _sheet_parts(archive).items()}


def _is_computed(archive: zipfile.ZipFile) -> bool:
    """Whether a spreadsheet program saved the workbook; libraries, which compute nothing, ask for it on opening."""
    settings = ElementTree.fromstring(archive.read("xl/workbook.xml")).find(f"{_MAIN}calcPr")
    return settings is None or settings.get("fullCalcOnLoad") not in ("1", "true")


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iterfind(f"{_MAIN}sheets/{_MAIN}sheet")
    parts = {sheet.get("name", ""): targets.get(_relation(sheet), "") for sheet in sheets}
    names = set(archive.namelist())
    full = {
        sheet: part.lstrip("/") if part.startswith("/") else f"xl/{part}" for sheet, part in parts.items()
    }
    return {sheet: part for sheet, part in full.items() if part in names}


def _relation(sheet: ElementTree.Element) -> str:
    """What leads to the part of a sheet."""
    return next(filter(None, (sheet.get(name) for name in _RELATIONS)), "")


def _scan(xml: bytes, computed: bool) -> list[Fault]:
    if not _FORMULA_OR_ERROR.search(xml):
        return []
    faults = []
    row = column = 0
    for element in ElementTree.fromstring(xml).iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "row":
            # a row or cell that does not say where it is follows the one before
            row, column = int(element.get("r", row + 1)), 0
        elif kind == "c":
            letters = element.get("r", "").rstrip("0123456789")
            column = _number_of(letters) if letters else column + 1
            if fault := _fault_of(element, computed):
                faults.append(Fault(row, column, *fault))
    return faults


def _fault_of(cell: ElementTree.Element, computed: bool) -> tuple[str, str] | None:
    """What is wrong with a cell, and what is expected; a formula may well give an empty text."""
    value, kind = cell.findtext(f"{_MAIN}v") or "", cell.get("t")
    if kind == "e":
        return f"a cell with the error {value}", PLAIN
    if cell.find(f"{_MAIN}f") is None:
        return None
    if not value and kind != "str":
        return "a formula without a value", COMPUTED
    if value == "0" and not computed:
        return "a formula that was never computed, its 0 only stands in for a value", COMPUTED
    return None


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
