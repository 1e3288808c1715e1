"""Duties on one unit, by hand: the cases of `planner.network.stack`."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pandas as pd
import pytest

import planner.instance as pi
from planner.errors import InstanceError
from tests.planner.network.charging import charges

LOCATIONS = """
location,role,country
shenzhen,supplier,CN
hanoi,supplier,VN
tokyo,supplier,JP
ohio,supplier,US
tijuana,plant,MX
laredo,warehouse,MX
dallas,market,US
toronto,market,CA
"""
COUNTRIES = """
country,region,ally,customs_basis
CN,Asia,no,
VN,Asia,no,
JP,Asia,yes,
US,America,yes,
MX,America,yes,CIF
CA,America,yes,
"""
ITEMS = """
item,hs_code,weight_kg,customs_value
tv,8528.72.64,12,300
panel,8524.91,4,120
steel,7210.49,,
"""
GROUPS = """
group,member
TIGERS,VN
TIGERS,JP
"""
DEMAND = "market,item,quantity\ndallas,tv,10"
OTHERS = {
    "offers": "location,item,unit_cost\nshenzhen,panel,100\nshenzhen,tv,300\nohio,steel,9",
    "production": "location,item\ntijuana,tv",
    "lanes": "origin,destination\n*,*",
}
PERIODS = {"periods": ["2026", "2027", "2028"], "starts": ["2026-01-01", "2027-01-01", "2028-01-01"]}
CROSSING = {
    "arc": 0, "importer": "US", "origin": "CN", "item": "tv", "mode": "ocean", "t": 0,
    "value": 300.0, "freight": 10.0, "insurance": 3.0, "value_per_entry": np.nan,
}  # fmt: skip


def table(text):
    return pd.read_csv(StringIO(text.strip()), dtype="str", keep_default_na=False)


def instance(tariffs, settings=None, **tables):
    given = {
        "locations": LOCATIONS,
        "countries": COUNTRIES,
        "items": ITEMS,
        "groups": GROUPS,
        "demand": DEMAND,
    }
    texts = {**given, **OTHERS, "tariffs": tariffs, **tables}
    keys = {"name": "duties", **(settings or {})}
    frames = {name: table(text) for name, text in texts.items()}
    return pi.Instance.from_tables(frames, {"instance": keys, "horizon": PERIODS})


def crossings(*rows):
    return pd.DataFrame([{**CROSSING, "arc": number, **row} for number, row in enumerate(rows)])


def charged(world, **crossing):
    """{programme: rate}, {programme: money a unit} of one crossing."""
    found = charges(world, crossings(crossing))
    names = [found.programme_name[position] for position in found.programme]
    rates = dict(zip(names, found.rate.round(12).tolist(), strict=True))
    return rates, dict(zip(names, found.amount.round(9).tolist(), strict=True))


def test_duty_is_rate_times_value():
    """3.9% of 300 = 11.70."""
    world = instance("importer,origin,programme,rate\nUS,*,MFN,0.039")
    assert charged(world) == ({"duty:MFN": 0.039}, {"duty:MFN": 11.7})


def test_programmes_add_up():
    """3.9% of 300 + 25% of 300 = 11.70 + 75."""
    world = instance("importer,origin,programme,rate\nUS,*,MFN,0.039\nUS,CN,S301,0.25")
    assert charged(world)[1] == {"duty:MFN": 11.7, "duty:S301": 75.0}


def test_other_importer_charges_nothing():
    world = instance("importer,origin,programme,rate\nUS,*,MFN,0.039")
    assert charged(world, importer="CA") == ({}, {})


def test_other_origin_pays_no_s301():
    """A Vietnamese set pays MFN alone: 11.70."""
    world = instance("importer,origin,programme,rate\nUS,*,MFN,0.039\nUS,CN,S301,0.25")
    assert charged(world, origin="VN")[1] == {"duty:MFN": 11.7}


def test_goods_of_the_importers_own_origin_are_free():
    """US steel that comes home through Mexico pays neither duty nor fee."""
    fees = "importer,fee,rate\nUS,MPF,0.003464"
    world = instance("importer,origin,programme,rate\nUS,*,MFN,0.05", fees=fees)
    assert charged(world, origin="US", item="steel", value=10.0) == ({}, {})


def test_chinese_part_through_a_mexican_warehouse_stays_chinese():
    """The lane leaves Mexico, but the origin of the good is CN: 25% of 120 = 30; a Mexican one pays nothing."""
    world = instance("importer,origin,programme,rate\nUS,CN,S301,0.25")
    assert charged(world, item="panel", origin="CN", mode="truck", value=120.0)[1] == {"duty:S301": 30.0}
    assert charged(world, item="panel", origin="MX", mode="truck", value=120.0)[1] == {}


@pytest.mark.parametrize(
    ("prefixes", "rate"),
    [
        (("", "85"), 0.02),
        (("85", "8528"), 0.02),
        (("8528", "8528.72"), 0.02),
        (("8528.72", "8528.72.64"), 0.02),
        (("8528.72.64", "8528.72.64.10"), 0.01),
        (("8528", "8529"), 0.01),
        (("", "8528.73"), 0.01),
    ],
)
def test_longest_matching_prefix_wins(prefixes, rate):
    """tv is 8528.72.64: the first prefix of a pair pays 1%, the second, if it matches, wins with 2%."""
    short, long = prefixes
    world = instance(f"importer,origin,programme,hs,rate\nUS,*,MFN,{short},0.01\nUS,*,MFN,{long},0.02")
    assert charged(world)[0] == {"duty:MFN": rate}


def test_item_beats_the_longest_prefix():
    world = instance("importer,origin,programme,hs,item,rate\nUS,CN,MFN,85287264,,0.01\nUS,*,MFN,,tv,0.07")
    assert charged(world)[0] == {"duty:MFN": 0.07}


def test_prefix_beats_origin():
    """A longer prefix for all origins wins against a shorter one for China: prefix first, then origin."""
    world = instance("importer,origin,programme,hs,rate\nUS,CN,S301,85,0.25\nUS,*,S301,8528,0.1")
    assert charged(world)[0] == {"duty:S301": 0.1}


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [("*", "ally:yes"), ("ally:yes", "region:Asia"), ("region:Asia", "country:JP"), ("country:JP", "group:TIGERS"),
     ("group:TIGERS", "JP"), ("*", "CN;JP"), ("*;group:TIGERS", "JP"), ("ally:yes", "region:Asia;CN")],
)  # fmt: skip
def test_most_specific_origin_wins(wide, narrow):
    world = instance(f"importer,origin,programme,rate\nUS,{wide},MFN,0.01\nUS,{narrow},MFN,0.02")
    assert charged(world, origin="JP")[0] == {"duty:MFN": 0.02}


def test_each_entry_of_a_list_counts_on_its_own():
    """`CN;region:Asia` is an id for China and a region for Japan, where `group:TIGERS` beats it."""
    world = instance("importer,origin,programme,rate\nUS,CN;region:Asia,MFN,0.01\nUS,group:TIGERS,MFN,0.02")
    assert charged(world, origin="CN")[0] == {"duty:MFN": 0.01}
    assert charged(world, origin="JP")[0] == {"duty:MFN": 0.02}


def test_same_good_at_two_dates():
    """25% until 2027-01-01, 50% from then on, read at the first day of each period."""
    world = instance(
        "importer,origin,programme,starts,ends,rate\n"
        "US,CN,S301,,2027-01-01,0.25\nUS,CN,S301,2027-01-01,2028-01-01,0.5"
    )
    assert charged(world, t=0)[0] == {"duty:S301": 0.25}
    assert charged(world, t=1)[0] == {"duty:S301": 0.5}
    assert charged(world, t=2)[0] == {}


def test_dates_are_half_open():
    """A row that starts on the day holds, one that ends on it does not."""
    world = instance(
        "importer,origin,programme,starts,ends,rate\n"
        "US,CN,IN,2026-01-01,2026-01-02,0.1\nUS,CN,OUT,2025-01-01,2026-01-01,0.2\nUS,CN,NEXT,2026-01-02,,0.3"
    )
    assert charged(world)[0] == {"duty:IN": 0.1}


def test_duty_date_fixes_the_day_for_every_period():
    world = instance(
        "importer,origin,programme,starts,ends,rate\nUS,CN,S301,,2027-01-01,0.25\nUS,CN,S301,2027-01-01,,0.5",
        settings={"duty_date": "2026-11-01"},
    )
    assert charged(world, t=2)[0] == {"duty:S301": 0.25}


def test_an_expired_specific_row_leaves_the_general_one():
    world = instance(
        "importer,origin,programme,hs,ends,rate\nUS,*,MFN,,,0.01\nUS,*,MFN,8528,2027-01-01,0.05",
    )
    assert charged(world, t=0)[0] == {"duty:MFN": 0.05}
    assert charged(world, t=1)[0] == {"duty:MFN": 0.01}


def test_fob_leaves_freight_out_and_cif_takes_it_in():
    """US is FOB: 10% of 300 = 30. Mexico is CIF: 10% of (300 + 10 + 3) = 31.30."""
    world = instance("importer,origin,programme,rate\nUS,*,MFN,0.1\nMX,*,MFN,0.1")
    assert charged(world)[1] == {"duty:MFN": 30.0}
    assert charged(world, importer="MX")[1] == {"duty:MFN": 31.3}


def test_a_country_without_a_row_is_fob():
    world = instance("importer,origin,programme,rate\nDE,*,MFN,0.1")
    assert charged(world, importer="DE")[1] == {"duty:MFN": 30.0}


def test_specific_duty_per_unit_beside_the_rate():
    """2 a set + 1% of 300 = 5."""
    world = instance("importer,origin,programme,rate,specific\nUS,*,MFN,0.01,2")
    found = charges(world, crossings({}))
    assert (found.rate[0], found.specific[0], found.amount[0]) == (0.01, 2.0, 5.0)


def test_specific_duty_by_weight():
    """0.5 a kg on 12 kg = 6."""
    world = instance("importer,origin,programme,hs,specific,specific_per\nUS,*,MFN,8528,0.5,kg")
    assert charged(world)[1] == {"duty:MFN": 6.0}


def test_specific_duty_in_another_currency():
    """40 MXN at 0.05 = 2."""
    world = instance(
        "importer,origin,programme,specific,currency\nUS,*,MFN,40,MXN", currencies="currency,rate\nMXN,0.05"
    )
    assert charged(world)[1] == {"duty:MFN": 2.0}


def test_duty_by_weight_without_a_weight_is_refused():
    """No matter where the row does not apply."""
    bare = instance("importer,origin,programme,hs,specific,specific_per\nUS,CN,MFN,7210,0.5,kg")
    assert charged(bare, item="steel", origin="JP") == ({}, {})
    with pytest.raises(InstanceError, match=r"tariffs:2:specific_per: a duty by weight on steel"):
        charged(bare, item="steel")


def test_duty_on_a_good_without_a_value_is_refused():
    """At rate 0 the value is not needed; at 5% it is."""
    free = instance("importer,origin,programme,rate\nUS,*,MFN,0")
    assert charged(free, item="steel", value=np.nan) == ({"duty:MFN": 0.0}, {"duty:MFN": 0.0})
    with pytest.raises(InstanceError, match=r"items:4:customs_value: steel enters US"):
        charged(instance("importer,origin,programme,rate\nUS,*,MFN,0.05"), item="steel", value=np.nan)


def test_232_displaces_the_reciprocal_duty():
    """Steel under S232 at 50% pays no S301-FL: 50% of 10 + MFN 2% of 10 = 5.20."""
    world = instance(
        "importer,origin,programme,hs,rate,displaces\n"
        "US,*,MFN,,0.02,\nUS,*,S301-FL,,0.1,\nUS,*,S232,7210,0.5,S301-FL"
    )
    assert charged(world, item="steel", value=10.0)[1] == {"duty:MFN": 0.2, "duty:S232": 5.0}
    assert charged(world)[1] == {"duty:MFN": 6.0, "duty:S301-FL": 30.0}


def test_a_row_at_rate_zero_displaces_nothing():
    """An exclusion from S232 at rate 0 leaves the 10% of S301-FL."""
    world = instance("importer,origin,programme,rate,displaces\nUS,*,S301-FL,0.1,\nUS,*,S232,0,S301-FL")
    assert charged(world)[0] == {"duty:S232": 0.0, "duty:S301-FL": 0.1}


def test_a_specific_duty_displaces():
    world = instance("importer,origin,programme,rate,specific,displaces\nUS,*,A,0.1,,\nUS,*,B,0,1,A")
    assert charged(world)[1] == {"duty:B": 1.0}


def test_a_displaced_row_displaces_nothing():
    """A removes B, so B does not remove C: A and C stand. Whatever the order of the names."""
    rows = "importer,origin,programme,rate,displaces\nUS,*,{0},0.1,{1}\nUS,*,{1},0.2,{2}\nUS,*,{2},0.3,"
    assert set(charged(instance(rows.format("A", "B", "C")))[0]) == {"duty:A", "duty:C"}
    assert set(charged(instance(rows.format("C", "B", "A")))[0]) == {"duty:C", "duty:A"}
    assert set(charged(instance(rows.format("B", "C", "A")))[0]) == {"duty:B", "duty:A"}


def test_a_chain_of_four():
    """A removes B, B would remove C, C removes D: A and C stand."""
    world = instance(
        "importer,origin,programme,rate,displaces\nUS,*,D,0.1,\nUS,*,C,0.1,D\nUS,*,B,0.1,C\nUS,*,A,0.1,B"
    )
    assert set(charged(world)[0]) == {"duty:A", "duty:C"}


def test_a_chain_with_a_free_head():
    """A is at rate 0 and removes nothing: B stands and removes C."""
    world = instance("importer,origin,programme,rate,displaces\nUS,*,A,0,B\nUS,*,B,0.1,C\nUS,*,C,0.1,")
    assert charged(world)[0] == {"duty:A": 0.0, "duty:B": 0.1}


def test_one_row_displaces_several():
    world = instance(
        "importer,origin,programme,rate,displaces\nUS,*,A,0.1,B;C;MFN\nUS,*,B,0.1,\nUS,*,C,0.1,\nUS,*,MFN,0.1,"
    )
    assert charged(world)[0] == {"duty:A": 0.1}


def test_only_the_winning_row_displaces():
    """The Chinese row of S301 does not displace, though the general one would."""
    world = instance(
        "importer,origin,programme,rate,displaces\nUS,*,MFN,0.01,\nUS,*,S301,0.1,MFN\nUS,CN,S301,0.2,"
    )
    assert charged(world)[0] == {"duty:MFN": 0.01, "duty:S301": 0.2}
    assert charged(world, origin="VN")[0] == {"duty:S301": 0.1}


def test_a_circle_is_an_error():
    """Rows at rate 0 make no circle."""
    rows = "importer,origin,programme,rate,displaces\nUS,*,A,0.1,B\nUS,*,B,{},A"
    with pytest.raises(
        InstanceError, match=r"tariffs:2:displaces: programmes displace each other in a circle"
    ):
        charged(instance(rows.format(0.1)))
    assert charged(instance(rows.format(0)))[0] == {"duty:A": 0.1}


def test_a_tie_is_an_error_that_names_both_rows():
    world = instance("importer,origin,programme,hs,rate\nUS,CN,MFN,8528,0.1\nUS,VN,MFN,8528,0.2")
    tariffs = world.tables["tariffs"].assign(origin="CN")
    with pytest.raises(InstanceError, match=r"tariffs:3: row 2 of the same programme is as specific"):
        charged(replace(world, tables={**world.tables, "tariffs": tariffs}))


def test_capped_origin_pays_the_ceiling_less_mfn():
    """MFN 3.7%, ceiling 12.5% for Japan: 8.8% on top, 12.5% of 300 = 37.50 in all."""
    world = instance(
        "importer,origin,programme,rate,rule\nUS,*,MFN,0.037,\nUS,*,RECIP,0.2,\nUS,JP,RECIP,0.125,cap"
    )
    assert charged(world, origin="JP") == (
        {"duty:MFN": 0.037, "duty:RECIP": 0.088},
        {"duty:MFN": 11.1, "duty:RECIP": 26.4},
    )
    assert charged(world, origin="CN")[0] == {"duty:MFN": 0.037, "duty:RECIP": 0.2}


def test_ceiling_below_mfn_charges_nothing():
    world = instance("importer,origin,programme,rate,rule\nUS,*,MFN,0.2,\nUS,JP,RECIP,0.15,cap")
    assert charged(world, origin="JP")[0] == {"duty:MFN": 0.2, "duty:RECIP": 0.0}


def test_ceiling_without_mfn_charges_all_of_it():
    world = instance("importer,origin,programme,rate,rule\nUS,JP,RECIP,0.15,cap")
    assert charged(world, origin="JP")[0] == {"duty:RECIP": 0.15}


def test_ceiling_over_a_specific_mfn_duty():
    """MFN 6 a set = 2% of 300: the ceiling of 15% charges 13%."""
    world = instance("importer,origin,programme,rate,specific,rule\nUS,*,MFN,0,6,\nUS,JP,RECIP,0.15,,cap")
    assert charged(world, origin="JP")[0] == {"duty:MFN": 0.0, "duty:RECIP": 0.13}


def test_ceiling_when_mfn_is_displaced():
    """S232 removes MFN, which then charges nothing: the ceiling is charged in full."""
    world = instance(
        "importer,origin,programme,rate,rule,displaces\n"
        "US,*,MFN,0.05,,\nUS,*,S232,0.25,,MFN\nUS,*,RECIP,0.15,cap,"
    )
    assert charged(world)[0] == {"duty:RECIP": 0.15, "duty:S232": 0.25}


def test_a_ceiling_displaces_by_its_nominal_rate():
    """The ceiling charges max(0, 15% - 20%) = 0, but its nominal rate is positive: it displaces OLD."""
    world = instance(
        "importer,origin,programme,rate,rule,displaces\nUS,*,MFN,0.2,,\nUS,*,RECIP,0.15,cap,OLD\nUS,*,OLD,0.1,,"
    )
    assert charged(world)[0] == {"duty:MFN": 0.2, "duty:RECIP": 0.0}


def test_rows_at_rate_zero_are_kept():
    world = instance("importer,origin,programme,rate\nUS,*,MFN,0")
    assert charged(world) == ({"duty:MFN": 0.0}, {"duty:MFN": 0.0})


def test_every_charge_names_arc_programme_and_row():
    """Rows are positions in canonical order: CN before VN; the arcs keep their own numbers."""
    world = instance("importer,origin,programme,rate\nUS,VN,S301,0.1\nUS,CN,S301,0.25\nUS,*,MFN,0.01")
    found = charges(world, crossings({"arc": 7}, {"arc": 3, "origin": "VN"}, {"arc": 5, "origin": "US"}))
    origins = world.tables["tariffs"]["origin"].to_numpy()
    assert found.arc.tolist() == [7, 7, 3, 3]
    assert found.programme_name == ("duty:MFN", "duty:S301")
    assert found.programme.tolist() == [0, 1, 0, 1]
    assert origins[found.row].tolist() == ["*", "CN", "*", "VN"]


def test_nothing_crosses():
    world = instance("importer,origin,programme,rate\nUS,*,MFN,0.1")
    assert len(charges(world, crossings({}).iloc[:0]).arc) == 0


def test_no_tariffs():
    assert charged(instance("importer,origin,programme,rate")) == ({}, {})


def test_many_arcs_cost_as_one():
    """Every arc of a mixed thousand is charged as it would be alone."""
    world = instance(
        "importer,origin,programme,hs,starts,ends,rate,rule,displaces\n"
        "US,*,MFN,,,,0.039,,\nUS,CN,S301,85,,2027-01-01,0.25,,\nUS,CN,S301,85,2027-01-01,,0.5,,\n"
        "US,ally:yes,RECIP,,,,0.15,cap,\nUS,*,S232,72,,,0.5,,RECIP\nMX,*,MFN,,,,0.1,,"
    )
    random = np.random.default_rng(1)
    rows = [
        {
            "importer": random.choice(["US", "MX"]), "origin": random.choice(["CN", "JP", "US"]),
            "item": random.choice(["tv", "panel", "steel"]), "t": int(random.integers(3)),
            "value": float(random.integers(1, 500)),
        }
        for _ in range(1000)
    ]  # fmt: skip
    together = charges(world, crossings(*rows))
    total = np.bincount(together.arc, together.amount, minlength=len(rows))
    for number in range(0, len(rows), 100):
        assert total[number] == pytest.approx(sum(charged(world, **rows[number])[1].values()))
