"""A batch is not made where another one of its recipe asks for no more and is worth as much at every border."""

import pytest

import planner
from planner.network.build import connect
from tests.planner.trade.menu import FACTORY, TWO_YEARS, bought, owed, solved

SHIFT = "agreement,hs,test,shift\nUSMCA,8528,shift,heading"


def batches(plan: planner.Plan) -> set[tuple[str, str]]:
    """Status and class of what the plan might have made."""
    network = connect(plan.instance)
    found, names = network.sources.batches, (*network.parts.agreements.name, "")
    return {(names[number], of) for number, of in zip(found.agreement, found.destination, strict=True)}


def test_what_always_qualifies_is_made_in_one_batch():
    """Any panel (8529) makes the shift into a television (8528): 10 sets of Chinese panels at 40 enter free."""
    plan = solved(FACTORY, origin_rules=SHIFT)

    assert batches(plan) == {("USMCA", "any")}
    assert owed(plan) == {}
    assert bought(plan, "shenzhen") == 10


def test_it_goes_where_a_good_without_a_status_would():
    """Dallas asks for 10 and Shanghai for 5, where nothing can be claimed: one batch serves both."""
    plan = solved(
        FACTORY,
        origin_rules=SHIFT,
        locations=FACTORY["locations"] + "\nshanghai,market,CN",
        lanes=FACTORY["lanes"] + "\njuarez,shanghai",
        demand=FACTORY["demand"] + "\nshanghai,tv,5",
    )

    assert batches(plan) == {("USMCA", "any")}
    assert plan.flows.query("destination == 'shanghai'")["quantity"].tolist() == [5]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("USMCA,8528,shift,chapter", "8529 and 8528 are one chapter"),
        ("USMCA,8528,shift_and_rvc,heading", "the value of the panel counts as well"),
    ],
)
def test_what_may_fail_its_test_is_made_in_two(rule, why):
    plan = solved(FACTORY, origin_rules=f"agreement,hs,test,shift,rvc\n{rule},0.5")

    assert batches(plan) == {("", "any"), ("USMCA", "any")}, why


def test_a_component_is_made_in_both():
    """A set in a van: a duty on it that could be waived may be given back, so it may be better not to qualify."""
    plan = solved(
        FACTORY,
        origin_rules=SHIFT,
        items=FACTORY["items"] + "\nvan,8703,900",
        locations=FACTORY["locations"] + "\naustin-vans,plant,US",
        production=FACTORY["production"] + "\naustin-vans,van,1",
        bom=FACTORY["bom"] + "\nvan,tv,1",
        lanes=FACTORY["lanes"] + "\njuarez,austin-vans\naustin-vans,dallas",
        demand=FACTORY["demand"] + "\ndallas,van,1",
    )

    assert batches(plan) == {("", "any"), ("USMCA", "any")}


@pytest.mark.parametrize(
    ("waived_by", "made"),
    [
        ("USMCA;CPTPP", {("CPTPP", "any")}),  # worth the same: the first by name
        ("CPTPP", {("CPTPP", "any")}),
    ],
)
def test_of_two_agreements_the_one_that_waives_as_much(waived_by, made):
    plan = solved(
        FACTORY,
        agreements="agreement,member\nUSMCA,US\nUSMCA,MX\nCPTPP,US\nCPTPP,MX",
        origin_rules=SHIFT + "\nCPTPP,8528,shift,heading",
        tariffs=f"importer,origin,programme,rate,waived_by\nUS,*,MFN,0.05,{waived_by}",
    )

    assert batches(plan) == made
    assert owed(plan) == {}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("CPTPP,8528,shift,heading,2", "the second is dearer to claim, the first waives less"),
        ("CPTPP,8528,shift,heading,0", "each waives what the other does not"),
    ],
)
def test_two_agreements_that_waive_different_duties(more, reason):
    plan = solved(
        FACTORY,
        agreements="agreement,member\nUSMCA,US\nUSMCA,MX\nCPTPP,US\nCPTPP,MX",
        origin_rules=f"agreement,hs,test,shift,claim_cost\nUSMCA,8528,shift,heading,0\n{more}",
        tariffs="importer,origin,programme,rate,waived_by\nUS,*,MFN,0.05,USMCA\nUS,*,S301,0.1,CPTPP",
    )

    assert {status for status, _ in batches(plan)} == {"USMCA", "CPTPP"}, reason
    assert owed(plan)["duty:MFN"] == 50  # CPTPP saves the 10 % of 100 on each of 10 sets


def test_an_agreement_that_ends_stands_in_for_none_that_lasts():
    plan = solved(
        FACTORY,
        TWO_YEARS,
        agreements="agreement,member,ends\nUSMCA,US,2026-12-31\nUSMCA,MX,2026-12-31\nCPTPP,US,\nCPTPP,MX,",
        origin_rules=SHIFT + "\nCPTPP,8528,shift,heading",
        tariffs="importer,origin,programme,rate,waived_by\nUS,*,MFN,0.05,USMCA;CPTPP",
    )

    assert batches(plan) == {("CPTPP", "any")}
    assert owed(plan) == {}


@pytest.mark.parametrize(
    ("prosec", "classes"), [("0", {"any"}), ("0.02", {"domestic", "US"})], ids=["free", "at 2 %"]
)
def test_no_class_where_a_reduced_rate_leaves_nothing_to_give_back(prosec, classes):
    plan = solved(
        FACTORY,
        tariffs="importer,origin,programme,rate\nUS,*,MFN,0.05\nMX,*,MFN,0.1",
        relief="location,programme,kind,covers,items,rate,lesser_of_two\n"
        f"juarez,IMMEX,suspension,,*,1,yes\njuarez,PROSEC,reduced,MFN,panel,{prosec},no",
    )

    assert {destination for _, destination in batches(plan)} == classes


@pytest.mark.parametrize(
    "row", ["US,*,S301,0.25,,,add", "US,*,S301,0.30,,,cap"], ids=["displaced", "a ceiling less MFN"]
)
def test_an_agreement_that_waives_more_may_save_less(row):
    """By A, 10 sets pay 10 %: S232 takes the place of S301, and MFN is waived. By B neither is there to do so."""
    plan = solved(
        FACTORY,
        offers="location,item,unit_cost\nshenzhen,panel,40",
        agreements="agreement,member\nA,US\nA,MX\nB,US\nB,MX",
        origin_rules="agreement,hs,test,shift,rvc\nA,,rvc,,0.5\nB,8528,shift,heading,",
        tariffs="importer,origin,programme,rate,waived_by,displaces,rule\nUS,*,MFN,0.05,A;B,,\n"
        f"US,*,S232,0.10,B,S301,\n{row}",
    )

    assert plan.objective == 600
    assert {"A", "B"} <= {status for status, _ in batches(plan)}
