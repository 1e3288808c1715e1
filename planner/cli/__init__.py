"""The command line: `planner list | new | check | solve | audit | explain | info | stress | frontier`."""

from planner.cli import plans, studies  # each registers its commands
from planner.cli.command import app

__all__ = ["app", "main", "plans", "studies"]


def main() -> None:
    """Run the command line."""
    app()
