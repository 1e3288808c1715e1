"""The command line: `planner list | new | check | solve | audit | explain | info | stress | frontier | scenarios`."""

from planner.cli import plans, scenarios, studies  # each registers its commands
from planner.cli.command import app

__all__ = ["app", "main", "plans", "scenarios", "studies"]


def main() -> None:
    """Run the command line."""
    app()
