"""The plans of random instances, written to their folders, pass the audit."""

import pytest

import planner
from planner.errors import InstanceError
from tests.laws import random_instances, random_trade
from tests.laws.random_events import disturbed

CHUNK = {"tiny": 8, "medium": 4}
TRIED = (
    (random_instances, "tiny", 40),
    (random_instances, "medium", 24),
    (random_trade, "tiny", 40),
    (random_trade, "medium", 16),
)
SCENARIOS = ((random_instances, "tiny", 24), (random_trade, "tiny", 24))
WEIGHTS = (
    {},
    {"cvar_weight": 0.5, "cvar_alpha": 0.7},
    {"exposure_weight": 0.3, "concentration_weight": 0.2},
)
CASES = [(kind, size, first) for kind, size, count in TRIED for first in range(0, count, CHUNK[size])]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "size", "first"), CASES)
def test_the_audit_passes_on_the_plan_of_a_random_instance(kind, size, first, tmp_path):
    for seed in range(first, first + CHUNK[size]):
        audit_plan_of(kind.generate(seed, size), tmp_path / str(seed))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "size", "first"),
    [(kind, size, first) for kind, size, count in SCENARIOS for first in range(0, count, CHUNK[size])],
)
def test_the_audit_passes_on_the_plan_of_a_random_instance_with_scenarios(kind, size, first, tmp_path):
    for seed in range(first, first + CHUNK[size]):
        case = disturbed(kind.generate(seed, size), seed)
        case.settings["resilience"] = WEIGHTS[seed % len(WEIGHTS)]
        audit_plan_of(case, tmp_path / str(seed))


def audit_plan_of(case, folder):
    """Solve a case and audit the plan, if there is one."""
    try:
        plan = planner.solve(case.instance(), gap=0.0, folder=folder, audited=False, confirm=False)
    except InstanceError:
        return
    if plan.found:
        report = planner.audit(folder)
        assert report.passed, f"{folder}: {report}"
