"""What the planner says of duty, origin and relief: each sentence by hand."""

from io import StringIO

import pandas as pd
import pytest

import planner
from planner.report import TOPICS, explain

SHOP = {
    "locations": "location,role,country\nshenzhen,supplier,CN\nohio,supplier,US\ntijuana,plant,MX\ndallas,market,US",
    "items": "item,hs_code,customs_value\ntv,8528.72,300\npanel,8524.91,",
    "production": "location,item,unit_cost\ntijuana,tv,20",
    "bom": "item,component,quantity\ntv,panel,1",
    "lanes": "origin,destination\n*,*",
    "demand": "market,item,quantity\ndallas,tv,100",
    "agreements": "agreement,member\nUSMCA,US\nUSMCA,MX",
}
USMCA = {
    "offers": "location,item,unit_cost,originating\nshenzhen,panel,100,\nohio,panel,130,USMCA",
    "origin_rules": "agreement,hs,test,rvc\nUSMCA,8528,rvc,0.75",
    "tariffs": (
        "importer,origin,programme,hs,rate,rule,displaces,waived_by\n"
        "US,*,MFN,8528,0.039,,,USMCA\n"
        "US,*,S301FL,,0.1,,,USMCA\n"
        "US,*,S232,8528,0.02,,S301FL,\n"
        "MX,CN,MFN,8524,0.1,,,"
    ),
    "fees": "importer,fee,rate,exempt\nUS,MPF,0.003464,USMCA",
}
IMMEX = {
    "offers": "location,item,unit_cost\nshenzhen,panel,100",
    "tariffs": "importer,origin,programme,hs,rate\nUS,*,MFN,8528,0.05\nMX,CN,MFN,8524,0.1",
    "relief": "location,programme,kind,lesser_of_two,fixed_cost\ntijuana,IMMEX,suspension,yes,40",
}


def table(text):
    return pd.read_csv(StringIO(text), dtype="str", keep_default_na=False)


def solved(*tables):
    texts = SHOP
    for more in tables:
        texts = texts | more
    frames = {name: table(text) for name, text in texts.items()}
    plan = planner.solve(planner.Instance.from_tables(frames, {"instance": {"name": "shop"}}))
    assert plan.audit["passed"], plan.audit
    return plan


def test_a_claim_says_what_it_waives_what_stays_and_what_it_saves():
    """A quarter of the panels is from Ohio: 75 of 300 may come from elsewhere. Without the claim 5.9% of 30,000."""
    text = explain(solved(USMCA), "duty")

    assert text.splitlines() == [
        "Duty",
        "",
        "panel of CN origin into MX, normal entry: 75 units paid 750.00 USD",
        "  MFN 10% = 750.00 USD: set by tariffs:5",
        "tv of MX origin into US, claimed under USMCA: 100 units paid 600.00 USD",
        "  MFN 0% = 0.00 USD: set by tariffs:2, waived by USMCA",
        "  S232 2% = 600.00 USD: set by tariffs:4",
        "  fee:MPF 0% = 0.00 USD: set by fees:2, waived by USMCA",
        "  S301FL is not charged: tariffs:3 is displaced by S232",
        "  without the claim they would have paid 1,770.00 USD of duty, quotas aside",
    ]


def test_a_batch_that_qualifies_says_how_much_more_may_come_from_elsewhere():
    text = explain(solved(USMCA, {"origin_rules": "agreement,hs,test,rvc\nUSMCA,8528,rvc,0.6"}), "origin")

    assert text.splitlines()[2] == (
        "1: tv made at tijuana (base) qualifies under USMCA; USMCA base:rvc: 66.7% of its value is regional, at least "
        "60.0% is asked for; 6.7 points of headroom: 2,000.00 USD more may come from elsewhere"
    )


def test_a_batch_that_does_not_qualify_says_what_is_missing():
    """Panels from Ohio are dear: 100 x 100 of 30,000 is foreign, 7,500 would be allowed."""
    dear = {"offers": USMCA["offers"].replace("130", "900")}

    text = explain(solved(USMCA, dear), "origin")

    assert text.splitlines()[2] == (
        "1: tv made at tijuana (base) claims no origin; USMCA base:rvc: 66.7% of its value is regional, at least "
        "75.0% is asked for; 8.3 points short: 2,500.00 USD of components would have to originate"
    )


