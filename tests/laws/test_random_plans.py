"""The plans of random instances, written to their folders, pass the audit."""

import pytest

import planner
from planner.errors import InstanceError
from tests.laws.random_instances import generate

CASES = [("tiny", first) for first in range(0, 40, 8)] + [("medium", first) for first in range(0, 24, 4)]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "first"), CASES)
def test_the_audit_passes_on_the_plan_of_a_random_instance(size, first, tmp_path):
    for seed in range(first, first + (8 if size == "tiny" else 4)):
        folder = tmp_path / str(seed)
        try:
            plan = planner.solve(
                generate(seed, size).instance(), gap=0.0, folder=folder, audited=False, confirm=False
            )
        except InstanceError:
            continue
        if plan.found:
            report = planner.audit(folder)
            assert report.passed, f"{size} {seed}: {report}"
