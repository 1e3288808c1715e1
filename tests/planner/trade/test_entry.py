"""Claimed and normal entry, programmes that displace, ceilings, fees and dates, each worked out by hand.

Ten sets at 100 are 1000; what comes on top is duty and fees.
"""

from __future__ import annotations

import pytest

from tests.planner.trade.menu import FACTORY, IMPORT, TWO_YEARS, USMCA, listed, owed, solved

MFN = "importer,origin,programme,rate,waived_by\nUS,*,MFN,0.05,USMCA"
PLAIN = "location,item,unit_cost\nmonterrey,tv,100"
MPF = "importer,fee,rate,min_per_entry,max_per_entry,exempt\nUS,MPF,0.003464,33.58,651.50,USMCA"
HMF = "importer,fee,rate,modes\nUS,HMF,0.00125,ocean"
JAPAN = {
    "locations": "location,role,country\nosaka,supplier,JP\ndallas,market,US",
    "offers": "location,item,unit_cost,originating\nosaka,tv,100,USJ",
    "lanes": "origin,destination\nosaka,dallas",
    "agreements": "agreement,member\nUSJ,US\nUSJ,JP",
}
CAP = "importer,origin,programme,rate,rule,waived_by\nUS,*,MFN,{mfn},add,{waives}\nUS,JP,RECIP,{cap},cap,{recip}"


def prefers(rate, hs=""):
    return f"agreement,hs,test,rvc,preferential_rate\nUSMCA,{hs},rvc,0.5,{rate}"


# Claims


def test_under_usmca_neither_duty_nor_mpf():
    """1000; MFN is listed at rate 0 with the agreement that waives it, and so is the fee."""
    plan = solved(IMPORT, tariffs=MFN, fees=MPF)

    assert plan.objective == pytest.approx(1000)
    assert owed(plan) == {}
    assert listed(plan, "programme", "rate", "duty", "waived_by") == [
        ("MFN", 0, 0, "USMCA"),
        ("fee:MPF", 0, 0, "USMCA"),
    ]
    assert plan.flows["entry"].tolist() == ["claimed"]
    assert plan.flows["agreement"].tolist() == ["USMCA"]


def test_without_status_both_are_due():
    """5% and 0.3464% of 1000."""
    plan = solved(IMPORT, tariffs=MFN, fees=MPF, offers=PLAIN)

    assert plan.objective == pytest.approx(1053.464)
    assert owed(plan) == {"duty:MFN": 50, "fee:MPF": 3.464}
    assert plan.flows["entry"].tolist() == ["normal"]
    assert plan.flows["agreement"].tolist() == [""]


@pytest.mark.parametrize("members", ["USMCA,MX\nUSMCA,CA", "USMCA,US\nUSMCA,CA"])
def test_both_countries_have_to_be_members(members):
    """Once the United States is none, once Mexico: 5% of 1000."""
    plan = solved(IMPORT, tariffs=MFN, agreements=f"agreement,member\n{members}")

    assert plan.objective == pytest.approx(1050)


def test_a_good_of_another_country_claims_nothing():
    """The offer says that it originates, but of China, which is no member: 50."""
    offers = "location,item,unit_cost,origin,originating\nmonterrey,tv,100,CN,USMCA"

    assert owed(solved(IMPORT, tariffs=MFN, offers=offers)) == {"duty:MFN": 50}


def test_goods_that_come_home_pay_nothing():
    """American sets sold from Mexico: no duty, no fee, nothing to claim."""
    offers = "location,item,unit_cost,origin\nmonterrey,tv,100,US"
    plan = solved(IMPORT, tariffs=MFN, fees=MPF, offers=offers)

    assert plan.objective == pytest.approx(1000)
    assert plan.flows["entry"].tolist() == ["normal"]


def test_a_preferential_rate_takes_the_place_of_mfn():
    """2% instead of 5%: 20."""
    plan = solved(IMPORT, tariffs=MFN, origin_rules=prefers(0.02))

    assert owed(plan) == {"duty:MFN": 20}
    assert listed(plan, "programme", "rate", "waived_by") == [("MFN", 0.02, "USMCA")]


@pytest.mark.parametrize(
    ("hs", "rate"), [("8528", 0.01), ("8528.72", 0.01), ("8528.72.64", 0.01), ("8529", 0.03)]
)
def test_the_preferential_rate_is_that_of_the_longest_prefix(hs, rate):
    """3% for all, 1% under the prefix, if it matches."""
    rules = f"{prefers(0.03)}\nUSMCA,{hs},rvc,0.5,0.01"

    assert owed(solved(IMPORT, tariffs=MFN, origin_rules=rules)) == {"duty:MFN": pytest.approx(1000 * rate)}


