"""An instance as a workbook: a sheet per table, with every column explained and drop-downs where there is a choice.

What `read_excel` reads back has the same canonical form, whatever stands in the cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance.countries import COUNTRIES
from planner.instance.dictionary import (
    REQUIRED,
    Explained,
    docstring,
    explained_columns,
    explained_keys,
    limits,
)
from planner.instance.raw import quoted
from planner.instance.read_excel import SETTINGS_SHEET
from planner.instance.rows import IGNORED, Column, Table
from planner.instance.schema import NETWORK_TABLES, TABLES
from planner.instance.schema_trade import TRADE_TABLES
from planner.instance.schema_whatif import SHEETS
from planner.instance.settings import SECTIONS, Settings
from planner.instance.whatif import WhatIf
from planner.instance.write import cells, speaks
from planner.instance.write_whatifs import sheets_of
from planner.sheets import DARK, MOST_ROWS, Book, Cell, Choice, Heading, Look, Range, fits, put

GUIDE, LISTS = "README", "_lists"
LINE = 116  # characters of a step in a line
MANY_PERIODS = 60  # offered in drop-downs
BLUE, AMBER, RED, GREEN, GREY = "#2F5597", "#BF8F00", "#C00000", "#548235", "#7F7F7F"
OFFERED = {  # whose ids a drop-down offers, and where these stand
    "location": "locations",
    "item": "items",
    "scenario": "scenarios",
    "agreement": "agreements",
    "gateway": "gateways",
    "currency": "currencies",
}
SETTINGS_HEADINGS = (
    Heading("key", "a key of instance.toml", needed=True, width=34),
    Heading("value", "blank: the default", Look.PLAIN, needed=True, width=34),
    Heading("meaning", width=70),
    Heading("type", width=24),
    Heading("default", width=16),
)
YOURS = {
    "source": "where the figures of the row come from: yours, the planner ignores it",
    "note": "anything you want to remember: yours, the planner ignores it",
}
STEPS = (
    "Fill in the sheets; replace the rows that are there by your own. A sheet that you do not need stays empty.",
    "Dark headers must be filled. Point at a header to read what the column means, its unit, and what blank means.",
    "Cells with a drop-down offer what the other sheets hold. Several entries are separated by ; and sets are "
    "written country:MX, region:Asia, role:supplier, group:NAME, ally:yes or *.",
    "Rates and shares are fractions shown as a percentage: type 25% or 0.25. Money is in the currency of the sheet "
    "instance, or of the row's own currency. Quantities are per period.",
    "Formulas are welcome: their values are read, as your spreadsheet program saved them. Merged cells are not.",
    "Do not rename sheets or headers. Columns source and note are yours, and so are sheets whose name begins "
    "with _ .",
    "Save, and run: planner check {file}, then: planner solve {file}. Every error is named with its sheet, row and "
    "column.",
)


def write_workbook(
    path: Path, settings: Settings, tables: Mapping[str, pd.DataFrame], whatifs: Iterable[WhatIf] = ()
) -> None:
    """Write an instance, and the what-ifs that are kept with it, as a workbook.

    Raises:
        InstanceError: with every cell or table that a workbook cannot hold.
        StorageError: the file cannot be written.
    """
    columns = {name: _columns(table, tables[name]) for name, table in TABLES.items()}
    if unfit := [*_unfit(tables, columns)]:
        raise InstanceError(unfit)
    kept = sheets_of(whatifs)
    size = sum(len(frame) * len(columns[name]) for name, frame in tables.items())
    with Book(path, size) as book:
        _guide(book, settings, {name: len(frame) for name, frame in tables.items()} | _lengths(kept))
        row = _settings(book, settings)
        for name, table in TABLES.items():
            book.table(name, _headings(table), list(columns[name].values()), _colour(table))
        for name, table in SHEETS.items():
            book.table(name, _headings(table)[: len(table.columns)], kept[name], GREEN)
        _lists(book, settings, row)


def _lengths(columns: Mapping[str, Sequence[list[Cell]]]) -> dict[str, int]:
    return {name: len(cells[0]) for name, cells in columns.items()}


def _columns(table: Table, frame: pd.DataFrame) -> dict[str, list[Cell]]:
    """The cells of every column; those of a column that says nothing are blank."""
    made: dict[str, list[Cell]] = {}
    for name, column in table.columns.items():
        said = speaks(table, column, frame[name])
        made[name] = cells(column, frame[name], _same) if said else [None] * len(frame)
    for name in IGNORED:
        made[name] = cells(None, frame[name], _same) if name in frame else [None] * len(frame)
    return made


def _same(cell: Cell) -> Cell:
    return cell


def _unfit(
    tables: Mapping[str, pd.DataFrame], columns: Mapping[str, Mapping[str, list[Cell]]]
) -> Iterator[Problem]:
    """What a workbook cannot hold."""
    remedy = "a folder can hold it"
    for name, frame in tables.items():
        if len(frame) > MOST_ROWS:
            found, most = f"{len(frame):,} rows", f"at most {MOST_ROWS:,} rows in a sheet"
            yield Problem(name, f"too many rows for a workbook; {remedy}", found, most)
        for column, written in columns[name].items():
            bad = {text for text in set(written) if isinstance(text, str) and not fits(text)}
            rows = (row for row, text in zip(frame.index, written, strict=True) if text in bad) if bad else ()
            for row in rows:
                expected = "at most 32,767 characters, all of them valid"
                yield Problem(
                    f"{name}:{row}:{column}", f"a text that no workbook holds; {remedy}", expected=expected
                )


def _headings(table: Table) -> list[Heading]:
    made = [
        Heading(
            name=each.name,
            note=_note(each),
            look=_look(table.columns[each.name]),
            needed=each.default == REQUIRED,
            takes=_range(table, each) or _choice(table, table.columns[each.name], each.kind),
        )
        for each in explained_columns(table)
    ]
    return made + [Heading(name, YOURS[name]) for name in IGNORED]


def _note(column: Explained) -> str:
    """What the header says when it is pointed at."""
    must = "must be filled" if column.default == REQUIRED else f"blank: {column.default or 'none'}"
    unit = f"\nunit: {column.unit}" if column.unit else ""
    return f"{column.meaning}\n{column.kind}{unit}\n{must}".replace("`", "")


def _look(column: Column) -> Look:
    if column.storage is date:
        return Look.DATE
    if column.storage in (str, bool):
        return Look.TEXT
    if column.money:
        return Look.MONEY
    fraction = column.unit is not None and column.unit.name.startswith("fraction")
    return Look.SHARE if fraction else Look.PLAIN


def _range(table: Table, column: Explained) -> Range | None:
    """What numbers a column takes; None if it takes none."""
    storage, info = table.columns[column.name].storage, table.row.model_fields.get(column.name)
    if storage not in (float, int) or info is None:
        return None
    bounds = [f"{{}}{limit.sign}{limit.value:.10g}" for limit in limits(info)]
    whole = ["{}=INT({})"] if storage is int else []
    unit = f", {column.unit}" if column.unit else ""
    return Range(",".join([*bounds, *whole]) or "TRUE", f"{column.kind}{unit}")


def _choice(table: Table, column: Column, kind: str) -> Choice | None:
    """What a drop-down of the column offers; ids of other sheets are offered, not demanded: they may come later."""
    what = column.names.what if column.names else kind
    if column.choices or column.storage is bool:
        return Choice(column.choices or ("yes", "no"), strict=True)
    if what == "country":
        return Choice("=countries_offered", strict=column.names is None)
    if what == "period":
        return Choice("=periods_offered")
    # a table does not offer its own ids
    offered = OFFERED.get(what)
    return Choice(f"={offered}_offered") if offered and offered != table.name else None


def _colour(table: Table) -> str:
    return BLUE if table in NETWORK_TABLES else AMBER if table in TRADE_TABLES else RED


def _settings(book: Book, settings: Settings) -> int:
    """The sheet of settings; the row, counted from 1, in which the periods stand."""
    keys = [(section, key) for section, model in SECTIONS.items() for key in explained_keys(model)]
    names = [f"{section}.{key.name}" for section, key in keys]
    words = ([key.meaning, key.kind, key.default] for _, key in keys)
    columns: list[list[Cell]] = [
        [*names],
        [_setting(getattr(getattr(settings, section), key.name)) for section, key in keys],
        *([word.replace("`", "") for word in column] for column in zip(*words, strict=True)),
    ]
    sheet = book.table("settings", SETTINGS_HEADINGS, columns, GREY, SETTINGS_SHEET)
    for row, (section, key) in enumerate(keys, start=1):
        kind = SECTIONS[section].model_fields[key.name].annotation
        if get_origin(kind) is Literal:
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": list(get_args(kind))})
    return names.index("horizon.periods") + 2


def _setting(value: Any) -> Cell:
    """The value of a key as a cell; a list separates its entries with ;."""
    if isinstance(value, tuple):
        value = ";".join(entry.isoformat() if isinstance(entry, date) else entry for entry in value)
    return quoted(value) if isinstance(value, str) else value


def _lists(book: Book, settings: Settings, row: int) -> None:
    """The hidden sheet, and the names, that drop-downs offer; the periods follow what `row` of the settings says."""
    sheet = book.sheet(LISTS)
    sheet.hide()
    periods = dict(enumerate(settings.horizon.periods))
    for place, country in enumerate(sorted(COUNTRIES)):  # row by row, as large workbooks need it
        sheet.write_string(place, 0, country)
        if place < MANY_PERIODS:
            split = f'SUBSTITUTE({SETTINGS_SHEET}!$B${row},";",REPT(" ",999))'
            formula = f"=TRIM(MID({split},{999 * place + 1},999))"
            sheet.write_formula(place, 1, formula, None, periods.get(place, ""))
    last = f'MAX(1,COUNTIF({LISTS}!$B$1:$B${MANY_PERIODS},"?*"))'
    book.workbook.define_name("countries_offered", f"={LISTS}!$A$1:$A${len(COUNTRIES)}")
    book.workbook.define_name("periods_offered", f"={LISTS}!$B$1:INDEX({LISTS}!$B:$B,{last})")
    for table in OFFERED.values():
        filled = f"INDEX({table}!$A:$A,MAX(2,COUNTA({table}!$A:$A)))"
        book.workbook.define_name(f"{table}_offered", f"={table}!$A$2:{filled}")


def _guide(book: Book, settings: Settings, rows: Mapping[str, int]) -> None:
    """The first sheet: how to use the workbook, and what each sheet is for."""
    sheet = book.sheet(GUIDE, GREY)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 3)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, 2, 100)
    sheet.set_column(3, 3, 9)
    words = book.format(text_wrap=True)
    sheet.write_string(0, 1, settings.instance.name, book.format(bold=True, font_size=18, font_color=DARK))
    put(sheet, 1, 1, quoted(settings.instance.title), book.format(font_size=12, font_color=GREY))
    sheet.set_row(0, 28)
    sheet.set_row(1, 18)
    row = 3
    sheet.write_string(row, 1, "How to use this workbook", book.format(bold=True, font_size=13))
    for number, step in enumerate(STEPS, start=1):
        sheet.write_number(row + number, 0, number, book.format(bold=True, font_color=DARK))
        sheet.merge_range(row + number, 1, row + number, 2, step.format(file=book.path.name), words)
        sheet.set_row(row + number, 15 * (1 + len(step) // LINE) + 3)
    row += len(STEPS) + 2
    for place, word in enumerate(("sheet", "what it says", "rows"), start=1):
        sheet.write_string(row, place, word, book.header(right=word == "rows"))
    sheets = [
        (SETTINGS_SHEET, "The settings: name, periods, currency, rates that hold everywhere, the search.", "")
    ]
    sheets += [(name, _says(table), f"=COUNTA({name}!A:A)-1") for name, table in (TABLES | SHEETS).items()]
    for place, (name, says, counted) in enumerate(sheets, start=row + 1):
        sheet.write_url(place, 1, f"internal:{name}!A1", book.format(font_color=BLUE, underline=1), name)
        sheet.write_string(place, 2, says, words)
        if counted:
            sheet.write_formula(place, 3, counted, None, rows[name])
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row + len(sheets), 3)
    sheet.activate()


def _says(table: Table) -> str:
    """What a table says, in a line."""
    return docstring(table.row)[0].replace("`", "") + (" Required." if table.required else "")
