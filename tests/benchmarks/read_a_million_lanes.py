"""Time and memory to read and check a folder with a million lane rows; target 30 s and 2 GB.

`planner check` also connects the network, to see what nothing can reach: measured beside it, target 60 s and 4 GB.
`python tests/benchmarks/read_a_million_lanes.py [--rows N]` writes the folder to a temporary place, works on it in
fresh processes and prints a table.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "models")]

TARGETS = {"load": (30, 2), "check": (60, 4)}  # seconds, gigabytes


def write(folder: Path, rows: int) -> int:
    """Write an instance in which every plant ships to every market, one lane row a pair; how many rows."""
    side = math.isqrt(rows)
    plants, markets = ([f"{role}-{n:04}" for n in range(side)] for role in ("plant", "market"))
    (folder / "instance.toml").write_text('[instance]\nname = "million"\n')
    lines(folder, "items", "item,weight_kg", ["box,2.5"])
    lines(folder, "gateways", "gateway,unit_cost", ["port,0.25", "border,0.5"])
    roles = [f"{plant},plant,MX" for plant in plants] + [f"{market},market,US" for market in markets]
    lines(folder, "locations", "location,role,country", roles)
    lines(folder, "production", "location,item,unit_cost,customs_value", (f"{p},box,2,9" for p in plants))
    lines(folder, "facilities", "location,fixed_cost,capacity", (f"{p},1000,500" for p in plants))
    lines(folder, "demand", "market,item,quantity", (f"{m},box,10" for m in markets))
    header = "origin,destination,mode,item,unit_cost,per,transit_days,capacity,gateways,emission_kg,source"
    cells = (
        f"{plant},{market},truck,box,{1 + (a * 31 + b * 17) % 997 / 100},kg,{1 + (a + b) % 9},"
        f"{5000 + a},{'border' if a % 2 else 'port;border'},{(a * b) % 50 / 1000},tariff sheet {b}"
        for a, plant in enumerate(plants)
        for b, market in enumerate(markets)
    )
    lines(folder, "lanes", header, cells)
    return side * side


def lines(folder: Path, table: str, header: str, rows: Iterable[str]) -> None:
    """Write a table."""
    with (folder / f"{table}.csv").open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        file.writelines(row + "\n" for row in rows)


def measure(name: str, folder: Path) -> dict[str, float]:
    """Call `planner.load` or `planner.check` in a process that does nothing else; its imports are measured apart."""
    import planner

    function = {"load": planner.load, "check": planner.check}[name]
    function("tiny")
    idle = peak()
    wall, cpu = time.perf_counter(), time.process_time()
    function(folder)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "idle": idle,
        "peak": peak(),
    }


def peak() -> float:
    """Most memory held so far [gigabytes]; the system counts in bytes on macOS, else in kibibytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def main() -> None:
    """Write the folder, read and check it in fresh processes, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    if options.measure:
        name, folder = options.measure
        print(json.dumps(measure(name, Path(folder))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = write(folder, options.rows)
        megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        found = {function: apart(function, folder) for function in TARGETS}
    show(rows, megabytes, found)


def apart(function: str, folder: Path) -> dict[str, float]:
    """Measure in a fresh process."""
    command = [sys.executable, __file__, "--measure", function, str(folder)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    figures: dict[str, float] = json.loads(answer.splitlines()[-1])
    return figures


def show(rows: int, megabytes: float, found: dict[str, dict[str, float]]) -> None:
    """Print what was found beside the targets."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Reading and checking {rows:,} lane rows ({megabytes:.0f} MB)")
    table.add_column("")
    for function in found:
        table.add_column(f"planner.{function}", justify="right")
        table.add_column("target", justify="right")
    rows_of = {
        "wall": [f"{one['wall']:.1f} s" for one in found.values()],
        "CPU": [f"{one['cpu']:.1f} s" for one in found.values()],
        "peak memory, all": [f"{one['peak']:.2f} GB" for one in found.values()],
        "of which interpreter and imports": [f"{one['idle']:.2f} GB" for one in found.values()],
    }
    targets = {
        "wall": [f"{seconds} s" for seconds, _ in TARGETS.values()],
        "peak memory, all": [f"{gigabytes} GB" for _, gigabytes in TARGETS.values()],
    }
    for label, figures in rows_of.items():
        asked = targets.get(label, [""] * len(figures))
        table.add_row(label, *(cell for pair in zip(figures, asked, strict=True) for cell in pair))
    Console().print(table)


if __name__ == "__main__":
    main()
