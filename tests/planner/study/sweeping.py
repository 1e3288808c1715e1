"""Sweeps of a tiny instance in this process, and of the real command that is killed."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd

from planner.instance import Fix
from planner.solve import SolveOptions
from planner.study.cases import outcome
from planner.study.grid import read_axes
from planner.study.sweep import Question, sweep
from tests.planner.network.reading import instance

ROOT = Path(__file__).parents[3]
# s sells for 10; z for 20, once it is qualified for 20
TABLES = {
    "locations": "location,role,country\ns,supplier,CN\nz,supplier,MX\nm,market,US",
    "items": "item\ntv",
    "offers": "location,item,unit_cost,capacity\ns,tv,10,100\nz,tv,20,100",
    "suppliers": "location,status,qualify_cost\nz,candidate,20",
    "lanes": "origin,destination,unit_cost\ns,m,0\nz,m,0",
    "demand": "market,item,quantity\nm,tv,10",
}
COST = "offers[location=s].unit_cost = 5:30:5"
EXACT = SolveOptions(gap=0.0, confirm=False)
PATIENCE = 120.0  # seconds for a process to do what it must


def here(setup, cases):
    """Solve the cases one after the other in this process."""
    session = setup.session()
    for case in cases:
        yield case, outcome(session, setup.always, case)


def last(setup, cases):
    """Solve the last case only."""
    yield from here(setup, cases[-1:])


def made_up(setup, cases):
    """Outcomes for tests that are about what becomes of them; the cost is the number of the case."""
    for case in cases:
        yield (
            case,
            {
                "status": "optimal", "stopped_by": "", "code": 0, "gap": 0.0, "objective": float(case.number),
                "expected_landed_cost": float(case.number), "penalty": 0.0, "costs": {"purchase": 1 / case.number},
                "metrics": {"allied_share": 0.1, "fill_rate": 1.0, "hhi": {"tv": 1.0}, "share_by_country": {}},
                "open": ["p"], "opened": [], "closed": [], "suppliers": ["s"], "seconds": 0.0,
            },
        )  # fmt: skip


def asked(*varied, tables=TABLES, fix=None):
    return Question(instance(tables), read_axes(list(varied)), fix or Fix(), EXACT)


def swept(*varied, solve=here, folder=None, tell=None, **question):
    return sweep(asked(*varied, **question), solve, folder, tell)


def untimed(table):
    """A table of outcomes as CSV, without the seconds."""
    return table.drop(columns="seconds").to_csv(index=False)


def untimed_file(folder):
    """The table of outcomes in a folder, without the seconds."""
    return untimed(pd.read_csv(folder / "outcomes.csv", keep_default_na=False, dtype=str))


def started(*words):
    """The real command in a process group of its own, which hears Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, "-m", "planner", "sweep", *words],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'models'}"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - nothing else runs there
    )


def after(process, folder, count):
    """Wait until so many cases are in the journal, or the process has ended; how many there are."""
    until = time.monotonic() + PATIENCE
    while (found := finished(folder)) < count and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    return found


def finished(folder):
    """How many cases a journal has; read from a copy, since a sweep at work lets nobody else in."""
    with tempfile.TemporaryDirectory() as copy:
        for name in ("journal.sqlite", "journal.sqlite-wal"):
            with suppress(FileNotFoundError):
                shutil.copy(folder / name, copy)
        connection = sqlite3.connect(Path(copy) / "journal.sqlite")
        try:
            return connection.execute("SELECT count(*) FROM outcomes").fetchone()[0]
        except sqlite3.DatabaseError:  # not made yet, or copied while it was written
            return 0
        finally:
            connection.close()


def kill(process, whole):
    """Kill the process, and with `whole` those that work for it; whether it was still there."""
    alive = process.poll() is None
    if alive and whole:
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.communicate()
    gone(process)
    return alive


def gone(process):
    """Wait until no process of its group is left: none may go on working for nobody."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    raise AssertionError("processes of a killed sweep are still there")


def killed_at_random(words, folder, kills, seed):
    """Kill the command at random moments, from its first to those in which cases end; how often it was in time.

    No case that was finished is lost.
    """
    luck, done = random.Random(seed), 0
    while done < kills:
        process, before = started(*words), finished(folder)
        seen = after(process, folder, before + luck.randrange(3))
        time.sleep(luck.uniform(0, 0.5))
        if not kill(process, whole=luck.random() < 0.5):
            return done
        assert finished(folder) >= seen >= before
        done += 1
    return done
