import planner.instance as pi


def filled(make, table, **tables):
    instance = make({"horizon": {"periods": ["a", "b", "c"]}}, **tables)
    frame = pi.by_period(instance, table)
    return instance, frame


def test_a_blank_period_means_every_period_without_its_own_row(make):
    text = "market,item,period,quantity\nshop,tv,,5\nshop,tv,b,7"
    instance, frame = filled(make, "demand", demand=text)
    found = sorted(zip(frame["period"], frame["t"], frame["quantity"], frame.index, strict=True))
    assert found == [("a", 0, 5.0, 2), ("b", 1, 7.0, 3), ("c", 2, 5.0, 2)]
    rows = instance.tables["demand"]["quantity"].to_numpy()[frame["row_position"]]
    assert rows.tolist() == frame["quantity"].tolist()


def test_a_key_with_named_periods_only_has_no_row_elsewhere(make):
    _, frame = filled(make, "demand", demand="market,item,period,quantity\nshop,tv,b,7")
    assert frame["period"].tolist() == ["b"]


def test_an_empty_table_stays_empty(make):
    _, frame = filled(make, "offers")
    assert len(frame) == 0
    assert {"t", "row_position"} <= set(frame.columns)


def test_keys_do_not_mix(make):
    text = "location,item,recipe,period,unit_cost\nworks,tv,,,1\nworks,tv,fast,c,3\nworks,tv,,c,2"
    _, frame = filled(make, "production", production=text)
    found = sorted(zip(frame["recipe"], frame["period"], frame["unit_cost"], strict=True))
    assert found == [("base", "a", 1.0), ("base", "b", 1.0), ("base", "c", 2.0), ("fast", "c", 3.0)]
