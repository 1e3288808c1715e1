"""The row models are the data dictionary: every column is explained, and a row can be checked by itself."""

import pytest
from pydantic import ValidationError

import planner.instance as pi
from planner.instance.schema import Lane, Offer


def test_every_table_and_column_is_explained():
    assert len(pi.TABLES) == 22
    for table in pi.TABLES.values():
        assert table.row.__doc__
        assert all(column.meaning for column in table.columns.values())
        assert set(table.key) <= set(table.columns)


def test_tables_with_money_have_a_currency():
    without = [name for name, table in pi.TABLES.items() if "currency" not in table.columns]
    assert without == [
        "locations", "countries", "groups", "bom", "agreements", "scenarios", "events",
    ]  # fmt: skip


def test_a_row_model_checks_a_row():
    assert Offer(location="a", item="b", unit_cost="3").capacity == float("inf")
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Lane(origin="a", destination="b", unit_cost=-1)
