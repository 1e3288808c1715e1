"""Why a facility is open, what binds, what drives a difference: sentences by hand on `tiny` (see its README)."""

import pytest

import planner
from planner.errors import InstanceError
from planner.instance import apply, parse_set
from planner.plan import Plan
from planner.report import difference, explain
from planner.report.binding import CAVEAT


def solved(*changes: str) -> Plan:
    made = tuple(changes)
    return planner.solve(apply(planner.load("tiny"), [parse_set(change) for change in made]), changes=made)


@pytest.fixture(scope="module")
def tiny():
    return solved()


@pytest.fixture(scope="module")
def free():
    """Without the duty Tijuana alone is open: 13,340."""
    return solved("tariffs.rate = 0")


def test_a_facility_that_is_open_is_worth_what_closing_it_costs(tiny):
    """Tijuana alone costs 14,340: 140 more, of 40 x 10 of duty, 320 of freight, less 300 fixed and 280 conversion."""
    assert explain(tiny, "facility:dallas").splitlines() == [
        "dallas",
        "",
        "dallas is open in 2027.",
        "With it closed in every period the best plan costs 140.00 USD more, proven.",
        "Where that comes from:",
        "  duty:MFN: +400.00 USD",
        "  freight: +320.00 USD",
        "  facility_fixed: -300.00 USD",
        "  conversion: -280.00 USD",
        "What happens instead:",
        "  dallas: open 2027 -> never",
        "  made dallas tv: 40 -> 0 (-40)",
        "  made tijuana tv: 60 -> 100 (+40)",
    ]


def test_a_facility_that_is_not_open_would_cost_what_opening_it_does(free):
    lines = explain(free, "facility:dallas").splitlines()
    assert lines[2:4] == [
        "dallas is not open in any period.",
        "With it open in every period the best plan costs 260.00 USD more, proven.",
    ]


def test_a_gap_that_leaves_the_answer_open_is_said(tiny):
    """Tijuana alone costs 14,340; the plan is said to cost 14,400, and the best one no less than 14,000."""
    lines = explain(tiny.with_(objective=14_400.0, bound=14_000.0), "facility:dallas").splitlines()
    assert lines[3:5] == [
        "With it closed in every period the best plan costs 60.00 USD less; "
        "by both gaps it is -60.00 USD to +340.00 USD.",
        "So far as the gaps go, it may be worth nothing; a smaller gap would tell.",
    ]


def test_a_facility_without_which_there_is_no_plan():
    """Each plant makes 70 of the 100 at most."""
    text = explain(solved("facilities.capacity = 70"), "facility:tijuana")
    assert text.splitlines()[2:] == [
        "tijuana is open in 2027.",
        "No plan satisfies all the rules with it closed in every period.",
    ]


@pytest.mark.parametrize(
    ("topic", "message"),
    [
        (
            "facility:dalas",
            "TOPIC: nothing is decided about such a facility; found 'facility:dalas'; expected dallas, tijuana; "
            "did you mean 'dallas'?",
        ),
        (
            "dutys",
            "TOPIC: no such topic; found 'dutys'; expected duty, origin, relief, binding, facility:LOCATION, "
            "supplier:LOCATION or a plan; "
            "did you mean 'duty'?",
        ),
    ],
)
def test_what_nothing_is_known_about(tiny, topic, message):
    with pytest.raises(InstanceError) as caught:
        explain(tiny, topic)
    assert str(caught.value) == message


def test_a_facility_that_is_not_available_is_not_decided():
    plan = solved("facilities[location=dallas].status = closed")
    with pytest.raises(InstanceError, match="is not available, whatever the plan; found 'facility:dallas'"):
        explain(plan, "facility:dallas")


def test_what_binds_is_told_with_its_price_and_its_row(tiny):
    """One more panel of Gumi saves 2 (step 5)."""
    assert explain(tiny, "binding").splitlines()[2:] == [
        CAVEAT,
        "contract base of gumi, panel: capacity of 30 in 2027 (offers.csv:3): one unit more saves 2.00 USD",
    ]


def test_nothing_binds_where_there_is_room_for_everything():
    text = explain(solved("offers[location=gumi].capacity = 200"), "binding")
    assert text.splitlines()[2:] == [
        "Nothing binds: no capacity, contract or policy would be worth having more of, with the design as it is."
    ]


def test_plants_lanes_gateways_and_policies_bind_too():
    """Panels at 108 in Tijuana, 109 in Dallas; a set of Tijuana costs 134 in Los Angeles, one of Dallas 147.

    Tijuana may make 50 of the 60 for Los Angeles: one more saves 147 - 134 = 13, less what its policy takes back.
    """
    plan = solved("facilities[location=tijuana].capacity = 50")
    assert (
        "capacity of tijuana of 50 in 2027 (facilities.csv:2): one capacity unit more saves 13.00 USD"
        in explain(plan, "binding")
    )
    jobs = planner.change(
        "policies",
        append=[
            {"policy": "jobs", "measure": "volume_share", "who": "dallas", "of": "role:plant", "min": 0.5}
        ],
    )
    text = explain(planner.solve(apply(planner.load("tiny"), [jobs])), "binding")
    # half of 100 in Dallas: 10 of them for Los Angeles at 13 more; a point less is one set
    assert "policy jobs, volume_share >= 50% (policies.csv:2): one point less saves 13.00 USD" in text


def test_a_difference_is_what_the_data_do_and_what_another_design_does(tiny, free):
    """The base design pays 600 less duty; Tijuana alone costs 13,340 in place of 13,600."""
    assert difference(tiny, free).splitlines() == [
        "tiny costs 860.00 USD less, proven.",
        "tariffs.rate = 0",
        "With the design of the first, the data of the second cost 600.00 USD less:",
        "  duty:MFN: -600.00 USD",
        "Another design then costs 260.00 USD less:",
        "  freight: +320.00 USD",
        "  facility_fixed: -300.00 USD",
        "  conversion: -280.00 USD",
        "  dallas: open 2027 -> never",
        "  made MX: 60 -> 100 (+40)",
        "  made US: 40 -> 0 (-40)",
    ]


def test_a_design_that_cannot_be_operated_explains_nothing(free):
    """Tijuana alone makes 120 of 150."""
    more = solved("tariffs.rate = 0", "demand.quantity *= 1.5")
    lines = difference(free, more).splitlines()
    assert lines[1:3] == [
        "demand.quantity *= 1.5",
        "The design of the first cannot be operated there; what another design does is all of it:",
    ]