def test_a_preferential_rate_replaces_no_other_programme():
    """S301 of 10% is waived whole, MFN of 5% becomes 2%: 20."""
    tariffs = f"{MFN}\nUS,MX,S301,0.1,USMCA"

    assert owed(solved(IMPORT, tariffs=tariffs, origin_rules=prefers(0.02))) == {"duty:MFN": 20}


def test_a_specific_duty_is_waived_with_its_row():
    """0.5 a kg on 10 kg, and 2% on 100: 7 a set, or nothing."""
    tariffs = "importer,origin,programme,rate,specific,specific_per,waived_by\nUS,*,MFN,0.02,0.5,kg,USMCA"

    assert owed(solved(IMPORT, tariffs=tariffs, offers=PLAIN)) == {"duty:MFN": 70}
    assert owed(solved(IMPORT, tariffs=tariffs)) == {}


@pytest.mark.parametrize(("cost", "entry", "found"), [(2, "claimed", 1020), (3, "normal", 1025)])
def test_a_claim_that_costs_more_than_it_saves_is_not_made(cost, entry, found):
    """It saves 2.5% of 100."""
    rules = f"agreement,test,rvc,claim_cost\nUSMCA,rvc,0.5,{cost}"
    plan = solved(IMPORT, tariffs=MFN.replace("0.05", "0.025"), origin_rules=rules)

    assert plan.objective == pytest.approx(found)
    assert owed(plan) == ({"claim": 20} if entry == "claimed" else {"duty:MFN": 25})
    assert plan.flows["entry"].tolist() == [entry]


def test_a_fee_may_tip_the_claim():
    """The claim costs 2.70 and saves 2.50 of duty and 0.3464 of the fee."""
    rules = "agreement,test,rvc,claim_cost\nUSMCA,rvc,0.5,2.7"
    plan = solved(IMPORT, tariffs=MFN.replace("0.05", "0.025"), fees=MPF, origin_rules=rules)

    assert plan.objective == pytest.approx(1027)


def test_a_programme_that_no_agreement_waives_is_due():
    """S232 at 10%: 100."""
    assert owed(solved(IMPORT, tariffs=f"{MFN}\nUS,*,S232,0.1,")) == {"duty:S232": 100}


def test_only_one_agreement_is_claimed_at_a_time():
    """Under A MFN of 5% falls away, under B S301 of 10%: B."""
    offers = "location,item,unit_cost,originating\nmonterrey,tv,100,A;B"
    members = "agreement,member\nA,US\nA,MX\nB,US\nB,MX"
    tariffs = "importer,origin,programme,rate,waived_by\nUS,*,MFN,0.05,A\nUS,*,S301,0.1,B"
    plan = solved(IMPORT, offers=offers, agreements=members, tariffs=tariffs)

    assert owed(plan) == {"duty:MFN": 50}
    assert plan.flows["agreement"].tolist() == ["B"]


@pytest.mark.parametrize(("members", "found"), [(USMCA + "\nUSMCA,CA", 1000), (USMCA, 1080)])
def test_a_good_claims_at_every_border(members, found):
    """Mexico to an American warehouse, free, and on to Canada: free if Canada is a member, else 8%."""
    plan = solved(
        IMPORT,
        locations="location,role,country\nmonterrey,supplier,MX\nlaredo,warehouse,US\ntoronto,market,CA",
        lanes="origin,destination\nmonterrey,laredo\nlaredo,toronto",
        demand="market,item,quantity\ntoronto,tv,10",
        tariffs=f"{MFN}\nCA,*,MFN,0.08,USMCA",
        agreements=members,
    )

    assert plan.objective == pytest.approx(found)


@pytest.mark.parametrize(
    ("supplier", "due"), [("CN", {"duty:IGI": 150, "duty:MFN": 50, "duty:S301": 250}), ("MX", {})]
)
def test_what_passes_a_mexican_warehouse_stays_what_it_is(supplier, due):
    """Chinese sets pay 15% in Mexico and 5% + 25% in the United States; Mexican ones keep their status."""
    plan = solved(
        IMPORT,
        locations=f"location,role,country\nmonterrey,supplier,{supplier}\nlaredo,warehouse,MX\ndallas,market,US",
        lanes="origin,destination\nmonterrey,laredo\nlaredo,dallas",
        tariffs=f"{MFN}\nUS,CN,S301,0.25,\nMX,*,IGI,0.15,",
    )

    assert plan.objective == pytest.approx(1000 + sum(due.values()))
    assert owed(plan) == due


