"""A sweep with one process and with two, and one that is killed again and again against an undisturbed one.

    python tests/benchmarks/sweep.py [INSTANCE] [--cases N] [--kills N]

The sweeps with one and two processes have to give the same outcomes, byte for byte; so do the killed and the
undisturbed one.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "models")]

from tests.planner.network.reading import instance as made  # noqa: E402
from tests.planner.study.sweeping import TABLES, killed_at_random, started, untimed_file  # noqa: E402


def timed(instance: str, varied: str, workers: int, folder: Path) -> float:
    """Seconds that the whole command takes."""
    begun = time.perf_counter()
    process = started(instance, "--vary", varied, "--workers", str(workers), "-o", str(folder), "--quiet")
    said = process.communicate()
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode}: {said}")
    return time.perf_counter() - begun


def faster(instance: str, cases: int, folder: Path) -> None:
    """Say how much faster two processes are than one."""
    varied = f"demand.quantity *= {1 - cases / 2e4:g}:{1 + (cases / 2 - 1) / 1e4:g}:0.0001"
    seconds = {workers: timed(instance, varied, workers, folder / f"{workers}") for workers in (1, 2)}
    same = untimed_file(folder / "1") == untimed_file(folder / "2")
    load = os.getloadavg()[1] if hasattr(os, "getloadavg") else float("nan")
    print(f"{cases} cases of {instance}: {seconds[1]:.1f} s with one process, {seconds[2]:.1f} s with two")
    print(
        f"{seconds[1] / seconds[2]:.2f} times faster; the same outcomes: {same}; load of the machine {load:.1f}"
    )


def killed(kills: int, folder: Path) -> None:
    """Say whether a sweep that is killed has the outcomes of one that is not."""
    made(TABLES).write(folder / "in")
    words = (
        str(folder / "in"),
        "--vary",
        f"demand.quantity *= 1:{kills / 10 + 2:g}:0.1",
        "--workers",
        "2",
        "-o",
    )
    started(*words, str(folder / "undisturbed")).communicate()
    done = killed_at_random((*words, str(folder / "killed")), folder / "killed", kills, seed=1)
    started(*words, str(folder / "killed")).communicate()
    same = untimed_file(folder / "killed") == untimed_file(folder / "undisturbed")
    print(f"killed {done} times; the same outcomes as undisturbed: {same}")


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("instance", nargs="?", default="tiny")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.kills:
            killed(asked.kills, Path(folder))
        if asked.cases:
            faster(asked.instance, asked.cases, Path(folder))


if __name__ == "__main__":
    main()
