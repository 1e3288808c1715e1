"""Scenarios from outage rates: the rows by hand, and what holds for all of them."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.errors import InstanceError
from planner.study import scenarios as module
from planner.study.scenarios import generate
from tests.planner.network.reading import instance
from tests.planner.study.test_outages import outages

TABLES = {
    "locations": "location,role,country,name,recovery_days,outage_rate\n"
    "s,supplier,MX,Maker,40,0.5\nz,supplier,MX,,20,0.4\np,plant,US,Plant,30,0.1\nm,market,US,,30,0",
    "countries": "country,recovery_days,outage_rate\nMX,60,0.1",
    "gateways": "gateway,country,recovery_days,outage_rate\ng,MX,7,0.6",
    "items": "item\npart\ntv",
    "offers": "location,item,unit_cost\ns,part,10\nz,part,12",
    "production": "location,item,unit_cost\np,tv,5",
    "bom": "item,component,quantity\ntv,part,1",
    "lanes": "origin,destination,unit_cost,gateways\nrole:supplier,p,1,g\np,m,1,",
    "demand": "market,item,quantity,shortage_cost\nm,tv,30,1000",
}
QUARTERS = {"horizon": {"periods": ["Q1", "Q2"], "days_per_period": 91}}
S, Z, G, MX = 1, 2, 3, 4  # causes in the order of the tables; 0 is the plant


@pytest.fixture
def drawn(monkeypatch):
    """Make these outages the ones that are drawn."""
    return lambda *rows: monkeypatch.setattr(module, "drawn", lambda *_: outages(*rows))


def rows(table, *columns):
    return list(table[list(columns)].itertuples(index=False, name=None))


def test_samples_become_rows(drawn):
    """Four samples: nothing; the maker from day 85 to 100, twice; Mexico on day 91 alone."""
    drawn((1, S, 85, 100), (2, S, 85, 100), (3, MX, 91, 92))
    found = generate(instance(TABLES, QUARTERS), samples=4)

    assert rows(found.table, "scenario", "probability", "title") == [
        ("base", 0.25, "nothing fails"),
        ("outage-1", 0.5, "Maker out for 15 days from Q1"),
        ("outage-2", 0.25, "all of MX out for 1 day from Q2"),
    ]
    events = found.instance.tables["events"]
    assert rows(events, "scenario", "kind", "target", "first_period", "periods", "days") == [
        ("outage-1", "location", "s", "Q1", 1, 6),
        ("outage-1", "location", "s", "Q2", 1, 9),
        ("outage-2", "location", "s", "Q2", 1, 1),
        ("outage-2", "location", "z", "Q2", 1, 1),
        ("outage-2", "gateway", "g", "Q2", 1, 1),
    ]
    assert set(rows(events, "field", "op", "value")) == {("capacity", "multiply", 0)}
    assert (found.samples, found.disturbed, found.distinct) == (4, 3, 2)
    assert (found.distance, found.relative) == (0, 0)
    assert found.sampled_days == found.kept_days == (2 * 15 + 3) / 4


def test_a_sample_goes_to_the_nearest_scenario_and_never_to_base(drawn):
    """Mexico, and of Q2 the maker's other 8 days and 6 of Q1, are 16 days: 4 a sample. Alone Mexico would cost 32."""
    drawn((1, S, 85, 100), (2, S, 85, 100), (3, MX, 91, 92))
    found = generate(instance(TABLES, QUARTERS), samples=4, keep=1)

    assert found.table["probability"].tolist() == [0.25, 0.75]
    assert (found.distance, found.relative) == (4, 1)
    assert (found.sampled_days, found.kept_days) == (8.25, 11.25)
    (source,) = found.instance.tables["scenarios"]["source"]
    assert source == "planner scenarios: 4 samples, seed 0, distance 4 days"


def test_a_title_names_the_longest_outages_as_they_begin(drawn):
    drawn((0, G, 1, 3), (0, Z, 100, 140), (0, S, 40, 45), (0, MX, 3, 4), (0, S, 150, 152))
    found = generate(instance(TABLES, QUARTERS), samples=1)

    title = (
        "g out for 2 days from Q1; Maker out for 5 days from Q1; z out for 40 days from Q2; "
        "and 2 shorter outages"
    )
    assert found.table["title"].tolist()[1:] == [title]
    assert found.table["probability"].tolist() == [0, 1]


def test_scenarios_that_are_there_stay_and_the_others_share_what_they_leave(drawn):
    """0.4 are taken; of the 0.6 that are left one half is undisturbed. outage-1 is taken, too."""
    drawn((0, S, 0, 4), (1, Z, 0, 9))
    more = {
        "scenarios": "scenario,probability,title,min_service\nbase,,as usual,0.5\noutage-1,0.4,war,0",
        "events": "scenario,kind,target,field,value\noutage-1,location,p,unit_cost,2",
    }
    found = generate(instance(TABLES, QUARTERS, **more), samples=4)

    table = found.instance.tables["scenarios"].set_index("scenario")
    assert table["probability"].drop("base").to_dict() == {
        "outage-1": 0.4,
        "outage-2": 0.15,
        "outage-3": 0.15,
    }
    assert table.loc["base", "min_service"] == 0.5
    assert found.table["title"].tolist()[0] == "as usual"
    assert found.table["probability"].tolist()[0] == pytest.approx(0.3)
    assert found.instance.tables["events"]["scenario"].tolist() == ["outage-1", "outage-2", "outage-3"]


def test_the_plan_bears_what_the_samples_say(drawn):
    """The maker serves 30 a quarter at 17 until it is out for all of Q2; then z does, at 19.

    A quarter of the samples is 30 x 2 dearer.
    """
    drawn((3, S, 91, 182))
    plan = planner.solve(generate(instance(TABLES, QUARTERS), samples=4).instance, gap=0, audited=False)

    assert plan.objective == pytest.approx(2 * 30 * 17 + 0.25 * 30 * 2)


