"""What-ifs: as TOML files, as two sheets of a workbook, and as changes made in Python."""

import datetime

import numpy as np
import pytest
import xlsxwriter

import planner
import planner.instance as pi
from planner.instance import Fix


@pytest.fixture
def read(tmp_path):
    """Read a what-if from the text of its file."""

    def write(text, name="lapse.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return pi.read_whatif(tmp_path / name)

    return write


@pytest.fixture
def refused(read):
    """The lines of the InstanceError that the text of a what-if raises."""

    def lines(text):
        with pytest.raises(pi.InstanceError) as caught:
            read(text)
        return str(caught.value).splitlines()

    return lines


@pytest.fixture
def book(tmp_path):
    """Write a workbook of these sheets, and read the what-ifs that it keeps."""

    def write(**sheets):
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
            for name, lines in sheets.items():
                sheet = workbook.add_worksheet(name)
                for number, line in enumerate(lines):
                    for column, cell in enumerate(line):
                        (sheet.write_string if isinstance(cell, str) else sheet.write)(number, column, cell)
        return pi.kept_whatifs(path)

    return write


LAPSE = """
title = "USMCA lapses and China duty rises by 25 points"
[[change]]
table = "agreements"
where = { agreement = "USMCA" }
set = { ends = 2027-01-01 }
[[change]]
table = "tariffs"
where = { importer = "US", origin = ["CN", "CN;ally:no"], programme = "S301" }
add = { rate = 0.25 }
[fix]
facilities = ["tijuana"]
"""


def test_a_file_is_a_list_of_changes_and_what_is_kept(read):
    lapse = read(LAPSE)
    assert (lapse.name, lapse.title) == ("lapse", "USMCA lapses and China duty rises by 25 points")
    assert lapse.fix == Fix(facilities=("tijuana",))
    assert lapse.words == (
        "agreements[agreement=USMCA].ends = 2027-01-01",
        "tariffs[importer=US,origin=(CN or CN;ally:no),programme=S301].rate += 0.25",
        "fix facilities tijuana",
    )


def test_what_a_change_says_reads_back_as_the_change(read):
    for change in read(LAPSE).changes:
        (words,) = pi.written(change)
        again = pi.parse_set(words)
        assert (again.table, again.where, again.add) == (change.table, change.where, change.add)


def test_the_changes_of_a_file_are_made_in_its_order(read, good):
    text = """
        [[change]]
        table = "demand"
        where = { market = "north" }
        set = { quantity = 100 }
        [[change]]
        table = "demand"
        multiply = { quantity = 2 }
        [[change]]
        table = "demand"
        append = [{ market = "west", item = "tv", period = "2027", quantity = 7 }]
        [[change]]
        table = "demand"
        where = { market = "west", period = "2028" }
        drop = true
    """
    demand = pi.apply(good, read(text).changes).tables["demand"]
    assert dict(
        zip(zip(demand["market"], demand["period"], strict=True), demand["quantity"], strict=True)
    ) == {
        ("north", ""): 200,
        ("west", ""): 40_000,
        ("west", "2027"): 7,
    }
    backwards = pi.apply(good, read(text).changes[1::-1]).tables["demand"]
    assert backwards.loc[backwards["market"] == "north", "quantity"].tolist() == [100]


def test_a_list_means_any_of_and_a_blank_the_default(good):
    where = {"location": ["windhoek", "seoul"], "contract": ["", "nothing of the sort"]}
    offers = pi.apply(good, [planner.change("offers", where, set={"unit_cost": 1})]).tables["offers"]
    touched = offers[offers["unit_cost"] == 1]
    assert set(touched["location"]) == {"windhoek", "seoul"}
    assert set(touched["contract"]) == {"base"}


@pytest.mark.parametrize(
    ("where", "message"),
    [
        (
            {"item": ["tw", "panell"]},
            "matches no row of items; found 'item=tw or panell'; expected a row; did you mean 'item=panel'?",
        ),
        (
            {"item": ["pannel", "boards"]},
            "matches no row of items; found 'item=pannel or boards'; expected a row; "
            "did you mean 'item=panel or board'?",
        ),
        ({"item": []}, "matches no row of items; found 'item='; expected a row"),
    ],
)
def test_a_list_of_which_nothing_matches_names_the_nearest(good, where, message):
    with pytest.raises(pi.InstanceError) as caught:
        pi.apply(good, [planner.change("items", where, set={"weight_kg": 1})])
    assert str(caught.value).startswith("change: ")
    assert message in str(caught.value)


def test_a_share_of_what_has_no_limit_is_no_number(good):
    with pytest.raises(pi.InstanceError) as caught:
        pi.apply(good, [planner.change("offers", multiply={"capacity": 0})])
    assert str(caught.value) == (
        "change: capacity has no limit in row 4 of offers; expected a number to start from"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "lapse.toml: changes nothing; expected at least one [[change]], or a [fix]"),
        (
            "[fix]\ndesign = false",
            "lapse.toml: changes nothing; expected at least one [[change]], or a [fix]",
        ),
        ("titel = 'x'", "lapse.toml:titel: no such key; found 'titel'; did you mean 'title'?"),
        ("[[change]]\nwhere = {}", "lapse.toml:change 1:table: the key is missing; expected table = ..."),
        (
            "[[change]]\ntable = 'tariffs'",
            "lapse.toml:change 1: changes nothing; expected set, add, multiply, drop or append",
        ),
        (
            "[[change]]\ntable = 'tariffs'\nad = { rate = 1 }",
            "lapse.toml:change 1:ad: no such key; found 'ad'; did you mean 'add'?",
        ),
        (
            "[[change]]\ntable = 'tariffs'\nadd = { rate = '25%' }",
            "lapse.toml:change 1:add.rate: not what it should be; found '25%'; expected number",
        ),
        (
            "[[change]]\ntable = 'tariffs'\nadd = { rate = nan }",
            "lapse.toml:change 1:add.rate: not what it should be; found 'nan'; expected a finite number",
        ),
        (
            "[[change]]\ntable = 'tariffs'\ndrop = 'yes'",
            "lapse.toml:change 1:drop: not what it should be; found 'yes'; expected boolean",
        ),
        (
            "[[change]]\ntable = 'tariffs'\ndrop = true\nset = { rate = 0 }",
            "lapse.toml:change 1: edits the rows that it drops; expected drop, or set, add, multiply",
        ),
        (
            "[[change]]\ntable = 'groups'\nwhere = { group = 'works' }\nappend = [{ group = 'works' }]",
            "lapse.toml:change 1: has conditions, which a new row does not need; expected append alone",
        ),
        (
            "[fix]\ndesing = true",
            "lapse.toml:fix.desing: no such key; found 'desing'; did you mean 'design'?",
        ),
        (
            "[fix]\nfacilities = 'tijuana'",
            "lapse.toml:fix.facilities: not what it should be; found 'tijuana'; expected list",
        ),
    ],
)
def test_a_file_that_cannot_be_meant_says_where(refused, text, problem):
    assert refused(text) == [problem]


