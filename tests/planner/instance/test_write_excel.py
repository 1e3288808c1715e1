"""Workbooks: what is written reads back the same, whatever stands in the cells, and nothing in them is code."""

from __future__ import annotations

import zipfile
from datetime import date
from itertools import product
from xml.etree import ElementTree

import numpy as np
import pytest
import python_calamine as calamine
from hypothesis import given, settings
from hypothesis import strategies as st

import planner.instance as pi
from planner.instance.begin import begin
from planner.instance.example import example
from planner.instance.raw import quoted, unquoted
from planner.instance.read_frames import cell_text
from planner.instance.schema_whatif import SHEETS
from planner.instance.write_excel import GUIDE, LISTS, write_workbook
from planner.sheets import Book, Heading, Look, fits

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-2",
    "@SUM(A1)",
    "'=1",
    "''=1",
    "'tis",
    '"quoted", twice ""',
    "<script>alert(1)</script>",
    "<r><t>mark-up</t></r>",
    "<r></r>",
    "&amp; ]]>",
    "\u202eright to left",
    "two\nlines\r\nand\rmore",
    "tab\tbed",
    "bell \x07 escape \x1b[31m",
    "_x0041_ _x005F_",
    "007",
    "0101.21",
    "1e5",
    "NA",
    "TRUE",
    "#REF!",
    "2027-01-01",
    "http://example.com",
    "e\u0301 é 🛳",
    "x" * 100,
    "y" * 10_000,
)
NUMBERS = (0.1 + 0.2, 1 / 3, 1e15, 123456789.12345679, 1e-9, 100.0, 0.07)


def sheet(path, name):
    """The cells of a sheet."""
    return calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


@pytest.mark.parametrize("name", [entry.name for entry in pi.shipped()])
def test_a_shipped_instance_comes_back_from_a_workbook_to_the_bit(tmp_path, name):
    there = begin(tmp_path / "there.xlsx", name)
    back = begin(tmp_path / "back", there)
    source, book, copy = pi.load(name), pi.load(there), pi.load(back)
    assert copy.sha256 == book.sha256 == source.renamed("there").sha256
    assert not book.warnings or {w.message for w in book.warnings} == {w.message for w in source.warnings}
    for table, frame in source.given.items():
        assert frame.reset_index(drop=True).equals(copy.given[table].reset_index(drop=True)), table


def test_every_hostile_text_and_number_comes_back(make, tmp_path):
    items = [f"i{number:02}" for number in range(len(HOSTILE))]
    made = pi.Instance.from_tables(
        dict(make().tables)
        | {
            "items": [{"item": "tv", "name": "", "note": ""}]
            + [
                {"item": i, "name": quoted(text), "note": quoted(text)}
                for i, text in zip(items, HOSTILE, strict=True)
            ],
            "fees": [
                {"importer": "US", "fee": f"f{k}", "rate": rate, "starts": day}
                for k, (rate, day) in enumerate(
                    product(NUMBERS, ["", "0001-01-01", "1900-02-28", "1900-03-01", "9999-12-31"])
                )
            ],
        },
        {"instance": {"name": "small", "title": "'=1 & more", "duty_date": date(2026, 11, 1)}},
    )
    made.write(tmp_path / "book.xlsx")
    back = pi.load(tmp_path / "book.xlsx")
    assert back.given_settings == made.given_settings
    assert back.tables["items"].set_index("item")["note"].tolist()[:-1] == list(HOSTILE)
    assert back.sha256 == made.sha256


@pytest.mark.parametrize("large", [False, True])
@settings(max_examples=30, deadline=None)
@given(
    texts=st.lists(st.text(st.characters(codec="utf-8")).map(str.strip).filter(fits), max_size=20),
    numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.none(), max_size=20),
)
def test_cells_read_back_as_they_were(tmp_path_factory, large, texts, numbers):
    path = tmp_path_factory.mktemp("cells") / "cells.xlsx"
    rows = max(len(texts), len(numbers)) + 1
    texts = [*texts, *[""] * (rows - len(texts))]
    numbers = [*numbers, *[None] * (rows - len(numbers))]
    with Book(path, 10**9 if large else 0) as book:
        book.table("t", [Heading("a"), Heading("b", look=Look.PLAIN)], [list(map(quoted, texts)), numbers])
    read = calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("t")
    cells = [[*row, ""][:2] for row in read.to_python(skip_empty_area=False)[1:]]
    cells += [["", ""]] * (rows - len(cells))
    assert [unquoted(cell_text(row[0])) for row in cells] == texts
    assert [None if row[1] == "" else float(row[1]) for row in cells] == numbers


def test_a_large_instance_is_written_row_by_row_and_comes_back(tmp_path, monkeypatch):
    monkeypatch.setattr("planner.sheets.MANY_CELLS", 10)
    pi.load("starter").write(tmp_path / "book.xlsx")
    assert pi.load(tmp_path / "book.xlsx").sha256 == pi.load("starter").sha256
    assert sheet(tmp_path / "book.xlsx", LISTS)[:2] == [["AD", "2027"], ["AE", "2028"]]
    assert sheet(tmp_path / "book.xlsx", GUIDE)[0][1] == "starter"


