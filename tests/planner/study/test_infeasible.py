"""Instances without a plan: what is to blame comes first, and what is proposed is enough."""

import pytest

from planner.study import infeasible
from planner.study.infeasible import OFFERED, explain_infeasible
from tests.planner.study.planted import CASES, instance_of


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_cause_comes_first_and_the_repair_is_enough(case, monkeypatch):
    """Each repair is applied as a change, and the changed instance solved: `works` says whether it has a plan."""
    tried = []

    def recorded(*asked):
        tried.append(infeasible_works(*asked))
        return tried[-1]

    infeasible_works = infeasible.works
    monkeypatch.setattr(infeasible, "works", recorded)
    why = explain_infeasible(case.instance())

    named = [line.split(": ")[0].strip() for line in str(why).splitlines() if line.startswith("  ")]
    assert case.cause in named[:3], str(why)
    assert tried
    assert all(tried), str(why)
    assert len(why.repairs) <= OFFERED
    assert case.cause in {cell.place for cell in why.conflict}, str(why)
    assert why.irreducible
    assert why.notes == ()


def test_there_is_a_plan_before_anything_is_planted():
    why = explain_infeasible(instance_of({}))
    assert why.repairs == ()
    assert why.notes == (infeasible.HOLDS,)
