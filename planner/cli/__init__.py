"""The command line.

`planner list | new | check | solve | audit | explain | report | info | stress | frontier | scenarios`
"""

from planner.cli import plans, report, scenarios, studies  # each registers its commands
from planner.cli.command import app

__all__ = ["app", "main", "plans", "report", "scenarios", "studies"]


def main() -> None:
    """Run the command line."""
    app()
