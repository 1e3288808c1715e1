"""Duty regimes of a plant, each worked out by hand.

Ten sets cost 500. Their panels of 40 pay 25% in Mexico (IGI): 100 more, if nothing relieves them.
"""

from __future__ import annotations

import pytest

import planner
from tests.planner.trade.menu import FACTORY, ONLY_CHINESE, TWO_YEARS, bought, owed, solved

IGI = "importer,origin,programme,rate,waived_by\nMX,*,IGI,0.25,USMCA"
MAQUILA = FACTORY | {"offers": ONLY_CHINESE, "tariffs": IGI}
IMMEX = "location,programme,kind\njuarez,IMMEX,suspension"
LESSER = "location,programme,kind,lesser_of_two\njuarez,IMMEX,suspension,yes"


def prosec(rate, **columns):
    names, cells = "".join(f",{n}" for n in columns), "".join(f",{c}" for c in columns.values())
    return f"location,programme,kind,rate{names}\njuarez,PROSEC,reduced,{rate}{cells}"


def abroad(rate):
    return f"{IGI}\nUS,*,MFN,{rate},USMCA"


# Suspension and drawback


def test_without_a_regime_the_inputs_pay():
    assert solved(MAQUILA).objective == pytest.approx(600)


def test_suspension_relieves_inputs_of_what_is_exported():
    plan = solved(MAQUILA, relief=IMMEX)

    assert plan.objective == pytest.approx(500)
    assert owed(plan) == {"duty:IGI": 100, "relief": -100}
    assert plan.flows.loc[plan.flows["origin"] == "juarez", "class"].tolist() == ["US"]


def test_drawback_of_99_percent():
    """1% of 100 is lost."""
    plan = solved(MAQUILA, relief="location,programme,kind,rate\njuarez,DRAWBACK,drawback,0.99")

    assert plan.objective == pytest.approx(501)
    assert plan.relief[["covered_duty", "rate", "limit", "relief"]].to_numpy().tolist() == [
        pytest.approx([100, 0.99, 99, 99])
    ]


@pytest.mark.parametrize(("rate", "relief", "found"), [(0, 0, 600), (0.04, 40, 600), (0.25, 100, 750)])
def test_the_lesser_of_two_duties(rate, relief, found):
    """The Mexican duty is 10 a set; the American one 0, 4 and 25: the lesser is relieved, the greater is paid."""
    plan = solved(MAQUILA, relief=LESSER, tariffs=abroad(rate))

    assert plan.objective == pytest.approx(found)
    assert owed(plan).get("relief", 0) == pytest.approx(-relief)


def test_the_lesser_of_two_holds_only_inside_an_agreement():
    """The United States are no member: all of 10 is relieved, and 4 paid."""
    plan = solved(
        MAQUILA, relief=LESSER, tariffs=abroad(0.04), agreements="agreement,member\nUSMCA,MX\nUSMCA,CA"
    )

    assert plan.objective == pytest.approx(540)


def test_the_lesser_of_two_ends_with_the_agreement():
    members = "agreement,member,ends\nUSMCA,US,2027-01-01\nUSMCA,MX,2027-01-01"
    plan = solved(MAQUILA, TWO_YEARS, relief=LESSER, tariffs=abroad(0.04), agreements=members)

    assert plan.objective == pytest.approx(600 + 540)


def test_a_regime_without_the_rule_ignores_the_agreement():
    assert solved(MAQUILA, relief=IMMEX, tariffs=abroad(0.04)).objective == pytest.approx(540)


def test_fees_are_neither_relieved_nor_counted():
    """0.8% of 40 in Mexico stays; 1% of 100 in the United States does not raise the limit of 0."""
    fees = "importer,fee,rate\nMX,DTA,0.008\nUS,MPF,0.01"

    assert owed(solved(MAQUILA, relief=LESSER, fees=fees)) == {"duty:IGI": 100, "fee:DTA": 3.2, "fee:MPF": 10}
    assert owed(solved(MAQUILA, relief=IMMEX, fees=fees))["relief"] == -100


