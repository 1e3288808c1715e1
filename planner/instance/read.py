"""From a folder or workbook to text: nothing is interpreted here beyond cells, rows and columns."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

from planner.errors import InstanceError, Problem, StorageError
from planner.instance.fields import nearest
from planner.instance.raw import RawInstance, RawTable, read_rows
from planner.instance.schema import TABLES

SETTINGS_FILE = "instance.toml"
LONGEST_CELL = 1_000_000
TEXT = "UTF-8 (in Excel: save as 'CSV UTF-8')"
_FOREIGN = {"\t": "tabs", "|": "vertical bars"}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_folder(folder: Path) -> RawInstance:
    """Read `instance.toml` and every CSV table of a folder."""
    raw = RawInstance(table_place="{}.csv", settings_place=SETTINGS_FILE)
    _read_settings(folder / SETTINGS_FILE, raw)
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    except OSError as error:
        raise StorageError(f"{folder}: {error.strerror or error}") from error
    for file in files:
        if file.name.removesuffix(".csv") not in TABLES:
            raw.problems.append(unknown_table(file.name, file.name.lower().removesuffix(".csv"), ".csv"))
            continue
        if not _is_file(file):
            raw.problems.append(Problem(file.name, "not a file that can be read", expected="a CSV file"))
            continue
        raw.tables[file.stem] = _read_csv(file, raw.problems)
    return raw


def _is_file(path: Path) -> bool:
    """Whether there is a file behind a name: not a folder, nor a link to nowhere or to itself."""
    try:
        return path.is_file()
    except OSError:
        return False


def unknown_table(place: str, name: str, suffix: str = "") -> Problem:
    """The problem of a table that the format does not have."""
    near = nearest(name, TABLES)
    return Problem(place, "no such table", place, "a table of the format", f"{near}{suffix}" if near else "")


def _read_settings(file: Path, raw: RawInstance) -> None:
    if not file.is_file():
        raw.problems.append(
            Problem(SETTINGS_FILE, "the file is missing", expected='a file with [instance] and name = "..."')
        )
        return
    before = len(raw.problems)
    text = "".join(_lines(file, raw.problems))
    if len(raw.problems) == before:
        raw.settings = parse_toml(text, SETTINGS_FILE, raw.problems)


def parse_toml(text: str, place: str, problems: list[Problem]) -> dict[str, object] | None:
    """The text as TOML; None and a problem if it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = str(error)
    except (ValueError, RecursionError):  # what Python gives up on
        fault = "a number of thousands of digits, or brackets without end"
    expected = 'lines such as name = "mine", base_date = 2027-01-31, gap = 0.001'
    problems.append(Problem(place, f"not valid TOML: {fault}", expected=expected))
    return None


def _read_csv(file: Path, problems: list[Problem]) -> RawTable:
    before = len(problems)
    lines = _lines(file, problems)
    first = next(lines, "")
    if (separator := _separator(first)) in _FOREIGN:
        message, expected = "the columns are not separated as they should be", "commas or semicolons"
        problems.append(Problem(f"{file.name}:1", message, _FOREIGN[separator], expected))
    if len(problems) > before:
        return RawTable(file.name, broken=True)
    return read_rows(file.name, _records(file.name, first, lines, problems), problems)


def _separator(header: str) -> str:
    """What stands between the columns: a comma where nothing does."""
    return max(",", ";", *_FOREIGN, key=header.count)


def _records(place: str, first: str, rest: Iterator[str], problems: list[Problem]) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)

    def lines() -> Iterator[str]:
        yield first
        yield from rest

    reader = csv.reader(lines(), delimiter=_separator(first), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        message = f"not valid CSV near line {reader.line_num}: {error}"
        problems.append(Problem(place, message, expected="every quote closed, and doubled inside a cell"))


def _lines(file: Path, problems: list[Problem]) -> Iterator[str]:
    """The lines of a UTF-8 text file; another encoding or a NUL is a problem and ends it."""
    try:
        with file.open("rb") as stream:
            start = stream.read(4096)
        if start.startswith(_UTF16) or b"\0" in start:
            found = "UTF-16" if start.startswith(_UTF16) else "bytes of value zero"
            problems.append(Problem(file.name, "not a UTF-8 text file", found, TEXT))
            return
        with file.open(encoding="utf-8-sig", newline="") as text:
            yield from text
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} in line {_bad_line(file)}"
        problems.append(Problem(file.name, "not a UTF-8 text file", found, TEXT))
    except OSError as error:
        raise StorageError(f"{file}: {error.strerror or error}") from error


def _bad_line(file: Path) -> int:
    """The first line that is not UTF-8; the decoder itself only knows which block it was in."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def read(path: Path) -> RawInstance:
    """Read an instance from a folder or an .xlsx workbook."""
    if path.is_dir():
        return read_folder(path)
    if path.suffix.lower() == ".xlsx" and path.is_file():
        from planner.instance.read_excel import read_workbook  # noqa: PLC0415 - only here is calamine needed

        return read_workbook(path)
    raise InstanceError([Problem(str(path), "not an instance", expected="a folder or an .xlsx workbook")])
