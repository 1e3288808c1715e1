"""Reruns by pencil: what the design of `tiny` costs after a change, and first answers with their bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import planner
from planner.errors import InstanceError, SolverError
from planner.instance import Change, Fix, WhatIf, apply, parse_set
from planner.solve import SolveOptions, Status
from planner.solve.price import fixed
from planner.solve.retained import Retained
from planner.study import session as module
from planner.study.design import design_of
from planner.study.edits import edits
from planner.study.first import FIRST, carried_bound
from planner.study.patches import built, patched
from planner.study.session import Session, together

BASE = 14_200.0


@pytest.fixture(scope="module")
def session():
    return Session("tiny")


@pytest.mark.parametrize(
    ("change", "cost"),
    [
        # Tijuana makes 6 more of Shenzhen's panels (100 + 8 + 12 + 4 + 5% of 200), Dallas 4 (100 + 9 + 19 + 5)
        ("demand.quantity *= 1.1", BASE + 6 * 134 + 4 * 133),
        ("demand[market=chicago].quantity += 1", BASE + 133),
        # 27 panels of Gumi (96 + 10) become Shenzhen's (100 + 8), which has no limit
        ("offers.capacity *= 0.1", BASE + 27 * 2),
        ("facilities.capacity *= 0.5", BASE),
        ("tariffs.rate = 0.1", BASE + 60 * 200 * 0.05),
        # Dallas serves both (100 + 9 + 19 + 19 to Los Angeles), and Tijuana stays open
        ("tariffs.rate = 0.2", 900 + 60 * 147 + 40 * 133),
        ("offers.unit_cost += 1", BASE + 100),
        ("lanes[origin=dallas,destination=chicago].unit_cost = 7", BASE + 80),
    ],
)
def test_the_design_is_operated_at_least_cost_after_a_change(session, change, cost):
    found = session.reprice(parse_set(change))
    assert found.objective == pytest.approx(cost, rel=1e-9)
    assert sum(found.costs.values()) == pytest.approx(cost, rel=1e-9)
    plan = found.plan()
    assert plan.objective == pytest.approx(cost, rel=1e-9)
    assert plan.audit["passed"]
    assert plan.document["changes"] == [change, "fix design"]


def test_a_design_that_cannot_serve_the_demand_says_so(session):
    found = session.reprice(parse_set("facilities.capacity = 40"))
    assert (found.status, found.objective, found.costs) == (Status.INFEASIBLE, np.inf, {})
    assert session.reprice().objective == BASE


@pytest.mark.parametrize(
    ("change", "known"),
    [
        ("demand.quantity *= 1.1", True),
        ("facilities.capacity *= 0.5", True),
        ("offers.capacity *= 0.5", True),
        ("tariffs.rate *= 2", True),
        ("tariffs.rate = 0", False),  # a programme that charges nothing displaces nothing
        ("demand[market=chicago].quantity = 0", False),  # what nobody wants goes nowhere
        ("offers.unit_cost += 1", False),
        ("offers[location=gumi].origin = CN", False),
        ("instance.duty_date = 2026-06-01", False),
    ],
)
def test_what_is_not_known_to_be_a_patch_is_built_again(session, change, known):
    numbers = edits(session.instance, [parse_set(change)])
    assert (numbers is not None and patched(session._built, numbers) is not None) is known


@pytest.mark.parametrize(
    ("also", "change"),
    [
        ("tariffs", {"importer": "US", "origin": "CN", "programme": "X", "rate": 0.1, "rule": "cap"}),
        ("agreements", {"agreement": "A", "member": "MX"}),
        ("relief", {"location": "tijuana", "programme": "IMMEX", "kind": "suspension"}),
    ],
)
def test_a_duty_that_others_hang_on_is_not_patched(session, also, change):
    instance = apply(session.instance, [Change(also, append=[change])])
    numbers = edits(instance, [parse_set("tariffs[importer=US,origin=MX].rate = 0.1")])
    assert patched(built(instance), numbers) is None


def test_a_contract_that_promises_more_than_it_has_is_refused_as_ever(session):
    with pytest.raises(InstanceError, match="min_quantity"):
        session.reprice(
            Change("offers", {"location": "gumi"}, set={"min_quantity": 20}),
            parse_set("offers[location=gumi].capacity = 10"),
        )


def test_a_change_out_of_range_is_refused_with_its_place(session):
    with pytest.raises(InstanceError, match=r"--set demand.quantity \*= -1: quantity: "):
        session.reprice(parse_set("demand.quantity *= -1"))


def test_the_first_answer_is_the_known_design_with_a_bound(session):
    heard = []
    plan = session.solve(parse_set("tariffs.rate = 0.2"), on_first=heard.append)
    (first,) = heard
    assert (first.objective, first.status, first.stopped_by) == (15_040.0, Status.FEASIBLE, FIRST)
    # closing Tijuana saves its 600
    assert plan.objective == 14_440.0
    assert BASE <= first.bound <= 14_440.0  # a dearer duty can only cost more than the base plan
    assert first.gap == pytest.approx((15_040 - first.bound) / 15_040)


def test_a_first_answer_that_is_proven_is_the_plan():
    session = Session("tiny", SolveOptions(gap=0.05))
    heard = []
    plan = session.solve(parse_set("tariffs.rate = 0.051"), on_first=heard.append)
    assert heard[0].status is plan.status is Status.OPTIMAL
    assert plan.audit["passed"]


def test_designs_that_were_found_are_first_answers_later():
    change = parse_set("tariffs.rate = 0.2")
    for learn, cost in ((True, 14_440.0), (False, 15_040.0)):
        session = Session("tiny", learn=learn)
        session.solve(change)
        assert session.solve(change, prove=False).objective == cost


def test_without_a_design_that_can_be_operated_there_is_no_first_answer():
    session, heard = Session("tiny"), []
    closed = parse_set("lanes[origin=tijuana,destination=los-angeles].capacity = 10")
    short = parse_set("lanes[origin=dallas].capacity = 45")
    plan = session.solve(closed, short, on_first=heard.append)
    assert heard == []
    assert plan.status is Status.INFEASIBLE


def test_a_figure_that_does_not_hold_is_an_error(session, monkeypatch):
    found = session.reprice(parse_set("tariffs.rate = 0.1"))
    wrong = replace(found, objective=found.objective * 1.01)
    with pytest.raises(SolverError, match="was said to cost 14948, and costs 14800"):
        wrong.plan()


def test_two_what_ifs_cannot_both_keep_something_of_the_base_plan():
    keeping = WhatIf("a", fix=Fix(design=True))
    with pytest.raises(InstanceError, match="another what-if keeps something"):
        together((keeping, replace(keeping, name="b")))
    both = together((WhatIf("a", (parse_set("demand.quantity *= 2"),)), keeping))
    assert (both.name, both.words) == ("a+a", ("demand.quantity *= 2", "fix design"))


def test_a_bound_is_carried_over_to_other_costs_alone(session):
    before = session._built.compiled.arrays
    dearer = built(apply(session.instance, [parse_set("facilities.fixed_cost += 10")])).compiled.arrays
    cheaper = built(apply(session.instance, [parse_set("facilities.fixed_cost += -10")]))
    more = built(apply(session.instance, [parse_set("demand.quantity *= 2")])).compiled.arrays
    assert carried_bound(before, BASE, dearer) == BASE
    assert carried_bound(before, BASE, cheaper.compiled.arrays) == BASE - 20  # both plants open
    assert carried_bound(before, BASE, more) == -np.inf


def test_a_session_is_public():
    assert planner.Session is module.Session


PENALISED = {"concentration": "resilience.concentration_weight = 0.5", "tail": "resilience.cvar_weight = 0.5"}
COUNTED = {
    "least": {"policy": "two", "measure": "count_suppliers", "item": "panel", "min": 1, "min_share": 0.25},
    "most": {"policy": "two", "measure": "count_suppliers", "item": "panel", "max": 2, "min_share": 0.25},
}
SHORT = "demand.shortage_cost = 1000"
SERVED = Change("scenarios", append=[{"scenario": "base", "min_service": 0.8}])


@pytest.mark.parametrize(
    ("made", "change"),
    [
        ((parse_set(PENALISED["concentration"]),), "demand.quantity *= 1.2"),
        ((parse_set(PENALISED["concentration"]), parse_set(SHORT)), "facilities.capacity = 50"),
        ((parse_set(PENALISED["tail"]), parse_set(SHORT)), "demand.quantity *= 4"),
        ((parse_set(SHORT), SERVED), "demand.quantity *= 4"),
        ((Change("policies", append=[COUNTED["least"]]),), "demand.quantity *= 1.3"),
        ((Change("policies", append=[COUNTED["least"]]),), "offers[location=gumi].capacity = 20"),
        ((Change("policies", append=[COUNTED["most"]]),), "offers[location=gumi].capacity = 80"),
        ((Change("policies", append=[COUNTED["most"]]), parse_set(SHORT)), "facilities.capacity = 200"),
        (
            (Change("tariffs", {"programme": "MFN"}, set={"importer": "MX", "origin": "US"}),),
            "tariffs.rate = 0.2",
        ),
    ],
)
def test_what_is_reckoned_from_demand_and_capacity_follows_them(session, made, change):
    """A penalty, a service level and suppliers that count; and a duty where nothing is charged at all."""
    instance = apply(session.instance, made)
    kept = Session(instance, SolveOptions(gap=1e-9))
    known = built(apply(instance, [parse_set(change)]))
    cold = Retained(fixed(known.compiled, known.data, design_of(kept.base, known.data))).solve()
    found = kept.reprice(parse_set(change))
    assert (found.status, found.objective) == (cold.status, pytest.approx(cold.objective, rel=1e-9))


def test_a_contract_below_its_minimum_is_no_instance_wherever_it_is(session):
    """The offer of nobody's panel is not in the model, and is refused like any other."""
    unused = Change(
        "offers",
        append=[{"location": "gumi", "item": "tv", "unit_cost": 1, "capacity": 9, "min_quantity": 5}],
    )
    with pytest.raises(InstanceError, match="min_quantity"):
        Session(apply(session.instance, [unused])).reprice(parse_set("offers[item=tv].capacity = 4"))


@pytest.mark.parametrize("value", ["1_00", True])
def test_a_repriced_number_is_read_as_that_of_a_table(session, value):
    with pytest.raises(InstanceError, match="quantity: not a number"):
        session.reprice(planner.change("demand", set={"quantity": value}))


def test_a_base_plan_of_other_rows_or_data_is_refused(session):
    """Its bound is none of the instance alone, so that a first answer could be taken for the best."""

    def no_dallas(model, data):
        @model.Constraint()
        def closed(m):
            return (
                sum(m.open[k, 0] for k, place in enumerate(data.options.facility_name) if place == "dallas")
                == 0
            )

    extended = planner.solve(session.instance, extend=no_dallas)
    with pytest.raises(InstanceError, match="rows of your own"):
        Session(session.instance, base=extended)
    with pytest.raises(InstanceError, match="another instance"):
        Session(apply(session.instance, [parse_set("tariffs.rate = 0.1")]), base=session.base)
