"""Policies as rows, by hand: two suppliers, a plant, a warehouse and two markets over two periods.

Every period has the same arcs, numbered 6 x period + 0 ... 5; offers 2 x period + 0, 1; demands
3 x period + 0, 1, 2; runs and uses alike.
"""

from dataclasses import replace
from io import StringIO

import numpy as np
import pandas as pd
import pytest

import planner.instance as pi
from planner.network.frames import Frames
from planner.network.policies import policies

TABLES = {
    "locations": "location,role,country\n"
    "s1,supplier,CN\ns2,supplier,VN\np,plant,MX\nw,warehouse,US\nm,market,US\nn,market,CA",
    "countries": "country,ally\nMX,yes\nVN,yes\nUS,yes\nCN,no",
    "items": "item\npart\ntv",
    "groups": "group,member\nASIA,s1\nASIA,s2",
    "offers": "location,item,unit_cost\ns1,part,10\ns2,part,12",
    "suppliers": "location,status,qualify_cost\ns2,candidate,70",
    "facilities": "location,option,status,open_cost,expands,setup_periods\n"
    "p,small,candidate,100,,0\np,big,candidate,300,small,1\nw,base,open,900,,0",
    "production": "location,item\np,tv",
    "bom": "item,component,quantity\ntv,part,2",
    "lanes": "origin,destination\n*,*",
    "demand": "market,item,quantity,shortage_cost\nm,tv,30,\nn,tv,10,99\nm,part,5,99",
}  # fmt: skip
ARCS = """
origin,destination,item,offer,demand,facility,upper,purchase,emission
s1,p,part,0,-1,-1,60,10,1
s2,p,part,1,-1,-1,50,12,2
p,w,tv,-1,-1,-1,40,0,3
w,m,tv,-1,0,1,30,0,0.5
p,n,tv,-1,1,-1,10,0,4
s1,m,part,0,2,-1,5,10,0
"""
RUNS = "location,item,upper,conversion,emission\np,tv,40,7,0"
OFFERS = "location,item,unit_cost,capacity,minimum\ns1,part,10,62,20\ns2,part,12,50,0"
DEMANDS = "market,item,quantity,may_short\nm,tv,30,0\nn,tv,10,1\nm,part,5,1"
OPTIONS = (
    "location,option,initially_open,decided,open_cost,expands,setup_periods\n"
    "p,small,0,1,100,-1,0\np,big,0,1,300,0,1\nw,base,1,1,900,-1,0"
)
SUPPLIERS = "location,candidate,qualify_cost\ns2,1,70"
USES = "option,location,item,upper,emission\n0,p,tv,40,5\n1,p,tv,40,2"


def frame(text, *, periods=2, **lengths):
    """The rows for each period, with `t` and `time`; columns in `lengths` move on by so many a period."""
    one = pd.read_csv(StringIO(text.strip()))
    rows = [one.assign(t=t, time=t) for t in range(periods)]
    for t, block in enumerate(rows):
        for column, length in lengths.items():
            block[column] = np.where(block[column] >= 0, block[column] + t * length, -1)
    return pd.concat(rows, ignore_index=True)


def frames():
    flags = {"initially_open": "bool", "decided": "bool", "candidate": "bool", "may_short": "bool"}
    made = Frames(
        arcs=frame(ARCS, offer=2, demand=3),
        runs=frame(RUNS),
        offers=frame(OFFERS),
        options=pd.read_csv(StringIO(OPTIONS)),
        suppliers=pd.read_csv(StringIO(SUPPLIERS)),
        demands=frame(DEMANDS),
        uses=frame(USES),
    )
    for name in ("options", "suppliers", "demands"):
        table = getattr(made, name)
        for column in table.columns.intersection(list(flags)):
            table[column] = table[column].astype("bool")
    return made


