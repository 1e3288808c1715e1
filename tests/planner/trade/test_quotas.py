"""Tariff-rate quotas, each worked out by hand: ten sets at 100, at 5% up to the quota and 25% above."""

from __future__ import annotations

import pytest

from tests.planner.trade.menu import FACTORY, IMPORT, ONLY_CHINESE, TWO_YEARS, listed, owed, solved

PLAIN = "location,item,unit_cost\nmonterrey,tv,100"
TWO_SUPPLIERS = {
    "locations": "location,role,country\nmonterrey,supplier,MX\nosaka,supplier,JP\ndallas,market,US",
    "lanes": "origin,destination\nrole:supplier,dallas",
}


def quota(units, origin="*", waived_by=""):
    head = "importer,origin,programme,rate,quota,over_rate,waived_by"
    return f"{head}\nUS,{origin},MFN,0.05,{units},0.25,{waived_by}"


def test_a_quota_that_is_not_crossed():
    """5% of 1000."""
    plan = solved(IMPORT, offers=PLAIN, tariffs=quota(10))

    assert plan.objective == pytest.approx(1050)
    assert listed(plan, "programme", "rate", "quantity") == [("MFN", 0.05, 10)]


def test_a_quota_that_is_crossed():
    """4 x 5 + 6 x 25."""
    plan = solved(IMPORT, offers=PLAIN, tariffs=quota(4))

    assert owed(plan) == {"duty:MFN": 170}
    assert listed(plan, "rate", "quantity", "duty") == [(0.05, 4, 20), (0.25, 6, 150)]
    assert plan.flows["duty"].tolist() == pytest.approx([170])


def test_a_quota_begins_anew_in_each_period():
    plan = solved(IMPORT, TWO_YEARS, offers=PLAIN, tariffs=quota(4))

    assert plan.objective == pytest.approx(2 * 1170)


def test_beyond_the_quota_another_supplier_is_cheaper():
    """Japanese sets are 115 and 5%: 120.75, between 105 and 125."""
    plan = solved(
        IMPORT | TWO_SUPPLIERS,
        offers=f"{PLAIN}\nosaka,tv,115",
        tariffs=f"{quota(4, 'MX')}\nUS,JP,MFN,0.05,,,",
    )

    assert plan.objective == pytest.approx(4 * 105 + 6 * 120.75)


def test_a_quota_is_joint_over_all_goods_of_its_row():
    """Five at 90 and five at 100. Being worth more there, the quota goes to four of the dearer ones."""
    offers = "location,item,unit_cost,capacity\nmonterrey,tv,100,\nosaka,tv,90,5"
    plan = solved(IMPORT | TWO_SUPPLIERS, offers=offers, tariffs=quota(4))

    assert plan.objective == pytest.approx(450 + 500 + 5 * 22.5 + 4 * 5 + 25)


def test_each_row_has_a_quota_of_its_own():
    """Four Japanese and four Mexican sets at 5%, and two at 25%."""
    rows = quota(4, "MX") + "\nUS,JP,MFN,0.05,4,0.25,"
    plan = solved(IMPORT | TWO_SUPPLIERS, offers=f"{PLAIN}\nosaka,tv,100", tariffs=rows)

    assert owed(plan) == {"duty:MFN": 8 * 5 + 2 * 25}


def test_what_is_claimed_does_not_use_the_quota():
    """Six Mexican sets claim USMCA, four Japanese ones fill the quota."""
    offers = "location,item,unit_cost,capacity,originating\nmonterrey,tv,100,6,USMCA\nosaka,tv,100,,"
    plan = solved(IMPORT | TWO_SUPPLIERS, offers=offers, tariffs=quota(4, waived_by="USMCA"))

    assert owed(plan) == {"duty:MFN": 20}


def test_a_ceiling_with_a_quota_nets_on_both_sides():
    """MFN 3.7%; 12.5% in all up to four sets, 20% in all above: 4 x 8.8 + 6 x 16.3."""
    tariffs = "importer,origin,programme,rate,rule,quota,over_rate\nUS,*,MFN,0.037,add,,\nUS,*,RECIP,0.125,cap,4,0.2"
    plan = solved(IMPORT, offers=PLAIN, tariffs=tariffs)

    assert owed(plan) == {"duty:MFN": 37, "duty:RECIP": 133}


def test_a_displaced_row_has_no_quota():
    tariffs = (
        "importer,origin,programme,rate,displaces,quota,over_rate\nUS,*,MFN,0.05,,4,0.25\nUS,*,S232,0.1,MFN,,"
    )

    assert owed(solved(IMPORT, offers=PLAIN, tariffs=tariffs)) == {"duty:S232": 100}


def test_a_rate_above_the_quota_displaces():
    """Free up to four sets, then 25%; B of 10% is removed all the same."""
    tariffs = "importer,origin,programme,rate,displaces,quota,over_rate\nUS,*,A,0,B,4,0.25\nUS,*,B,0.1,,,"

    assert owed(solved(IMPORT, offers=PLAIN, tariffs=tariffs)) == {"duty:A": 150}


def test_a_reduced_rate_limits_what_is_due_above_the_quota():
    """Panels of 40: four at 5%, six at 10% instead of 50%."""
    plan = solved(
        FACTORY,
        offers=ONLY_CHINESE,
        tariffs="importer,origin,programme,rate,quota,over_rate\nMX,*,IGI,0.05,4,0.5",
        relief="location,programme,kind,rate\njuarez,PROSEC,reduced,0.1",
    )

    assert owed(plan) == {"duty:IGI": 4 * 2 + 6 * 4}


def test_duty_above_the_quota_abroad_counts_as_the_lesser_of_two():
    """Six sets above the quota pay 10 each; that much of the 100 on the panels is relieved."""
    plan = solved(
        FACTORY,
        offers=ONLY_CHINESE,
        tariffs="importer,origin,programme,rate,quota,over_rate\nMX,*,IGI,0.25,,\nUS,*,MFN,0,4,0.1",
        relief="location,programme,kind,lesser_of_two\njuarez,IMMEX,suspension,yes",
    )

    assert owed(plan) == {"duty:IGI": 100, "duty:MFN": 60, "relief": -60}


@pytest.mark.parametrize("units", [0, 4, 10])
def test_a_regime_that_makes_both_rates_one_leaves_nothing_to_count(units):
    """10 x (40 + 10) and 5% of 400, whatever the quota."""
    plan = solved(
        FACTORY,
        offers=ONLY_CHINESE,
        tariffs=f"importer,origin,programme,rate,quota,over_rate\nMX,*,MFN,0.1,{units},0.2",
        relief="location,programme,kind,rate\njuarez,PROSEC,reduced,0.05",
    )

    assert plan.objective == pytest.approx(520)
    assert listed(plan, "rate", "quantity", "regime", "quota") == [(0.05, 10, "PROSEC", "")]


def test_duties_say_what_is_within_and_what_is_above():
    plan = solved(IMPORT, offers=PLAIN, tariffs=quota(4))

    assert listed(plan, "rate", "quantity", "quota") == [(0.05, 4, "within"), (0.25, 6, "above")]