# Programmes that displace, and ceilings


def test_232_displaces_the_forced_labour_301():
    """Chinese at 90 pay 5% + 25% = 117, less than Mexican at 100 with 130; with FL of 35% they would be 148.50."""
    plan = solved(
        IMPORT,
        locations=f"{IMPORT['locations']}\nshenzhen,supplier,CN",
        offers=f"{PLAIN}\nshenzhen,tv,90",
        lanes="origin,destination\nrole:supplier,dallas",
        tariffs="importer,origin,programme,rate,displaces\n"
        "US,*,MFN,0.05,\nUS,CN,S301-FL,0.35,\nUS,*,S232,0.25,S301-FL",
    )

    assert plan.objective == pytest.approx(1170)
    assert owed(plan) == {"duty:MFN": 45, "duty:S232": 225}


@pytest.mark.parametrize(("fl", "entry", "due"), [
    (0.1, "claimed", {"duty:S301-FL": 100}),
    (0.4, "normal", {"duty:MFN": 50, "duty:S232": 250}),
])  # fmt: skip
def test_a_waived_row_displaces_nothing(fl, entry, due):
    """USMCA waives MFN and S232, and so brings back S301-FL: worth it at 10%, not at 40% against 30%."""
    tariffs = (
        "importer,origin,programme,rate,displaces,waived_by\n"
        f"US,*,MFN,0.05,,USMCA\nUS,*,S301-FL,{fl},,\nUS,*,S232,0.25,S301-FL,USMCA"
    )
    plan = solved(IMPORT, tariffs=tariffs)

    assert owed(plan) == due
    assert plan.flows["entry"].tolist() == [entry]


def test_a_displaced_programme_is_not_listed_though_it_is_waived():
    """S232, which stands, removes MFN: no preferential rate of 2% is charged."""
    tariffs = (
        "importer,origin,programme,rate,displaces,waived_by\n"
        "US,*,MFN,0.05,,USMCA\nUS,*,S232,0.1,MFN,\nUS,*,X,0.01,,USMCA"
    )
    plan = solved(IMPORT, tariffs=tariffs, origin_rules=prefers(0.02))

    assert listed(plan, "programme", "rate", "waived_by") == [("S232", 0.1, ""), ("X", 0, "USMCA")]


def test_a_capped_origin_pays_the_ceiling():
    """MFN 3.7%, ceiling 12.5%: 8.8% on top."""
    plan = solved(IMPORT | JAPAN, tariffs=CAP.format(mfn=0.037, cap=0.125, waives="", recip=""))

    assert plan.objective == pytest.approx(1125)
    assert owed(plan) == {"duty:MFN": 37, "duty:RECIP": 88}


@pytest.mark.parametrize(("mfn", "cap", "preferred", "due"), [
    (0.037, 0.125, 0.01, {"duty:MFN": 10, "duty:RECIP": 115}),
    (0.037, 0.125, 0.0, {"duty:RECIP": 125}),
    (0.2, 0.15, 0.1, {"duty:MFN": 100, "duty:RECIP": 50}),
])  # fmt: skip
def test_a_ceiling_nets_against_the_preferential_rate(mfn, cap, preferred, due):
    """Whatever MFN charges after the claim, it is the ceiling in all; the fee makes the claim worth it."""
    rules = f"agreement,test,rvc,preferential_rate\nUSJ,rvc,0.5,{preferred}"
    tariffs = CAP.format(mfn=mfn, cap=cap, waives="USJ", recip="")
    plan = solved(IMPORT | JAPAN, tariffs=tariffs, origin_rules=rules, fees=MPF.replace("USMCA", "USJ"))

    assert owed(plan) == due


def test_a_ceiling_that_is_waived_is_not_charged():
    """1% is left."""
    rules = "agreement,test,rvc,preferential_rate\nUSJ,rvc,0.5,0.01"
    tariffs = CAP.format(mfn=0.037, cap=0.125, waives="USJ", recip="USJ")

    assert owed(solved(IMPORT | JAPAN, tariffs=tariffs, origin_rules=rules)) == {"duty:MFN": 10}


# Fees and the basis of value


@pytest.mark.parametrize(("truck", "mode", "found"), [(1.1, "truck", 1011), (1.2, "ocean", 1011.25)])
def test_hmf_is_due_on_ocean_and_not_on_truck(truck, mode, found):
    """Ocean is 1 and 0.125% of 100 a set."""
    lanes = f"origin,destination,mode,unit_cost\nmonterrey,dallas,ocean,1\nmonterrey,dallas,truck,{truck}"
    plan = solved(IMPORT, fees=HMF, lanes=lanes)

    assert plan.objective == pytest.approx(found)
    assert plan.flows["mode"].tolist() == [mode]


