"""Rows that can have no effect: one warning a rule, at the first row."""

import pytest

NEVER = "; expected one that holds on {}"
FIRST_DAY, DUTY_DATE = NEVER.format("the first day of a period"), NEVER.format("the duty_date")
SUPPLIED = {
    "locations": "location,role,country\nworks,plant,MX\nhub,warehouse,US\nshop,market,US\nmill,supplier,CN",
    "items": "item,hs_code\ntv,8528.72\nboard,8529.90",
    "bom": "item,component,quantity\ntv,board,1",
    "offers": "location,item,unit_cost\nmill,board,3",
    "lanes": "origin,destination\nmill,works\nworks,hub\nhub,shop",
}


def warnings(instance):
    return [str(warning) for warning in instance.warnings]


def test_the_supplied_instance_has_a_use_for_every_row(make):
    assert warnings(make(**SUPPLIED)) == []


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (
            {"tariffs": "importer,origin,programme,hs\nUS,*,MFN,85\nUS,*,MFN,8471\nUS,*,MFN,852872909"},
            "tariffs:3:hs: no item has a customs code that begins like this (and 1 more row); found '8471'",
        ),
        (
            {
                "agreements": "agreement,member\nUSMCA,US\nUSMCA,MX",
                "origin_rules": "agreement,hs,test,rvc\nUSMCA,8528,rvc,0.5\nUSMCA,8471,rvc,0.5",
            },
            "origin_rules:3:hs: no item has a customs code that begins like this; found '8471'",
        ),
        (
            {"suppliers": "location\nmill", "lanes": "origin,destination\nworks,hub\nhub,shop"},
            "locations:5:location: no lane leaves the supplier; found 'mill'",
        ),
        (
            {"items": SUPPLIED["items"] + "\ncase,\nlid,", "inventory": "location,item\nhub,case"},
            "items:4:item: nobody sells, makes, needs or wants this item (and 1 more row); found 'case'",
        ),
        (
            {
                "groups": "group,member\nsets,tv\nparts,board",
                "policies": "policy,measure,item,min\np,volume,group:sets,1",
            },
            "groups:3:group: no selector names this group; found 'parts'",
        ),
        (
            {
                "currencies": "currency,rate\nUSD,1\nMXN,0.05\nEUR,1.1",
                "offers": "location,item,unit_cost,currency\nmill,board,3,MXN",
            },
            "currencies:4:currency: no row is in this currency; found 'EUR'",
        ),
        (
            {
                "countries": "country\nUS\nCN\nFR\nDE\nKR",
                "tariffs": "importer,origin,programme\nUS,country:KR,MFN",
            },
            "countries:4:country: nothing refers to this country (and 1 more row); found 'FR'",
        ),
        (
            {
                "agreements": "agreement,member\nCETA,CA\nCETA,DE\nUSMCA,US",
                "tariffs": "importer,origin,programme,waived_by\nUS,*,MFN,USMCA",
            },
            "agreements:2:agreement: no rule of origin, offer, tariff or fee names this agreement (and 1 more row); "
            "found 'CETA'",
        ),
    ],
)
def test_rows_that_nothing_uses(make, tables, expected):
    assert warnings(make(**SUPPLIED | tables)) == [expected]


@pytest.mark.parametrize(
    "tables",
    [
        {"groups": "group,member\nasia,CN", "tariffs": "importer,origin,programme\nUS,group:asia,MFN"},
        {"groups": "group,member\nmakers,mill", "lanes": SUPPLIED["lanes"].replace("mill", "group:makers")},
        {
            "groups": "group,member\nmakers,mill",
            "scenarios": "scenario,probability\nlate,0.1",
            "events": "scenario,kind,target,field,op,value\nlate,lane,group:makers > works,transit_days,add,9",
        },
        {
            "countries": "country\nKR",
            "groups": "group,member\nasia,KR",
            "tariffs": "importer,origin,programme\nUS,group:asia,MFN",
        },
        {
            "agreements": "agreement,member\nUSMCA,US\nUSMCA,MX",
            "relief": "location,programme,kind,lesser_of_two\nworks,IMMEX,suspension,yes",
        },
    ],
)
def test_rows_that_are_used_in_a_roundabout_way(make, tables):
    assert warnings(make(**SUPPLIED | tables)) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("US,*,S122,2026-02-24,2026-07-24\nUS,CN,S122,2027-01-02,", ["tariffs:2:programme"]),
        ("US,*,S122,2026-02-24,2026-07-24\nUS,CN,S122,2026-07-24,", []),
        ("US,*,S122,2026-02-24,2027-01-01", ["tariffs:2:programme"]),
        ("US,*,S122,2026-02-24,2027-01-02", []),
        ("US,*,S122,,2026-01-01\nMX,*,S122,,", ["tariffs:2:programme"]),
        ("US,*,S122,,2026-01-01\nUS,*,MFN,,", []),  # it has ended: history beside what is in force
        ("US,*,S122,2040-01-01,\nUS,*,MFN,,", ["tariffs:2:programme"]),
    ],
)
def test_a_programme_of_which_no_row_is_ever_in_force(make, rows, expected):
    instance = make(**SUPPLIED, tariffs=f"importer,origin,programme,starts,ends\n{rows}")
    assert [line[: len("tariffs:2:programme")] for line in warnings(instance)] == expected


def test_any_period_in_which_a_row_holds_is_enough(make):
    tables = SUPPLIED | {"tariffs": "importer,origin,programme,starts\nUS,*,MFN,2028-01-01"}
    assert warnings(make({"horizon": {"periods": ["a", "b"]}}, **tables)) == []
    assert warnings(make(**tables)) == [
        f"tariffs:2:programme: no row of this programme of the importer is ever in force; found 'MFN'{FIRST_DAY}"
    ]


def test_the_duty_date_is_the_day_that_counts(make):
    tables = SUPPLIED | {"fees": "importer,fee,starts,rate\nUS,HMF,2027-01-01,0.1"}
    assert warnings(make(**tables)) == []
    assert warnings(make({"instance": {"duty_date": "2026-11-01"}}, **tables)) == [
        f"fees:2:fee: no row of this fee of the importer is ever in force; found 'HMF'{DUTY_DATE}"
    ]
