"""Many solves of one instance: failures in turn, the efficient plans, scenarios that are made."""
