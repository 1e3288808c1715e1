"""Trade: rules of origin, duty regimes and quotas row by row; the test is the formula."""

from __future__ import annotations

from planner_models.data import INPUT, OUTPUT, Data
from planner_models.trade_data import REGIONAL_VALUE, TARIFF_SHIFT
from tests.models import menu

NATIVE, FOREIGN, MADE = 0, 1, 2  # places


def plant(periods: int = 1, **more: object) -> Data:
    """Run 0 qualifies, run 1 is for a foreign country; both take a part of either origin. Arc 1 sells, arc 0 buys."""
    return menu.network(
        periods,
        places=menu.places(kind=[INPUT, INPUT, OUTPUT]),
        runs=menu.runs(output=[MADE, MADE], item=["tv", "tv"]),
        needs=menu.needs(
            run=[0, 1],
            quantity=[2.0, 2.0],
            feed_need=[0, 0, 1, 1],
            feed_place=[NATIVE, FOREIGN, NATIVE, FOREIGN],
        ),
        arcs=menu.arcs(
            to_place=[FOREIGN, -1, -1], from_place=[-1, MADE, MADE], regime=[0, -1, -1], claim=[0.0, 0.0, 3.0]
        ),
        charges=menu.charges(
            programme_name=["duty:MFN", "fee:MPF"],
            arc=[1, 1, 0],
            programme=[0, 1, 0],
            amount=[12.0, 1.0, 5.0],
        ),
        **more,
    )


def origin() -> Data:
    """The first run passes a regional value and a tariff shift; of the foreign part all counts, or some."""
    criteria = menu.criteria(
        run=[0, 0],
        measure=[REGIONAL_VALUE, TARIFF_SHIFT],
        allowance=[75.0, 30.0],
        content_criterion=[0, 1],
        content_feed=[1, 1],
        content_value=[40.0, 40.0],
    )
    return plant(criteria=criteria)


def relief() -> Data:
    """Two regimes give duty on the foreign part back; the first has a fixed cost and the lesser of two duties."""
    return plant(
        2,
        regimes=menu.regimes(location=["p"], programme=["IMMEX"], period=[1], fixed_cost=[80.0]),
        reliefs=menu.reliefs(
            relieved=[0, 0],
            regime=[0, -1],
            rate=[1.0, 0.9],
            upper=[500.0, 450.0],
            lesser_of_two=[True, False],
            relieved_place=[MADE],
            covered_relief=[0, 1],
            covered_feed=[3, 3],
            covered_duty=[5.0, 4.0],
            entered_relieved=[0],
            entered_feed=[3],
            entered_duty=[5.0],
        ),
        quotas=quota_tables(),
    )


def quota_tables() -> object:
    """What sells under one tariff row, within a quota of 60 units."""
    return menu.quotas(
        quantity=[60.0], over_quota=[0, 0], over_arc=[1, 2], over_programme=[0, 0], over_amount=[30.0, 30.0]
    )


def test_regional_value_limits_what_does_not_originate() -> None:
    assert menu.rows(origin(), "regional_value") == ["40.0*feed[1] <= 75.0*run[0]"]


def test_tariff_shift_limits_what_did_not_shift() -> None:
    assert menu.rows(origin(), "tariff_shift") == ["40.0*feed[1] <= 30.0*run[0]"]


def test_a_run_without_foreign_content_passes() -> None:
    criteria = menu.criteria(run=[0], measure=[REGIONAL_VALUE], allowance=[75.0])
    assert menu.rows(plant(criteria=criteria), "regional_value") == ["0 <= 75.0*run[0]"]


def test_relief_of_input_is_a_share_of_the_covered_duty() -> None:
    assert menu.rows(relief(), "relief_of_input") == [
        "relief[0] <= 5.0*feed[3]",
        "relief[1] <= 3.6*feed[3]",
    ]


def test_relief_of_whole_keeps_several_regimes_together() -> None:
    assert menu.rows(relief(), "relief_of_whole") == ["relief[0] + relief[1] <= 5.0*feed[3]"]


def test_relief_of_output_is_at_most_the_duty_of_the_good_fees_aside() -> None:
    assert menu.rows(relief(), "relief_of_output") == [
        "relief[0] <= 30.0*over[0] + 30.0*over[1] + 12.0*flow[1]"
    ]


def test_relief_link_needs_the_regime() -> None:
    assert menu.rows(relief(), "relief_link") == ["relief[0] <= 500.0*regime[0]"]


def test_reduced_link_needs_the_regime() -> None:
    assert menu.rows(relief(), "reduced_link") == ["flow[0] <= 100.0*regime[0]"]


def test_tariff_quota_counts_what_enters_above_it() -> None:
    data = plant(quotas=quota_tables())
    assert menu.rows(data, "tariff_quota") == ["flow[1] + flow[2] <= over[0] + over[1] + 60.0"]


def test_over_entered_is_part_of_what_enters() -> None:
    assert menu.rows(plant(quotas=quota_tables()), "over_entered") == [
        "over[0] <= flow[1]",
        "over[1] <= flow[2]",
    ]


def test_charge_adds_what_is_paid_above_a_quota() -> None:
    paid = menu.rows(plant(quotas=quota_tables()), "charge")
    assert paid == ["12.0*flow[1] + 5.0*flow[0] + 30.0*over[0] + 30.0*over[1]", "flow[1]"]


def test_claim_is_a_rate_a_unit() -> None:
    assert menu.rows(plant(), "claim") == ["0.0*flow[0] + 0.0*flow[1] + 3.0*flow[2]"]


def test_regime_is_paid_in_the_period_in_which_it_is_used() -> None:
    assert menu.rows(relief(), "regime_used") == ["0.0", "80.0*regime[0]"]


def test_relief_is_a_cost_below_zero() -> None:
    assert menu.rows(relief(), "relief_given")[0] == "- (relief[0] + relief[1])"
