"""Workbooks: what a formula reads as, and which cells are refused."""

import zipfile

import pytest
import xlsxwriter

import planner.instance as pi

SHEETS = {
    "instance": [["key", "value"], ["name", "small"]],
    "locations": [["location", "role", "country"], ["works", "plant", "MX"], ["shop", "market", "US"]],
    "items": [["item"], ["tv"]],
    "production": [["location", "item", "unit_cost"], ["works", "tv", 18]],
    "lanes": [["origin", "destination", "unit_cost"], ["works", "shop", 9]],
    "demand": [["market", "item", "quantity"], ["shop", "tv", 100]],
}


@pytest.fixture
def book(tmp_path):
    """Write the small workbook with `cell` at the quantity of its demand; `saved` as a spreadsheet program does."""

    def write(cell, *, saved, rows=1):
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            workbook.calc_on_load = not saved
            for name, lines in SHEETS.items():
                sheet = workbook.add_worksheet(name)
                for number, line in enumerate(lines):
                    sheet.write_row(number, 0, line)
            for number in range(1, rows + 1):
                sheet.write_row(number, 0, SHEETS["demand"][1][:2])
                sheet.write_formula(number, 2, "=50+50", None, cell)
        return path

    return write


def quantity(path):
    return pi.load(path).tables["demand"]["quantity"].tolist()


def refused(path):
    with pytest.raises(pi.InstanceError) as caught:
        pi.load(path)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("saved", [True, False])
def test_a_formula_reads_as_its_value(book, saved):
    assert quantity(book(100, saved=saved)) == [100]


def test_a_formula_that_a_spreadsheet_program_computed_may_give_zero(book):
    assert quantity(book(0, saved=True)) == [0]


def test_a_formula_that_nobody_computed_is_refused(book):
    assert refused(book(0, saved=False)) == [
        "book.xlsx/demand:2:quantity: a formula that was never computed, its 0 only stands in for a value; "
        "expected a plain value, or the workbook opened and saved by a spreadsheet program"
    ]


def test_a_formula_that_gives_an_error_is_refused(book):
    assert refused(book("#REF!", saved=True)) == [
        "book.xlsx/demand:2:quantity: a cell with the error #REF!; expected a plain value in each cell"
    ]


def test_a_formula_that_gives_empty_text_is_a_blank_cell(book, tmp_path):
    made, path = book("text", saved=True), tmp_path / "blank.xlsx"
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<v>text</v>", b"<v></v>"))
    assert refused(path) == ["blank.xlsx/demand:2:quantity: a value is needed; expected units per period"]


def test_many_faulty_cells_are_summed_up(book):
    lines = refused(book(0, saved=False, rows=50))
    assert len(lines) == 21
    assert lines[-1] == "book.xlsx/demand:22:quantity: 30 more like the ones above, from this row on"


def test_the_sheets_of_what_ifs_are_left_alone(book, monkeypatch):
    monkeypatch.setitem(SHEETS, "whatifs", [["nonsense"]])
    assert quantity(book(100, saved=True)) == [100]
