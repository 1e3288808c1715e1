import datetime
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planner.instance as pi
from planner.errors import InstanceError
from planner.instance.raw import quoted, unquoted

FIXTURES = Path(__file__).parents[2] / "fixtures"


def copied(tmp_path, **files):
    shutil.copytree(FIXTURES / "good", tmp_path, dirs_exist_ok=True)
    for name, data in files.items():
        (tmp_path / f"{name}.csv").write_bytes(data)
    return pi.load(tmp_path)


def test_every_table_has_every_column_in_order_with_its_dtype(good):
    kinds = {str: "str", float: "float64", int: "int64", bool: "bool"}
    for name, table in pi.TABLES.items():
        frame = good.tables[name]
        assert list(frame.columns[: len(table.columns)]) == list(table.columns)
        assert frame.index.name == "row"
        for column in table.columns.values():
            assert str(frame[column.name].dtype) == kinds.get(column.storage, "datetime64[s]"), (
                name,
                column.name,
            )


def test_country_na_is_namibia(good):
    assert "NA" in good.tables["locations"]["country"].tolist()
    assert good.tables["offers"].set_index("location").loc["windhoek", "origin"] == "NA"


def test_codes_lose_their_dots_and_keep_their_zeros(tmp_path, good):
    assert good.tables["items"].set_index("item").loc["tv", "hs_code"] == "85287264"
    instance = copied(
        tmp_path, items=(FIXTURES / "good/items.csv").read_bytes().replace(b"8529.90.13", b"0101.20.00")
    )
    assert "01012000" in instance.tables["items"]["hs_code"].tolist()


def test_byte_order_mark_semicolons_and_windows_lines_change_nothing(tmp_path, good):
    text = (FIXTURES / "good/suppliers.csv").read_text().replace(",", ";").replace("\n", "\r\n")
    instance = copied(tmp_path, suppliers=b"\xef\xbb\xbf" + text.encode())
    assert instance.sha256 == good.sha256


def test_blank_lines_and_columns_and_spaces_change_nothing(tmp_path, good):
    text = (FIXTURES / "good/currencies.csv").read_text()
    instance = copied(tmp_path, currencies=text.replace("\nMXN,0.055", ",\n\n  MXN , 0.055 ,").encode())
    assert instance.sha256 == good.sha256
    assert instance.tables["currencies"].index.tolist() == [3]


def test_quoted_cells_may_hold_delimiters_and_line_ends(tmp_path):
    text = (FIXTURES / "good/items.csv").read_text().replace("Panel,", '"Panel, of glass\nand film",')
    assert (
        "Panel, of glass\nand film" in copied(tmp_path, items=text.encode()).tables["items"]["name"].tolist()
    )


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'=A1", "=A1"),
        ("''=A1", "'=A1"),
        (" '-x ", "-x"),
        ("'+", "+"),
        ("'@me", "@me"),
        ("'tis", "'tis"),
        ("'", "'"),
        ("x", "x"),
    ],
)
def test_an_apostrophe_that_shields_a_formula_is_taken_off(cell, text):
    assert unquoted(cell) == text
    assert quoted(text) == cell.strip()


def test_a_workbook_gives_what_the_same_tables_give():
    book = pi.load(FIXTURES / "small.xlsx")
    tables = {
        "locations": pd.DataFrame(
            {"location": ["works", "shop"], "role": ["plant", "market"], "country": ["MX", "US"]}
        ),
        "items": [{"item": "tv", "hs_code": "8528.72.64", "customs_value": 260}],
        "production": {"location": ["works"], "item": ["tv"], "unit_cost": [18.0]},
        "lanes": [{"origin": "works", "destination": "shop", "unit_cost": 9}],
        "demand": pd.DataFrame(
            {"market": "shop", "item": "tv", "period": [2027, 2028], "quantity": [100, 120]}
        ),
    }
    settings = {
        "instance": {"name": "small", "base_date": datetime.date(2027, 1, 1)},
        "horizon": {"periods": ["2027", "2028"]},
    }
    assert pi.Instance.from_tables(tables, settings).sha256 == book.sha256


def test_from_tables_takes_missing_values_and_endless_capacity_for_blank(make):
    instance = make()
    lanes = instance.given["lanes"].assign(value_per_entry=[None, np.nan])
    assert np.isinf(lanes["capacity"]).all()
    settings = instance.given_settings.model_dump(exclude_none=True)
    again = pi.Instance.from_tables({**instance.given, "lanes": lanes}, settings)
    assert again.sha256 == instance.sha256


def test_from_tables_names_rows_as_a_file_would(problems):
    assert problems(lanes="origin,destination,unit_cost\nworks,hub,9\nhub,shop,-2") == [
        "lanes:3:unit_cost: below the least value; found '-2'; expected at least 0"
    ]


def test_from_tables_refuses_unknown_tables_and_what_is_no_table():
    with pytest.raises(pi.InstanceError) as caught:
        pi.Instance.from_tables({"lane": [], "items": 3}, {"instance": {"name": "x"}})
    text = str(caught.value)
    assert "lane: no such table; found 'lane'; expected a table of the format; did you mean 'lanes'?" in text
    assert "items: not a table" in text


def test_a_code_that_lost_its_zero_in_a_frame_is_an_error():
    with pytest.raises(pi.InstanceError, match="items:2:hs_code: a code stored as a number has lost a zero"):
        pi.Instance.from_tables({"items": [{"item": "tv", "hs_code": 10121}]}, {"instance": {"name": "x"}})


@pytest.mark.parametrize("most", ["1e15", "1e16", "1e30", "1e308"])
def test_a_huge_capacity_is_no_limit(make, most):
    offers = make(lanes=f"origin,destination,capacity\nworks,hub,{most}\nhub,shop,").tables["lanes"]
    assert offers["capacity"].tolist() == [np.inf, 1e15 if most == "1e15" else np.inf]


def test_what_is_found_is_quoted_as_it_stands_in_the_file(tmp_path):
    rates = b"importer,origin,programme,hs,rate\nUS,*,MFN,85.28.7,025.0\nUS,*,S301,94.03,'+0.50\n"
    instance = copied(tmp_path, tariffs=rates, relief=b"location,programme,kind\n")
    found = [(warning.place, warning.found) for warning in instance.warnings]
    assert found == [("tariffs.csv:2:rate", "025.0"), ("tariffs.csv:3:hs", "94.03")]


@pytest.mark.parametrize("what", ["folder", "loop", "nowhere"])
def test_a_table_that_is_no_file_is_not_left_out(tmp_path, what):
    pi.load("starter").write(tmp_path)
    table = tmp_path / "fees.csv"
    table.unlink()
    if what == "folder":
        table.mkdir()
    else:
        table.symlink_to(table if what == "loop" else tmp_path / "gone.csv")

    with pytest.raises(InstanceError) as caught:
        pi.load(tmp_path)
    assert str(caught.value.problems[0]) == "fees.csv: not a file that can be read; expected a CSV file"


@pytest.mark.parametrize("name", ["starter", "tiny", "tv-north-america", "auto-harness"])
def test_the_tables_of_an_instance_make_the_instance_again(name):
    """With what was blank filled in; a warehouse row that only handles has no origin and no value."""
    instance = pi.load(name)
    settings = {"instance": {"name": name}, "horizon": {"periods": list(instance.settings.horizon.periods)}}

    again = pi.Instance.from_tables(dict(instance.tables), settings)
    found, given = (one.tables["production"].reset_index(drop=True) for one in (again, instance))
    pd.testing.assert_frame_equal(found, given)
