"""The data dictionary: whole, as the schema has it, and up to date in instances/README.md."""

import re

import pytest

from planner.instance import TABLES
from planner.instance.dictionary import README, dictionary, rewritten
from planner.instance.settings import SECTIONS

TEXT = dictionary()


def rows(heading):
    """The cells of the table under a heading, by the name in the first column."""
    (part,) = (part for part in re.split(r"\n#+ ", TEXT) if part.startswith(f"{heading}\n"))
    table = part.split("\n\n")[1]
    lines = re.findall(r"^\| (.*?) \|$", table, re.M)[2:]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\\\) \| ", line)] for line in lines]
    return {line[0].strip("*`"): line for line in cells}


def test_the_dictionary_in_the_readme_is_up_to_date():
    text = README.read_text(encoding="utf-8")
    assert rewritten(text) == text, "run `python -m planner.instance.dictionary`"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_a_table_is_explained(name):
    found = rows(f"{name}.csv")
    assert set(TABLES[name].columns) <= set(found)
    assert all(
        column.meaning and column.meaning in found[key] for key, column in TABLES[name].columns.items()
    )


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_of_the_settings_is_explained(name):
    found = rows(f"[{name}]")
    assert list(found) == list(SECTIONS[name].model_fields)
    assert all(cells[-1] for cells in found.values())


def test_a_line_says_type_unit_and_default():
    assert rows("offers.csv")["unit_cost"][1:4] == ["number >= 0", "money/unit", "required"]
    assert rows("offers.csv")["capacity"][1:4] == ["number >= 0", "units/period", "no limit"]
    assert rows("countries.csv")["risk"][1:4] == ["number 0 to 1", "fraction", "0"]
    assert rows("countries.csv")["ally"][1:4] == ["yes/no", "", "no"]
    assert rows("bom.csv")["quantity"][1] == "number > 0"
    assert rows("facilities.csv")["status"][1:4] == ["`open`, `candidate`, `closed`", "", "`candidate`"]
    assert rows("lanes.csv")["gateways"][1] == "list: gateway"
    assert rows("lanes.csv")["item"][1:4] == ["selector: item", "", "`*`"]
    assert rows("tariffs.csv")["starts"][1] == "date"
    assert rows("tariffs.csv")["hs"][1] == "HS code"
    assert rows("locations.csv")["country"][1] == "country"
    assert rows("[resilience]")["cvar_alpha"][1:3] == ["number >= 0, < 1", "0.9"]
    assert rows("[horizon]")["periods"][1:3] == ["list: id", "`1`"]


def test_keys_and_rules_are_said():
    assert "Key: location, item, contract, period." in TEXT
    assert "No key; the order of the rows counts." in TEXT
    assert "`count_suppliers` | (supplier, item) pairs" in TEXT


def test_rewriting_keeps_what_stands_around():
    text = rewritten(
        "before\n<!-- data dictionary -->\nstale words\n<!-- end of data dictionary -->\nafter\n"
    )
    assert text.startswith("before\n<!-- data dictionary -->\n\n**How cells are read.**")
    assert text.endswith("<!-- end of data dictionary -->\nafter\n")
    assert rewritten(text) == text
    assert "stale words" not in text
