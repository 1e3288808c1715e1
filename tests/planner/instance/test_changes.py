import numpy as np
import pytest

import planner.instance as pi
from planner.instance import Change


def changed(instance, *changes):
    return pi.apply(instance, [pi.parse_set(c) if isinstance(c, str) else c for c in changes])


def cells(instance, table, column):
    frame = instance.tables[table]
    return dict(zip(frame.index.tolist(), frame[column].tolist(), strict=True))


def test_add_and_multiply_and_set_touch_the_matching_rows_only(good):
    before = cells(good, "tariffs", "rate")
    after = cells(changed(good, "tariffs[importer=US, origin='CN;ally:no'].rate += 0.25"), "tariffs", "rate")
    assert after == before | {3: 0.375}
    after = cells(
        changed(good, "offers[location=seoul,contract=volume].unit_cost *= 0.5"), "offers", "unit_cost"
    )
    assert after[3] == 56
    after = cells(changed(good, "demand.single_source = yes"), "demand", "single_source")
    assert set(after.values()) == {True}


def test_a_capacity_raised_beyond_all_bounds_is_no_limit(good):
    after = changed(good, Change("offers", {"location": "windhoek"}, multiply={"capacity": 1e20}))
    assert cells(after, "offers", "capacity")[6] == float("inf")
    with pytest.raises(pi.InstanceError) as caught:
        changed(good, Change("offers", {"location": "windhoek"}, multiply={"unit_cost": 0.5**40}))
    assert str(caught.value) == (
        "change: unit_cost: too small a figure; found '2.1827872842550278e-11'; "
        "expected at least 1e-09, or 0 where that makes sense"
    )


def test_the_instance_that_is_changed_stays_as_it_is(good):
    before = good.sha256
    assert changed(good, "tariffs.rate *= 2").sha256 != before
    assert good.sha256 == before
    assert cells(good, "tariffs", "rate")[2] == 0.039


def test_changes_follow_one_another(good):
    after = changed(good, "demand[market=north].quantity = 100", "demand[market=north].quantity += 1")
    assert cells(after, "demand", "quantity")[4] == 101


def test_a_blank_condition_matches_the_default_and_the_default_a_blank(good):
    for where in ({"contract": ""}, {"contract": "base"}, {"contract": ["base", "nothing"]}):
        after = changed(good, Change("offers", where, set={"unit_cost": 1}))
        assert [row for row, cost in cells(after, "offers", "unit_cost").items() if cost == 1] == [2, 4, 5, 6]


def test_a_default_that_stands_elsewhere_matches_and_follows(good):
    assert cells(changed(good, "offers[origin=KR].unit_cost = 1"), "offers", "unit_cost")[2] == 1
    after = changed(
        good, "items[item=tv].customs_value = 300", "production[location=tijuana].customs_value += 1"
    )
    # row 4 is of a warehouse, which makes nothing that would have a value
    declared = {2: 301.0, 3: 240.0, 4: np.nan}
    assert cells(after, "production", "customs_value") == pytest.approx(declared, nan_ok=True)


def test_codes_and_dates_are_compared_as_values(good):
    after = changed(good, Change("tariffs", {"hs": "8528.72", "starts": ""}, set={"rate": 0.5}))
    assert cells(after, "tariffs", "rate")[2] == 0.5
    after = changed(good, Change("agreements", {"agreement": "USMCA"}, set={"ends": "2027-01-01"}))
    assert {str(day)[:10] for day in cells(after, "agreements", "ends").values()} == {"2027-01-01"}


def test_rows_are_dropped_and_appended(good):
    new = {"location": "seoul", "fixed_cost": 5, "note": "asked for"}
    after = changed(
        good, Change("suppliers", {"location": "windhoek"}, drop=True), Change("suppliers", append=[new])
    )
    assert after.tables["suppliers"]["location"].tolist() == ["seoul"]
    assert after.tables["suppliers"]["status"].tolist() == ["approved"]


def test_settings_change_by_their_key(good):
    after = changed(
        good, "instance.duty_date = 2025-09-01", "horizon.discount_rate *= 2", "solver.threads = 2"
    )
    assert str(after.settings.instance.duty_date) == "2025-09-01"
    assert after.settings.horizon.discount_rate == 0.1
    assert after.settings.solver.threads == 2


def test_a_change_that_is_undone_gives_the_same_hash(good):
    assert changed(good, "demand.quantity *= 2", "demand.quantity *= 0.5").sha256 == good.sha256


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "tarifs.rate = 1",
            "no such table; found 'tarifs'; expected a table of the format, or instance; did you mean 'tariffs'?",
        ),
        (
            "tariffs[orign=CN].rate = 1",
            "no such column; found 'orign'; expected a column of tariffs; did you mean 'origin'?",
        ),
        (
            "tariffs.rat = 2",
            "no such column; found 'rat'; expected a column of tariffs; did you mean 'rate'?",
        ),
        (
            "agreements[member=MX,agreement=UMSCA].ends = 2027-01-01",
            "matches no row of agreements; found 'member=MX, agreement=UMSCA'; expected a row; "
            "did you mean 'member=MX, agreement=USMCA'?",
        ),
        ("tariffs.rate -= 1", "not a change; expected table[column=value,...].column = value (or += or *=)"),
        ("tariffs.rate += x", "not a number; found 'x'; expected a plain number such as 1234.5"),
        ("tariffs[origin].rate = 2", "not a condition; found 'origin'; expected column=value, ..."),
        (
            "tariffs[programme=MFN].rate += -1",
            "rate: below the least value; found '-0.95'; expected at least 0",
        ),
        (
            "locations[location=seoul].role = plantt",
            "role: not one of the choices; found 'plantt'; "
            "expected supplier or plant or warehouse or market; did you mean 'plant'?",
        ),
        (
            "instance.dutydate = 2025-01-01",
            "no such key; found 'dutydate'; expected a key of [instance]; did you mean 'instance.duty_date'?",
        ),
        (
            "suppliers.qualify_periods *= 1.5",
            "qualify_periods: not a whole number; found '1.5'; expected digits only",
        ),
        (
            "demand.shortage_cost += 1",
            "shortage_cost is blank in row 2 of demand; expected a number to start from",
        ),
        ("locations.role += 1", "not a column of numbers; found 'role'"),
        (
            "locations[location=seoul].country = ''",
            "country: a value is needed; expected country, ISO 3166-1 alpha-2",
        ),
        ("offers[location=seoul].unit_cost = ''", "unit_cost: a value is needed; expected price of one unit"),
    ],
)
def test_a_change_that_cannot_be_made_says_why(good, expression, message):
    with pytest.raises(pi.InstanceError) as caught:
        changed(good, expression)
    assert str(caught.value) == f"--set {expression}: {message}"


def test_the_result_is_checked_as_any_instance(good):
    with pytest.raises(
        pi.InstanceError, match=r"^offers.csv:3:min_quantity: the contract minimum is above its capacity"
    ):
        changed(good, "offers[contract=volume].capacity = 100")
