"""Frontiers by hand: a cheap supplier that may fail, and a dear one that has to be qualified."""

import math
from xml.etree import ElementTree

import numpy as np
import pytest

from planner.errors import InfeasibleError, InstanceError
from planner.plan.metrics import cvar
from planner.solve import SolveOptions
from planner.study.frontier import frontier
from tests.planner.network.reading import instance

TABLES = {
    "locations": "location,role,country\ns,supplier,CN\nz,supplier,MX\nm,market,US",
    "countries": "country,ally\nMX,yes\nUS,yes",
    "items": "item\ntv",
    "offers": "location,item,unit_cost\ns,tv,10\nz,tv,20",
    "suppliers": "location,status,qualify_cost\nz,candidate,200",
    "lanes": "origin,destination,unit_cost\ns,m,0\nz,m,0",
    "demand": "market,item,quantity,shortage_cost\nm,tv,10,100",
    "scenarios": "scenario,probability\nfire,0.1",
    "events": "scenario,kind,target,field,op,value\nfire,location,s,capacity,set,0",
}
EXACT = SolveOptions(gap=0.0, confirm=False)


def points(measure, count=3):
    found = frontier(instance(TABLES, {"resilience": {"cvar_alpha": 0.9}}), measure, count, EXACT)
    return [(point.value, point.cost) for point in found.points]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        # without z: 0.9 x 100 + 0.1 x 1000; with it 200 + 0.9 x 100 + 0.1 x 200: half of the way is no plan of its own
        ("cvar", [(1000, 190), (200, 310)]),
        ("fill_rate", [(0, 190), (1, 310)]),
        # half of the spend on z in base, a third of the units: 200 + 0.9 x (200 / 3 + 200 / 3) + 0.1 x 200
        ("allied_share", [(0, 190), (0.5, 340), (1, 400)]),
    ],
)
def test_each_point_is_the_cheapest_plan_that_is_as_good(measure, expected):
    assert points(measure) == [pytest.approx(point) for point in expected]


def test_concentration_goes_down_to_equal_shares():
    """Demand is met as well as in the cheapest plan, 0.9 on average: half of it in the fire, by z, and 17/18 in base.

    Base has two shares of 17/36, which the tangent at 0.5 puts at 2/9 each: 0.9 x 4/9 + 0.1 x 0.25.
    """
    found = points("concentration", 2)

    assert found[0] == pytest.approx((0.9, 190))
    assert found[-1][0] == pytest.approx(0.425, abs=1e-6)
    assert found[0][1] < found[-1][1]


def test_no_plan_of_the_frontier_is_beaten_by_another():
    for measure in ("allied_share", "concentration"):
        value, cost = np.array(points(measure, 5)).T
        assert (np.diff(cost) > 0).all()
        assert (np.diff(value) * (1 if measure == "allied_share" else -1) > 0).all()


def test_a_frontier_is_written_with_its_plans_and_a_picture(tmp_path):
    found = frontier(instance(TABLES, {"resilience": {"cvar_alpha": 0.9}}), "cvar", 2, EXACT)
    found.write(tmp_path / "out")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "frontier.csv", "frontier.svg", "plan-1", "plan-2",
    ]  # fmt: skip
    assert found.table[["point", "value", "cost", "extra_cost", "suppliers"]].to_numpy().tolist() == [
        [1, pytest.approx(1000), pytest.approx(190), 0, "s"],
        [2, pytest.approx(200), pytest.approx(310), pytest.approx(120), "s;z"],
    ]
    (drawn,) = found.figure().data
    assert (drawn.x, drawn.y) == (pytest.approx((1000, 200)), pytest.approx((190, 310)))
    drawn = ElementTree.fromstring((tmp_path / "out" / "frontier.svg").read_text())
    assert len(drawn.findall(".//{http://www.w3.org/2000/svg}circle")) == 2


def test_a_plan_says_what_was_changed_and_what_holds_it_beside_its_instance():
    """A rule of policies.csv is in the instance; the row for CVaR is in no table."""
    instances = instance(TABLES, {"resilience": {"cvar_alpha": 0.9}})
    cheap, safe = frontier(instances, "cvar", 2, EXACT, changes=("offers.unit_cost *= 1",)).points
    ruled = frontier(instances, "fill_rate", 2, EXACT).points[-1].plan

    assert cheap.plan.document["changes"] == ["offers.unit_cost *= 1"]
    assert safe.plan.document["changes"] == [
        "offers.unit_cost *= 1",
        f"frontier: CVaR <= {safe.limit!r}, by a row that no table has",
    ]
    assert ruled.document["changes"] == []
    assert ruled.instance.tables["policies"]["policy"].to_list() == ["frontier"]


def test_cvar_without_scenarios_is_warned_of():
    calm = frontier(instance(TABLES, scenarios="", events=""), "cvar", 2, EXACT)

    assert len(calm.points) == 1
    assert calm.warnings == (
        "no scenario has a probability: the dearest scenario is base, so CVaR is the cost itself",
    )
    assert frontier(instance(TABLES), "cvar", 2, EXACT).warnings == ()


def test_of_plans_that_cost_the_same_only_the_best_is_efficient():
    """Where qualifying costs next to nothing and both ask the same, half of the spend on z is no dearer than none."""
    even = TABLES | {
        "offers": "location,item,unit_cost\ns,tv,10\nz,tv,10.000000001",
        "suppliers": "location,status,qualify_cost\nz,candidate,0",
        "scenarios": "",
        "events": "",
    }
    found = frontier(instance(even), "allied_share", 3, EXACT)

    assert [point.value for point in found.points] == pytest.approx([1.0])


def test_a_measure_that_does_not_exist_is_bad_input():
    with pytest.raises(InstanceError, match="did you mean 'fill_rate'"):
        frontier(instance(TABLES), "fillrate")


def test_cvar_takes_the_last_of_the_dearest_in_part():
    """The dearest fifth: 10 % at 100 and half of the 20 % at 40."""
    cost, probability = np.array([10.0, 100.0, 40.0]), np.array([0.7, 0.1, 0.2])

    assert cvar(cost, probability, 0.8) == pytest.approx(70)
    assert cvar(cost, probability, 0.0) == pytest.approx(25)
    assert not math.isnan(cvar(cost, probability, 0.99))


def test_concentration_is_weighed_against_the_expected_demand():
    """Half of 10 and half of 20 could be met by s alone, whose 10 are all of one and half of the other."""
    tables = TABLES | {
        "offers": "location,item,unit_cost,capacity\ns,tv,10,10\nz,tv,500,10",
        "scenarios": "scenario,probability\nsurge,0.5",
        "events": "scenario,kind,target,field,op,value\nsurge,demand,m,quantity,multiply,2",
    }
    found = frontier(instance(tables), "concentration", 2, EXACT)

    assert found.points[0].met == pytest.approx(20 / 30)
    assert len(found.points) == 2
    assert found.points[1].met >= 20 / 30 - 1e-6


def test_where_there_is_no_plan_there_is_no_frontier():
    scarce = TABLES | {
        "demand": "market,item,quantity\nm,tv,10",
        "offers": "location,item,unit_cost,capacity\ns,tv,10,3\nz,tv,20,3",
    }

    with pytest.raises(InfeasibleError):
        frontier(instance(scarce), "cvar", 2, EXACT)
