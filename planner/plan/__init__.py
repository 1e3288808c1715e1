"""From a solved model to a plan: tidy tables, the ledger, landed cost per unit, and the output folder."""

from planner.plan.plan import Plan, assemble
from planner.plan.variables import variables
from planner.plan.write import audited, read, refuse_unwritable, write

__all__ = ["Plan", "assemble", "audited", "read", "refuse_unwritable", "variables", "write"]
