"""Workbooks: tables as sheets of typed cells, none of which is code.

Text is written as text whatever it looks like, and a number with as many digits as it takes to read it back exactly.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from planner.errors import StorageError

MOST_ROWS = 1_048_575  # of a sheet, below its header
LONGEST_TEXT = 32_767  # UTF-16 units in a cell
MANY_CELLS = 1_000_000  # from here on rows go to disk at once, which leaves out real tables
FIRST_DAY = date(1900, 3, 1)  # before, a spreadsheet counts a day that never was
FONT, DARK, LIGHT, RULE = "Calibri", "#1F3864", "#D9E2F3", "#BFBFBF"
TABLE_STYLE = "Table Style Light 1"
NARROWEST, WIDEST, LOOKED_AT = 9, 44, 200
_NO_TEXT = re.compile("[\ud800-\udfff\ufffe\uffff]")
# the writer takes a text in these tags for mark-up of its own
_LIKE_MARKUP = re.compile(r"<r>.*</r>", re.DOTALL)

Cell = str | float | int | date | None


class Look(StrEnum):
    """How the cells of a column look: a number format."""

    TEXT = "@"
    PLAIN = "General"
    WHOLE = "#,##0"
    QUANTITY = "#,##0.00"
    MONEY = "#,##0.00##"
    SHARE = "0.0####%"
    DATE = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a drop-down offers: a formula of a range, or the entries themselves; only `strict` ones refuse others."""

    source: str | tuple[str, ...]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """What numbers may be typed: a formula that is true for them, with {} for the cell, and the same in words."""

    formula: str
    words: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a sheet: its name, what its header says when pointed at, the look of its cells, what they take."""

    name: str
    note: str = ""
    look: Look = Look.TEXT
    needed: bool = False
    takes: Choice | Range | None = None
    width: float = 0.0  # characters; 0: as the cells need


def fits(text: str) -> bool:
    """Whether a cell of a workbook can hold a text, and give it back."""
    return len(text.encode("utf-16-le", "surrogatepass")) <= 2 * LONGEST_TEXT and not _NO_TEXT.search(text)


class Book:
    """A workbook that gets its name when it is whole; use it as a context.

    Raises:
        StorageError: on leaving, if it cannot be written.
    """

    def __init__(self, path: Path, cells: int = 0) -> None:
        self.path = path
        self.large = cells > MANY_CELLS
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folder = tempfile.TemporaryDirectory(prefix=".book-", dir=path.parent)
        except OSError as error:
            raise self._failed(error) from error
        self._staged = Path(self._folder.name) / path.name
        how = {
            "constant_memory": self.large,
            "in_memory": not self.large,
            "default_date_format": str(Look.DATE),
        }
        self.workbook = Workbook(str(self._staged), how)
        self.workbook.formats[0].set_font_name(FONT)
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.workbook.close()
                os.replace(self._staged, self.path)
        except (OSError, XlsxFileError) as failure:
            raise self._failed(failure) from failure
        finally:
            self._folder.cleanup()

    def format(self, **properties: Any) -> Format:
        """A cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({"font_name": FONT, "valign": "top", **properties})
        return self._formats[key]

    def sheet(self, name: str, colour: str = "") -> Worksheet:
        """A new sheet, printed on as many landscape pages as it is long, one wide."""
        sheet = self.workbook.add_worksheet(name, _ExactSheet)
        if colour:
            sheet.set_tab_color(colour)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RPage &P of &N")
        return sheet

    def table(
        self,
        name: str,
        headings: Sequence[Heading],
        columns: Sequence[Sequence[Cell]],
        colour: str = "",
        sheet_name: str = "",
    ) -> Worksheet:
        """A sheet that is one table: header frozen, columns as wide as they need, drop-downs below its end too."""
        sheet = self.sheet(sheet_name or name, colour)
        rows = max(map(len, columns), default=0)
        for place, (heading, cells) in enumerate(zip(headings, columns, strict=True)):
            look = self.format(num_format=str(heading.look))
            sheet.set_column(place, place, heading.width or _width(heading, cells), look)
            if heading.takes:
                sheet.data_validation(1, place, MOST_ROWS, place, _rule(heading, heading.takes, place))
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS + 1}"})
        self._headers(sheet, headings)
        for number, row in enumerate(zip(*columns, strict=True), start=1):
            put_row(sheet, number, row)
        last = max(rows, 1)
        if self.large:
            sheet.autofilter(0, 0, last, len(headings) - 1)
        else:
            named = [{"header": each.name, "header_format": self._header_of(each)} for each in headings]
            sheet.add_table(
                0,
                0,
                last,
                len(headings) - 1,
                {"name": name, "columns": named, "style": TABLE_STYLE},
            )
        return sheet

    def header(self, *, needed: bool = True, right: bool = False) -> Format:
        """The format of a header: dark where a cell is needed, on the right over numbers."""
        colours = {"bg_color": DARK, "font_color": "white"} if needed else {"bg_color": LIGHT}
        return self.format(
            bold=True, bottom=1, bottom_color=RULE, align="right" if right else "left", **colours
        )

    def _header_of(self, heading: Heading) -> Format:
        return self.header(needed=heading.needed, right=heading.look is not Look.TEXT)

    def _headers(self, sheet: Worksheet, headings: Sequence[Heading]) -> None:
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading.name, self._header_of(heading))
            if heading.note:
                lines = sum(1 + len(line) // 46 for line in heading.note.splitlines())
                size = {"width": 310, "height": 16 * lines + 12, "font_size": 9, "author": "planner"}
                sheet.write_comment(0, place, heading.note, size)

    def _failed(self, error: Exception) -> StorageError:
        reason = getattr(error, "strerror", None) or error
        return StorageError(f"cannot write {self.path}: {reason}")


def put_row(sheet: Worksheet, row: int, cells: Iterable[Cell], look: Format | None = None) -> None:
    """Write cells from the first column on, each of its own kind."""
    for place, cell in enumerate(cells):
        put(sheet, row, place, cell, look)


def put(sheet: Worksheet, row: int, column: int, cell: Cell, look: Format | None = None) -> None:
    """Write a cell: text as text, even where it looks like a formula, a link or a number; nothing for None."""
    if isinstance(cell, str):
        if _LIKE_MARKUP.fullmatch(cell):
            sheet.write_rich_string(row, column, cell[:1], cell[1:2], cell[2:], *(look,) if look else ())
        elif cell:
            sheet.write_string(row, column, cell, look)
    elif isinstance(cell, date):
        if cell < FIRST_DAY:
            sheet.write_string(row, column, cell.isoformat(), look)
        else:
            sheet.write_datetime(row, column, cell, look)
    elif cell is not None:
        sheet.write_number(row, column, cell, look)


class _ExactSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose numbers read back exactly: the library writes 16 digits, a double may need 17."""

    def _xml_number_element(self, number: float, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        marks = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f"<c{marks}><v>{float(number)!r}</v></c>")


def _rule(heading: Heading, takes: Choice | Range, place: int) -> dict[str, Any]:
    """What a spreadsheet program checks when a cell is typed."""
    if isinstance(takes, Range):
        cell = xl_rowcol_to_cell(1, place)
        formula = f"=AND(ISNUMBER({cell}),{takes.formula.format(*[cell] * takes.formula.count('{}'))})"
        words = f"Expected: {takes.words}."
        return {"validate": "custom", "value": formula, "error_title": heading.name, "error_message": words}
    source = takes.source if isinstance(takes.source, str) else list(takes.source)
    rule = {"validate": "list", "source": source, "show_error": takes.strict}
    return rule | {"error_title": heading.name, "error_message": "Choose one of the list."}


def _width(heading: Heading, cells: Sequence[Cell]) -> float:
    """The width in characters that the header, with its filter button, and the first cells need."""
    shown = (len(_shown(cell, heading.look)) for cell in cells[:LOOKED_AT])
    return min(max(NARROWEST, len(heading.name) + 4, max(shown, default=0) + 2), WIDEST)


def _shown(cell: Cell, look: Look) -> str:
    if cell is None or isinstance(cell, date):
        return "2027-01-31" if cell else ""
    if isinstance(cell, str):
        return max(cell.splitlines(), key=len, default="")
    return f"{cell:,.2f}" if look in (Look.QUANTITY, Look.MONEY) else f"{cell:,.6g}"
