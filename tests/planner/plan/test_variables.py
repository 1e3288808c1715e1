"""The user's names of the variables of a model."""

import pytest

import planner
from planner.network import build
from planner_models import build_model

NAMES = ("flow", "run", "stock", "short", "hold", "qualify", "open", "opening", "closing", "usable")


@pytest.fixture(scope="module")
def starter():
    data = build(planner.load("starter"))
    return data, build_model(data)


@pytest.mark.parametrize("name", NAMES)
def test_the_names_have_the_index_of_the_model(starter, name):
    data, model = starter
    named = planner.variables(data, name)
    assert list(named.index) == list(getattr(model, name).index_set())
    assert len(named) > 0


def test_a_flow_is_named_as_in_the_tables_of_a_plan(starter):
    data, _ = starter
    flows = planner.variables(data, "flow")
    row = flows.query("origin == 'monterrey' and destination == 'juarez' and period == '2028'").iloc[0]
    assert row[["item", "source", "deal", "mode"]].tolist() == ["motor", "monterrey", "base", "truck"]


def test_an_option_is_named_with_its_location_and_period(starter):
    data, _ = starter
    options = planner.variables(data, "open")
    position = data.options.name.index("leased")
    assert options.loc[(position, 1), ["location", "option", "period"]].tolist() == [
        "austin",
        "leased",
        "2028",
    ]


def test_a_variable_without_names_is_refused_with_those_that_have(starter):
    data, _ = starter
    with pytest.raises(KeyError, match="'feed'; known are flow, run, stock"):
        planner.variables(data, "feed")
