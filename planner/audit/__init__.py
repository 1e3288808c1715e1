"""The independent audit: recomputes a plan from its files, with the standard library alone.

It shares no code with the rest of the planner: its own reader, its own reading of the instance format, its
own arithmetic (decimals, exact to 50 digits). `audit(folder)` returns an `AuditReport`.
"""

from planner.audit.checks import CHECKS, Check, audit
from planner.audit.report import AuditReport, Finding, Tally

__all__ = ["CHECKS", "AuditReport", "Check", "Finding", "Tally", "audit"]
