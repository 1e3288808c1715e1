import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner.instance as pi
from planner.errors import StorageError
from planner.instance.fields import number_text


def test_what_is_written_reads_back_the_same(good, tmp_path):
    good.write(tmp_path / "copy")
    again = pi.load(tmp_path / "copy")
    assert again.sha256 == good.sha256
    assert again.settings == good.settings
    for name, frame in good.tables.items():
        assert frame.reset_index(drop=True).equals(again.tables[name].reset_index(drop=True)), name


def test_rows_of_the_canonical_form_are_position_plus_two(good, tmp_path):
    good.write(tmp_path)
    for name, frame in pi.load(tmp_path).tables.items():
        assert frame.index.tolist() == list(range(2, len(frame) + 2)), name


def test_the_hash_is_over_the_written_files(good, tmp_path):
    good.write(tmp_path)
    digest = hashlib.sha256()
    names = ["instance.toml", *(f"{name}.csv" for name in pi.TABLES)]
    for name in names:
        if (tmp_path / name).exists():
            digest.update(name.encode() + b"\0" + (tmp_path / name).read_bytes() + b"\0")
    assert digest.hexdigest() == good.sha256


def test_order_of_rows_and_columns_and_spelled_out_defaults_do_not_change_the_hash(make):
    one = make(lanes="origin,destination,unit_cost\nworks,hub,9\nhub,shop,2")
    two = make(lanes="per,unit_cost,destination,origin\nunit,2.0,shop,hub\n,9e0,hub,works")
    assert one.sha256 == two.sha256
    assert one.sha256 != make(lanes="origin,destination,unit_cost\nworks,hub,9\nhub,shop,3").sha256


def test_events_keep_the_order_of_the_file(good):
    assert good.tables["events"].index.tolist() == [2, 3, 4, 5, 6, 7, 8]


def test_what_a_spreadsheet_takes_for_a_formula_is_shielded(make, tmp_path):
    instance = make(items="item,name\ntv,'=SUM(A1)\n'+x,\"-2\"")
    instance.write(tmp_path)
    assert (tmp_path / "items.csv").read_text() == "item,name\n'+x,'-2\ntv,'=SUM(A1)\n"
    assert pi.load(tmp_path).tables["items"]["item"].tolist() == ["+x", "tv"]


def test_a_title_with_quotes_and_accents_survives(make, tmp_path):
    title = 'Año "2027" \\ más'
    make({"instance": {"title": title}}).write(tmp_path)
    assert pi.load(tmp_path).settings.instance.title == title


def test_source_and_note_are_kept(good, tmp_path):
    good.write(tmp_path)
    assert "quote of 2026" in (tmp_path / "offers.csv").read_text()


def test_a_folder_that_cannot_be_made_is_a_storage_error(good, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        good.write(tmp_path / "file")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_exactly(value):
    assert float(number_text(value)) == value
