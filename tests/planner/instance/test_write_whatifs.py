"""What-ifs written to the sheets of a workbook, or as files, mean what they meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner.instance as pi
from planner.errors import InstanceError
from planner.instance.begin import begin
from planner.instance.changes import Change
from planner.instance.expressions import conditions, joined
from planner.instance.schema_whatif import SHEETS
from planner.instance.write_whatifs import sheets_of, write_whatifs

DEAR = """
title = "Dear: 'China' at +25 %, \\"all\\" of it"
[[change]]
table = "lanes"
where = { origin = ["works", "hub"], mode = "" }
set = { mode = "=1+1", transit_days = 3 }
multiply = { unit_cost = 1.5 }
[[change]]
table = "lanes"
where = { origin = "works" }
drop = true
[[change]]
table = "lanes"
append = [{ origin = "works", destination = "shop", unit_cost = 9.5, note = "a road, small" }]
[[change]]
table = "instance"
set = { duty_date = 2026-11-01 }
[fix]
design = true
facilities = ["works"]
suppliers = ["a", "b"]
"""


@pytest.fixture
def own(make, tmp_path):
    """The small instance with a what-if beside it."""
    make().write(tmp_path / "own")
    (tmp_path / "own" / "whatifs").mkdir()
    (tmp_path / "own" / "whatifs" / "dear.toml").write_text(DEAR, encoding="utf-8")
    return tmp_path / "own"


def told(path):
    """What each what-if says, apart from how edits are grouped."""
    return [(each.name, each.title, each.fix, sorted(each.words)) for each in pi.kept_whatifs(path)]


def test_what_ifs_go_into_a_workbook_and_back(own, tmp_path):
    there = begin(tmp_path / "there.xlsx", own)
    back = begin(tmp_path / "back", there)
    assert told(own) == told(there) == told(back)
    changed = [pi.apply(pi.load(path), pi.kept_whatifs(path)[0].changes) for path in (own, there, back)]
    assert len({instance.sha256 for instance in changed}) == 1
    assert changed[0].sha256 != pi.load(own).sha256


@pytest.mark.parametrize("name", ["auto-harness", "tv-north-america"])
def test_the_what_ifs_of_a_shipped_instance_come_back(tmp_path, name):
    there = begin(tmp_path / "there.xlsx", name)
    source = pi.resolve(name)
    assert told(there) == told(source)
    assert len(told(source)) >= 4


@pytest.mark.parametrize(
    "change",
    [
        Change("items", {"name": """both " and '"""}, drop=True, place="dear.toml:change 1"),
        Change(
            "lanes",
            {"origin": "a", "mode": "b"},
            set={"origin": "c", "mode": "d"},
            place="dear.toml:change 1",
        ),
    ],
)
def test_a_change_that_rows_cannot_state_is_refused(change):
    with pytest.raises(InstanceError) as caught:
        sheets_of([pi.WhatIf("dear", (change,))])
    assert str(caught.value) == (
        "dear.toml:change 1: a change that a row of a sheet cannot state; expected a file of its own"
    )


def test_a_name_that_is_no_file_is_refused(tmp_path):
    bad = [
        pi.WhatIf(name, (), pi.Fix(design=True), place="b.xlsx/whatifs:2") for name in ("../x", "con", "fine")
    ]
    with pytest.raises(InstanceError) as caught:
        write_whatifs(bad, tmp_path)
    assert [problem.found for problem in caught.value.problems] == ["../x", "con"]
    assert list(tmp_path.iterdir()) == []


def test_without_what_ifs_both_sheets_have_their_columns():
    assert sheets_of([]) == {name: [[]] * len(table.columns) for name, table in SHEETS.items()}


TEXTS = st.text(
    st.characters(codec="ascii", categories=["L", "N"], include_characters=" ;,=[]()*-."), max_size=8
)
CELLS = st.dictionaries(
    st.sampled_from(["item", "name", "unit"]),
    TEXTS.map(str.strip) | st.lists(TEXTS.map(str.strip), min_size=1, max_size=3),
    max_size=3,
)


@settings(max_examples=100, deadline=None)
@given(CELLS)
def test_conditions_read_back_or_are_refused(cells):
    try:
        sheets_of([pi.WhatIf("any", (Change("items", cells, drop=True),))])
    except InstanceError:
        return
    assert conditions(joined(cells), "") == cells


def test_few_conditions_are_refused():
    """So that the law above is not empty."""
    plain = {"item": "a b", "name": ["x,y", "(z)"], "unit": ""}
    assert conditions(joined(plain), "") == plain
