"""Checks that need more than one fixture to be understood: what is an error, and what is not."""

import pytest

PLACES = (
    "location,role,country\nworks,plant,MX\nmill,plant,US\nhub,warehouse,US\nshop,market,US\nmine,supplier,CN"
)
OFFERS = "location,item,unit_cost\nmine,tv,5"


def test_a_reference_to_a_table_that_is_not_there_names_it(problems):
    assert problems(lanes="origin,destination,gateways\nworks,hub,otay\nhub,shop,") == [
        "lanes:2:gateways: no such gateway; found 'otay'; expected a row of gateways that defines it"
    ]


def test_periods_agreements_and_currencies_have_to_exist(problems):
    text = "location,item,unit_cost,period,originating,currency\nmine,tv,5,2029,CPTPP,JPY"
    found = problems(locations=PLACES, offers=text, agreements="agreement,member\nUSMCA,US")
    assert [line.split(";")[0] for line in found] == [
        "offers:2:period: no such period",
        "offers:2:originating: no such agreement",
        "offers:2:currency: no such currency",
    ]


def test_the_currency_of_the_instance_needs_no_row(make):
    make(items="item,customs_value,currency\ntv,3,USD")


@pytest.mark.parametrize(
    "rows",
    [
        # another day, another prefix, another programme, another importer, a more specific origin
        "US,CN,S301,85,2025-01-01,2026-01-01,0.1\nUS,CN,S301,85,2026-01-01,,0.2",
        "US,CN,S301,85,,,0.1\nUS,CN,S301,8528,,,0.2",
        "US,CN,S301,85,,,0.1\nUS,CN,S232,85,,,0.2",
        "US,CN,S301,85,,,0.1\nMX,CN,S301,85,,,0.2",
        "US,CN,S301,85,,,0.1\nUS,*,S301,85,,,0.2",
    ],
)
def test_tariff_rows_that_do_not_tie(make, rows):
    make(locations=PLACES, offers=OFFERS, tariffs=f"importer,origin,programme,hs,starts,ends,rate\n{rows}")


@pytest.mark.parametrize(
    ("rows", "pair"),
    [
        ("US,CN,S301,85,2025-01-01,2026-01-02,0.1\nUS,CN,S301,85,2026-01-01,,0.2", (3, 2)),
        ("US,CN;VN,S301,85,,,0.1\nUS,VN;KR,S301,85,,,0.2", (3, 2)),
        ("US,ally:no,S301,85,,,0.1\nUS,KR,S301,85,,,0.3\nUS,ally:no;KR,S301,85,2027-01-01,,0.2", (4, 2)),
    ],
)
def test_tariff_rows_that_tie(problems, rows, pair):
    table = f"importer,origin,programme,hs,starts,ends,rate\n{rows}"
    found = problems(locations=PLACES, offers=OFFERS, tariffs=table)
    assert f"tariffs:{pair[0]}:starts: ties with row {pair[1]}" in "\n".join(found)


def test_relief_of_equal_rank_ties(problems):
    table = (
        "location,programme,kind\nrole:plant,IMMEX,suspension\nally:no,IMMEX,drawback\nworks,IMMEX,drawback"
    )
    assert problems(relief=table) == [
        "relief:3:location: ties with row 2: both are equally specific for the same plant; "
        "expected one row more specific than the other"
    ]


def test_relief_is_for_plants(problems):
    assert problems(relief="location,programme,kind\nhub,IMMEX,suspension")[0].startswith(
        "relief:2:location: the location is a warehouse; found 'hub'; expected a plant"
    )


def test_a_circle_of_displacement_is_a_fault_only_where_goods_meet_it(make):
    """Nothing crosses a border here; a row at rate 0 would displace nothing anyway. The network finds true ones."""
    head = "importer,origin,programme,rate,displaces\n"
    make(locations=PLACES, offers=OFFERS, tariffs=head + "US,CN,A,0.1,B\nUS,*,B,0,A")
    make(locations=PLACES, offers=OFFERS, tariffs=head + "US,CN,A,0.1,B\nUS,*,B,0.1,A")


