"""Variables: where they exist, their bounds, and that only design is whole."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest

from planner_models import build_model
from planner_models.data import WAREHOUSED
from tests.models import menu
from tests.models.generated import generate

INTEGER = {"open", "qualify", "hold", "use_lane", "set_up", "assign", "regime", "count"}


def bounds(model: pyo.ConcreteModel, name: str) -> dict[object, tuple[float, float]]:
    """Bounds of every member of a family."""
    return {index: member.bounds for index, member in model.component(name).items()}


def test_only_design_is_integer() -> None:
    model = build_model(generate())
    whole = {v.local_name for v in model.component_objects(pyo.Var) if v.integer}
    assert whole == INTEGER
    for variable in model.component_objects(pyo.Var):
        assert all(member.is_binary() == (variable.local_name in INTEGER) for member in variable.values())


def test_every_bound_is_finite() -> None:
    model = build_model(generate())
    for variable in model.component_objects(pyo.Var):
        for member in variable.values():
            assert 0 <= member.lb <= member.ub < np.inf


def test_every_variable_says_what_it_means() -> None:
    assert all(variable.doc for variable in build_model(menu.network()).component_objects(pyo.Var))


def test_an_option_without_a_decision_stays_as_it_is() -> None:
    options = menu.options(
        facility_name=["p", "q", "r"],
        name=["base"] * 3,
        facility=[0, 1, 2],
        initially_open=[True, False, False],
        decided=[False, False, True],
    )
    model = build_model(menu.network(options=options))
    expected = {(0, 0): (1, 1), (1, 0): (0, 0), (2, 0): (0, 1)}
    assert bounds(model, "open") == bounds(model, "usable") == expected
    nothing = {(0, 0): (0, 0), (1, 0): (0, 0), (2, 0): (0, 1)}
    assert bounds(model, "opening") == bounds(model, "closing") == nothing


def test_reopened_exists_where_a_residual_value_could_be_earned_again() -> None:
    options = menu.options(
        facility_name=["p"],
        name=["open", "worthless", "new"],
        initially_open=[True, True, False],
        open_cost=[50.0, 50.0, 50.0],
        residual_share=[0.2, 0.0, 0.2],
    )
    assert bounds(build_model(menu.network(options=options)), "reopened") == {0: (0, 1)}


def test_qualify_exists_for_candidates_alone() -> None:
    suppliers = menu.suppliers(name=["s", "r"], candidate=[False, True])
    model = build_model(menu.network(2, suppliers=suppliers))
    assert bounds(model, "qualify") == {(1, 0): (0, 1), (1, 1): (0, 1)}
    assert len(model.engaged) == 4


def test_hold_is_fixed_where_nothing_is_decided() -> None:
    holds = menu.holds(location=["s", "r"], rivals=[0, 1], decided=[False, True])
    assert bounds(build_model(menu.network(holds=holds)), "hold") == {0: (1, 1), 1: (0, 1)}


def test_quantities_take_their_bounds_from_the_tables() -> None:
    model = build_model(
        menu.network(
            arcs=menu.arcs(upper=[7.0, 8.0]),
            runs=menu.runs(upper=[9.0]),
            places=menu.places(kind=[WAREHOUSED]),
            stocks=menu.stocks(place=[0], upper=[5.0]),
            buffers=menu.buffers(item=["i"], upper=[4.0]),
        )
    )
    assert bounds(model, "flow") == {0: (0, 7), 1: (0, 8)}
    assert bounds(model, "run") == {0: (0, 9)}
    assert bounds(model, "stock") == {0: (0, 5)}
    assert bounds(model, "buffer") == {0: (0, 4)}


def test_short_exists_where_demand_may_go_unmet() -> None:
    demands = menu.demands(market=["m", "n"], quantity=[7.0, 9.0], may_short=[False, True])
    assert bounds(build_model(menu.network(demands=demands)), "short") == {1: (0, 9)}


def test_unused_exists_where_there_is_a_minimum() -> None:
    model = build_model(
        menu.network(
            holds=menu.holds(rivals=[0, 1]),
            offers=menu.offers(hold=[0, 1], minimum=[0.0, 20.0]),
            lane_uses=menu.lane_uses(fixed_cost=[0.0]),
            lane_loads=menu.lane_loads(use=[-1, 0], minimum=[0.0, 15.0]),
        )
    )
    assert bounds(model, "unused") == {1: (0, 20)}
    assert bounds(model, "unused_lane") == {1: (0, 15)}


def test_violation_exists_for_soft_rules() -> None:
    rules = menu.policies(measure=["volume", "volume"], rule_penalty=[np.nan, 2.0], rule_upper=[1.0, 6.0])
    assert bounds(build_model(menu.network(policies=rules)), "violation") == {1: (0, 6)}


@pytest.mark.parametrize("name", sorted(INTEGER))
def test_a_whole_decision_is_zero_or_one(name: str) -> None:
    assert set(bounds(build_model(generate()), name).values()) <= {(0, 1), (1, 1), (0, 0)}