def test_a_regime_says_what_limits_it_and_what_it_costs():
    """10 a unit was paid in Mexico, 15 in the US: all of it comes back."""
    text = explain(solved(IMMEX), "relief")

    assert text.splitlines()[2:] == [
        "1: IMMEX gave 1,000.00 USD back on tv made at tijuana for US: 100% of 1,000.00 USD of duty on its inputs, and "
        "no more than the 1,500.00 USD that it paid there (relief.csv:2)",
        "1: tijuana paid 40.00 USD to use IMMEX",
    ]


@pytest.mark.parametrize(
    ("tariff", "reason"),
    [
        (
            "importer,origin,programme,hs,rate,rule\nUS,*,MFN,8528,0.037,\nUS,MX,S232,8528,0.125,cap",
            "S232 8.8% = 2,640.00 USD: set by tariffs:3, an all-in ceiling of 0.125, less what MFN charges",
        ),
        (
            "importer,origin,programme,rate,quota,over_rate\nUS,*,MFN,0.05,60,0.2",
            "MFN 20% = 2,400.00 USD: set by tariffs:2, above the quota of 60 units a period",
        ),
        (
            "importer,origin,programme,rate,quota,over_rate\nUS,*,MFN,0.05,60,0.2",
            "MFN 5% = 900.00 USD: set by tariffs:2, within the quota of 60 units a period",
        ),
        (
            "importer,origin,programme,specific\nUS,*,MFN,2.5",
            "MFN 0% and 2.50 USD a unit = 250.00 USD: set by tariffs:2",
        ),
        (
            "importer,origin,programme,rate\nUS,*,MFN,1",
            "MFN 100% = 30,000.00 USD: set by tariffs:2",
        ),
    ],
)
def test_every_charge_says_why_it_is_what_it_is(tariff, reason):
    text = explain(solved(IMMEX, {"tariffs": tariff, "relief": "location,programme,kind"}), "duty")

    assert f"  {reason}" in text.splitlines()


def test_where_nothing_is_to_be_said_it_says_so():
    plan = solved(IMMEX, {"tariffs": "importer,origin,programme", "relief": "location,programme,kind"})

    assert explain(plan).splitlines() == [
        "Duty",
        "",
        "Nothing crossed a border into a country that charges a duty or fee.",
        "",
        "Origin",
        "",
        "No plant made anything for which an agreement has a rule.",
        "",
        "Relief",
        "",
        "No duty regime gave anything back.",
        "",
        "Binding",
        "",
        "Nothing binds: no capacity, contract or policy would be worth having more of, with the design as it is.",
    ]


def test_an_unknown_topic_names_the_nearest():
    with pytest.raises(
        planner.InstanceError, match=r"no such topic; found 'duties'; expected duty, origin, relief"
    ):
        explain(solved(IMMEX), "duties")
    assert tuple(TOPICS) == ("duty", "origin", "relief", "binding")


def test_a_written_plan_is_explained_as_the_plan_itself(tmp_path):
    plan = solved(USMCA)
    plan.write(tmp_path / "plan")

    assert planner.explain(tmp_path / "plan", "origin") == planner.explain(plan, "origin")


def test_entries_with_and_without_a_claim_are_told_apart():
    """EXTRA is displaced where S232 is charged; a claim waives S232, so that EXTRA is charged."""
    text = explain(
        solved(
            {
                "locations": "location,role,country\nlaredo,supplier,MX\nleon,supplier,MX\ndallas,market,US",
                "offers": (
                    "location,item,unit_cost,capacity,originating\nlaredo,tv,100,50,USMCA\nleon,tv,100,50,"
                ),
                "production": "location,item",
                "bom": "item,component,quantity",
                "tariffs": (
                    "importer,origin,programme,rate,displaces,waived_by\n"
                    "US,*,S232,0.3,EXTRA,USMCA\nUS,*,EXTRA,0.01,,"
                ),
            }
        ),
        "duty",
    )

    assert text.splitlines()[2:] == [
        "tv of MX origin into US, claimed under USMCA: 50 units paid 50.00 USD",
        "  EXTRA 1% = 50.00 USD: set by tariffs:3",
        "  S232 0% = 0.00 USD: set by tariffs:2, waived by USMCA",
        "  without the claim they would have paid 1,500.00 USD of duty, quotas aside",
        "tv of MX origin into US, normal entry: 50 units paid 1,500.00 USD",
        "  S232 30% = 1,500.00 USD: set by tariffs:2",
        "  EXTRA is not charged: tariffs:3 is displaced by S232",
    ]
