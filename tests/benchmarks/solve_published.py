"""Time to solve the two large published problems: capa-8000 to a gap of 5% in 10 minutes, two-stage-psc1 to 0.

`python tests/benchmarks/solve_published.py [NAME ...]` reads the problems as instances from a folder
`../shared/benchmarks` and prints a table; where there is none it says so.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "models")]
PUBLISHED = ROOT.parent / "shared" / "benchmarks"

if TYPE_CHECKING:
    from planner import Plan

GAPS = {"capa-8000": 0.05, "two-stage-psc1": 0.0}
LIMIT = 600.0


def main() -> None:
    """Solve the problems one after the other and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(GAPS)}; default both")
    parser.add_argument("--seconds", type=float, default=LIMIT, help="time limit of each")
    options = parser.parse_args()
    if not PUBLISHED.is_dir():
        print(f"nothing to solve: the published problems are not in {PUBLISHED}")
        return
    with (PUBLISHED / "expected.csv").open(encoding="utf-8") as file:
        expected = {row["instance"]: float(row["objective"]) for row in csv.DictReader(file)}
    show({name: (expected[name], *solved(name, options.seconds)) for name in options.names or GAPS})


def solved(name: str, seconds: float) -> tuple[Plan, float]:
    """The plan of a problem, read, solved and audited, and how long that took [s]."""
    import planner

    begun = time.perf_counter()
    plan = planner.solve(PUBLISHED / name, gap=GAPS.get(name, 0.0), time_limit=seconds)
    return plan, time.perf_counter() - begun


def show(results: dict[str, tuple[float, Plan, float]]) -> None:
    """Print time, proven gap and the distance to the published value."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Published problems, one thread, audit included")
    table.add_column("problem")
    for header in ("seconds", "gap (asked)", "objective", "published"):
        table.add_column(header, justify="right")
    table.add_column("ended")
    for name, (expected, plan, seconds) in results.items():
        table.add_row(
            name,
            f"{seconds:.1f}",
            f"{plan.gap:.2%} ({GAPS.get(name, 0.0):.0%})",
            f"{plan.objective:,.2f}",
            f"{expected:,.2f}",
            plan.stopped_by or plan.status.value,
        )
    Console().print(table)


if __name__ == "__main__":
    main()