def built(rows, **tables):
    texts = {**TABLES, **tables, "policies": rows}
    given = {
        name: pd.read_csv(StringIO(text), dtype="str", keep_default_na=False) for name, text in texts.items()
    }
    settings = {"instance": {"name": "policies"}, "horizon": {"periods": ["1", "2"]}}
    made = frames()
    if "facilities" in tables:
        made = replace(made, options=made.options[made.options["location"] != "w"])
    return policies(pi.Instance.from_tables(given, settings), made)


def rows_of(text, **tables):
    return built(text, **tables)[0]


def terms(found, kind, row=0):
    """{member: weight} of one row."""
    table = getattr(found, kind)
    mine = table.row == row
    return dict(zip(table.member[mine].tolist(), table.weight[mine].tolist(), strict=True))


def ones(*members):
    return dict.fromkeys(members, 1.0)


def line(found, row=0):
    """measure, sense, limit, share, largest violation."""
    upper = found.rule_upper[found.rule[row]]
    return found.measure[row], found.sense[row], found.limit[row], found.share[row], upper


def test_volume_of_a_supplier_over_the_horizon():
    """What s1 ships: arcs 0, 5 and, a period later, 6, 11. At most 2 x min(60 + 5, capacity 62) = 124, 24 over."""
    found = rows_of("policy,measure,who,max,penalty\nv,volume,s1,100,3")
    assert terms(found, "flow") == ones(0, 5, 6, 11)
    assert terms(found, "run") == {}
    assert line(found) == ("volume", 1, 100, 0, 24)
    assert (found.rule_policy, found.rule_period.tolist(), found.rule_scenario) == (("v",), [-1], ("base",))
    assert found.rule_penalty.tolist() == [3]


def test_volume_of_a_plant_in_a_period_at_least():
    """Period 2 has run 1; a minimum of 15 is missed by at most 15."""
    found = rows_of("policy,measure,who,min,period,penalty\nv,volume,p,15,2,1")
    assert (terms(found, "flow"), terms(found, "run")) == ({}, ones(1))
    assert line(found) == ("volume", -1, 15, 0, 15)
    assert found.rule_period.tolist() == [1]


def test_volume_of_a_warehouse_is_what_it_passes_out():
    assert terms(rows_of("policy,measure,who,max,period\nv,volume,w,9,1"), "flow") == ones(3)


def test_volume_of_a_market_is_what_it_receives():
    """m receives sets (3) and parts (5); of item tv only 3. 30 sets are asked for: 26 over 4."""
    assert terms(rows_of("policy,measure,who,max,period\nv,volume,m,9,1"), "flow") == ones(3, 5)
    found = rows_of("policy,measure,who,item,max,period,penalty\nv,volume,m,tv,4,1,1")
    assert terms(found, "flow") == ones(3)
    assert found.rule_upper.tolist() == [26]


def test_volume_of_supplier_and_market_counts_at_both():
    """Arc 5 leaves s1 and enters m."""
    assert terms(rows_of("policy,measure,who,item,max,period\nv,volume,s1;m,part,9,1"), "flow") == {
        0: 1,
        5: 2,
    }


def test_a_country_names_the_locations_in_it():
    """country:US: the warehouse passes out 3, the market receives 3 and 5."""
    assert terms(rows_of("policy,measure,who,max,period\nv,volume,country:US,9,1"), "flow") == {3: 2, 5: 1}


def test_hard_policies_have_no_violation():
    found = rows_of("policy,measure,who,max\nv,volume,s1,100")
    assert np.isnan(found.rule_penalty).all()
    assert found.rule_upper.tolist() == [0]


def test_both_limits_are_two_rules():
    found = rows_of("policy,measure,who,min,max,penalty\nv,volume,p,10,60,1")
    assert found.sense.tolist() == found.rule_sense.tolist() == [1, -1]
    assert found.limit.tolist() == [60, 10]
    assert found.rule_upper.tolist() == [20, 10]  # two periods of 40 are 80
    assert found.rule.tolist() == [0, 1]


