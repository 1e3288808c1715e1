"""The command line: plans, scenarios, and the studies that solve many times; `planner --help` lists them."""

from planner.cli import breakeven, plans, scenarios, studies, sweep, whatif  # each registers its commands
from planner.cli.command import app

__all__ = ["app", "breakeven", "main", "plans", "scenarios", "studies", "sweep", "whatif"]


def main() -> None:
    """Run the command line."""
    app()
