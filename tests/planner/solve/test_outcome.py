"""The outcome by hand: values, duals, ledger; and that the ledger adds up to the objective."""

from __future__ import annotations

import numpy as np
import pytest

from planner.solve import Outcome, SolveOptions, Status, solve
from planner.solve.compile import compile_model
from planner.solve.outcome import duals_of, values_of
from planner_models import build_model
from planner_models.data import OUTPUT, Data
from tests.models import menu
from tests.models.generated import generate

EXACT = SolveOptions(gap=0.0, confirm=False)


def shop(discount: float = 1.0) -> Data:
    """A supplier with 10 units at 5 and one with plenty at 8 serve a demand of 12, freight 1; duty 2 on the first."""
    return menu.network(
        menu.horizon(1, discount=[discount]),
        holds=menu.holds(location=["near", "far"], rivals=[0, 1], decided=[False, False]),
        offers=menu.offers(hold=[0, 1], unit_cost=[5.0, 8.0], capacity=[10.0, 50.0]),
        arcs=menu.arcs(offer=[0, 1], demand=[0, 0], purchase=[5.0, 8.0], freight=[1.0, 1.0]),
        demands=menu.demands(
            market=["m"], item=["i"], quantity=[12.0], may_short=[True], shortage_cost=[40.0]
        ),
        charges=menu.charges(programme_name=["duty:MFN", "fee:MPF"], arc=[0], programme=[0], amount=[2.0]),
    )


def total(outcome: Outcome) -> float:
    return sum(float(amount.sum()) for amount in outcome.costs.values()) + sum(outcome.penalty.values())


def test_values_duals_and_costs_of_a_shop() -> None:
    outcome = solve(shop(), EXACT)
    assert outcome.solution.status is Status.OPTIMAL
    assert outcome.solution.objective == pytest.approx(10 * 8 + 2 * 9)
    assert outcome.values["flow"].tolist() == pytest.approx([10.0, 2.0])
    assert outcome.values["short"].tolist() == [0.0]
    assert outcome.duals["demand_balance"].tolist() == pytest.approx([9.0])
    assert outcome.duals["contract_capacity"].tolist() == pytest.approx([-1.0, 0.0])
    spent = {name: float(amount.sum()) for name, amount in outcome.costs.items() if amount.any()}
    assert spent == pytest.approx({"purchase": 66.0, "freight": 12.0, "duty:MFN": 20.0})
    assert outcome.costs["fee:MPF"].tolist() == [0.0]
    assert outcome.size == {"variables": 5, "integers": 0, "constraints": 3, "nonzeros": 7}


def test_costs_and_duals_are_discounted() -> None:
    outcome = solve(shop(discount=0.5), EXACT)
    assert outcome.costs["purchase"].tolist() == pytest.approx([33.0])
    assert outcome.duals["demand_balance"].tolist() == pytest.approx([4.5])


def test_the_ledger_adds_up_to_the_objective() -> None:
    outcome = solve(generate(), SolveOptions(gap=1e-3, confirm=False))
    assert outcome.solution.found
    assert total(outcome) == pytest.approx(outcome.solution.objective, rel=1e-9)
    assert {name for name, amount in outcome.costs.items() if len(amount) != 3} == set()


def test_the_penalty_of_soft_policies_stands_apart() -> None:
    """At least 20 units, though 12 are wanted: 8 short of it at 3 each."""
    few = menu.policies(
        measure=["volume"], sense=[-1.0], limit=[20.0], rule_penalty=[3.0], rule_sense=[-1.0],
        flow=menu.terms([0, 0], [0, 1], [1.0, 1.0]),
    )  # fmt: skip
    data = shop()
    outcome = solve(menu.network(**{name: getattr(data, name) for name in FILLED}, policies=few), EXACT)
    assert outcome.penalty["policies"] == pytest.approx(24.0)
    assert outcome.values["violation"].tolist() == pytest.approx([8.0])
    assert total(outcome) == pytest.approx(outcome.solution.objective)


FILLED = ("holds", "offers", "arcs", "demands", "charges")


def test_values_are_zero_where_no_variable_exists() -> None:
    demands = menu.demands(quantity=[7.0, 9.0], may_short=[False, True])
    compiled = compile_model(build_model(menu.network(demands=demands)))
    assert values_of(compiled, np.array([4.0]))["short"].tolist() == [0.0, 4.0]