def test_volume_share_of_one_role():
    """s1 of all suppliers in period 1: (0, 5) of (0, 1, 5); over by at most (1 - 0.4) x 62."""
    found = rows_of("policy,measure,who,of,max,period,penalty\nv,volume_share,s1,role:supplier,0.4,1,1")
    assert terms(found, "flow") == ones(0, 5)
    assert terms(found, "whole_flow") == ones(0, 1, 5)
    assert line(found) == ("volume_share", 1, 0, 0.4, pytest.approx(0.6 * 62))


def test_volume_share_of_a_mixed_selection_counts_sources_only():
    """Allies are s2, p, w, m, n: of these s2 (1) and p (run 0); of all: suppliers (0, 1, 5) and run 0."""
    found = rows_of("policy,measure,who,min,period,penalty\nv,volume_share,ally:yes,0.5,1,1")
    assert (terms(found, "flow"), terms(found, "run")) == (ones(1), ones(0))
    assert (terms(found, "whole_flow"), terms(found, "whole_run")) == (ones(0, 1, 5), ones(0))
    assert line(found) == ("volume_share", -1, 0, 0.5, 0.5 * (62 + 50 + 40))


def test_volume_share_of_something_not_in_the_whole():
    """Sets of the warehouse over sets of the plant: over by at most all 30."""
    found = rows_of("policy,measure,who,of,max,period,penalty\nv,volume_share,w,p,0.4,1,1")
    assert found.rule_upper.tolist() == [30]


def test_supplier_share_is_a_row_per_supplier_and_item():
    """Each of s1 and s2 against all purchases of parts; one violation, of the worst: 0.5 x max(62, 50)."""
    found = rows_of("policy,measure,max,period,penalty\nv,supplier_share,0.5,1,1")
    assert found.rule.tolist() == [0, 0]
    assert [terms(found, "flow", row) for row in (0, 1)] == [ones(0, 5), ones(1)]
    assert [terms(found, "whole_flow", row) for row in (0, 1)] == [ones(0, 1, 5)] * 2
    assert line(found) == ("supplier_share", 1, 0, 0.5, 31)


def test_supplier_share_of_one_supplier_is_taken_of_all():
    found = rows_of("policy,measure,who,max\nv,supplier_share,s2,0.5")
    assert terms(found, "flow") == ones(1, 7)
    assert terms(found, "whole_flow") == ones(0, 1, 5, 6, 7, 11)


def test_supplier_share_of_nobody_is_an_empty_row():
    found = rows_of("policy,measure,who,max\nv,supplier_share,role:market,0.5")
    assert (found.measure, terms(found, "flow")) == (("supplier_share",), {})


def test_spend_counts_purchase_take_or_pay_and_conversion():
    """s1 at 10 (and 10 for what is not taken of its minimum), s2 at 12 without a minimum, p at 7 a set."""
    found = rows_of("policy,measure,max,period,penalty\nv,spend,1000,1,1")
    assert terms(found, "flow") == {0: 10, 1: 12, 5: 10}
    assert terms(found, "unused") == {0: 10}
    assert terms(found, "run") == {0: 7}
    assert line(found) == ("spend", 1, 1000, 0, 10 * 62 + 12 * 50 + 10 * 20 + 7 * 40 - 1000)


def test_spend_limit_in_another_currency():
    """20000 MXN at 0.05 = 1000."""
    rows = "policy,measure,max,currency\nv,spend,20000,MXN"
    assert rows_of(rows, currencies="currency,rate\nMXN,0.05").limit.tolist() == [1000]


def test_spend_share():
    """What s2 gets of what suppliers get, in period 2."""
    found = rows_of("policy,measure,who,of,max,period\nv,spend_share,s2,role:supplier,0.3,2")
    assert terms(found, "flow") == {7: 12}
    assert terms(found, "whole_flow") == {6: 10, 7: 12, 11: 10}
    assert terms(found, "whole_unused") == {2: 10}
    assert (found.limit.tolist(), found.share.tolist()) == ([0], [0.3])


