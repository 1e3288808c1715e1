"""`planner audit`: recompute a plan from its files alone. Nothing of the model or the solver is loaded for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import InstanceError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.audit import AuditReport

FINDINGS_KEPT = 100


def audit(folder: str | Path) -> AuditReport:
    """Recompute a written plan from its files alone, without Pyomo or HiGHS.

    Raises:
        InstanceError: there is no such folder, or it is not that of a plan.
    """
    from planner.audit import audit as recompute  # noqa: PLC0415 - nothing else needs it when this is imported

    folder = Path(folder)
    if not folder.is_dir():
        raise InstanceError([Problem(str(folder), "no such folder", expected="the folder of a plan")])
    if not (folder / "plan.json").exists():
        raise InstanceError([Problem(str(folder), "is not a plan", expected="a folder with plan.json")])
    return recompute(folder)


def audit_block(folder: Path) -> Mapping[str, Any]:
    """The `audit` of plan.json."""
    return block(audit(folder))


def block(report: AuditReport) -> Mapping[str, Any]:
    """An audit as plan.json has it; findings beyond the first hundred are left out."""
    return {
        "passed": report.passed,
        "checks": report.checks,
        "worst_violation": report.worst_violation,
        "findings": [str(finding) for finding in report.findings[:FINDINGS_KEPT]],
    }
