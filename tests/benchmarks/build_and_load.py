"""Processor time and memory from checked data to a model loaded in HiGHS: ours, bare arrays, plain Pyomo, linopy.

`python tests/benchmarks/build_and_load.py` prints one table of ratios; see README.md beside this file.
Every figure is measured in a process of its own: the best of some runs, and the peak memory of the first.
"""

from __future__ import annotations

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "models")]

SIZES = {"0.06M": 28, "0.9M": 420, "4M": 1850}
SCENARIOS = {"1-scenario": 1, "14-scenarios": 14, "70-scenarios": 70}  # of the flagship
WAYS = {
    "arrays": "bare arrays",
    "ours": "ours",
    "linopy": "linopy",
    "pyomo": "Pyomo",
}
SKIPPED = {("pyomo", "4M")}  # ten minutes and all the memory
SKIPPED |= {(way, name) for way in ("linopy", "pyomo") for name in SCENARIOS}  # they are there for the sizes
RUNS = {"arrays": 5, "ours": 5, "linopy": 2, "pyomo": 1}


def arrays_way(folder: Path) -> Callable[[], Any]:
    """The floor: arrays that are already there."""
    import highspy
    import numpy as np

    def load() -> Any:
        a = np.load(folder / "arrays.npz")
        a = {name: a[name] for name in a.files}
        begun = time.process_time()
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        shape = len(a["cost"]), len(a["row_lower"]), len(a["data"])
        highs.passModel(
            *shape, 2, 1, float(a["offset"]), a["cost"], a["lower"], a["upper"], a["row_lower"], a["row_upper"],
            a["indptr"].astype(np.int32), a["indices"].astype(np.int32), a["data"], a["integer"].astype(np.int32),
        )  # fmt: skip
        return highs, time.process_time() - begun

    return load


def our_way(folder: Path) -> Callable[[], Any]:
    """Build, compile, load and compare what HiGHS holds."""
    from planner.solve.compile import compile_model
    from planner.solve.load import load
    from planner_models import build_model

    def run() -> Any:
        data = pickle.loads((folder / "data.pickle").read_bytes())
        begun = time.process_time()
        highs = load(compile_model(build_model(data)).arrays)
        return highs, time.process_time() - begun

    return run


def pyomo_way(folder: Path) -> Callable[[], Any]:
    """The same rules, every row a Pyomo object, through Pyomo's interface to HiGHS, up to the solve."""
    import pyomo.environ as pyo

    from planner_models import build_model

    def run() -> Any:
        data = pickle.loads((folder / "data.pickle").read_bytes())
        begun = time.process_time()
        model = build_model(data)
        model.plant_link.deactivate()
        model.contract_link.deactivate()
        model.objective.write_out()
        solver = pyo.SolverFactory("highs")
        solver.set_instance(model)
        return solver, time.process_time() - begun

    return run


def linopy_way(folder: Path) -> Callable[[], Any]:
    """The same rows by family, as linopy states them: terms grouped by row; loaded by its own bridge."""
    import linopy
    import numpy as np
    import pandas as pd

    def run() -> Any:
        a = dict(np.load(folder / "arrays.npz"))
        families = json.loads((folder / "families.json").read_text())
        begun = time.process_time()
        model = linopy.Model()
        index = pd.RangeIndex(len(a["cost"]), name="column")
        upper = np.minimum(a["upper"], 1e9)
        x = model.add_variables(lower=a["lower"], upper=upper, coords=[index], name="x")
        for name, first, last in families:
            _linopy_family(model, x, a, (name, first, last))
        model.add_objective((a["cost"] * x).sum())
        highs = model.to_highspy()
        return highs, time.process_time() - begun

    return run


def _linopy_family(model: Any, x: Any, a: dict[str, Any], family: tuple[str, int, int]) -> None:
    import numpy as np
    import pandas as pd
    import xarray as xr

    name, first, last = family
    entries = slice(a["indptr"][first], a["indptr"][last])
    rows = np.repeat(np.arange(last - first), np.diff(a["indptr"][first : last + 1]))
    if not len(rows):
        return
    terms = pd.RangeIndex(len(rows), name="entry")
    chosen = xr.DataArray(a["indices"][entries], coords=[terms])
    coefficient = xr.DataArray(a["data"][entries], coords=[terms])
    row = pd.Series(rows, index=terms, name="row")
    left = (coefficient * x.sel(column=chosen)).groupby(row).sum()
    present = np.unique(rows)
    limit = xr.DataArray(a["row_upper"][first:last][present], coords=[pd.Index(present, name="row")])
    equal = a["row_lower"][first] == a["row_upper"][first]
    model.add_constraints(left == limit if equal else left <= limit, name=name)


