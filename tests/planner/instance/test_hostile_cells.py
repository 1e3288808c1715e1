"""A cell of a good instance is replaced by a hostile text: it loads, or the error is at the cell."""

from __future__ import annotations

import csv
import shutil
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import planner
from planner.instance import TABLES
from planner.instance.parse import typed_cell
from planner.instance.raw import unquoted

GOOD = Path(__file__).parents[2] / "fixtures" / "good"
NUMBERS = "1e400 -1e400 1e-400 1e308 1e15 1e16 1e-9 1e-10 nan NaN inf -inf Infinity -1 -0 0 +5 1_000 0x10 1e5 1,5 50%"
NUMBERS += " 1.2.3 1e ٣ \uff11\uff12 ½ ² 1'000 9999999999999999999999 0.1.1 --1 1/2"
TEXTS = "* ; ;; a;b : group: group:works region:Nowhere role: ally:maybe country:MX country:XX x>y > >> yes NO true"
TEXTS += " 2027 2028 2027-02-30 2027-01-01 9999-12-31 0001-01-01 27-1-1 seoul west tv MFN base EUR USD XX us # None"
STRANGE = (
    "",
    " ",
    "\t",
    "\u00a0",
    "\u200b",
    "\u202e",
    "\x07",
    "\x1b[31m",
    "'",
    "''",
    "'=1+1",
    "=1+1",
    "+1",
    "@A1",
)
STRANGE += (
    '"',
    '""',
    "a\nb",
    "a\rb",
    "a,b",
    "|",
    "\\",
    "{}",
    "{message}",
    "%s",
    "[red]",
    "é",
    "e\u0301",
    "🛳",
    "\ufeff",
)
STRANGE += (
    "x" * 101,
    "x" * 20_000,
    "9" * 400,
    "1;" * 500,
    "../..",
    "/etc/passwd",
    "C:\\",
    ".",
    "a" * 99 + "é",
)
HOSTILE = (*NUMBERS.split(), *TEXTS.split(), *STRANGE)


@cache
def rows(table: str) -> list[list[str]]:
    """The cells of a table of the good instance, its header first."""
    with (GOOD / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


CELLS = [
    (table, row, column)
    for table in TABLES
    for row in range(1, len(rows(table)))
    for column in range(len(rows(table)[0]))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return Path(shutil.copytree(GOOD, tmp_path_factory.mktemp("hostile") / "good"))


def is_faulty(table: str, column: str, text: str) -> bool:
    """Whether the column itself cannot hold the text, whatever stands elsewhere."""
    if column not in TABLES[table].columns:
        return False
    try:
        typed_cell(TABLES[table].columns[column], unquoted(text))
    except ValidationError:
        return True
    return False


@settings(max_examples=60, deadline=None)
@given(
    cell=st.sampled_from(CELLS),
    text=st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), max_size=9),
)
def test_a_hostile_cell_loads_or_is_named(folder, cell, text):
    table, row, column = cell
    cells = [list(line) for line in rows(table)]
    cells[row][column] = text
    name, file = cells[0][column], f"{table}.csv"
    with (folder / file).open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(cells)
    places: list[str] = []
    try:
        planner.load(folder)
    except planner.InstanceError as error:
        places = [problem.place for problem in error.problems]
    finally:
        shutil.copy(GOOD / file, folder)
    files = {place.partition(":")[0] for place in places}
    assert files <= {"instance.toml", *(f"{each}.csv" for each in TABLES)}
    if "\0" in text:
        assert places == [file]
    elif is_faulty(table, name, text):
        assert f"{file}:{row + 1}:{name}" in places
    elif places and file not in files:
        # a good id that other rows no longer find, or nothing where they need something
        assert (
            not unquoted(text) or name in TABLES[table].key or name in ("role", "country", "region", "member")
        )
