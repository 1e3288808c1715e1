"""Time and memory to read and check a folder with a million lane rows; target 30 s and 2 GB.

`python tests/benchmarks/read_a_million_lanes.py [--rows N]` writes the folder to a temporary place, reads it in a
fresh process and prints a table.
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

SECONDS, GIGABYTES = 30, 2


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


def measure(folder: Path) -> dict[str, float]:
    """Read and check, in a process that does nothing else; its imports are measured apart."""
    import planner

    planner.load("tiny")
    idle = peak()
    wall, cpu = time.perf_counter(), time.process_time()
    instance = planner.load(folder)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "idle": idle,
        "peak": peak(),
        "rows": len(instance.tables["lanes"]),
        "warnings": len(instance.warnings),
    }


def peak() -> float:
    """Most memory held so far [gigabytes]; the system counts in bytes on macOS, else in kibibytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def main() -> None:
    """Write the folder, read it in a fresh process, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = write(folder, options.rows)
        megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        command = [sys.executable, __file__, "--measure", name]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    show(rows, megabytes, json.loads(answer.splitlines()[-1]))


def show(rows: int, megabytes: float, found: dict[str, float]) -> None:
    """Print what was found beside the target."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Reading and checking {rows:,} lane rows ({megabytes:.0f} MB)")
    table.add_column("")
    for header in ("found", "target"):
        table.add_column(header, justify="right")
    table.add_row("wall", f"{found['wall']:.1f} s", f"{SECONDS} s")
    table.add_row("CPU", f"{found['cpu']:.1f} s", "")
    table.add_row("peak memory, all", f"{found['peak']:.2f} GB", f"{GIGABYTES} GB")
    table.add_row("of which interpreter and imports", f"{found['idle']:.2f} GB", "")
    Console().print(table)


if __name__ == "__main__":
    main()
