"""Times: base first, then each scenario from its first event on."""

import numpy as np

from planner.network.times import times
from tests.planner.network.reading import instance

TABLES = {
    "locations": "location,role,country\ns,supplier,MX\nm,market,MX",
    "items": "item\ntv",
    "offers": "location,item,unit_cost\ns,tv,10",
    "lanes": "origin,destination\ns,m",
    "demand": "market,item,quantity\nm,tv,30",
    "scenarios": "scenario,probability\nfire,0.2\nstrike,0.3\ncalm,0.1\nnever,0",
    "events": "scenario,kind,target,field,value,first_period\nfire,location,s,capacity,0,b\n"
    "fire,demand,m,quantity,2,c\nstrike,demand,m,quantity,2,\nnever,demand,m,quantity,2,",
}
THREE = {"horizon": {"periods": ["a", "b", "c"]}}


def test_a_scenario_has_times_from_its_first_event_on():
    """`calm` has no event and `never` no probability: they have no times of their own."""
    found = times(instance(TABLES, THREE))

    assert found.scenario_name == ("base", "fire", "strike")
    assert found.scenario.tolist() == [0, 0, 0, 1, 1, 2, 2, 2]
    assert found.period.tolist() == [0, 1, 2, 1, 2, 0, 1, 2]
    assert found.previous.tolist() == [-1, 0, 1, 0, 3, -1, 5, 6]
    assert found.starts.tolist() == [0, 5]


def test_the_weight_of_a_time_is_the_probability_that_it_is_lived_through():
    """Base holds what is left, 0.5 with the calm one, and in a what becomes a fire in b."""
    found = times(instance(TABLES, THREE))

    assert np.allclose(found.weight, [0.7, 0.5, 0.5, 0.2, 0.2, 0.3, 0.3, 0.3])
    assert np.allclose(np.bincount(found.period, found.weight), 1)


def test_what_is_carried_onward_and_back_follows_the_scenarios():
    found = times(instance(TABLES, THREE))
    seen = np.array([[1, 0, 0, 0, 5, 0, 3, 0]])

    assert found.onward(seen.copy(), np.maximum).tolist() == [[1, 1, 1, 1, 5, 0, 3, 3]]
    assert found.back(seen.copy(), np.maximum).tolist() == [[5, 0, 0, 5, 5, 3, 3, 0]]


def test_the_rest_of_the_horizon_is_the_largest_over_what_may_follow():
    found = times(instance(TABLES, THREE))
    wanted = np.array([[1.0, 2, 3, 4, 5, 6, 7, 8]])
    rest = found.rest(wanted)

    assert rest.tolist() == [[1 + 9, 2 + 3, 3, 4 + 5, 5, 6 + 7 + 8, 7 + 8, 8]]
    assert found.following(rest, np.array([[0.5]])).tolist() == [[9, 3, 0.5, 5, 0.5, 15, 8, 0.5]]


def test_every_follower_of_a_time():
    found = times(instance(TABLES, THREE))
    position, later = found.followers(np.array([0, 2, 4, 5]))

    assert list(zip(position.tolist(), later.tolist(), strict=True)) == [(0, 1), (0, 3), (3, 6)]