@pytest.mark.parametrize(("covers", "found"), [("IGI", 540), ("IGI;CUOTA", 500), ("", 500)])
def test_a_regime_relieves_what_it_covers(covers, found):
    """CUOTA is 10% of 40 on top."""
    plan = solved(
        MAQUILA,
        relief=f"location,programme,kind,covers\njuarez,IMMEX,suspension,{covers}",
        tariffs=f"{IGI}\nMX,*,CUOTA,0.1,",
    )

    assert plan.objective == pytest.approx(found)


def test_a_regime_relieves_the_inputs_that_it_names():
    """A Chinese frame of 8 pays 2 and keeps it."""
    plan = solved(
        MAQUILA,
        items="item,hs_code,customs_value\ntv,8528.72.64,100\npanel,8529.90,\nframe,8528.99,",
        offers=f"{ONLY_CHINESE}\nshenzhen,frame,8",
        bom="item,component,quantity\ntv,panel,1\ntv,frame,1",
        relief="location,programme,kind,items\njuarez,IMMEX,suspension,panel",
    )

    assert plan.objective == pytest.approx(500 + 80 + 20)


@pytest.mark.parametrize(("rows", "relief"), [
    ("juarez,IMMEX,suspension,0.5,", 70),
    ("juarez,IMMEX,suspension,0.5,\njuarez,DRAWBACK,drawback,0.3,", 112),
    ("juarez,IMMEX,suspension,1,IGI\njuarez,DRAWBACK,drawback,0.99,", 140),
])  # fmt: skip
def test_several_regimes_relieve_at_most_the_whole_duty(rows, relief):
    """IGI 100 and CUOTA 40: half; half and 30%; 100 and 138.60, of which 140 is all there is."""
    relief_rows = f"location,programme,kind,rate,covers\n{rows}"
    plan = solved(MAQUILA, relief=relief_rows, tariffs=f"{IGI}\nMX,*,CUOTA,0.1,")

    assert owed(plan)["relief"] == pytest.approx(-relief)


def test_the_closest_row_of_a_regime_holds():
    rows = "location,programme,kind,rate\nrole:plant,IMMEX,suspension,0.5\njuarez,IMMEX,suspension,0.8"

    assert owed(solved(MAQUILA, relief=rows))["relief"] == -80


def test_domestic_sales_get_no_relief():
    """Ten sets for Mexico pay 100 on their panels."""
    plan = solved(
        MAQUILA,
        relief=IMMEX,
        locations=f"{FACTORY['locations']}\npuebla,market,MX",
        lanes="origin,destination\nrole:supplier,juarez\njuarez,role:market",
        demand="market,item,quantity\ndallas,tv,10\npuebla,tv,10",
    )

    assert plan.objective == pytest.approx(500 + 600)
    made = plan.flows[plan.flows["origin"] == "juarez"].set_index("destination")["class"]
    assert made.to_dict() == {"dallas": "US", "puebla": "domestic"}


@pytest.mark.parametrize(("fixed", "found"), [(60, 560), (150, 600)])
def test_a_regime_is_used_where_it_is_worth_its_fixed_cost(fixed, found):
    """It relieves 100."""
    plan = solved(MAQUILA, relief=f"location,programme,kind,fixed_cost\njuarez,IMMEX,suspension,{fixed}")

    assert plan.objective == pytest.approx(found)
    assert plan.regimes["fixed_cost"].tolist() == ([60] if fixed == 60 else [])


def test_a_regime_is_paid_in_the_periods_in_which_it_is_used():
    """Ten sets in 2026: 560. Two in 2027 pay 20 on their panels, less than 60."""
    plan = solved(
        MAQUILA,
        TWO_YEARS,
        relief="location,programme,kind,fixed_cost\njuarez,IMMEX,suspension,60",
        demand="market,item,period,quantity\ndallas,tv,2026,10\ndallas,tv,2027,2",
    )

    assert plan.objective == pytest.approx(560 + 120)


# Where the goods go, and where they come from


@pytest.mark.parametrize(("country", "found"), [("MX", 600), ("US", 500)])
def test_only_what_leaves_straight_for_the_country_is_relieved(country, found):
    """By a Mexican warehouse the sets leave as a domestic sale, by an American one as an export."""
    plan = solved(
        MAQUILA,
        relief=IMMEX,
        locations=f"{FACTORY['locations']}\nlaredo,warehouse,{country}",
        lanes="origin,destination\nrole:supplier,juarez\njuarez,laredo\nlaredo,dallas",
    )

    assert plan.objective == pytest.approx(found)


