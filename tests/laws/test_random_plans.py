"""The plans of random instances, written to their folders, pass the audit."""

import pytest

import planner
from planner.errors import InstanceError
from tests.laws import random_instances, random_trade

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
        folder = tmp_path / str(seed)
        try:
            plan = planner.solve(
                kind.generate(seed, size).instance(), gap=0.0, folder=folder, audited=False, confirm=False
            )
        except InstanceError:
            continue
        if plan.found:
            report = planner.audit(folder)
            assert report.passed, f"{kind.__name__} {size} {seed}: {report}"
