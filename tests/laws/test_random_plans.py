"""The plans of random instances, with and without scenarios, written to their folders, pass the audit."""

import pytest

import planner
from planner.errors import InstanceError
from tests.laws import random_instances, random_trade
from tests.laws.random_events import disturbed
from tests.laws.random_resilience import weighed

CHUNK = {"tiny": 8, "medium": 4}
TRIED = (
    (random_instances, "tiny", 40),
    (random_instances, "medium", 24),
    (random_trade, "tiny", 40),
    (random_trade, "medium", 16),
)
CASES = [(kind, size, first) for kind, size, count in TRIED for first in range(0, count, CHUNK[size])]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "size", "first"), CASES)
def test_the_audit_passes_on_the_plan_of_a_random_instance(kind, size, first, tmp_path):
    for seed in range(first, first + CHUNK[size]):
        check(kind.generate(seed, size), tmp_path / str(seed), f"{kind.__name__} {size} {seed}")


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "size", "first"), [case for case in CASES if case[1] == "tiny"])
def test_the_audit_passes_on_the_plan_of_a_random_instance_with_scenarios(kind, size, first, tmp_path):
    for seed in range(first, first + CHUNK[size]):
        case = weighed(disturbed(kind.generate(seed, size), seed), seed)
        check(case, tmp_path / str(seed), f"{kind.__name__} {size} {seed}")


def check(case, folder, name):
    """Solve a case, and audit what is written, if there is a plan."""
    try:
        plan = planner.solve(case.instance(), gap=0.0, folder=folder, audited=False, confirm=False)
    except InstanceError:
        return
    if plan.found:
        report = planner.audit(folder)
        assert report.passed, f"{name}: {report}"