MAKERS = {"arrays": arrays_way, "ours": our_way, "linopy": linopy_way, "pyomo": pyomo_way}


def measure(way: str, folder: Path) -> dict[str, float]:
    """Best seconds of some runs, and peak MiB over the imports in the first one."""
    run = MAKERS[way](folder)
    from tests.models.generated import generate

    generate(1)  # its imports belong to the interpreter
    idle = peak()
    best, used = float("inf"), 0.0
    for _ in range(RUNS[way]):
        held, seconds = run()
        used = used or peak() - idle
        best = min(best, seconds)
        del held
    return {"seconds": best, "mebibytes": used}


def peak() -> float:
    """Peak resident memory of this process so far [MiB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def made(what: str) -> Any:
    """The data of a size, or of the flagship with some scenarios, in each of which something fails."""
    from tests.models.generated import generate

    if what in SIZES:
        return generate(SIZES[what])

    import pandas as pd

    import planner
    from planner.network import build
    from planner.study.failures import failures
    from planner.study.variants import with_scenarios

    instance, count = planner.load("tv-north-america"), SCENARIOS[what]
    horizon = instance.settings.horizon
    # things fail from the second period on, and again from the third where there are more scenarios than things
    failing = [(each, first) for first in (1, 2) for each in failures(instance)][:count]
    events = [
        each.events(f"x{number}", horizon.periods[first:], horizon.days_per_period)
        for number, (each, first) in enumerate(failing)
    ]
    names = pd.DataFrame({"scenario": [f"x{number}" for number in range(count)], "probability": 0.5 / count})
    return build(with_scenarios(instance, names, pd.concat(events, ignore_index=True)))


def prepare(what: str, folder: Path) -> int:
    """Write the data and its compiled arrays for the measured processes; the number of non-zeros."""
    import numpy as np

    from planner.solve.compile import compile_model
    from planner_models import build_model

    data = made(what)
    (folder / "data.pickle").write_bytes(pickle.dumps(data))
    arrays = compile_model(build_model(data)).arrays
    names = (
        "cost",
        "offset",
        "lower",
        "upper",
        "integer",
        "row_lower",
        "row_upper",
        "indptr",
        "indices",
        "data",
    )
    np.savez(folder / "arrays.npz", **{name: getattr(arrays, name) for name in names})
    (folder / "families.json").write_text(json.dumps(arrays.row_families))
    return len(arrays.data)


def main() -> None:
    """Measure every way at every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    known = [*SIZES, *SCENARIOS]
    parser.add_argument("--sizes", nargs="+", choices=known, default=known)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    options = parser.parse_args()
    if options.measure:
        way, folder = options.measure
        print(json.dumps(measure(way, Path(folder)) if way in WAYS else prepare(way, Path(folder))))
        return
    show({size: table_row(size, options.ways) for size in options.sizes})


def table_row(size: str, ways: list[str]) -> tuple[int, dict[str, dict[str, float]]]:
    """Non-zeros of a size, and the figures of every way."""
    with tempfile.TemporaryDirectory() as folder:
        # a child starts with the peak of its parent, so this process never grows
        entries = in_a_process_of_its_own(size, folder)
        return entries, {
            way: in_a_process_of_its_own(way, folder) for way in ways if (way, size) not in SKIPPED
        }


def in_a_process_of_its_own(what: str, folder: str) -> Any:
    """Prepare a size or measure a way."""
    command = [sys.executable, __file__, "--measure", what, folder]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(answer.splitlines()[-1])


def show(results: dict[str, tuple[int, dict[str, dict[str, float]]]]) -> None:
    """Print seconds, and ratios to the floor."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="From checked data to a model loaded in HiGHS")
    for header in ("non-zeros", "way", "seconds", "x arrays", "x ours", "MiB", "x arrays"):
        table.add_column(header, justify="left" if header == "way" else "right")
    for entries, found in results.values():
        floor, ours = found.get("arrays"), found.get("ours")
        for way, figures in found.items():
            table.add_row(
                f"{entries / 1e6:.2f} M",
                WAYS[way],
                f"{figures['seconds']:.3f}",
                ratio(figures, floor, "seconds"),
                ratio(figures, ours, "seconds"),
                f"{figures['mebibytes']:.0f}",
                ratio(figures, floor, "mebibytes"),
            )
        table.add_section()
    Console().print(table)


def ratio(figures: dict[str, float], other: dict[str, float] | None, key: str) -> str:
    """How many times the other, if that was measured."""
    return f"{figures[key] / other[key]:.1f}" if other and other[key] else ""


if __name__ == "__main__":
    main()