def test_every_problem_of_a_file_is_said_at_once(refused):
    text = "titel = 'x'\n[[change]]\ntable = 'tariffs'\n[[change]]\nadd = 3\n[fix]\nsupliers = []"
    assert [line.partition(": ")[0] for line in refused(text)] == [
        "lapse.toml:change 2:table",
        "lapse.toml:change 2:add",
        "lapse.toml:fix.supliers",
        "lapse.toml:titel",
    ]


def test_a_file_that_is_not_toml_says_so(refused):
    (line,) = refused("[[change]\n")
    assert line.startswith("lapse.toml: not valid TOML: ")


def test_what_a_change_of_a_file_meets_in_the_tables_is_said_with_its_place(read, good):
    lapse = read(LAPSE.replace("USMCA", "UMSCA", 2).replace('"S301"', '"S302"'))
    with pytest.raises(pi.InstanceError) as caught:
        pi.apply(good, lapse.changes)
    assert str(caught.value).splitlines() == [
        "lapse.toml:change 1: matches no row of agreements; found 'agreement=UMSCA'; expected a row; "
        "did you mean 'agreement=USMCA'?",
        "lapse.toml:change 2: matches no row of tariffs; found 'importer=US, origin=CN or CN;ally:no, "
        "programme=S302'; expected a row; did you mean 'importer=US, origin=CN;ally:no, programme=S301'?",
    ]


def test_every_what_if_beside_an_instance_is_read_and_every_problem_said(tmp_path):
    (tmp_path / "whatifs").mkdir()
    assert pi.kept_whatifs(tmp_path) == ()
    (tmp_path / "whatifs" / "b.toml").write_text("[fix]\ndesign = true", encoding="utf-8")
    (tmp_path / "whatifs" / "a.toml").write_text(LAPSE, encoding="utf-8")
    assert [kept.name for kept in pi.kept_whatifs(tmp_path)] == ["a", "b"]
    for name in ("c.toml", "d.toml"):
        (tmp_path / "whatifs" / name).write_text("x = 1", encoding="utf-8")
    with pytest.raises(pi.InstanceError) as caught:
        pi.kept_whatifs(tmp_path)
    assert [problem.place for problem in caught.value.problems] == ["c.toml:x", "d.toml:x"]


def test_a_change_made_in_python_says_what_it_is():
    change = planner.change("tariffs", {"origin": "CN"}, add={"rate": np.float64(0.25)})
    assert (change.table, change.where, change.add) == ("tariffs", {"origin": "CN"}, {"rate": 0.25})
    assert planner.change("offers", multiply={"capacity": np.int64(2)}).multiply == {"capacity": 2}


