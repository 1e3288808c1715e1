"""The grid of a sweep: what `--vary` takes, and every error of it before anything is solved."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InstanceError
from planner.instance import Change, Fix, WhatIf
from planner.study.check_grid import refuse_wrong
from planner.study.grid import cases, read_axes
from tests.planner.network.reading import instance

TABLES = {
    "locations": "location,role,country\ns,supplier,CN\nz,supplier,MX\nm,market,US",
    "items": "item\ntv",
    "offers": "location,item,unit_cost,min_quantity,capacity\ns,tv,10,5,30\nz,tv,20,,",
    "suppliers": "location,qualify_periods,status\nz,1,candidate",
    "lanes": "origin,destination,unit_cost\ns,m,0\nz,m,0",
    "demand": "market,item,quantity\nm,tv,10",
}


def labels(text):
    (axis,) = read_axes(text)
    return axis.labels


def problems(read, *arguments):
    with pytest.raises(InstanceError) as caught:
        read(*arguments)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("0:1:0.25", ["0", "0.25", "0.5", "0.75", "1"]),
        ("0.1:0.3:0.1", ["0.1", "0.2", "0.3"]),
        ("1:-1:-0.5", ["1", "0.5", "0", "-0.5", "-1"]),
        ("7:7:1", ["7"]),
        ("900:1100:1e2", ["900", "1000", "1100"]),
        ("0, 0.1, 0.25", ["0", "0.1", "0.25"]),
        ("0, 1:3:1, 10", ["0", "1", "2", "3", "10"]),
        ("active, excluded", ["active", "excluded"]),
        ("'a, b', \"c:d:e\", country:MX", ["a, b", "c:d:e", "country:MX"]),
    ],
)
def test_values_are_ranges_and_lists(values, expected):
    assert labels(f"offers[location=s].unit_cost = {values}") == expected


def test_a_range_has_both_ends_and_clean_values():
    found = labels("tariffs.rate = 0:1:0.05")
    assert len(found) == 21
    assert found[:4] + found[-2:] == ["0", "0.05", "0.1", "0.15", "0.95", "1"]


@given(st.integers(-(10**6), 10**6), st.integers(-(10**4), 10**4).filter(bool), st.integers(0, 300))
def test_a_range_is_exact_in_decimals(first, step, count):
    first, step = Decimal(first) / 1000, Decimal(step) / 1000
    last = first + count * step
    assert list(map(Decimal, labels(f"t.c = {first}:{last}:{step}"))) == [
        first + number * step for number in range(count + 1)
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("0:1:0.3", "the steps do not reach the last value; found '0:1:0.3'; did you mean '0:0.9:0.3'?"),
        ("0:1", "not a range; found '0:1'; expected first:last:step, as in 0:1:0.05"),
        ("0:x:1", "not a range; found '0:x:1'; expected first:last:step, as in 0:1:0.05"),
        ("0:1:0", "the step does not lead from first to last; found '0:1:0'"),
        ("1:0:0.5", "the step does not lead from first to last; found '1:0:0.5'"),
        ("0:1:1e-9", "too many values; found '0:1:1e-9'; expected at most 100,000"),
        ("1,,2", "an empty value; expected first:last:step, or value, value, ..."),
        ("1, 1", "a value is there twice; found '1'"),
    ],
)
def test_what_is_no_list_of_values_is_refused(values, said):
    text = f"offers.unit_cost = {values}"
    assert problems(read_axes, text) == [f"--vary {text}: {said}"]


def test_every_error_is_said_at_once():
    assert problems(read_axes, ["t.c = 0:1", "offers.unit_cost *= 1, x, y", "hello", "no.toml, none"]) == [
        "--vary t.c = 0:1: not a range; found '0:1'; expected first:last:step, as in 0:1:0.05",
        "--vary offers.unit_cost *= 1, x, y: not a number; found 'x'; expected a plain number such as 1234.5",
        "--vary offers.unit_cost *= 1, x, y: not a number; found 'y'; expected a plain number such as 1234.5",
        "--vary hello: not a change; expected table[column=value,...].column = first:last:step, or value, value, ..."
        " (or += or *=)",
        "--vary: no such what-if file; found 'no.toml'; expected a .toml file or none",
    ]


def test_a_grid_is_every_combination_and_the_last_varies_fastest():
    axes = read_axes(["offers[location=s].unit_cost = 1,2", "demand.quantity *= 0.5,1,2"])
    assert [axis.name for axis in axes] == ["offers[location=s].unit_cost", "demand.quantity *="]
    grid = cases(axes)
    assert [case.number for case in grid] == [1, 2, 3, 4, 5, 6]
    assert [case.labels for case in grid][:4] == [("1", "0.5"), ("1", "1"), ("1", "2"), ("2", "0.5")]
    cost, quantity = grid[5].asked
    assert (dict(cost.where), dict(cost.set)) == ({"location": "s"}, {"unit_cost": "2"})
    assert dict(quantity.multiply) == {"quantity": 2.0}


def test_too_large_a_grid_and_one_quantity_twice_are_refused():
    many = "offers[location=s].unit_cost = 1:1000:1"
    assert problems(read_axes, [many, many, "demand.quantity = 1:2:0.01"]) == [
        "--vary offers[location=s].unit_cost: the same is varied twice; expected all its values in one --vary",
        "--vary: too large a grid; found '101,000,000 cases'; expected at most 100,000",
    ]
    assert problems(read_axes, []) == [
        "--vary: nothing is varied; expected table[where].column = first:last:step, or value, value, ..."
    ]


def test_what_if_files_are_alternatives(tmp_path):
    lapse = '[[change]]\ntable = "offers"\nwhere = { location = "s" }\nadd = { unit_cost = 5 }\n'
    (tmp_path / "lapse.toml").write_text(lapse, encoding="utf-8")
    (axis,) = read_axes(f"none, {tmp_path}/lapse.toml")
    assert (axis.name, axis.labels, axis.numbers) == ("whatif", ["none", "lapse"], None)
    nothing, whatif = (case.asked for case in cases([axis]))
    assert nothing == ()
    assert dict(whatif[0].changes[0].add) == {"unit_cost": 5}

    (said,) = problems(read_axes, f"none, {tmp_path}/laps.toml")
    assert said.endswith(f"did you mean '{tmp_path}/lapse.toml'?")


def test_values_in_python_are_figures_texts_changes_and_what_ifs():
    dear = Change("offers", {"location": "s"}, add={"unit_cost": 5})
    axes = read_axes(
        {
            "demand.quantity *=": [0.5, 1],
            "suppliers[location=z].status": ["candidate", "excluded"],
            "trade": [None, dear, WhatIf("tied", (dear,), Fix(design=True))],
        }
    )
    assert [axis.name for axis in axes] == ["demand.quantity *=", "suppliers[location=z].status", "trade"]
    assert [axis.labels for axis in axes] == [
        ["0.5", "1"], ["candidate", "excluded"], ["none", "offers[location=s].unit_cost += 5", "tied"],
    ]  # fmt: skip
    assert [axis.numbers for axis in axes] == [[0.5, 1.0], None, None]


def test_codes_are_no_amounts():
    codes, amounts = read_axes(["items.hs_code = 8528, 8529", "items.weight_kg = 1, 2"])
    assert (codes.numbers, amounts.numbers) == (None, [1.0, 2.0])


def wrong(*varied, **settings):
    return problems(refuse_wrong, instance(TABLES), read_axes(list(varied)), *settings.values())


def test_what_an_alternative_does_wrong_is_said_before_anything_is_solved():
    first, second = "offers[location=q].unit_cost = 1,2", "offers[location=s].unit_kost = 1,2"
    assert wrong(first, second) == [
        f"--vary {first}: matches no row of offers; found 'location=q'; expected a row",
        f"--vary {second}: no such column; found 'unit_kost'; expected a column of offers; did you mean 'unit_cost'?",
    ]


def test_each_value_that_a_cell_cannot_hold_is_said():
    out_of_range, broken = "demand.quantity = -2:2:1", "suppliers.qualify_periods = 0:1:0.5"
    assert wrong(out_of_range, broken) == [
        f"--vary {out_of_range}: quantity: below the least value; found '-2'; expected at least 0",
        f"--vary {out_of_range}: quantity: below the least value; found '-1'; expected at least 0",
        f"--vary {broken}: qualify_periods: not a whole number; found '0.5'; expected digits only",
    ]


def test_what_does_not_go_with_other_cells_is_said_with_its_alternative():
    """The contract of s has a minimum of 5 and a capacity of 30."""
    said = wrong("demand.quantity *= 1,2", "offers[location=s].capacity = 1,4,10")
    assert [line.partition(":")[0] for line in said] == [
        "--vary demand.quantity *= 1, offers[location=s].capacity = 1",
        "--vary offers[location=s].capacity = 4",
    ]
    assert "offers" in said[0]


def test_a_name_that_the_table_of_outcomes_needs_is_refused():
    axes = read_axes({"status": [None, Change("demand", multiply={"quantity": 2})]})
    assert problems(refuse_wrong, instance(TABLES), axes) == [
        "--vary status: a column of the outcomes has that name"
    ]


def test_what_cannot_be_kept_is_said():
    kept = (WhatIf("", fix=Fix(suppliers=("zz",)), place="--fix"),)
    assert wrong("demand.quantity *= 1,2", always=kept) == [
        "--fix:fix.suppliers: no such location; found 'zz'; expected one of the suppliers of the instance; "
        "did you mean 'z'?"
    ]
    twice = {"trade": [WhatIf("tied", (), Fix(design=True), place="tied.toml")]}
    said = problems(refuse_wrong, instance(TABLES), read_axes(twice), (WhatIf("", fix=Fix(design=True)),))
    assert said == ["tied.toml: another what-if keeps something of the base plan too"]
