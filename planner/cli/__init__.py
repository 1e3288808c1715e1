"""The command line: `planner list | new | check | solve | whatif | compare | audit | explain | info | stress | ...`."""

from planner.cli import plans, scenarios, studies, whatif  # each registers its commands
from planner.cli.command import app

__all__ = ["app", "main", "plans", "scenarios", "studies", "whatif"]


def main() -> None:
    """Run the command line."""
    app()