@pytest.mark.parametrize(
    ("edits", "problem"),
    [
        ({}, "change: changes nothing; expected set, add, multiply, drop or append"),
        ({"ad": {"rate": 1}}, "change:ad: no such key; found 'ad'; did you mean 'add'?"),
        (
            {"add": {"rate": "x"}},
            "change:add.rate: not what it should be; found 'x'; expected number",
        ),
        (
            {"set": {"rate": float("nan")}},
            "change:set.rate: not what it should be; found 'nan'; expected a value, or '' for a blank cell",
        ),
    ],
)
def test_a_change_made_in_python_that_cannot_be_meant_says_why(edits, problem):
    with pytest.raises(pi.InstanceError) as caught:
        planner.change("tariffs", {"origin": "CN"}, **edits)
    assert str(caught.value) == problem


WHATIFS = [
    ["whatif", "title", "fix", "facilities", "suppliers", "note"],
    ["lapse", "USMCA lapses", "", "tijuana; hanoi", "", "ours"],
    ["keep", "", "design", "", "", ""],
]
CHANGES = [
    ["whatif", "table", "where", "column", "op", "value"],
    ["lapse", "agreements", "agreement=USMCA", "ends", "=", datetime.date(2027, 1, 1)],
    ["lapse", "tariffs", "importer=US,origin=(CN or 'CN;ally:no')", "rate", "+=", 0.25],
    ["lapse", "offers", "", "unit_cost", "*=", "1.5"],
    ["lapse", "groups", "group=boards", "", "drop", ""],
    ["lapse", "groups", "group=far,member=KR", "", "append", ""],
    ["lapse", "instance", "", "duty_date", "", "2027-01-01"],
]


def test_two_sheets_keep_what_ifs(book):
    lapse, keep = book(whatifs=WHATIFS, changes=CHANGES)
    assert (lapse.name, lapse.title, lapse.fix) == (
        "lapse",
        "USMCA lapses",
        Fix(facilities=("tijuana", "hanoi")),
    )
    assert lapse.words[:-1] == (
        "agreements[agreement=USMCA].ends = 2027-01-01",
        "tariffs[importer=US,origin=(CN or CN;ally:no)].rate += 0.25",
        "offers.unit_cost *= 1.5",
        "drop groups[group=boards]",
        "append groups[group=far,member=KR]",
        "instance.duty_date = 2027-01-01",
    )
    assert [change.place for change in lapse.changes][:2] == ["book.xlsx/changes:2", "book.xlsx/changes:3"]
    assert (keep.fix, keep.changes) == (Fix(design=True), ())


def test_the_sheets_say_the_same_as_files(book, read, good):
    (lapse,) = book(whatifs=WHATIFS[:2], changes=CHANGES[:3])
    same = read(LAPSE.replace(', programme = "S301"', ""))
    assert pi.apply(good, lapse.changes).sha256 == pi.apply(good, same.changes).sha256


def test_a_workbook_without_the_sheets_keeps_no_what_ifs(book):
    assert book(instance=[["key", "value"], ["name", "x"]]) == ()


def test_every_problem_of_the_sheets_is_said_at_once(book):
    whatifs = [["whatif", "titel", "fix"], ["a", "", "desing"], ["a", "", ""], ["idle", "", ""]]
    changes = [
        ["whatif", "table", "where", "column", "op", "value"],
        ["b", "tariffs", "", "rate", "=", 1],
        ["a", "tariffs", "origin", "rate", "=", 1],
        ["a", "tariffs", "", "rate", "+=", "x"],
        ["a", "tariffs", "", "", "=", 1],
        ["a", "tariffs", "", "rate", "drop", ""],
        ["a", "tariffs", "", "rate", "+", 1],
    ]
    with pytest.raises(pi.InstanceError) as caught:
        book(whatifs=whatifs, changes=changes)
    assert str(caught.value).splitlines() == [
        "book.xlsx/whatifs:1:titel: no such column; found 'titel'; expected a column of whatifs; "
        "did you mean 'title'?",
        "book.xlsx/whatifs:2:fix: not one of the choices; found 'desing'; expected design; did you mean 'design'?",
        "book.xlsx/changes:7:op: not one of the choices; found '+'; expected = or += or *= or drop or append; "
        "did you mean '+='?",
        "book.xlsx/whatifs:3:whatif: the what-if is there twice; found 'a'; expected each name once",
        "book.xlsx/changes:2:whatif: no such what-if; found 'b'; expected a name of the sheet whatifs",
        "book.xlsx/changes:3:where: not a condition; found 'origin'; expected column=value, ...",
        "book.xlsx/changes:4: not a number; found 'x'; expected a plain number such as 1234.5",
        "book.xlsx/changes:5:column: does not go with =; expected the column to change",
        "book.xlsx/changes:6:column: does not go with drop; found 'rate'; "
        "expected column and value blank, as whole rows are meant",
        "book.xlsx/whatifs:4: changes nothing; found 'idle'; expected a row in the sheet changes, or a fix",
    ]
