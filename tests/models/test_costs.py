"""Cost components: the amount of one period or time, as Pyomo prints it; and the objective."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from planner_models import build_model
from planner_models.costs import DESIGN, EXPRESSIONS, OPERATIONS, expressions
from planner_models.data import WAREHOUSED, Data
from planner_models.resilience import PENALTIES
from planner_models.templates import Amounts
from tests.models import menu
from tests.models.generated import generate


def two_periods(**tables: Any) -> Data:
    """Money of the second period is worth a half."""
    return menu.network(periods=menu.horizon(2, discount=[1.0, 0.5]), **tables)


def plant() -> Data:
    """Option 0 is open at the start; option 1 expands it and takes a period to set up."""
    return two_periods(
        options=menu.options(
            facility_name=["p"],
            name=["base", "large"],
            initially_open=[True, False],
            expands=[-1, 0],
            setup_periods=[0, 1],
            fixed_cost=[8.0, 9.0],
            open_cost=[50.0, 70.0],
            close_cost=[4.0, 3.0],
            residual_share=[0.2, 0.1],
        )
    )


def shipped(**columns: list[float]) -> Data:
    """An arc in each period."""
    return two_periods(arcs=menu.arcs(time=[0, 1], **columns))


def test_facility_fixed_is_paid_while_open() -> None:
    assert menu.rows(plant(), "facility_fixed") == [
        "8.0*open[0,0] + 9.0*open[1,0]",
        "0.5*(8.0*open[0,1] + 9.0*open[1,1])",
    ]


def test_facility_open_is_paid_at_the_opening() -> None:
    assert menu.rows(plant(), "facility_open")[1] == "0.5*(50.0*opening[0,1] + 70.0*opening[1,1])"


def test_facility_close_forgives_an_option_that_its_expansion_ends() -> None:
    assert menu.rows(plant(), "facility_close") == [
        "4.0*closing[0,0] + 3.0*closing[1,0]",
        "0.5*(4.0*closing[0,1] + 3.0*closing[1,1] - 4.0*opening[1,0])",
    ]


def test_facility_residual_is_credited_in_the_last_period() -> None:
    assert (
        menu.rows(plant(), "facility_residual")[1]
        == "-0.5*(0.0*open[0,1] + 7.0*open[1,1] + 10.0*reopened[0])"
    )


def test_qualification_is_paid_by_candidates() -> None:
    suppliers = menu.suppliers(name=["s", "r"], candidate=[True, False], qualify_cost=[6.0, 0.0])
    assert menu.rows(two_periods(suppliers=suppliers), "qualification")[1] == "3.0*qualify[0,1]"


def test_supplier_fixed_is_paid_while_engaged() -> None:
    suppliers = menu.suppliers(name=["s"], fixed_cost=[6.0])
    assert menu.rows(two_periods(suppliers=suppliers), "supplier_fixed")[1] == "3.0*engaged[0,1]"


def test_lane_fixed_is_paid_when_used() -> None:
    uses = menu.lane_uses(period=[0, 1], fixed_cost=[6.0, 7.0])
    assert menu.rows(two_periods(lane_uses=uses), "lane_fixed") == ["6.0*use_lane[0]", "3.5*use_lane[1]"]


def test_setup_is_paid_in_its_period() -> None:
    set_ups = menu.set_ups(period=[0, 1], cost=[6.0, 7.0])
    assert menu.rows(two_periods(set_ups=set_ups), "setup") == ["6.0*set_up[0]", "3.5*set_up[1]"]


def test_buffer_is_paid_in_every_period() -> None:
    buffers = menu.buffers(item=["i"], upper=[5.0], cost=[2.0])
    assert menu.rows(two_periods(buffers=buffers), "buffer_kept") == ["2.0*buffer[0]", "buffer[0]"]


def test_purchase_is_the_price_of_what_leaves_a_supplier() -> None:
    assert menu.rows(shipped(purchase=[3.0, 4.0]), "purchase") == ["3.0*flow[0]", "2.0*flow[1]"]


def test_take_or_pay_is_the_price_of_what_is_not_taken() -> None:
    data = two_periods(
        holds=menu.holds(period=[0, 1], rivals=[0, 1]),
        offers=menu.offers(hold=[0, 1], time=[0, 1], unit_cost=[3.0, 4.0], minimum=[0.0, 20.0]),
    )
    assert menu.rows(data, "take_or_pay") == ["0.0", "2.0*unused[1]"]


def test_conversion_covers_plants_and_handling_in_warehouses() -> None:
    data = two_periods(
        runs=menu.runs(time=[1], conversion=[5.0]),
        places=menu.places(kind=[1]),
        arcs=menu.arcs(time=[0, 1], conversion=[1.0, 2.0]),
    )
    assert menu.rows(data, "conversion") == ["flow[0]", "0.5*(5.0*run[0] + 2.0*flow[1])"]


def test_freight_is_paid_on_the_missing_minimum_too() -> None:
    data = two_periods(
        arcs=menu.arcs(time=[0, 1], freight=[1.5, 2.5]),
        lane_uses=menu.lane_uses(fixed_cost=[0.0]),
        lane_loads=menu.lane_loads(use=[0], minimum=[15.0], freight=[0.5]),
    )
    assert menu.rows(data, "freight") == ["1.5*flow[0] + 0.5*unused_lane[0]", "1.25*flow[1]"]


def test_handling_is_a_rate_a_unit() -> None:
    assert menu.rows(shipped(handling=[3.0, 4.0]), "handling") == ["3.0*flow[0]", "2.0*flow[1]"]


def test_insurance_is_a_rate_a_unit() -> None:
    assert menu.rows(shipped(insurance=[3.0, 4.0]), "insurance") == ["3.0*flow[0]", "2.0*flow[1]"]


def test_pipeline_is_a_rate_a_unit() -> None:
    assert menu.rows(shipped(pipeline=[3.0, 4.0]), "pipeline") == ["3.0*flow[0]", "2.0*flow[1]"]


def test_charge_is_kept_by_programme() -> None:
    charges = menu.charges(
        programme_name=["duty:MFN", "fee:MPF"], arc=[0, 1, 1], programme=[0, 0, 1], amount=[3.0, 4.0, 0.5]
    )
    data = two_periods(arcs=menu.arcs(time=[0, 1]), charges=charges)
    assert menu.rows(data, "charge") == ["3.0*flow[0]", "2.0*flow[1]", "0.0", "0.25*flow[1]"]


def test_storage_is_paid_on_stock_at_the_end_of_the_period() -> None:
    data = two_periods(
        places=menu.places(kind=[WAREHOUSED] * 2, time=[0, 1]),
        stocks=menu.stocks(place=[0, 1], entry_stock=[0], entry_place=[1], storage=[3.0, 4.0]),
    )
    assert menu.rows(data, "storage") == ["3.0*stock[0]", "2.0*stock[1]"]


def test_carbon_covers_lanes_runs_and_metered_options() -> None:
    data = two_periods(
        runs=menu.runs(time=[1], carbon=[5.0]),
        places=menu.places(kind=[1]),
        arcs=menu.arcs(time=[1], carbon=[2.0]),
        options=menu.options(facility_name=["p"], name=["base"]),
        uses=menu.uses(option=[0], time=[1], carbon=[0.3]),
    )
    assert menu.rows(data, "carbon")[1] == "0.5*(2.0*flow[0] + 5.0*run[0] + 0.3*used[0])"


def test_shortage_is_paid_where_it_is_allowed() -> None:
    demands = menu.demands(time=[0, 1, 1], may_short=[True, True, False], shortage_cost=[9.0, 8.0, 0.0])
    assert menu.rows(two_periods(demands=demands), "shortage") == ["9.0*short[0]", "4.0*short[1]"]


def soft() -> Any:
    return menu.policies(measure=["volume"], rule_penalty=[7.0])


def test_soft_policies_are_not_discounted() -> None:
    assert menu.rows(two_periods(policies=soft()), "soft_policies") == ["7.0*violation[0]"]


def test_objective_adds_every_component_once() -> None:
    """The tail has a quarter of the weight, so the mean of the operations has the rest."""
    model = build_model(generate())
    model.objective.write_out()
    random = np.random.default_rng(1)
    for variable in model.component_objects(pyo.Var):
        for member in variable.values():
            member.set_value(random.uniform(), skip_validation=True)
    amounts = [c for c in model.component_objects(pyo.Expression) if isinstance(c, Amounts)]
    assert len(amounts) == len(DESIGN) + len(OPERATIONS) + len(PENALTIES) + 2
    operated = {c.local_name for c in expressions(model, OPERATIONS)} | {"charge"}
    total = sum(
        (0.75 if component.local_name in operated else 1.0) * pyo.value(amount)
        for component in amounts
        for amount in component.values()
    )
    assert pyo.value(model.objective) == pytest.approx(total, rel=1e-12)


def test_objective_weights_operations_by_probability_and_design_not() -> None:
    data = menu.network(
        periods=menu.horizon(1, weight=[0.25]),
        arcs=menu.arcs(freight=[4.0]),
        charges=menu.charges(programme_name=["duty:MFN"], arc=[0], programme=[0], amount=[8.0]),
        options=menu.options(facility_name=["p"], name=["base"], fixed_cost=[6.0]),
        policies=soft(),
    )
    model = build_model(data)
    model.objective.write_out()
    value = {"open": 1.0, "flow": 10.0, "violation": 1.0}
    for variable in model.component_objects(pyo.Var):
        for member in variable.values():
            member.set_value(value.get(variable.local_name, 0.0), skip_validation=True)
    assert pyo.value(model.objective) == pytest.approx(6.0 + 0.25 * (40.0 + 80.0) + 7.0)


def test_every_component_has_an_amount_for_each_period_or_time() -> None:
    model = build_model(two_periods())
    for part in (*DESIGN, *OPERATIONS):
        component = model.component(EXPRESSIONS.get(part.__name__, part.__name__))
        assert [pyo.value(amount) for amount in component.values()] == [0.0, 0.0]