def test_a_duty_by_weight_on_what_never_crosses_needs_no_weight(make):
    make(
        locations=PLACES,
        offers=OFFERS,
        tariffs="importer,origin,programme,specific,specific_per\nUS,*,A,1,kg",
    )


def test_fees_of_other_modes_do_not_tie(make, problems):
    head = "importer,fee,starts,rate,modes\n"
    make(fees=head + "US,HMF,,0.1,ocean\nUS,HMF,2027-01-01,0.2,air;rail")
    for modes in ("rail;ocean", ""):
        assert problems(fees=head + f"US,HMF,,0.1,ocean;truck\nUS,HMF,2027-01-01,0.2,{modes}") == [
            "fees:3:starts: ties with row 2: both hold on the same days for the same goods; "
            "expected dates or modes that do not overlap"
        ]


def test_a_longer_circle_of_components_is_shown_whole(problems):
    items = "item\ntv\nboard\nchip"
    bom = "item,recipe,component,quantity\ntv,,board,1\nboard,,chip,2\nchip,scrap,tv,1\ntv,,chip,1"
    assert problems(items=items, bom=bom)[0].startswith(
        "bom:3:component: the bill of materials runs in a circle: board needs chip needs tv needs board"
    )


def test_gateways_by_weight_need_weights_too(problems):
    found = problems(
        lanes="origin,destination,gateways\nworks,hub,otay\nhub,shop,", gateways="gateway,per\notay,kg"
    )
    assert found == [
        "lanes:2:item: the gateway goes by kg, but tv has no weight_kg; found '*'; "
        "expected a weight_kg in items, or items that have one"
    ]


def test_probabilities_may_sum_to_one(make):
    rows = "\n".join(f"s{n},0.1" for n in range(10))
    make(scenarios=f"scenario,probability\n{rows}")


EVENTS = "scenario,kind,target,item,mode,importer,programme,field,op,value,days\n"


@pytest.mark.parametrize(
    ("row", "start"),
    [
        ("s,location,shop,,,,,capacity,set,0,", "events:2:target: a market has neither capacity nor cost"),
        ("s,demand,hub,,,,,quantity,set,0,", "events:2:target: the location is no market"),
        ("s,lane,hub>shop,,sea,,,capacity,set,0,", "events:2:mode: no lane has this mode"),
        ("s,agreement,USMCA,,,,,in_force,set,0,", "events:2:target: no such agreement"),
        ("s,currency,MXN,,,,,rate,set,0.1,", "events:2:target: no such currency"),
        ("s,currency,USD,,,,,rate,set,0,", "events:2:value: an exchange rate of 0"),
        ("s,tariff,CN,,,US,S999,rate,set,0,", "events:2:programme: no such programme"),
        ("s,gateway,otay,,,,,capacity,set,0,", "events:2:target: no such gateway"),
        ("s,location,hub,,,,,capacity,set,-1,", "events:2:value: below the least value"),
        ("s,location,hub,,,US,,capacity,set,1,", "events:2:importer: this kind of event has no importer"),
        ("s,location,role:plants,,,,,capacity,set,1,", "events:2:target: the selector names no location"),
    ],
)
def test_events_that_make_no_sense(problems, row, start):
    found = problems(scenarios="scenario,probability\ns,0.1", events=EVENTS + row)
    assert [line[: len(start)] for line in found] == [start]


@pytest.mark.parametrize(
    ("row", "start"),
    [
        ("supplier_share,*,*,0.1,,", "policies:2:min: supplier_share has an upper limit only"),
        ("fill_rate,*,*,,0.9,", "policies:2:max: fill_rate has a lower limit only"),
        ("volume,*,country:US,,9,", "policies:2:of: only volume_share and spend_share have a denominator"),
        ("volume,*,*,9,8,", "policies:2:min: the lower limit is above the upper limit"),
        ("volume,country:FR,*,9,,", "policies:2:who: the selector names no location"),
        ("volumes,*,*,9,,", "policies:2:measure: not one of the choices"),
    ],
)
def test_policies_that_make_no_sense(problems, row, start):
    found = problems(policies=f"policy,measure,who,of,min,max,penalty\np,{row}")
    assert [line[: len(start)] for line in found] == [start]
