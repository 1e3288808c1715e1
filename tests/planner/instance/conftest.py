"""A menu of instances: `good` uses every table, `small` is the least that makes an instance."""

import csv
import io
from pathlib import Path

import pytest

import planner.instance as pi

FIXTURES = Path(__file__).parents[2] / "fixtures"

SMALL = {
    "locations": "location,role,country\nworks,plant,MX\nhub,warehouse,US\nshop,market,US",
    "items": "item\ntv",
    "production": "location,item,unit_cost\nworks,tv,18",
    "lanes": "origin,destination,unit_cost\nworks,hub,9\nhub,shop,2",
    "demand": "market,item,quantity\nshop,tv,100",
}


def rows(text):
    """CSV text as a list of row mappings."""
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def make():
    """Build the small instance with tables replaced or added, given as CSV text; `settings` by section."""

    def build(settings=None, **tables):
        sections = {"instance": {"name": "small"}, **(settings or {})}
        sections["instance"] = {"name": "small", **sections["instance"]}
        return pi.Instance.from_tables(
            {name: rows(text) for name, text in (SMALL | tables).items()}, sections
        )

    return build


@pytest.fixture
def problems(make):
    """The lines of the InstanceError that the small instance with these tables raises."""

    def lines(settings=None, **tables):
        with pytest.raises(pi.InstanceError) as caught:
            make(settings, **tables)
        return str(caught.value).splitlines()

    return lines


@pytest.fixture(scope="session")
def good():
    return pi.load(FIXTURES / "good")
