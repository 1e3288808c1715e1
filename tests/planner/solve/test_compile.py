"""Compiled arrays against Pyomo's own reading of every true row, cost and the objective; and what users add."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn import generate_standard_repn

from planner.errors import SolverError
from planner.solve.arrays import Rows
from planner.solve.compile import Compiled, compile_model
from planner.solve.walk import Positions
from planner_models import build_model
from planner_models.build import FAMILIES, LAZY_FAMILIES
from planner_models.templates import Amounts
from tests.models import menu
from tests.models.generated import generate

LAZY = {family.__name__ for family in LAZY_FAMILIES}
INSTANCES: dict[str, dict[str, int]] = {
    "small": {},
    "one period": {"size": 2, "periods": 1, "seed": 1},
    "one plant": {"size": 1, "plants": 1, "markets": 2, "periods": 4, "seed": 2},
    "many markets": {"size": 4, "plants": 2, "markets": 6, "periods": 2, "seed": 3},
}


@pytest.fixture(scope="module", params=INSTANCES.values(), ids=INSTANCES.keys())
def both(request: pytest.FixtureRequest) -> tuple[pyo.ConcreteModel, Compiled]:
    model = build_model(generate(**request.param))
    return model, compile_model(model)


def column(compiled: Compiled, variable: Any) -> int:
    """The column of one VarData."""
    index = variable.index() if isinstance(variable.index(), tuple) else (variable.index(),)
    place = compiled.positions[variable.parent_component().local_name]
    return int(place.columns(tuple(np.array([key]) for key in index))[0])


def linear(compiled: Compiled, expression: Any) -> tuple[dict[int, float], float]:
    """Coefficient by column, and the constant, as Pyomo reads an expression."""
    read = generate_standard_repn(expression)
    found: dict[int, float] = {}
    for variable, coefficient in zip(read.linear_vars, read.linear_coefs, strict=True):
        at = column(compiled, variable)
        found[at] = found.get(at, 0.0) + coefficient
    return {at: value for at, value in found.items() if value}, float(read.constant)


def true_row(compiled: Compiled, row: Any) -> tuple[dict[int, float], float, float]:
    """Coefficients and limits of a true row, with left and right gathered as `body - upper <= 0`."""
    coefficients, constant = linear(compiled, row.body)
    lower = -np.inf if row.lower is None else pyo.value(row.lower) - constant
    upper = np.inf if row.upper is None else pyo.value(row.upper) - constant
    return coefficients, lower, upper


def as_at_most(
    coefficients: dict[int, float], lower: float, upper: float
) -> tuple[dict[int, float], float, float]:
    """The same row without a lower limit alone; an equality starts with a positive coefficient."""
    first = coefficients[min(coefficients)] if coefficients else 1.0
    if upper == np.inf or (lower == upper and first < 0):
        return {at: -value for at, value in coefficients.items()}, -upper, -lower
    return coefficients, lower, upper


def compiled_rows(compiled: Compiled, name: str) -> tuple[Rows, int, int]:
    """The block that holds a family, and where in it."""
    if name not in LAZY:
        block = compiled.arrays.rows
        first, last = next((a, b) for n, a, b in compiled.arrays.row_families if n == name)
        return block, first, last
    assert compiled.arrays.lazy_rows is not None
    before = 0
    for lazy in (family.__name__ for family in LAZY_FAMILIES):
        if lazy == name:
            break
        before += len(compiled.families[lazy][0]) if lazy in compiled.families else 0
    count = len(compiled.families[name][0])
    return compiled.arrays.lazy_rows, before, before + count


def compiled_row(block: Rows, at: int) -> tuple[dict[int, float], float, float]:
    entries = slice(block.indptr[at], block.indptr[at + 1])
    columns = block.indices[entries].tolist()
    assert len(set(columns)) == len(columns), "columns repeat"
    coefficients = dict(zip(columns, block.data[entries].tolist(), strict=True))
    assert 0.0 not in coefficients.values()
    return coefficients, float(block.lower[at]), float(block.upper[at])


def assert_same_row(ours: tuple[dict[int, float], float, float], theirs: Any) -> None:
    ours, theirs = as_at_most(*ours), as_at_most(*theirs)
    assert ours[0] == pytest.approx(theirs[0], rel=1e-12, abs=1e-12)
    assert ours[1:] == pytest.approx(theirs[1:], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("family", [family.__name__ for family in FAMILIES + LAZY_FAMILIES])
def test_every_row_is_the_one_that_pyomo_builds(
    both: tuple[pyo.ConcreteModel, Compiled], family: str
) -> None:
    model, compiled = both
    rows = list(model.component(family).values())
    if not rows:
        assert family not in compiled.families
        return
    block, first, last = compiled_rows(compiled, family)
    assert last - first == len(rows)
    for at, row in enumerate(rows, first):
        assert_same_row(compiled_row(block, at), true_row(compiled, row))


def test_the_small_instance_has_rows_of_every_family() -> None:
    model = build_model(generate())
    assert [
        family.__name__ for family in FAMILIES + LAZY_FAMILIES if not len(model.component(family.__name__))
    ] == []


def test_every_cost_component_is_the_one_that_pyomo_builds(both: tuple[pyo.ConcreteModel, Compiled]) -> None:
    model, compiled = both
    components = [c for c in model.component_objects(pyo.Expression) if isinstance(c, Amounts) and len(c)]
    assert [c.local_name for c in components] == list(compiled.ledger)
    for component in components:
        matrix, constant, _ = compiled.ledger[component.local_name]
        for at, amount in enumerate(component.values()):
            theirs, theirs_constant = linear(compiled, amount.expr)
            line = matrix[[at]].tocoo()
            ours = {int(c): v for c, v in zip(line.col, line.data, strict=True) if v}
            assert ours == pytest.approx(theirs, rel=1e-12)
            assert constant[at] == pytest.approx(theirs_constant, rel=1e-12)


def test_the_objective_is_the_one_that_pyomo_builds(both: tuple[pyo.ConcreteModel, Compiled]) -> None:
    model, compiled = both
    model.objective.write_out()
    theirs, constant = linear(compiled, model.objective.expr)
    ours = {at: value for at, value in enumerate(compiled.arrays.cost) if value}
    assert ours == pytest.approx(theirs, rel=1e-12)
    assert compiled.arrays.offset == pytest.approx(constant)
    again = compile_model(model)
    assert np.array_equal(again.arrays.cost, compiled.arrays.cost)


def test_columns_carry_the_bounds_and_kinds_of_the_variables(
    both: tuple[pyo.ConcreteModel, Compiled],
) -> None:
    model, compiled = both
    seen = 0
    for variable in model.component_objects(pyo.Var):
        for data in variable.values():
            at = column(compiled, data)
            assert (compiled.arrays.lower[at], compiled.arrays.upper[at]) == data.bounds
            assert compiled.arrays.integer[at] == (data.is_integer() and data.lb < data.ub)
            seen += 1
    assert seen == len(compiled.arrays.cost) == compiled.own_columns


def test_asking_for_true_rows_changes_nothing() -> None:
    model = build_model(generate())
    before = compile_model(model).arrays
    for rows in model.component_objects(pyo.Constraint):
        list(rows.values())
    after = compile_model(model).arrays
    for name in ("cost", "lower", "upper", "row_lower", "row_upper", "indptr", "indices", "data"):
        assert np.array_equal(getattr(before, name), getattr(after, name))


# what a user adds or changes


@pytest.fixture
def model() -> pyo.ConcreteModel:
    return build_model(generate())


def user_row(compiled: Compiled, name: str, place: int = 0) -> tuple[dict[int, float], float, float]:
    block, first, _ = compiled_rows(compiled, name)
    return compiled_row(block, first + place)


def test_a_users_row_follows_the_models_own(model: pyo.ConcreteModel) -> None:
    own = len(compile_model(model).arrays.row_lower)
    model.mine = pyo.Constraint(expr=2 * model.flow[3] + model.open[0, 1] + 4 <= 9 + model.flow[3])
    compiled = compile_model(model)
    assert compiled.arrays.row_families[-1] == ("mine", own, own + 1)
    flow, opened = column(compiled, model.flow[3]), column(compiled, model.open[0, 1])
    assert user_row(compiled, "mine") == ({flow: 1.0, opened: 1.0}, -np.inf, 5.0)


def test_a_users_row_may_sum_over_groups_and_name_cost_components(model: pyo.ConcreteModel) -> None:
    model.green = pyo.Constraint(expr=model.carbon[0] <= 100)
    model.into = pyo.Constraint(expr=sum(model.flow[a] for a in model.ARCS_INTO[5]) >= 1)
    compiled = compile_model(model)
    matrix, _, _ = compiled.ledger["carbon"]
    line = matrix[[0]].tocoo()
    expected = {int(c): v for c, v in zip(line.col, line.data, strict=True) if v}
    assert user_row(compiled, "green")[0] == pytest.approx(expected)
    assert len(user_row(compiled, "into")[0]) == len(model.ARCS_INTO[5]) > 0


def test_users_rows_of_all_kinds_are_compiled(model: pyo.ConcreteModel) -> None:
    model.several = pyo.Constraint([0, 1], rule=lambda m, k: (1, m.flow[k], 5))
    model.listed = pyo.ConstraintList()
    model.listed.add(model.flow[0] == 3)
    model.off = pyo.Constraint(expr=model.flow[0] <= 1)
    model.off.deactivate()
    model.several[1].deactivate()
    compiled = compile_model(model)
    names = [name for name, _, _ in compiled.arrays.row_families]
    flow = column(compiled, model.flow[0])
    assert names[-2:] == ["several", "listed"]
    assert user_row(compiled, "several") == ({flow: 1.0}, 1.0, 5.0)
    assert user_row(compiled, "listed") == ({flow: 1.0}, 3.0, 3.0)


def test_a_users_variable_becomes_a_column_at_the_end(model: pyo.ConcreteModel) -> None:
    model.bins = pyo.Var([0, 1], domain=pyo.Binary)
    model.free = pyo.Var()
    model.tied = pyo.Constraint(expr=model.bins[1] + model.free + model.flow[0] == 2)
    compiled = compile_model(model)
    arrays, own = compiled.arrays, compiled.own_columns
    assert compiled.extra_columns == ("bins[1]", "free")
    assert arrays.column_families[-1] == ("extra", own, own + 2)
    assert arrays.lower[own:].tolist() == [0.0, -np.inf]
    assert arrays.upper[own:].tolist() == [1.0, np.inf]
    assert arrays.integer[own:].tolist() == [True, False]
    assert arrays.cost[own:].tolist() == [0.0, 0.0]
    assert user_row(compiled, "tied")[0] == {own: 1.0, own + 1: 1.0, column(compiled, model.flow[0]): 1.0}


def test_what_a_user_fixes_or_tightens_is_in_the_bounds(model: pyo.ConcreteModel) -> None:
    model.flow[3].fix(0)
    model.flow[4].setub(7)
    model.flow[5].setub(None)
    model.open[0, 0].fix(1)
    model.open[1, 0].domain = pyo.UnitInterval
    compiled = compile_model(model)
    low, high = compiled.arrays.lower, compiled.arrays.upper
    at = {k: column(compiled, model.flow[k]) for k in (3, 4, 5)}
    assert (low[at[3]], high[at[3]]) == (0, 0)
    assert (low[at[4]], high[at[4]]) == (0, 7)
    assert (low[at[5]], high[at[5]]) == (0, np.inf)
    opened = column(compiled, model.open[0, 0])
    assert (low[opened], high[opened], compiled.arrays.integer[opened]) == (1, 1, False)
    assert not compiled.arrays.integer[column(compiled, model.open[1, 0])]


def test_a_variable_fixed_without_a_value_is_refused(model: pyo.ConcreteModel) -> None:
    model.flow[3].fix()
    with pytest.raises(SolverError, match=r"flow\[3\] is fixed without a value"):
        compile_model(model)


def test_a_family_that_a_user_deactivates_is_left_out(model: pyo.ConcreteModel) -> None:
    model.lane_capacity.deactivate()
    model.plant_link.deactivate()
    assert not model.lane_capacity._data, "leaving a family out makes no row of it"
    compiled = compile_model(model)
    assert "lane_capacity" not in [name for name, _, _ in compiled.arrays.row_families]
    assert compiled.arrays.lazy_rows is not None
    assert compiled.arrays.lazy_rows.count == len(model.contract_link)
    model.lane_capacity.activate()
    assert "lane_capacity" in compile_model(model).families


def test_a_single_row_that_a_user_deactivates_no_longer_binds(model: pyo.ConcreteModel) -> None:
    model.demand_balance[3].deactivate()
    block, first, _ = compiled_rows(compile_model(model), "demand_balance")
    assert (block.lower[first + 3], block.upper[first + 3]) == (-np.inf, np.inf)
    assert block.lower[first + 2] == block.upper[first + 2] > 0


def test_a_row_that_a_user_rewrites_is_refused(model: pyo.ConcreteModel) -> None:
    model.demand_balance[3].set_value(model.short[4] == 1)
    with pytest.raises(SolverError, match=r"demand_balance\[3\] was rewritten: deactivate it and add a row"):
        compile_model(model)


def test_a_cost_that_a_user_rewrites_is_refused(model: pyo.ConcreteModel) -> None:
    model.freight[0].set_value(model.freight[0].expr * 2)
    with pytest.raises(SolverError, match=r"freight\[0\] was rewritten: costs come from the data"):
        compile_model(model)


def test_a_row_that_is_not_linear_is_refused(model: pyo.ConcreteModel) -> None:
    model.curved = pyo.Constraint(expr=model.flow[0] ** 2 <= 4)
    with pytest.raises(SolverError, match="curved is not linear"):
        compile_model(model)


def test_another_objective_is_refused(model: pyo.ConcreteModel) -> None:
    model.own = pyo.Objective(expr=model.flow[0])
    with pytest.raises(SolverError, match="exactly one active objective, it has 2"):
        compile_model(model)
    model.objective.deactivate()
    with pytest.raises(SolverError, match="own objective was replaced"):
        compile_model(model)


def test_an_edited_objective_is_refused(model: pyo.ConcreteModel) -> None:
    model.objective.expr += 3 * model.flow[0]
    with pytest.raises(SolverError, match="own objective was replaced"):
        compile_model(model)


def test_a_maximised_objective_is_refused(model: pyo.ConcreteModel) -> None:
    model.objective.sense = pyo.maximize
    with pytest.raises(SolverError, match="own objective was replaced"):
        compile_model(model)


# nothing in the tables


def test_an_empty_model_compiles() -> None:
    compiled = compile_model(build_model(menu.network()))
    assert (len(compiled.arrays.cost), len(compiled.arrays.row_lower), len(compiled.arrays.data)) == (0, 0, 0)


def test_one_market_with_soft_demand_compiles() -> None:
    demands = menu.demands(market=["m"], item=["i"], quantity=[7.0], may_short=[True], shortage_cost=[3.0])
    arrays = compile_model(build_model(menu.network(demands=demands))).arrays
    assert arrays.cost.tolist() == [3.0]
    assert (arrays.row_lower.tolist(), arrays.row_upper.tolist()) == ([7.0], [7.0])
    assert (arrays.indptr.tolist(), arrays.indices.tolist(), arrays.data.tolist()) == ([0, 1], [0], [1.0])


def test_a_row_without_members_keeps_its_limit() -> None:
    limits = menu.production_limits(item=["i"], quantity=[5.0])
    arrays = compile_model(build_model(menu.network(production_limits=limits))).arrays
    assert arrays.indptr.tolist() == [0, 0]
    assert arrays.row_upper.tolist() == [5.0]


def test_coefficients_that_cancel_leave_no_entry() -> None:
    arcs = menu.arcs(demand=[0, 0])
    demands = menu.demands(market=["m"], quantity=[1.0])
    whole = menu.policies(
        measure=["volume_share"],
        share=[0.5],
        flow=menu.terms([0, 0], [0, 1], [0.5, 1.0]),
        whole_flow=menu.terms([0, 0], [0, 1], [1.0, 1.0]),
    )
    compiled = compile_model(build_model(menu.network(arcs=arcs, demands=demands, policies=whole)))
    assert user_row(compiled, "policy_volume_share") == ({1: 0.5}, -np.inf, 0.0)


@pytest.mark.parametrize("rank", [None, np.array([0, -1, 1])])
@pytest.mark.parametrize("member", [-1, 3])
def test_a_member_beyond_its_family_is_no_column_of_another(rank, member):
    place = Positions(5, (3,), np.arange(3) if rank is None else np.array([0, 2]), rank)

    assert place.columns((np.array([0, 2]),)).tolist() == [5, 7 if rank is None else 6]
    with pytest.raises(SolverError, match="refers to a variable that does not exist"):
        place.columns((np.array([0, member]),))