@pytest.mark.parametrize(("entry", "mpf"), [(5_000, 0.6716), (100_000, 0.3464), (1_000_000, 0.06515)])
def test_mpf_at_its_minimum_between_and_at_its_maximum(entry, mpf):
    """33.58 / 5000, 0.3464%, 651.50 / 1000000 of 100 a set."""
    lanes = f"origin,destination,value_per_entry\nmonterrey,dallas,{entry}"
    plan = solved(IMPORT, fees=MPF, offers=PLAIN, lanes=lanes)

    assert owed(plan) == {"fee:MPF": pytest.approx(10 * mpf)}


def test_larger_entries_may_be_worth_their_freight():
    """0.30 + 0.3464 on entries of 100000 against 0.6716 on entries of 5000."""
    lanes = (
        "origin,destination,mode,unit_cost,value_per_entry\n"
        "monterrey,dallas,often,0,5000\nmonterrey,dallas,full,0.3,100000"
    )
    plan = solved(IMPORT, fees=MPF, offers=PLAIN, lanes=lanes)

    assert plan.objective == pytest.approx(1006.464)


@pytest.mark.parametrize(("basis", "duty"), [("FOB", 20), ("CIF", 22.2)])
def test_a_preferential_rate_is_on_the_value_of_the_importers_basis(basis, duty):
    """2% of 100, or of 100 + freight 10 + insurance 1."""
    plan = solved(
        IMPORT,
        {"costs": {"insurance_rate": 0.01}},
        tariffs=MFN,
        origin_rules=prefers(0.02),
        countries=f"country,customs_basis\nUS,{basis}",
        lanes="origin,destination,unit_cost\nmonterrey,dallas,10",
    )

    assert owed(plan) == {"duty:MFN": duty}
    assert plan.objective == pytest.approx(1110 + duty)


# Dates


def test_the_same_good_at_two_dates_of_entry():
    """25% in 2026, 50% from 2027: all enters in 2026 and half is kept for 5 a set: 2000 + 500 + 50."""
    plan = solved(
        IMPORT,
        TWO_YEARS,
        locations=f"{IMPORT['locations']}\nlaredo,warehouse,US",
        lanes="origin,destination\nmonterrey,laredo\nlaredo,dallas",
        inventory="location,item,holding_cost\nlaredo,tv,5",
        tariffs="importer,origin,programme,starts,ends,rate\n"
        "US,*,S301,,2027-01-01,0.25\nUS,*,S301,2027-01-01,,0.5",
    )

    assert plan.objective == pytest.approx(2550)
    assert owed(plan) == {"duty:S301": 500}


@pytest.mark.parametrize("rows", [
    "USMCA,US,,2027-01-01\nUSMCA,MX,,2027-01-01",
    "USMCA,US,,\nUSMCA,MX,,2027-01-01",
    "USMCA,US,2026-06-01,\nUSMCA,MX,,",
    "USMCA,US,2027-01-01,\nUSMCA,MX,2026-01-01,",
])  # fmt: skip
def test_an_agreement_in_force_in_one_of_two_periods(rows):
    """It ends, one country leaves, or it begins, on the first day of 2027 or within 2026: 50 in one of them."""
    plan = solved(IMPORT, TWO_YEARS, tariffs=MFN, agreements=f"agreement,member,starts,ends\n{rows}")

    assert plan.objective == pytest.approx(2050)


def test_the_duty_date_holds_for_agreements_and_rates():
    """Read on a day of 2026 the agreement, which ends with it, holds in both periods."""
    settings = {**TWO_YEARS, "instance": {"name": "trade", "duty_date": "2026-12-31"}}
    members = "agreement,member,ends\nUSMCA,US,2027-01-01\nUSMCA,MX,2027-01-01"

    assert solved(IMPORT, settings, tariffs=MFN, agreements=members).objective == pytest.approx(2000)


def test_the_plant_decides_the_agreement_and_the_output_the_duty():
    """A Mexican plant whose output stays Chinese claims USMCA for MFN, and pays S301 of 25%."""
    plan = solved(
        FACTORY,
        production="location,item,unit_cost,origin\njuarez,tv,10,CN",
        origin_rules="agreement,test,rvc\nUSMCA,rvc,0.6",
        tariffs=f"{MFN}\nUS,CN,S301,0.25,",
    )

    assert plan.objective == pytest.approx(750)
    assert owed(plan) == {"duty:S301": 250}
