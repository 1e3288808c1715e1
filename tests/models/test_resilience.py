"""Resilience: the test is the formula."""

from __future__ import annotations

import pytest

from planner_models.data import Data
from tests.models import menu


def company(**tables: object) -> Data:
    """Two periods; an arc from an offer in each, a run in the second, two soft demands in the second."""
    return menu.network(
        2,
        arcs=menu.arcs(time=[0, 1], purchase=[3.0, 4.0]),
        runs=menu.runs(time=[1], conversion=[5.0]),
        places=menu.places(location=["p"], kind=[1], time=[1]),
        demands=menu.demands(market=["m", "n"], time=[1, 1], quantity=[7.0, 9.0], may_short=[True, True]),
        charges=menu.charges(programme_name=["duty:MFN"], arc=[1], programme=[0], amount=[0.5]),
        **tables,
    )


TAILS = {"scenario": ["base"], "share": [10.0], "upper": [90.0], "lived_tail": [0, 0], "lived_time": [0, 1]}
THRESHOLD = {"threshold_lower": [-1.0], "threshold_upper": [80.0], "weight": [0.25]}


def test_service_limits_what_is_short_of_an_item() -> None:
    data = company(
        services=menu.services(scenario=["x"], quantity=[4.0], served_service=[0, 0], served_demand=[0, 1])
    )
    assert menu.rows(data, "service") == ["short[0] + short[1] <= 4.0"]


def test_tail_counts_what_a_scenario_costs_above_the_threshold() -> None:
    data = company(tails=menu.tails(**TAILS, **THRESHOLD))
    found = menu.coefficients(data, "tail")
    sign = -found[0]["excess[0]"]  # Pyomo may write the row the other way round
    assert {name: -sign * value for name, value in found[0].items()} == pytest.approx(
        {"excess[0]": 1, "threshold[0]": 1, "flow[0]": -3, "flow[1]": -4.5, "run[0]": -5}
    )


def spread(**columns: object) -> Data:
    """An item that is bought over an arc and made in a run, of a volume of 8."""
    return company(spreads=menu.spreads(item=["i"], volume=[8.0], time=[1], upper=[9.0], **columns))


def test_source_share_is_what_comes_from_the_source() -> None:
    data = spread(arc=[1], arc_spread=[0], run=[0], run_spread=[0])
    (found,) = menu.coefficients(data, "source_share")
    sign = found["flow[1]"]
    row = {name: sign * value for name, value in found.items()}
    assert row == {"flow[1]": 1, "run[0]": 1, "share_of[0]": -8}


def test_tangent_holds_the_square_of_a_share_above_it() -> None:
    """At 0.4: 0.8 x share - 0.16."""
    found = menu.rows(spread(), "tangent")
    assert len(found) == 10
    assert found[3] == "0.8*share_of[0] - 0.16000000000000003 <= square[0]"


def test_tail_penalty_is_the_threshold_and_what_is_above() -> None:
    data = company(tails=menu.tails(**TAILS, **THRESHOLD))
    assert menu.coefficients(data, "tail_penalty")[0] == pytest.approx(
        {"threshold[0]": 0.25, "excess[0]": 2.5}
    )


def test_the_tail_takes_its_part_of_the_mean() -> None:
    data = company(tails=menu.tails(**TAILS, **THRESHOLD))
    assert menu.coefficients(data, "objective")[0] == pytest.approx(
        {
            "flow[0]": 0.75 * 3,
            "flow[1]": 0.75 * 4.5,
            "run[0]": 0.75 * 5,
            "threshold[0]": 0.25,
            "excess[0]": 2.5,
        }
    )


def test_exposure_is_spend_by_risk() -> None:
    data = company(exposures=menu.exposures(arc=[1], arc_cost=[0.3], run=[0], run_cost=[0.2]))
    assert menu.coefficients(data, "exposure")[0] == {}
    assert menu.coefficients(data, "exposure")[1] == pytest.approx({"flow[1]": 0.3, "run[0]": 0.2})


def test_concentration_prices_the_squares() -> None:
    data = spread(cost=[3.0])
    assert menu.coefficients(data, "concentration")[0] == {"square[0]": 3}