def test_capex_over_the_horizon():
    """Members are option x 2 + period: small 100, big 300, w 900 (reopened); s2 70.

    In each period one opening a location, one qualification: 2 x (300 + 900) + 70 - 1000.
    """
    found = rows_of("policy,measure,max,penalty\nv,capex,1000,1")
    assert terms(found, "opening") == {0: 100, 1: 100, 2: 300, 3: 300, 4: 900, 5: 900}
    assert terms(found, "qualify") == {0: 70, 1: 70}
    assert found.rule_upper.tolist() == [2 * 1200 + 70 - 1000]


def test_capex_of_a_period_and_a_place():
    found = rows_of("policy,measure,who,max,period\nv,capex,p;s2,1000,2")
    assert (terms(found, "opening"), terms(found, "qualify")) == ({1: 100, 3: 300}, {1: 70})


def test_count_open_holds_in_each_period():
    """Options small 0, big 1, w 2. An expansion that is still set up stands beside its old option: once."""
    found = rows_of("policy,measure,max,penalty\nv,count_open,1,5")
    assert found.rule_period.tolist() == [0, 1]
    assert [terms(found, "open", row) for row in (0, 1)] == [ones(0, 2, 4), ones(1, 3, 5)]
    assert [terms(found, "opening", row) for row in (0, 1)] == [{2: -1}, {3: -1}]
    assert line(found) == ("count_open", 1, 1, 0, 1)  # two locations can be open


def test_count_open_of_one_place_in_one_period():
    found = rows_of("policy,measure,who,min,period\nv,count_open,w,1,2")
    assert (terms(found, "open"), terms(found, "opening")) == (ones(5), {})
    assert (found.rule_period.tolist(), found.sense.tolist()) == ([1], [-1])


def test_a_place_without_options_is_always_open():
    """Without a row of its own w is open anyway: at most one more."""
    rows = TABLES["facilities"].replace("\nw,base,open,900,,0", "")
    found = rows_of("policy,measure,who,max,period\nv,count_open,role:warehouse;p,2,1", facilities=rows)
    assert (terms(found, "open"), found.limit.tolist()) == (ones(0, 2), [1])


def arcs_of(counts):
    """The arcs that add to each count."""
    return [counts.counted_arc[counts.counted_count == count].tolist() for count in range(len(counts.period))]


def test_count_suppliers():
    """Parts: 2 x 40 sets + 5 sold = 85 a period; 10% of it is 8.5. s1 ships at most 62, s2 50."""
    found, counts = built("policy,measure,min,min_share,penalty\nv,count_suppliers,2,0.1,9")
    assert counts.location == ("s1", "s1", "s2", "s2")
    assert counts.period.tolist() == [0, 1, 0, 1]
    assert counts.threshold.tolist() == pytest.approx([8.5] * 4)
    assert counts.bound.tolist() == [62, 62, 50, 50]
    assert not counts.capped.any()
    assert arcs_of(counts) == [[0, 5], [6, 11], [1], [7]]
    assert [terms(found, "count", row) for row in (0, 1)] == [ones(0, 2), ones(1, 3)]
    assert line(found) == ("count_suppliers", -1, 2, 0, 2)


def test_count_suppliers_under_a_maximum_is_capped():
    found, counts = built("policy,measure,who,max,period,penalty\nv,count_suppliers,group:ASIA,1,2,9")
    assert counts.period.tolist() == [1, 1]
    assert counts.threshold.tolist() == pytest.approx([0.05 * 85] * 2)
    assert counts.capped.all()
    assert line(found) == ("count_suppliers", 1, 1, 0, 1)


def test_a_supplier_that_cannot_reach_the_threshold_is_left_out():
    """60% of 85 is 51, s2 ships at most 50."""
    _, counts = built("policy,measure,min,min_share,period\nv,count_suppliers,1,0.6,1")
    assert counts.location == ("s1",)
    assert arcs_of(counts) == [[0, 5]]


