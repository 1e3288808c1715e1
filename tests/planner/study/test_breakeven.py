"""Break-evens by hand: 100 units for one market, from suppliers that differ in price, duty and capacity."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

import planner
from planner.errors import InfeasibleError, InstanceError, NoSolutionError
from planner.instance import apply, load, parse_set
from planner.plan import read
from planner.solve import SolveOptions
from planner.study.breakeven import Asked, breakeven
from planner.study.crossing import target
from planner.study.linear import exact
from planner.study.number import number
from planner.study.parametric import pieces
from planner.study.sampling import RESOLUTION
from planner.study.valued import Models
from tests.planner.network.reading import instance

EXACT = Asked(SolveOptions(gap=0.0, confirm=False))
SHOP = {
    "locations": "location,role,country\ns,supplier,CN\nz,supplier,MX\nv,supplier,VN\nm,market,US",
    "items": "item\ntv",
    "offers": "location,item,unit_cost,capacity\ns,tv,10,\nz,tv,11,60\nv,tv,12.5,",
    "lanes": "origin,destination\nrole:supplier,m",
    "demand": "market,item,quantity\nm,tv,100",
    "tariffs": "importer,origin,programme,rate\nUS,CN,S301,0.3",
}
SCARCE = "location,item,unit_cost,capacity\ns,tv,10,50\nz,tv,11,60"
RATE = "tariffs[origin=CN].rate"


def found(on, low, high, aim=None, settings=None, asked=EXACT, **more):
    return breakeven(instance(SHOP, settings, **more), on, (low, high), aim, asked)


@pytest.fixture(scope="module")
def by_duty():
    return found(RATE, 0, 1)


def ends(study):
    """(from, to, cost there) of each interval, with how it was found where that is not exactly."""
    return [
        tuple(row) if row[-1] != "exact" else tuple(row)[:-1]
        for row in study.table[["from", "to", "cost_from", "cost_to", "how"]].itertuples(index=False)
    ]


def near(*rows):
    return [
        tuple(pytest.approx(cell) if isinstance(cell, float | int) else cell for cell in row) for row in rows
    ]


def test_each_source_takes_over_where_the_duty_makes_it_cheaper(by_duty):
    """10 + 10 r = 11 at 0.1, where Mexico sells its 60; and 12.5 at 0.25."""
    study = by_duty

    assert ends(study) == near((0, 0.1, 1000, 1100), (0.1, 0.25, 1100, 1160), (0.25, 1, 1160, 1160))
    assert study.table["slope"].tolist() == pytest.approx([1000, 400, 0])
    assert study.breakpoints["change"].tolist() == [
        "tv bought: CN 100% -> 40%, MX 0% -> 60%",
        "tv bought: CN 40% -> 0%, VN 0% -> 40%",
    ]
    assert study.shares.query("interval == 2")[["location", "units", "share"]].to_numpy().tolist() == [
        ["s", pytest.approx(40), pytest.approx(0.4)],
        ["z", pytest.approx(60), pytest.approx(0.6)],
    ]
    assert study.proven
    assert study.findings == [
        "exact from 0 to 1: the number moves costs alone, along a line; "
        "no plan is cheaper than these by more than 0 of the cost"
    ]


def test_three_rivals_take_over_one_after_another():
    """z sells 30 from 10 + 10 r = 11 on, y 40 from 11.5 on, v the last 30 from 12.5 on."""
    study = found(
        RATE,
        0,
        1,
        locations=SHOP["locations"] + "\ny,supplier,MX",
        offers="location,item,unit_cost,capacity\ns,tv,10,\nz,tv,11,30\ny,tv,11.5,40\nv,tv,12.5,",
    )

    assert ends(study) == near(
        (0, 0.1, 1000, 1100), (0.1, 0.15, 1100, 1135), (0.15, 0.25, 1135, 1165), (0.25, 1, 1165, 1165)
    )


def test_a_price_loses_to_one_rival_after_another():
    """s has 50 units; z sells its 60 before s from 11 on, v the rest from 12.5 on. Without a duty."""
    offers = "location,item,unit_cost,capacity\ns,tv,10,50\nz,tv,11,60\nv,tv,12.5,"
    study = found("offers[location=s].unit_cost", 5, 20, offers=offers, tariffs="")

    assert ends(study) == near((5, 11, 800, 1100), (11, 12.5, 1100, 1160), (12.5, 20, 1160, 1160))


def test_the_design_of_a_plan_may_be_kept():
    """z is not qualified in the plan at 0.1, so that v at 12.5 is the first to take over."""
    more = {
        "offers": "location,item,unit_cost\ns,tv,10\nz,tv,11\nv,tv,12.5",
        "suppliers": "location,status,qualify_cost\nz,candidate,120",
        "tariffs": "importer,origin,programme,rate\nUS,CN,S301,0.1",
    }
    given = instance(SHOP, **more)

    free = planner.breakeven(given, RATE, (0, 1), gap=0.0)
    kept = planner.breakeven(given, RATE, (0, 1), gap=0.0, keep=planner.solve(given, gap=0.0))
    assert ends(free) == near((0, 0.22, 1000, 1220), (0.22, 1, 1220, 1220))
    assert ends(kept) == near((0, 0.25, 1000, 1250), (0.25, 1, 1250, 1250))


def test_a_plan_of_another_instance_has_no_design_to_keep(by_duty):
    with pytest.raises(InstanceError) as caught:
        planner.breakeven("tiny", "tariffs.rate", (0, 1), keep=by_duty.intervals[0].plan)
    assert (
        str(caught.value)
        == "keep: a plan of another instance; found 'test'; expected a plan of tiny; did you mean 'tiny'?"
    )


def test_what_a_supplier_has_to_pay_once_is_borne_by_its_units():
    """z is qualified for 90: 1000 + 1000 r = 1100 + 90 at 0.19, all at once, as its 11 are for all 100."""
    offers = "location,item,unit_cost\ns,tv,10\nz,tv,11"
    suppliers = "location,status,qualify_cost\nz,candidate,90"
    study = found(RATE, 0, 1, offers=offers, suppliers=suppliers)

    assert ends(study) == near((0, 0.19, 1000, 1190), (0.19, 1, 1190, 1190))


def test_a_contract_is_taken_out_and_then_filled_up_from_elsewhere():
    """A contract of z for 80 at 9.5, for 100 a period: 1000 + 1000 r = 100 + 760 + 200 (1 + r), and v sells 20 at 12.5.

    At r = 0.075 the contract, from 0.25 on v instead of s. The spot price of z, 11, is never of use.
    """
    offers = (
        "location,item,contract,unit_cost,capacity,min_quantity\n"
        "s,tv,,10,,\nz,tv,,11,60,\nz,tv,long,9.5,80,80\nv,tv,,12.5,,"
    )
    study = found(RATE, 0, 1, offers=offers, suppliers="location,fixed_cost\nz,100")

    assert ends(study) == near((0, 0.075, 1000, 1075), (0.075, 0.25, 1075, 1110), (0.25, 1, 1110, 1110))


def test_a_plant_gives_way_to_another():
    """Of tiny, as its README has it: 13,340 + 20,000 r, then Dallas for Chicago, then for both."""
    study = breakeven(load("tiny"), "tariffs.rate", (0, 1), "facility=dallas", EXACT)

    assert ends(study) == near(
        (0, 0.0325, 13340, 13990), (0.0325, 0.07, 13990, 14440), (0.07, 1, 14440, 14440)
    )
    assert study.breakpoints[["opened", "closed"]].to_numpy().tolist() == [["dallas", ""], ["", "tijuana"]]
    assert study.crossings.to_numpy().tolist() == [
        ["facility=dallas", pytest.approx(0.0325), 0, 0, 1, "exact"]
    ]


def test_freight_decides_on_the_route():
    """By sea 1 a unit, but only 70; by air 1.5 to 2 where it varies, and all from s at 10 while that is below 11."""
    study = found(
        "lanes[mode=air].unit_cost",
        0,
        3,
        tariffs="",
        lanes="origin,destination,mode,unit_cost,capacity\ns,m,sea,0.5,70\ns,m,air,1,\nz,m,,0,",
    )

    # air alone while it is below 0.5, then sea first; from 1 on z sells the last 30
    assert ends(study) == near((0, 0.5, 1000, 1050), (0.5, 1, 1050, 1065), (1, 3, 1065, 1065))


def test_a_ceiling_bends_the_line_where_it_exceeds_the_mfn_rate():
    """MFN is 0.05, and the ceiling takes nothing on top below that; 10 + 10 x 0.1 = 11."""
    study = found(
        "tariffs[programme=S122].rate",
        0,
        0.2,
        tariffs="importer,origin,programme,rate,rule\nUS,CN,MFN,0.05,\nUS,CN,S122,0.1,cap",
        offers="location,item,unit_cost\ns,tv,10\nz,tv,11",
    )

    assert ends(study) == near((0, 0.05, 1050, 1050), (0.05, 0.1, 1050, 1100), (0.1, 0.2, 1100, 1100))


def test_a_duty_that_displaces_another_jumps_where_it_begins():
    """At 0 the S301 of 0.1 holds; from the first fraction on S232 holds instead, until 10 (1 + r) = 11.

    At 0 and above 0.1 all else is dearer than z at 11, which sells 60.
    """
    study = found(
        "tariffs[programme=S232].rate",
        0,
        0.2,
        tariffs="importer,origin,programme,rate,displaces\nUS,CN,S301,0.05,\nUS,CN,S232,0,S301",
    )

    assert ends(study) == near((0, 0, 1050, 1050), (0, 0.1, 1000, 1100), (0.1, 0.2, 1100, 1140))
    assert study.breakpoints["jump"].tolist() == pytest.approx([-50, 0])


def test_a_claim_is_made_where_it_costs_less_than_the_duty():
    """Goods of z originate; a claim costs 0.3 a unit and saves 11 r: from 0.3 / 11 on. Both ways in are kept."""
    study = found(
        "tariffs[origin=MX].rate",
        0,
        0.1,
        offers="location,item,unit_cost,originating\nz,tv,11,USMCA",
        tariffs="importer,origin,programme,rate,waived_by\nUS,MX,MFN,0.05,USMCA",
        agreements="agreement,member\nUSMCA,US\nUSMCA,MX",
        origin_rules="agreement,test,rvc,claim_cost\nUSMCA,rvc,0.5,0.3",
    )

    assert ends(study) == near((0, 0.3 / 11, 1100, 1130), (0.3 / 11, 0.1, 1130, 1130))


def test_several_rows_move_together_and_by_a_factor():
    """Both rates from 0.1 and 0.2 by the factor f: s costs 10 + f, v 12.5 + 0.2 x 12.5 f, z has no duty and 60."""
    study = found(
        "tariffs.rate *=", 0, 3, tariffs="importer,origin,programme,rate\nUS,CN,S301,0.1\nUS,VN,S301,0.2"
    )

    assert ends(study) == near((0, 1, 1000, 1100), (1, 3, 1100, 1180))


def test_a_setting_is_a_number_too():
    """10 + 2 p = 11 at 0.5: 2 kg a unit from s at a carbon price p; then z sells its 60; v is 12.5 at 1.25."""
    study = found(
        "costs.carbon_price",
        0,
        2,
        tariffs="",
        lanes="origin,destination,emission_kg\ns,m,2\nz,m,0\nv,m,0",
    )

    assert ends(study) == near((0, 0.5, 1000, 1100), (0.5, 1.25, 1100, 1160), (1.25, 2, 1160, 1160))


def test_a_capacity_is_searched_and_said_to_be():
    """z costs 100 a period and saves 2 on each of its units: from 50 units on, to the demand of 100.

    Beyond that its capacity is none of the model, so that this is exact.
    """
    study = found(
        "offers[location=z].capacity",
        20,
        130,
        "share:country:MX:tv=0.3",
        tariffs="",
        offers="location,item,unit_cost,capacity\ns,tv,10,\nz,tv,8,60",
        suppliers="location,fixed_cost\nz,100",
    )

    assert ends(study) == near(
        (20, 50, 1000, 1000, "searched"), (50, 100, 1000, 900, "searched"), (100, 130, 900, 900)
    )
    assert study.crossings[["value", "left"]].to_numpy().tolist() == [[pytest.approx(50), 0]]
    assert study.findings[1].startswith("searched from 20 to 100: the number moves more than costs")


def ruled(most):
    """s at 5 to 20, z 60 at 11, v at 12.5; at most a share of what is spent may be spent in Mexico."""
    return found(
        "offers[location=s].unit_cost",
        5,
        20,
        tariffs="",
        policies=f"policy,measure,who,max\nmexico,spend_share,country:MX,{most}",
    )


def test_a_price_in_a_rule_that_does_not_bind_is_exact():
    """Of 660 in Mexico and 440 in China are 60 %, the most there is: 100 x 5, then 11 x 60 + 40 p, then 12.5 x 40."""
    study = ruled(0.7)

    assert ends(study) == near((5, 11, 500, 1100), (11, 12.5, 1100, 1160), (12.5, 20, 1160, 1160))
    assert study.intervals[1].plan.objective == pytest.approx(660 + 40 * 11.75)
    assert study.findings == [
        "exact from 5 to 20: the number moves costs along a line, and no rule that binds; "
        "no plan is cheaper than these by more than 0 of the cost"
    ]


def test_a_price_in_a_rule_is_searched_where_the_rule_binds():
    """660 = 0.58 (660 + 40 p) at p = 11.948...; below, z sells q with 11 q = 0.58 (11 q + p (100 - q))."""
    study = ruled(0.58)
    value = 660 * 0.42 / 0.58 / 40

    low, *searched, middle, high = study.intervals
    assert (low.low, low.high, low.how) == (5, pytest.approx(11), "exact")
    assert {each.how for each in searched} == {"searched"}
    assert (middle.low, middle.high, middle.how) == (pytest.approx(value), pytest.approx(12.5), "exact")
    assert (high.cost_low, high.cost_high, high.how) == (pytest.approx(1160), pytest.approx(1160), "exact")
    for each in searched:
        price = each.plan.instance.tables["offers"].set_index("location").loc["s", "unit_cost"]
        q = 58 * price / (11 * 0.42 + 0.58 * price)
        assert each.plan.objective == pytest.approx(11 * q + price * (100 - q))


def test_a_capacity_below_the_demand_leaves_no_plan():
    """s alone, which has to sell 100."""
    offers = "location,item,unit_cost,capacity\ns,tv,10,100"
    before, after = found("offers.capacity", 60, 160, tariffs="", offers=offers).intervals

    assert (before.low, before.found, after.found, after.high) == (60, False, True, 160)
    assert (before.high, after.low) == pytest.approx((100, 100), abs=100 * RESOLUTION)
    assert (after.cost_low, after.cost_high) == (1000, 1000)


def test_a_limit_leaves_what_is_known_and_says_what_is_not(monkeypatch):
    """A ceiling splits the range at the MFN rate of 0.05; the second piece is not solved any more."""

    def limited(models, piece, *rest):
        if piece.low > 0:
            raise NoSolutionError("stopped by time limit before a plan was found")
        return exact(models, piece, *rest)

    monkeypatch.setattr("planner.study.breakeven.exact", limited)
    tariffs = "importer,origin,programme,rate,rule\nUS,CN,MFN,0.05,\nUS,CN,S122,0.1,cap"
    study = found("tariffs[programme=S122].rate", 0, 0.2, tariffs=tariffs)

    assert ends(study) == near((0, 0.05, 1050, 1050))
    assert not study.proven
    assert study.findings[-1] == "nothing is known above 0.05: a limit stopped the search"


QUOTA = "importer,origin,programme,rate,quota,over_rate\nUS,CN,MFN,0.05,60,0.2"


@pytest.mark.parametrize(
    ("on", "high", "expected"),
    [
        # 60 at 10 + 10 r before z at 11, and 40 from z as 12 is dearer; then z first, and 40 of the 60
        ("rate", 0.2, [(0, 0.1, 1040, 1100), (0.1, 0.2, 1100, 1140)]),
        # 60 at 10.5, and above them 40 at 10 + 10 r before z
        ("over_rate", 0.5, [(0.05, 0.1, 1050, 1070), (0.1, 0.5, 1070, 1070)]),
    ],
)
def test_both_rates_of_a_quota_are_exact(on, high, expected):
    study = found(f"tariffs.{on}", expected[0][0], high, tariffs=QUOTA)

    assert ends(study) == near(*expected)


def test_a_quota_is_searched():
    """Each unit in it costs 10.5: in place of 12.5 from v for the first 40, of 11 from z for 60 more."""
    study = found("tariffs.quota", 0, 150, tariffs=QUOTA.replace("0.2", "0.5"))

    assert ends(study)[-3:-1] == near((0, 40, 1160, 1080, "searched"), (40, 100, 1080, 1050, "searched"))
    assert ends(study)[-1][:4] == near((100, 150, 1050, 1050))[0]


def test_a_demand_is_met_by_one_supplier_after_another():
    """50 at 10, 60 at 11, the rest at 12.5."""
    offers = SCARCE + "\nv,tv,12.5,"
    study = found("demand.quantity", 20, 150, tariffs="", offers=offers)

    assert [row[:4] for row in ends(study)] == near(
        (20, 50, 200, 500), (50, 110, 500, 1160), (110, 150, 1160, 1660)
    )


def test_where_there_is_no_plan_at_all_there_is_no_break_even():
    with pytest.raises(InfeasibleError, match="no plan satisfies all the rules"):
        found("offers[location=s].unit_cost", 5, 10, tariffs="", offers=SCARCE.replace("50", "30"))


def test_a_tail_of_costs_makes_duties_enter_the_rows():
    """With CVaR what a scenario costs stands in a row: nothing is said to be exact."""
    given = instance(
        SHOP,
        {"resilience": {"cvar_weight": 0.5}},
        scenarios="scenario,probability\nrise,0.2",
        events="scenario,kind,target,field,op,value\nrise,demand,m,quantity,multiply,2",
    )

    (piece,) = pieces(Models(number(given, RATE, 0, 0.2)), 0, 0.2)
    assert (piece.low, piece.high, piece.linear) == (0, 0.2, False)
    study = breakeven(given, RATE, (0, 0.2), None, EXACT)
    assert {each.how for each in study.intervals} == {"searched"}
    here = next(each for each in study.intervals if each.low <= 0.05 <= each.high)
    changed = planner.solve(apply(given, [parse_set(f"{RATE} = 0.05")]), gap=0.0)
    assert changed.objective == pytest.approx(here.cost_low + here.slope * (0.05 - here.low))


@pytest.mark.parametrize(
    ("aim", "value", "sides"),
    [
        ("share:country:MX:tv=0.5", 0.1, [0, 0.6]),
        ("share:z:tv=0.60000001", 0.1, [0, 0.6]),
        ("share:s:tv=0.3", 0.25, [0.4, 0]),
    ],
)
def test_shares_cross_their_level_at_breakpoints(by_duty, aim, value, sides):
    """Mexico sells nothing, then 60 %; China all, 40 %, then nothing."""
    study = replace(by_duty, target=target(by_duty.number.instance, aim))

    (row,) = study.crossings.itertuples(index=False)
    assert (row.value, row.left, row.right) == pytest.approx((value, *sides))
    assert (row.plus_minus, row.how) == (0, "exact")


@pytest.mark.parametrize(
    ("on", "between", "aim", "message"),
    [
        (
            "tariffs[origin=XX].rate",
            (0, 1),
            None,
            "--on tariffs[origin=XX].rate: matches no row of tariffs; found 'origin=XX'; expected a row",
        ),
        (
            "offers.location",
            (0, 1),
            None,
            "--on offers.location: not a number that can take any value between two; found 'location'; "
            "expected one of unit_cost, capacity, min_quantity",
        ),
        (RATE, (-1, 1), None, f"--on {RATE}: rate: below the least value; found '-1'; expected at least 0"),
        (
            RATE,
            (1, 0),
            None,
            "--range: not a range; found '1:0'; expected two numbers low:high, the second above the first; "
            "did you mean '0:1'?",
        ),
        (
            f"{RATE} = 3",
            (0, 1),
            None,
            f"--on {RATE} = 3: not a number of the data; "
            "expected table[column=value,...].column (or with += or *= at its end)",
        ),
        (
            "solver.gap",
            (0, 1),
            None,
            "--on solver.gap: not a number that can take any value between two; found 'solver.gap'; "
            "expected another table than solver, which has none",
        ),
        (
            RATE,
            (0, 1),
            "facility=w",
            "--target: no such facility; found 'w'; expected a location of facilities.csv",
        ),
        (
            RATE,
            (0, 1),
            "shares:s:tv=1",
            "--target: no such target; found 'shares:s:tv=1'; expected facility=ID, or share:SELECTOR:ITEM=0.5",
        ),
        (
            RATE,
            (0, 1),
            "share:country:MV:tvs=2",
            "--target: names no supplier; found 'country:MV'; expected a selector of suppliers\n"
            "--target: nobody sells this; found 'tvs'; expected an item of offers.csv; did you mean 'tv'?\n"
            "--target: not a share; found '2'; expected a number above 0, at most 1",
        ),
    ],
)
def test_what_cannot_be_asked_is_bad_input(on, between, aim, message):
    with pytest.raises(InstanceError) as caught:
        found(on, *between, aim)
    assert str(caught.value) == message


def test_each_plan_passes_the_audit_and_is_written(tmp_path):
    study = found(RATE, 0, 0.2, "share:z:tv=0.5")
    study.write(tmp_path / "out")

    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == [
        "breakeven.json", "breakeven.svg", "breakpoints.csv", "crossings.csv", "intervals.csv",
        "plan-1", "plan-2", "shares.csv",
    ]  # fmt: skip
    for name, each in enumerate(study.intervals, 1):
        plan = read(tmp_path / "out" / f"plan-{name}")
        middle = (each.low + each.high) / 2
        assert plan.audit["passed"]
        assert plan.objective == pytest.approx((each.cost_low + each.cost_high) / 2)
        assert (plan.status, plan.document["changes"]) == ("optimal", [f"{RATE} = {middle!r}"])
        assert plan.instance.tables["tariffs"]["rate"].tolist() == [middle]
    document = json.loads((tmp_path / "out" / "breakeven.json").read_text())
    assert [row["value"] for row in document["breakpoints"]] == pytest.approx([0.1])
    assert document["crossings"][0]["right"] == pytest.approx(0.6)
    drawn = ElementTree.fromstring((tmp_path / "out" / "breakeven.svg").read_text())
    assert len(drawn.findall(".//{http://www.w3.org/2000/svg}circle")) == 3
