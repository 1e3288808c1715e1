"""What follows from whole decisions: openings, set-up time, expansions, reopening, engagement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.solve.compile import compile_model
from planner.solve.rows import activity
from planner.solve.settle import IMPLIED, implied, in_set_up, settled
from planner_models import build_model
from planner_models.data import Data
from tests.models import menu
from tests.models.generated import generate


def plant(periods: int, **columns: Any) -> Data:
    """One facility with as many options as `columns` have rows."""
    count = len(next(iter(columns.values())))
    options = menu.options(
        facility_name=["p"], name=[f"o{k}" for k in range(count)], facility=[0] * count, **columns
    )
    return menu.network(periods, options=options)


def follows(data: Data, opened: list[list[float]]) -> dict[str, Any]:
    """What `open` implies, as lists."""
    values = {"open": np.array(opened), "hold": np.zeros(len(data.holds.period))}
    return {name: value.tolist() for name, value in implied(data, values).items()}


def test_opening_and_closing_are_the_changes_of_open() -> None:
    found = follows(plant(4, initially_open=[True, False]), [[1, 0, 0, 1], [0, 1, 1, 0]])
    assert found["opening"] == [[0, 0, 0, 1], [0, 1, 0, 0]]
    assert found["closing"] == [[0, 1, 0, 0], [0, 0, 0, 1]]


def test_an_option_open_at_the_start_may_close_in_the_first_period() -> None:
    found = follows(plant(2, initially_open=[True]), [[0, 0]])
    assert (found["closing"], found["usable"]) == ([[1, 0]], [[0, 0]])


def test_solver_noise_is_rounded_away() -> None:
    found = follows(plant(2, initially_open=[False]), [[1e-9, 1 - 1e-7]])
    assert (found["opening"], found["usable"]) == ([[0, 1]], [[0, 1]])


@pytest.mark.parametrize(
    ("setup", "usable"),
    [(0, [0, 1, 1, 1]), (1, [0, 0, 1, 1]), (2, [0, 0, 0, 1]), (3, [0, 0, 0, 0]), (9, [0, 0, 0, 0])],
)
def test_an_option_is_usable_after_its_set_up(setup: int, usable: list[int]) -> None:
    data = plant(4, setup_periods=[setup])
    assert follows(data, [[0, 1, 1, 1]])["usable"] == [usable]


def test_an_option_open_at_the_start_is_set_up_already() -> None:
    data = plant(2, initially_open=[True], setup_periods=[2])
    assert follows(data, [[1, 1]])["usable"] == [[1, 1]]


def test_an_option_opened_twice_is_set_up_twice() -> None:
    opening = np.array([[1.0, 0.0, 0.0, 1.0, 0.0]])
    assert in_set_up(opening, np.array([2])).tolist() == [[True, True, False, True, True]]


def test_an_expansion_stands_beside_the_old_option_until_it_is_usable() -> None:
    data = plant(3, initially_open=[True, False], setup_periods=[0, 1], expands=[-1, 0])
    found = follows(data, [[1, 1, 0], [0, 1, 1]])
    assert found["usable"] == [[1, 1, 0], [0, 0, 1]]
    assert found["closing"] == [[0, 0, 1], [0, 0, 0]]


@pytest.mark.parametrize(
    ("initially", "opened", "reopened"),
    [(True, [1, 1], 0), (True, [0, 1], 1), (True, [0, 0], 0), (False, [1, 1], 0), (True, [1, 0], 0)],
)
def test_reopened_is_closed_opened_again_and_open_at_the_end(
    initially: bool, opened: list[float], reopened: int
) -> None:
    assert follows(plant(2, initially_open=[initially]), [opened])["reopened"] == [reopened]


def test_a_supplier_is_engaged_where_any_contract_is_held() -> None:
    data = menu.network(
        2,
        suppliers=menu.suppliers(name=["s", "r"]),
        holds=menu.holds(period=[0, 0, 1, 1], supplier=[0, 0, 0, -1], rivals=[0, 0, 1, 2]),
    )
    values = {"open": np.zeros((0, 2)), "hold": np.array([0.0, 1 - 1e-8, 1e-9, 1.0])}
    assert implied(data, values)["engaged"].tolist() == [[1, 0], [0, 0]]


def test_settled_fixes_what_follows_and_lifts_what_is_only_useful() -> None:
    data = generate()
    model = build_model(data)
    model.flow[1].setub(3)
    model.flow[2].fix(4)
    compiled = compile_model(model)
    rounded = {name: np.zeros(place.shape) for name, place in compiled.positions.items()}
    rounded["open"][0] = rounded["hold"][0] = 1.0
    fixed = settled(compiled, data, rounded)
    assert fixed.lazy_rows is None
    for name, place in compiled.positions.items():
        columns = slice(place.first, place.first + place.count)
        lower, upper = fixed.lower[columns], fixed.upper[columns]
        if name in IMPLIED:
            value = implied(data, rounded)[name].ravel()[place.flat]
            assert np.array_equal(lower, value)
            assert np.array_equal(upper, value)
            continue
        assert np.array_equal(lower, compiled.arrays.lower[columns])
        if name == "flow":
            assert upper[:4].tolist() == [np.inf, 3, 4, np.inf]
        elif name in ("run", "feed", "stock", "lost", "used", "over", "relief", "violation"):
            assert np.isinf(upper).all()
        else:
            assert np.array_equal(upper, compiled.arrays.upper[columns])


@pytest.mark.parametrize("seed", range(40))
def test_what_follows_obeys_every_row_on_facilities_alone(seed: int) -> None:
    """Any plan of open that has one option a plant, and no expansion, gives a point that the rows allow."""
    data = generate()
    compiled = compile_model(build_model(data))
    arrays, random = compiled.arrays, np.random.default_rng(seed)
    opened = np.zeros((10, 3))
    for plant in range(3):
        opened[3 * plant + random.integers(0, 2)] = random.integers(0, 2, 3)
    opened[9] = random.integers(0, 2, 3)
    x = np.full(len(arrays.cost), np.nan)
    values = {"open": opened, "hold": np.zeros(len(data.holds.period))}
    for name, value in (implied(data, values) | {"open": opened}).items():
        place = compiled.positions[name]
        x[place.first : place.first + place.count] = value.ravel()[place.flat]
    rows = activity(arrays.rows, x)
    known = np.isfinite(rows)  # rows that speak of nothing else
    for name, first, last in arrays.row_families:
        known[first:last] &= not name.startswith("policy")
    assert known.sum() > 100
    assert (rows[known] >= arrays.row_lower[known] - 1e-9).all()
    assert (rows[known] <= arrays.row_upper[known] + 1e-9).all()
