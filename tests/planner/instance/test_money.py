import numpy as np
import pytest

RATES = "currency,rate\nMXN,0.05\nEUR,1.1"


def test_money_is_converted_by_row_and_tables_keep_the_figures(make):
    instance = make(
        currencies=RATES, facilities="location,option,fixed_cost,currency\nworks,,100,MXN\nworks,big,100,"
    )
    assert instance.tables["facilities"]["fixed_cost"].tolist() == [100.0, 100.0]
    assert instance.money("facilities", "fixed_cost").tolist() == [5.0, 100.0]


def test_endless_and_missing_money_stays_so(make):
    offers = "location,item,unit_cost,currency\nmine,tv,20,MXN"
    places = "location,role,country\nworks,plant,MX\nhub,warehouse,US\nshop,market,US\nmine,supplier,MX"
    instance = make(
        locations=places, currencies=RATES, offers=offers, suppliers="location,currency\nmine,MXN"
    )
    assert instance.money("suppliers", "max_spend").tolist() == [np.inf]
    assert np.isnan(instance.money("demand", "price")).all()


def test_declared_values_default_across_currencies(make):
    instance = make(
        currencies=RATES,
        items="item,customs_value,currency\ntv,11,EUR",
        production="location,item,customs_value,currency\nworks,tv,,MXN",
        inventory="location,item\nhub,tv",
    )
    assert instance.money("production", "customs_value") == pytest.approx([12.1])
    assert instance.money("production", "net_cost") == pytest.approx([12.1])
    assert instance.money("inventory", "initial_value") == pytest.approx([12.1])
    assert np.isnan(instance.given["production"]["customs_value"]).all()


def test_policy_limits_are_converted_where_they_limit_money(make):
    text = "policy,measure,max,penalty,currency\na,capex,100,1,MXN\nb,volume,100,1,MXN"
    instance = make(currencies=RATES, policies=text)
    assert instance.money("policies", "max").tolist() == [5.0, 100.0]
    assert instance.money("policies", "penalty").tolist() == [0.05, 0.05]


def test_countries_of_origin_default_to_the_location(make):
    instance = make(
        production="location,item,recipe,origin\nworks,tv,alt,CN\nworks,tv,base,",
        inventory="location,item\nhub,tv",
    )
    assert instance.tables["production"]["origin"].tolist() == ["CN", "MX"]
    assert instance.tables["inventory"]["origin"].tolist() == ["US"]
