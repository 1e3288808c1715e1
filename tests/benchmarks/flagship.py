"""Time of whole processes: `planner --help` (target 0.4 s) and tv-north-america solved to 0.1% (target 60 s).

`python tests/benchmarks/flagship.py` runs `python -m planner` from a temporary folder and prints a table.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "tv-north-america"
RUNS = 5


def run(*words: str, folder: str) -> tuple[float, str]:
    """Wall seconds of a command, start of the interpreter included, and what it printed."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "models")])
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "planner", *words],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
    )
    return time.perf_counter() - begun, done.stdout


def main() -> None:
    """Measure both and print the table."""
    from rich.console import Console
    from rich.table import Table

    with tempfile.TemporaryDirectory() as folder:
        run("--help", folder=folder)  # the first run may have to compile
        times = [run("--help", folder=folder)[0] for _ in range(RUNS)]
        before = cpu()
        seconds, printed = run("solve", NAME, "--gap", "0.001", "--json", folder=folder)
        spent = cpu() - before
    plan = json.loads(printed)
    parts = ", ".join(f"{part} {value:.1f}" for part, value in plan["seconds"].items())
    size = plan["size"]
    table = Table(title="Whole processes, wall time")
    for header, justify in (
        ("command", "left"),
        ("seconds", "right"),
        ("target", "right"),
        ("of it", "left"),
    ):
        table.add_column(header, justify=justify)  # type: ignore[arg-type]
    table.add_row(
        "planner --help", f"{min(times):.2f}", "0.4", f"best of {RUNS}; middle {sorted(times)[RUNS // 2]:.2f}"
    )
    table.add_row(f"planner solve {NAME} --gap 0.001", f"{seconds:.1f}", "60", f"{parts}; CPU {spent:.1f}")
    Console().print(table)
    print(
        f"{size['variables']:,} columns ({size['integers']:,} whole), {size['constraints']:,} rows; "
        f"gap {plan['gap']:.3%}; confirmed: {plan['confirmed'] or 'no'}; "
        f"audit {'passed' if plan['audit']['passed'] else 'FAILED'}"
    )


def cpu() -> float:
    """CPU seconds of all commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