def test_two_rules_share_a_pair():
    """`a` counts both suppliers at least 1, `b` s1 at most 1: s1 is capped, s2 is not."""
    rows = "policy,measure,who,min,max,period\na,count_suppliers,*,1,,1\nb,count_suppliers,s1,,1,1"
    found, counts = built(rows)
    assert (counts.location, counts.capped.tolist()) == (("s1", "s2"), [True, False])
    assert [terms(found, "count", row) for row in (0, 1)] == [ones(0, 1), ones(0)]


def test_two_shares_on_one_pair_count_it_twice():
    """`a` counts from 10% of 85, `b` allows one from 20%: each has its own count of the same arcs."""
    rows = "policy,measure,min,max,min_share,period\na,count_suppliers,1,,0.1,1\nb,count_suppliers,,1,0.2,1"
    found, counts = built(rows)
    assert counts.location == ("s1", "s1", "s2", "s2")
    assert counts.threshold.tolist() == pytest.approx([8.5, 17, 8.5, 17])
    assert counts.capped.tolist() == [False, True, False, True]
    assert [terms(found, "count", row) for row in (0, 1)] == [ones(0, 2), ones(1, 3)]
    assert arcs_of(counts) == [[0, 5], [0, 5], [1], [1]]


def test_emissions_of_lanes_and_facilities():
    """Lanes by unit (the part of s1 to m emits nothing), uses of the plant's options at 5 and 2."""
    found = rows_of("policy,measure,max,period,penalty\nv,emissions,100,1,1")
    assert terms(found, "flow") == {0: 1, 1: 2, 2: 3, 3: 0.5, 4: 4}
    assert (terms(found, "run"), terms(found, "use")) == ({}, {0: 5, 1: 2})
    assert line(found)[:4] == ("emissions", 1, 100, 0)


def test_emissions_belong_to_the_origin():
    assert terms(rows_of("policy,measure,who,max,period\nv,emissions,p,100,1"), "flow") == {2: 3, 4: 4}
    assert terms(rows_of("policy,measure,who,max,period\nv,emissions,s1,100,1"), "use") == {}


def test_emissions_of_an_item():
    """Parts use no capacity of the plant, so its options do not come in."""
    found = rows_of("policy,measure,item,max,period\nv,emissions,part,100,1")
    assert (terms(found, "flow"), terms(found, "use")) == ({0: 1, 1: 2}, {})
    assert terms(rows_of("policy,measure,item,max,period\nv,emissions,tv,100,1"), "use") == {0: 5, 1: 2}


def test_fill_rate_is_written_over_shortages():
    """90% of 45 a period, 90 in all: short <= 9 + violation; the demand of m for sets may not be short."""
    found = rows_of("policy,measure,min,penalty\nv,fill_rate,0.9,1")
    assert terms(found, "short") == ones(1, 2, 4, 5)
    measure, sense, limit, share, upper = line(found)
    assert (measure, sense, share) == ("fill_rate", 1, 0)
    assert (limit, upper) == (pytest.approx(9), pytest.approx(81))
    assert found.rule_sense.tolist() == [-1]


def test_fill_rate_of_a_market_and_item():
    found = rows_of("policy,measure,who,item,min,period\nv,fill_rate,n,tv,0.8,2")
    assert terms(found, "short") == ones(4)
    assert found.limit.tolist() == [pytest.approx(2)]


def test_rows_of_a_measure_stand_together():
    rows = "policy,measure,max\nz,volume,1\ny,spend,2\nx,volume,3\nw,count_suppliers,4"
    found = rows_of(rows)
    assert found.measure == ("volume", "volume", "spend", "count_suppliers", "count_suppliers")
    assert [found.rule_policy[rule] for rule in found.rule] == ["x", "z", "y", "w", "w"]


def test_no_policies():
    found, counts = built("policy,measure,max")
    assert (found.measure, counts.location, counts.counted_arc.tolist()) == ((), (), [])
    assert found.flow.row.dtype == np.int64
