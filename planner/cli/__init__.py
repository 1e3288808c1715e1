"""The command line: plans, scenarios, and the studies that solve many times; `planner --help` lists them."""

from planner.cli import (  # each registers its commands
    breakeven,
    plans,
    report,
    scenarios,
    studies,
    sweep,
    whatif,
)
from planner.cli.command import app

__all__ = ["app", "breakeven", "main", "plans", "report", "scenarios", "studies", "sweep", "whatif"]


def main() -> None:
    """Run the command line."""
    app()
