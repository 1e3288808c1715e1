"""What a person reads of a plan."""

from planner.report.difference import difference
from planner.report.explain import TOPICS, explain

__all__ = ["TOPICS", "difference", "explain"]