def test_what_is_kept_at_the_plant_is_not_relieved():
    """Five sets a period can be made, and ten are wanted in 2027: those of 2026 are kept, at 10 a panel."""
    plan = solved(
        MAQUILA,
        TWO_YEARS,
        relief=IMMEX,
        production="location,item,unit_cost,max_quantity\njuarez,tv,10,5",
        inventory="location,item\njuarez,tv",
        demand="market,item,period,quantity\ndallas,tv,2027,10",
    )

    assert plan.objective == pytest.approx(550)


def test_a_way_without_duty_leaves_nothing_to_relieve():
    """The panels can also come out of a Mexican warehouse: no one can say which of them paid."""
    plan = solved(
        MAQUILA,
        relief=IMMEX,
        locations=f"{FACTORY['locations']}\nlaredo,warehouse,MX",
        lanes="origin,destination\nrole:supplier,juarez\nrole:supplier,laredo\nlaredo,juarez\njuarez,dallas",
    )

    assert plan.objective == pytest.approx(600)


@pytest.mark.parametrize(("kept", "found"), [("tv", 1000), ("panel", 1060)])
def test_a_plant_that_keeps_stock_is_relieved_of_the_least_duty_so_far(kept, found):
    """10% of 40 in 2026, 25% in 2027. Where panels may be kept, those of 2027 count as if they had paid 4."""
    plan = solved(
        MAQUILA,
        TWO_YEARS,
        relief=IMMEX,
        inventory=f"location,item,holding_cost\njuarez,{kept},100",
        tariffs="importer,origin,programme,starts,ends,rate\nMX,*,IGI,,2027-01-01,0.1\nMX,*,IGI,2027-01-01,,0.25",
    )

    assert plan.objective == pytest.approx(found)


@pytest.mark.parametrize("lanes", ["", "\njuarez,laredo\nlaredo,role:plant"])
def test_the_plants_own_intermediates_have_paid_nothing(lanes):
    """A chip of 15 pays 3.75 before it goes into a board: only the 10 on the panel are relieved.

    Nor does it matter that a board could leave for an American warehouse, and pay 10 when it comes back.
    """
    plan = solved(
        MAQUILA,
        relief=IMMEX,
        locations=f"{FACTORY['locations']}\nlaredo,warehouse,US",
        items="item,hs_code,customs_value\ntv,8528.72,100\npanel,8529.90,\nboard,8534.00,40\nchip,8542.31,",
        offers=f"{ONLY_CHINESE}\nshenzhen,chip,15",
        production="location,item,unit_cost\njuarez,tv,10\njuarez,board,5",
        bom="item,component,quantity\ntv,panel,1\ntv,board,1\nboard,chip,1",
        lanes=f"{FACTORY['lanes']}{lanes}",
    )

    assert plan.objective == pytest.approx(10 * (15 + 3.75 + 5 + 40 + 10 - 10 + 10))


# Reduced rates


@pytest.mark.parametrize(("rate", "duty"), [(0.05, 20), (0, 0), (0.3, 100)])
def test_a_reduced_rate_is_the_highest_that_is_charged(rate, duty):
    """5% of 400; free; above 25% it changes nothing."""
    plan = solved(MAQUILA, relief=prosec(rate))

    assert plan.objective == pytest.approx(500 + duty)


def test_the_lowest_of_several_reduced_rates_holds():
    plan = solved(MAQUILA, relief=f"{prosec(0.05)}\njuarez,REGLA8,reduced,0.03")

    assert owed(plan) == {"duty:IGI": 12}
    assert plan.duties["regime"].tolist() == ["REGLA8"]


def test_a_reduced_rate_takes_the_place_of_a_specific_duty():
    """12 a panel, or 5% of 40."""
    tariffs = "importer,origin,programme,specific\nMX,*,IGI,12"

    assert owed(solved(MAQUILA, tariffs=tariffs, relief=prosec(0.05))) == {"duty:IGI": 20}