cases = st.fixed_dictionaries(
    {"samples": st.integers(20, 200), "keep": st.integers(1, 60), "seed": st.integers(0, 2**31 - 1)}
)
tried = settings(deadline=None, max_examples=10)


@tried
@given(asked=cases)
def test_probabilities_sum_to_one_and_every_scenario_is_a_sample(asked):
    """A scenario that stands for itself alone is as likely as its sample; where all do, the distance is 0."""
    found = generate(instance(TABLES, QUARTERS), **asked)
    more = generate(instance(TABLES, QUARTERS), **{**asked, "keep": asked["keep"] + 1})

    assert found.table["probability"].sum() == pytest.approx(1)
    assert found.table["probability"][0] == pytest.approx(1 - found.disturbed / asked["samples"])
    assert len(found.table) == 1 + min(asked["keep"], found.distinct)
    assert more.distance <= found.distance
    assert (found.distance == 0) == (asked["keep"] >= found.distinct)
    assert set(found.table["title"]) <= set(more.table["title"])
    assert found.instance.tables["events"]["days"].max() <= 91
    assert found.instance.warnings == ()


@tried
@given(asked=cases)
def test_the_same_seed_gives_the_same_instance_in_any_order_of_the_rows(asked):
    shuffled = dict(TABLES)
    for name, text in TABLES.items():
        head, *lines = text.split("\n")
        Random(asked["seed"]).shuffle(lines)
        shuffled[name] = "\n".join([head, *lines])

    one, other = (generate(instance(tables, QUARTERS), **asked) for tables in (TABLES, shuffled))
    assert one.instance.sha256 == other.instance.sha256


def test_another_seed_gives_other_scenarios():
    one, other = (planner.scenarios(instance(TABLES, QUARTERS), seed=seed) for seed in (0, 1))
    assert one.sha256 != other.sha256


def problems(case, **asked):
    with pytest.raises(InstanceError) as caught:
        generate(case, **asked)
    return str(caught.value).splitlines()


def test_figures_that_are_not_valid_are_said_at_once():
    assert problems(instance(TABLES), samples=0, keep=201, seed=-1) == [
        "samples: not above the least value; found '0'; expected more than 0",
        "keep: above the greatest value; found '201'; expected at most 200",
        "seed: below the least value; found '-1'; expected at least 0",
    ]


def test_no_rates_and_no_probability_left_are_said_at_once():
    more = {
        "locations": "location,role,country,outage_rate\ns,supplier,MX,\nz,supplier,MX,\np,plant,US,\nm,market,US,3",
        "countries": "country,recovery_days,outage_rate\nMX,0,0.1",
        "gateways": "gateway,country\ng,MX",
        "scenarios": "scenario,probability\nx,1",
    }
    assert problems(instance(TABLES, **more)) == [
        "locations:outage_rate: nothing ever fails: no place or country has both an outage_rate and recovery_days; "
        "expected an outage_rate above 0 in locations, gateways, countries",
        "scenarios:probability: the scenarios leave nothing to base for new ones to share; "
        "expected probabilities that sum to less than 1",
    ]


def test_more_outages_than_can_be_drawn_are_refused():
    many = {"gateways": "gateway,country,outage_rate\ng,MX,1000000000000000"}
    (problem,) = problems(instance(TABLES, QUARTERS, **many), samples=1)
    assert problem.startswith("samples: too many outages to draw; found '498,630,136,986,30")
    assert problem.endswith("expected about 5,000,000 at most: fewer samples, or lower outage rates")


def test_rates_so_low_that_nothing_happens_are_said():
    calm = {
        "locations": "location,role,country,outage_rate\ns,supplier,MX,1e-9\nz,supplier,MX,\np,plant,US,\nm,market,US,",
        "countries": "",
        "gateways": "gateway,country\ng,MX",
    }
    assert problems(instance(TABLES, **calm), samples=5) == [
        "samples: nothing fails in any sample; found '5'; expected more samples"
    ]


def test_what_nothing_comes_of_is_warned_of():
    more = {
        "locations": "location,role,country,recovery_days,outage_rate\n"
        "s,supplier,MX,0,1\nz,supplier,MX,5,1\np,plant,US,5,\nm,market,US,5,2",
        "demand": "market,item,quantity\nm,tv,30",
    }
    found = generate(instance(TABLES, QUARTERS, **more), samples=100, keep=1)
    *said, thin = map(str, found.warnings)
    assert said == [
        "locations:5:outage_rate: a market has no capacity to lose: its rate is not used; found '2'",
        "locations:2:recovery_days: an outage of no days: its rate is not used; found '0'",
        "demand:2:shortage_cost: this must be met in every scenario: where nothing else can serve it, "
        "there is no plan; expected a cost of a shortage",
    ]
    assert thin.startswith("keep: the scenarios hold ")
    assert thin.endswith("expected more scenarios, or fewer things that fail")


def test_the_capacities_of_a_scenario_are_those_of_its_sample(drawn):
    """46 of 91 days leave 45 / 91 of what the maker delivers, which is what 30 televisions need."""
    from planner.network import build

    drawn((0, S, 0, 46))
    data = build(generate(instance(TABLES, QUARTERS), samples=2).instance)
    maker = np.array([data.holds.location[hold] for hold in data.offers.hold]) == "s"
    stated = dict(zip(data.offers.time[maker].tolist(), data.offers.stated[maker], strict=True))
    assert stated == pytest.approx({0: np.inf, 1: np.inf, 2: 30 * 45 / 91, 3: np.inf})
