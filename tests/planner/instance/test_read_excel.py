"""Workbooks: what a formula reads as, and which cells are refused."""

import zipfile
from datetime import UTC, date, datetime, time

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


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


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


def written(path, sheets, change=None, **options):
    """A workbook of sheets by name; `change` may dress the workbook, its sheets by name in hand."""
    with xlsxwriter.Workbook(path, options) as workbook:
        made = {}
        for name, lines in sheets.items():
            made[name] = workbook.add_worksheet(name)
            for number, line in enumerate(lines):
                made[name].write_row(number, 0, line)
        if change:
            change(workbook, made)
    return path


def with_cells(path, table, column, *cells, look=None):
    """The small workbook with a column more, one cell a row, in a number format."""

    def add(workbook, made):
        place = len(SHEETS[table][0])
        made[table].write_string(0, place, column)
        for row, cell in enumerate(cells, start=1):
            made[table].write(row, place, cell, workbook.add_format({"num_format": look}) if look else None)

    return written(path, SHEETS, add)


def dated(tariffs):
    return {
        **SHEETS,
        "tariffs": [["importer", "origin", "programme", "starts", "rate"], *tariffs],
    }


@pytest.mark.parametrize(
    ("table", "column", "cell", "look", "read"),
    [
        ("items", "hs_code", "0101.21", None, "010121"),
        ("items", "hs_code", 852872, None, "852872"),
        ("items", "name", "NA", None, "NA"),
        ("items", "name", "007", None, "007"),
        ("items", "name", 2027, None, "2027"),
        ("items", "name", True, None, "True"),
        ("items", "unit", "'=A1", None, "=A1"),
        ("items", "weight_kg", 0.1 + 0.2, None, 0.3),  # the library that writes this book keeps 16 digits
        ("items", "weight_kg", "0.25", None, 0.25),
        ("demand", "single_source", True, None, True),
        ("demand", "single_source", "yes", None, True),
        ("demand", "shortage_cost", 0.25, "0%", 0.25),
    ],
)
def test_a_cell_reads_as_what_it_shows(tmp_path, table, column, cell, look, read):
    path = with_cells(tmp_path / "book.xlsx", table, column, cell, look=look)
    assert pi.load(path).tables[table][column].tolist() == [read]


def test_namibia_is_a_country(tmp_path):
    sheets = {
        **SHEETS,
        "locations": [SHEETS["locations"][0], ["works", "plant", "NA"], ["shop", "market", "US"]],
    }
    country = (
        pi.load(written(tmp_path / "book.xlsx", sheets)).tables["locations"].set_index("location")["country"]
    )
    assert country["works"] == "NA"


@pytest.mark.parametrize("mac", [False, True], ids=["since 1900", "since 1904"])
def test_dates_read_alike_as_dates_and_as_text(tmp_path, mac):
    rows = [["US", "CN", "A", date(2026, 11, 1), 0.1], ["US", "CN", "B", "2026-11-01", 0.1]]
    path = written(tmp_path / "book.xlsx", dated(rows), date_1904=mac, default_date_format="dd/mm/yyyy")
    starts = pi.load(path).tables["tariffs"]["starts"]
    assert [day.date() for day in starts] == [date(2026, 11, 1)] * 2


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (datetime(2026, 11, 1, 12, tzinfo=UTC), "2026-11-01T12:00:00"),
        (time(12), "12:00:00"),
        (46000, "46000"),
    ],
)
def test_what_is_no_date_is_refused_with_its_cell(tmp_path, cell, found):
    path = written(
        tmp_path / "book.xlsx",
        dated([["US", "CN", "A", cell, 0.1]]),
        default_date_format="hh:mm",
        remove_timezone=True,
    )
    (line,) = refused(path)
    assert line.startswith(f"book.xlsx/tariffs:2:starts: not a date; found '{found}'; expected an ISO date")


def test_blank_rows_count_but_say_nothing(tmp_path):
    demand = [SHEETS["demand"][0], [], ["shop", "tv", 100], ["  ", None, ""], ["shop", "radio", 1]]
    (line,) = refused(written(tmp_path / "book.xlsx", {**SHEETS, "demand": demand}))
    assert line.startswith("book.xlsx/demand:5:item: no such item; found 'radio'")


def test_columns_of_ones_own(tmp_path):
    kept = with_cells(tmp_path / "note.xlsx", "demand", "note", "from the sales plan")
    assert pi.load(kept).tables["demand"]["note"].tolist() == ["from the sales plan"]
    assert pi.load(with_cells(tmp_path / "blank.xlsx", "demand", "", "")).sha256
    (line,) = refused(with_cells(tmp_path / "extra.xlsx", "demand", "colour", "red"))
    assert line.startswith("extra.xlsx/demand:1:colour: no such column")


def test_hidden_sheets_are_read_if_they_are_tables_and_left_alone_if_not(tmp_path):
    def hide(workbook, made):
        made["demand"].hide()
        workbook.add_worksheet("PivotCache").very_hidden()
        workbook.add_chart({"type": "bar"})
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"values": "=demand!$C$2:$C$2"})
        workbook.add_chartsheet("picture").set_chart(chart)

    assert quantity(written(tmp_path / "book.xlsx", SHEETS, hide)) == [100]

    def misspell(workbook, made):
        workbook.add_worksheet("polices").hide()

    (line,) = refused(written(tmp_path / "book.xlsx", SHEETS, misspell))
    assert line.endswith("did you mean 'policies'?")


def test_formulas_of_other_writers_are_seen(book, tmp_path):
    """Some write a prefix before every tag, some leave out where a cell is."""
    made = book("text", saved=False)
    changes = {
        "prefixed.xlsx": [
            (b"<f>", b"<x:f>"),
            (b"</f>", b"</x:f>"),
            (b"<v>text</v>", b""),
            (b' t="str"', b""),
        ],
        "unplaced.xlsx": [(b' r="C2"', b""), (b"<v>text</v>", b""), (b' t="str"', b"")],
    }
    for name, replaced in changes.items():
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(tmp_path / name, "w") as target:
            for part in source.namelist():
                xml = source.read(part)
                if part == "xl/worksheets/sheet6.xml":
                    xml = xml.replace(b"<worksheet xmlns=", b'<worksheet xmlns:x="%s" xmlns=' % MAIN)
                    for old, new in replaced:
                        xml = xml.replace(old, new)
                target.writestr(part, xml)
        assert refused(tmp_path / name) == [
            f"{name}/demand:2:quantity: a formula without a value; expected a plain value, or the workbook "
            "opened and saved by a spreadsheet program"
        ]


def test_settings_take_text_numbers_and_dates_as_they_come(tmp_path):
    lines = [
        ["key", "value", "meaning"],
        ["name", "small"],
        ["title", "'=1+1", "a title"],
        ["horizon.periods", 2027],
        ["base_date", date(2027, 1, 1)],
        ["seed", 7.0],
        ["gap", "0.01"],
        ["cvar_alpha", ""],
    ]
    path = written(tmp_path / "book.xlsx", {**SHEETS, "instance": lines}, default_date_format="yyyy")
    found = pi.load(path).settings
    assert found.instance.title == "=1+1"
    assert found.horizon.periods == ("2027",)
    assert found.instance.base_date == date(2027, 1, 1)
    assert (found.solver.seed, found.solver.gap, found.resilience.cvar_alpha) == (7, 0.01, 0.9)
