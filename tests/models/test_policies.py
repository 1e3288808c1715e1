"""Policies: each measure as a hard maximum and a soft minimum over the same members; the test is the formula."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner_models.data import Data, Terms
from planner_models.policies import MEASURES
from tests.models import menu

COUNTED = {"counted_count": [0, 0], "counted_arc": [0, 1]}


def company(measure: str, limit: float = 40.0, share: float = 0.0, **terms: Terms) -> Data:
    """Two arcs, a run, an offer with a minimum, two soft demands, an option over two periods, a supplier."""
    policies = menu.policies(
        measure=[measure, measure],
        sense=[1.0, -1.0],
        limit=[limit, limit],
        share=[share, share],
        rule_sense=[1.0, -1.0],
        rule_penalty=[np.nan, 6.0],
        **{name: twice(members) for name, members in terms.items()},
    )
    return menu.network(
        2,
        arcs=menu.arcs(offer=[0, 0]),
        runs=menu.runs(item=["i"]),
        places=menu.places(location=["p"], kind=[1]),
        holds=menu.holds(location=["s"], rivals=[0]),
        offers=menu.offers(hold=[0], minimum=[5.0]),
        demands=menu.demands(market=["m", "n"], quantity=[7.0, 9.0], may_short=[True, True]),
        options=menu.options(facility_name=["p"], name=["base"]),
        suppliers=menu.suppliers(name=["s"], candidate=[True]),
        counts=menu.counts(location=["s"], threshold=[2.0], bound=[10.0], capped=[True], **COUNTED),
        uses=menu.uses(option=[0]),
        policies=policies,
    )


def twice(terms: Terms) -> Terms:
    """The same members in both rows."""
    count = len(terms.row)
    return Terms(np.repeat([0, 1], count), np.tile(terms.member, 2), np.tile(terms.weight, 2))


def members(*pairs: tuple[int, float]) -> Terms:
    """Members with their weights."""
    return menu.terms([0] * len(pairs), [member for member, _ in pairs], [weight for _, weight in pairs])


def rows(measure: str, **kwargs: Any) -> list[str]:
    return menu.rows(company(measure, **kwargs), f"policy_{measure}")


def test_policy_volume_adds_flows_and_runs() -> None:
    assert rows("volume", flow=members((0, 1.0), (1, 1.0)), run=members((0, 1.0))) == [
        "flow[0] + flow[1] + run[0] <= 40.0",
        "- (flow[0] + flow[1] + run[0]) <= -40.0 + violation[1]",
    ]


def test_policy_volume_share_takes_a_share_of_the_whole() -> None:
    who, whole = members((0, 1.0)), members((0, 1.0), (1, 1.0))
    assert rows(
        "volume_share", limit=0.0, share=0.25, flow=who, whole_flow=whole, whole_run=members((0, 1.0))
    ) == [
        "flow[0] - 0.25*(flow[0] + flow[1] + run[0]) <= 0.0",
        "- (flow[0] - 0.25*(flow[0] + flow[1] + run[0])) <= violation[1]",
    ]


def test_policy_supplier_share_has_one_violation_for_all_suppliers_and_items() -> None:
    policies = menu.policies(
        measure=["supplier_share"] * 2,
        rule=[0, 0],
        share=[0.5, 0.5],
        rule_penalty=[6.0],
        flow=menu.terms([0, 1], [0, 1], [1.0, 1.0]),
        whole_flow=menu.terms([0, 0, 1, 1], [0, 1, 0, 1], [1.0] * 4),
    )
    data = menu.network(arcs=menu.arcs(offer=[-1, -1]), policies=policies)
    assert menu.rows(data, "policy_supplier_share") == [
        "flow[0] - 0.5*(flow[0] + flow[1]) <= violation[0]",
        "flow[1] - 0.5*(flow[0] + flow[1]) <= violation[0]",
    ]


def test_policy_spend_includes_take_or_pay_and_conversion() -> None:
    assert rows("spend", flow=members((0, 5.0)), unused=members((0, 5.0)), run=members((0, 2.0)))[0] == (
        "5.0*flow[0] + 2.0*run[0] + 5.0*unused[0] <= 40.0"
    )


def test_policy_spend_share_takes_a_share_of_all_spend() -> None:
    found = rows(
        "spend_share",
        limit=0.0,
        share=0.5,
        flow=members((0, 5.0)),
        whole_flow=members((0, 5.0), (1, 4.0)),
        whole_run=members((0, 2.0)),
        whole_unused=members((0, 5.0)),
    )
    assert found[0] == "5.0*flow[0] - 0.5*(5.0*flow[0] + 4.0*flow[1] + 2.0*run[0] + 5.0*unused[0]) <= 0.0"


def test_policy_capex_counts_openings_and_qualifications_by_period() -> None:
    assert rows("capex", opening=members((0, 50.0), (1, 50.0)), qualify=members((1, 8.0))) == [
        "50.0*opening[0,0] + 50.0*opening[0,1] + 8.0*qualify[0,1] <= 40.0",
        "- (50.0*opening[0,0] + 50.0*opening[0,1] + 8.0*qualify[0,1]) <= -40.0 + violation[1]",
    ]


def test_policy_count_open_counts_options() -> None:
    assert rows("count_open", limit=1.0, open=members((1, 1.0)))[0] == "open[0,1] <= 1.0"


def test_policy_count_suppliers_counts_pairs() -> None:
    assert (
        rows("count_suppliers", limit=2.0, count=members((0, 1.0)))[1] == "- count[0] <= -2.0 + violation[1]"
    )


def test_policy_emissions_adds_lanes_plants_and_metered_options() -> None:
    found = rows("emissions", flow=members((0, 0.5)), run=members((0, 1.5)), use=members((0, 2.5)))
    assert found[0] == "0.5*flow[0] + 1.5*run[0] + 2.5*used[0] <= 40.0"


def test_policy_fill_rate_is_written_over_shortages() -> None:
    found = rows("fill_rate", limit=1.6, short=members((0, 1.0), (1, 1.0)))
    assert found[0] == "short[0] + short[1] <= 1.6"


def test_count_threshold_asks_for_a_base_volume() -> None:
    assert menu.rows(company("volume"), "count_threshold") == ["2.0*count[0] <= flow[0] + flow[1]"]


def test_count_cap_binds_a_pair_that_does_not_count() -> None:
    assert menu.rows(company("volume"), "count_cap") == ["flow[0] + flow[1] <= 2.0 + 8.0*count[0]"]


@pytest.mark.parametrize("measure", MEASURES)
def test_a_policy_over_nothing_is_still_a_row(measure: str) -> None:
    assert rows(measure, limit=1.0) == ["0.0 <= 0.0", "-0.0 <= -1.0 + violation[1]"]