def test_duals_have_the_shape_of_the_whole_table() -> None:
    data = generate()
    compiled = compile_model(build_model(data))
    duals = duals_of(compiled, np.arange(1.0, len(compiled.arrays.row_lower) + 1))
    shapes = {
        "contract_minimum": (len(data.offers.hold),),
        "supplier_spend": (len(data.suppliers.name), 3),
        "facility_capacity": (len(data.options.facility_name), 3),
        "one_option": (len(data.options.facility_name), 3),
        "set_up_link": (len(data.runs.time),),
        "single_source": (len(data.demands.single_demand),),
        "policy_volume": (len(data.policies.rule),),
        "warehouse_balance": (len(data.places.time),),
        "reopened_open": (len(data.options.name), 3),
    }
    assert {name: duals[name].shape for name in shapes} == shapes
    assert not duals["contract_minimum"][data.offers.minimum == 0].any()
    assert duals["contract_minimum"][data.offers.minimum > 0].all()


def test_a_users_row_has_its_dual() -> None:
    def at_most_six(model, data) -> None:  # type: ignore[no-untyped-def]
        import pyomo.environ as pyo

        model.six = pyo.Constraint(expr=model.flow[0] <= 6)

    outcome = solve(shop(), EXACT, extend=at_most_six)
    assert outcome.values["flow"].tolist() == pytest.approx([6.0, 6.0])
    assert outcome.duals["six"].tolist() == pytest.approx([-1.0])


@pytest.mark.parametrize("bound", ["fix", "setub"])
def test_what_a_user_fixes_or_tightens_holds_in_the_reported_plan(bound: str) -> None:
    def at_most_six(model, data) -> None:  # type: ignore[no-untyped-def]
        getattr(model.flow[0], bound)(6)

    outcome = solve(shop(), EXACT, extend=at_most_six)
    assert outcome.values["flow"].tolist() == pytest.approx([6.0, 6.0])
    assert outcome.solution.bound <= outcome.solution.objective == pytest.approx(6 * 8 + 6 * 9)


def test_infeasible_is_a_value() -> None:
    demands = menu.demands(market=["m"], item=["i"], quantity=[7.0], may_short=[False])
    outcome = solve(menu.network(demands=demands), EXACT)
    assert (outcome.solution.status, outcome.values, outcome.costs) == (Status.INFEASIBLE, {}, {})


@pytest.mark.parametrize("periods", [1, 3])
def test_nothing_at_all_is_solved(periods: int) -> None:
    outcome = solve(menu.network(periods), EXACT)
    assert (outcome.solution.status, outcome.solution.objective) == (Status.OPTIMAL, 0.0)
    assert all(amount.tolist() == [0.0] * periods for amount in outcome.costs.values())


def test_one_market_without_any_supplier_goes_short() -> None:
    demands = menu.demands(market=["m"], item=["i"], quantity=[7.0], may_short=[True], shortage_cost=[3.0])
    outcome = solve(menu.network(demands=demands), EXACT)
    assert outcome.solution.objective == pytest.approx(21.0)


def closing() -> Data:
    """A plant with 5 units in stock, dear to keep open for the second period, in which they are wanted."""
    return menu.network(
        2,
        options=menu.options(facility_name=["p"], name=["base"], initially_open=[True], fixed_cost=[60.0]),
        places=menu.places(location=["p", "p"], kind=[OUTPUT] * 2, time=[0, 1], initial=[5.0, 0.0]),
        stocks=menu.stocks(
            place=[0], entry_stock=[0], entry_place=[1], limit=[0], upper=[5.0],
            limit_location=["p"], limit_item=["i"], limit_time=[0],
            limit_facility=[0], limit_quantity=[5.0], loss_place=[0, 1], loss_facility=[0, 0], loss_upper=[5.0, 5.0],
        ),
        arcs=menu.arcs(from_place=[1], demand=[0], time=[1], plant_link=[0], upper=[5.0]),
        demands=menu.demands(
            market=["m"], item=["i"], time=[1], quantity=[5.0], may_short=[True], shortage_cost=[30.0]
        ),
        links=menu.links(plant_facility=[0], plant_period=[1], plant_bound=[5.0]),
    )  # fmt: skip


def test_the_stock_of_a_closed_plant_does_not_ship() -> None:
    """Open in both periods (120) beats a shortage of 5 at 30 (150); shipping from a closed plant would cost 60."""
    outcome = solve(closing(), EXACT)
    assert outcome.solution.objective == pytest.approx(120.0)
    assert outcome.values["usable"].tolist() == [[1.0, 1.0]]


def test_an_idle_plant_is_closed_and_loses_its_stock() -> None:
    def no_demand(model, data) -> None:  # type: ignore[no-untyped-def]
        model.flow[0].fix(0)

    outcome = solve(closing(), EXACT, extend=no_demand)
    assert outcome.solution.objective == pytest.approx(150.0)
    assert outcome.values["usable"].tolist() == [[0.0, 0.0]]
    assert outcome.values["lost"].tolist() == pytest.approx([5.0, 0.0])
