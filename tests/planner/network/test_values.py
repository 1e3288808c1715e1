"""Blank values that a duty is taken on: the error is at the cell that mends it."""

from __future__ import annotations

import pytest

import planner
from tests.planner.trade.menu import FACTORY, solved

VALUELESS = FACTORY | {"items": "item,hs_code,customs_value\ntv,8528.72.64,\npanel,8529.90.00,"}
MESSAGE = "tv enters US, where it pays a duty or fee on its value, and has no value; expected"
STOCK = "location,item,initial,initial_value\njuarez,tv,10,{}"


def problem(**more: str) -> str:
    """What is wrong with the factory whose sets have no value."""
    with pytest.raises(planner.InstanceError) as caught:
        solved(VALUELESS, **more)
    return str(caught.value)


def test_what_is_made_needs_a_customs_value():
    assert problem() == f"items:2:customs_value: {MESSAGE} a customs_value here, or in production.csv"


def test_what_is_only_in_stock_needs_an_initial_value():
    valued = "location,item,unit_cost,customs_value\njuarez,tv,10,100"
    assert problem(inventory=STOCK.format(""), production=valued) == (
        f"inventory:2:initial_value: {MESSAGE} an initial_value here, or a customs_value in items.csv"
    )


def test_what_is_made_and_in_stock_needs_both():
    assert problem(inventory=STOCK.format("")) == (
        f"items:2:customs_value: {MESSAGE} a customs_value here, or in production.csv, and an initial_value in "
        "inventory.csv"
    )
    assert problem(inventory=STOCK.format("90")).startswith("items:2:customs_value")
