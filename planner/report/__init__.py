"""What a person reads of a plan."""

from planner.report.difference import difference
from planner.report.explain import TOPICS, explain
from planner.report.report import report
from planner.report.write import add_report, write_report

__all__ = ["TOPICS", "add_report", "difference", "explain", "report", "write_report"]