def test_a_number_of_numpy_is_a_number(tmp_path):
    with Book(tmp_path / "book.xlsx") as book:
        book.table("t", [Heading("a", look=Look.PLAIN)], [[np.float64(1 / 3), np.float64(2)]])
    assert sheet(tmp_path / "book.xlsx", "t") == [["a"], [1 / 3], [2]]


def test_no_cell_of_a_user_is_a_formula_or_a_link(make, tmp_path):
    rows = [{"item": "tv"}, *({"item": f"i{k}", "name": text} for k, text in enumerate(HOSTILE))]
    pi.Instance.from_tables(
        dict(make().tables) | {"items": rows}, {"instance": {"name": "small", "title": "=1+1"}}
    ).write(tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as archive:
        names = [
            each.get("name")
            for each in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        for number, name in enumerate(names, start=1):
            found = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            formulas = [cell.text for cell in found.iter(f"{MAIN}f")]
            assert name in (GUIDE, LISTS) or not formulas, name
            assert all(text.startswith(("COUNTA(", "TRIM(")) for text in formulas)
            links = [link.get("location") for link in found.iter(f"{MAIN}hyperlink")]
            assert name == GUIDE or not links
            assert all(link.removesuffix("!A1").strip("'") in names for link in links)


def test_the_sheets_and_headers_of_the_template(tmp_path):
    path = begin(tmp_path / "lamps.xlsx", "")
    book = calamine.CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == [GUIDE, "instance", *pi.TABLES, *SHEETS, LISTS]
    assert sheet(path, "instance")[0] == ["key", "value", "meaning", "type", "default"]
    for name, table in pi.TABLES.items():
        rows = sheet(path, name)
        assert rows[0] == [*table.columns, "source", "note"]
        assert len(rows) >= 2
        assert any(rows[1])


def test_the_template_is_named_after_its_file_and_has_no_warning(tmp_path):
    template = pi.load(begin(tmp_path / "lamps.xlsx", ""))
    assert template.settings.instance.name == "lamps"
    assert template.warnings == ()
    assert template.sha256 == example().renamed("lamps").sha256


def test_headers_explain_and_cells_offer(tmp_path):
    path = begin(tmp_path / "lamps.xlsx", "")
    with zipfile.ZipFile(path) as archive:
        comments = [archive.read(name).decode() for name in archive.namelist() if "comments" in name]
        tables = [name for name in archive.namelist() if name.startswith("xl/tables/")]
        locations = archive.read("xl/worksheets/sheet3.xml").decode()
        demand = archive.read(f"xl/worksheets/sheet{3 + list(pi.TABLES).index('demand')}.xml").decode()
    assert len(tables) == len(pi.TABLES) + len(SHEETS) + 1
    assert "supplier,plant,warehouse,market" in locations
    assert "countries_offered" in locations
    assert all(name in demand for name in ("locations_offered", "items_offered", "periods_offered"))
    assert any(
        "units per period\nnumber &gt;= 0\nunit: units/period\nmust be filled" in text for text in comments
    )


def test_what_no_workbook_holds_is_refused_with_its_place(make, tmp_path):
    instance = make(items=f"item,note\ntv,{'x' * 32_768}\nradio,\ufffe\nlamp,fine")
    with pytest.raises(pi.InstanceError) as caught:
        instance.write(tmp_path / "book.xlsx")
    assert str(caught.value).splitlines() == [
        f"items:{row}:note: a text that no workbook holds; a folder can hold it; "
        "expected at most 32,767 characters, all of them valid"
        for row in (3, 2)
    ]
    assert list(tmp_path.iterdir()) == []


def test_more_rows_than_a_sheet_has_are_refused(make, tmp_path, monkeypatch):
    monkeypatch.setattr("planner.instance.write_excel.MOST_ROWS", 1)
    small = make()
    with pytest.raises(pi.InstanceError) as caught:
        write_workbook(tmp_path / "book.xlsx", small.given_settings, small.given)
    assert str(caught.value).splitlines()[0] == (
        "locations: too many rows for a workbook; a folder can hold it; found '3 rows'; "
        "expected at most 1 rows in a sheet"
    )


def test_an_instance_of_ones_own_keeps_its_name_and_its_what_ifs(make, tmp_path):
    make().write(tmp_path / "own")
    (tmp_path / "own" / "whatifs").mkdir()
    (tmp_path / "own" / "whatifs" / "dear.toml").write_text("title = 'dear'\n[fix]\ndesign = true\n")
    begin(tmp_path / "copy", tmp_path / "own")
    assert pi.load(tmp_path / "copy").sha256 == make().sha256
    assert (tmp_path / "copy" / "whatifs" / "dear.toml").is_file()
    assert (tmp_path / "copy" / "COLUMNS.md").is_file()