@pytest.mark.parametrize(("columns", "duty"), [
    ({"items": "tv"}, 140), ({"covers": "CUOTA"}, 120), ({"covers": "IGI"}, 60), ({}, 40),
])  # fmt: skip
def test_a_reduced_rate_holds_for_its_items_and_programmes(columns, duty):
    """IGI is 100 and CUOTA 40; 5% of 400 is 20 for each."""
    plan = solved(MAQUILA, tariffs=f"{IGI}\nMX,*,CUOTA,0.1,", relief=prosec(0.05, **columns))

    assert plan.objective == pytest.approx(500 + duty)


@pytest.mark.parametrize(("fixed", "found", "regime"), [(60, 580, "PROSEC"), (90, 600, "")])
def test_a_reduced_rate_at_a_fixed_cost(fixed, found, regime):
    """It saves 80."""
    plan = solved(MAQUILA, relief=prosec(0.05, fixed_cost=fixed))

    assert plan.objective == pytest.approx(found)
    assert plan.flows.loc[plan.flows["origin"] == "shenzhen", "regime"].tolist() == [regime]


def test_two_reduced_rates_at_a_fixed_cost_are_refused_for_one_item():
    with pytest.raises(planner.InstanceError) as caught:
        solved(MAQUILA, relief=f"{prosec(0.05, fixed_cost=60)}\njuarez,REGLA8,reduced,0.03,50")

    assert str(caught.value) == (
        "relief:3:fixed_cost: panel enters juarez under this reduced regime and that of row 2, both with a fixed cost, "
        "and one entry can use only one; found '50'; expected a fixed cost in one of the two, or items that are not in "
        "both"
    )


@pytest.mark.parametrize(("american", "due"), [
    (0, {"duty:IGI": 20}), (0.01, {"duty:IGI": 20, "duty:MFN": 10, "relief": -10}),
])  # fmt: skip
def test_reduced_comes_before_suspension(american, due):
    """2 a panel are left to relieve, and of these no more than is paid abroad."""
    rows = f"{prosec(0.05, lesser_of_two='no')}\njuarez,IMMEX,suspension,1,yes"

    assert owed(solved(MAQUILA, tariffs=abroad(american), relief=rows)) == due


# Qualify, or suspend


def test_to_qualify_is_cheaper_than_to_suspend():
    """A claim pays 10 in Mexico; a suspension 25 in the United States."""
    plan = solved(
        MAQUILA, tariffs=abroad(0.25), relief=LESSER, origin_rules="agreement,test,rvc\nUSMCA,rvc,0.6"
    )

    assert owed(plan) == {"duty:IGI": 100}
    assert plan.objective == pytest.approx(600)


def test_to_suspend_is_cheaper_than_to_qualify():
    """65% takes an eighth of an American panel, 10 dearer than a Chinese one with its duty: 61.25 against 60."""
    plan = solved(
        MAQUILA,
        offers=FACTORY["offers"],
        tariffs=abroad(0.04),
        relief=LESSER,
        origin_rules="agreement,test,rvc\nUSMCA,rvc,0.65",
    )

    assert plan.objective == pytest.approx(600)
    assert bought(plan, "austin") == 0


def test_a_dearer_entry_may_be_the_cheaper_one_with_relief():
    """To claim costs 2 and leaves the Mexican 10; to pay 4 abroad gives 4 of them back: 60 against 62."""
    plan = solved(
        MAQUILA,
        tariffs=abroad(0.04),
        relief=LESSER,
        origin_rules="agreement,test,rvc,claim_cost\nUSMCA,rvc,0.6,2",
    )

    assert plan.objective == pytest.approx(600)
    assert owed(plan) == {"duty:IGI": 100, "duty:MFN": 40, "relief": -40}


def test_the_lesser_of_two_counts_all_units_of_a_good():
    """Two sets in three pay 15 abroad, which gives 10 a set back; the third is claimed for 12: 64 a set.

    All normal they would be 65, all claimed 72.
    """
    plan = solved(
        MAQUILA,
        tariffs=abroad(0.15),
        relief=LESSER,
        origin_rules="agreement,test,rvc,claim_cost\nUSMCA,rvc,0.6,12",
    )

    assert plan.objective == pytest.approx(640)
    assert owed(plan) == pytest.approx({"claim": 40, "duty:IGI": 100, "duty:MFN": 100, "relief": -100})
