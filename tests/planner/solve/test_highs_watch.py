"""The time limit, Ctrl-C and progress of a running solve."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from planner.solve import highs, watch
from planner.solve.arrays import Arrays, Progress, SolveOptions, Status
from planner.solve.highs import solve
from planner.solve.watch import Watch, supervise

ROOT = Path(__file__).parents[3]
HARD = '''
import signal
import numpy as np
from planner.solve.arrays import Arrays, SolveOptions
from planner.solve.highs import solve

def hard(rows, columns):
    """A covering problem that has plans at once and whose gap stays open for minutes."""
    random = np.random.default_rng(0)
    matrix = (random.random((rows, columns)) < 0.1) * random.integers(1, 20, (rows, columns))
    row, column = np.nonzero(matrix)
    return Arrays(
        cost=random.integers(5, 30, columns).astype(float), offset=0.0, lower=np.zeros(columns),
        upper=np.ones(columns), integer=np.ones(columns, dtype=bool),
        row_lower=(matrix.sum(axis=1) // 2).astype(float), row_upper=np.full(rows, np.inf),
        indptr=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]), indices=column,
        data=matrix[row, column].astype(float),
    )
'''
RUN = """
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores Ctrl-C
found = []
def show(progress):
    if progress.best < np.inf and not found:
        found.append(progress.best)
        print("found", flush=True)
solution = solve(hard(300, 900), SolveOptions(gap=0.0, time_limit=120.0, threads=THREADS), show)
print(solution.status, solution.stopped_by, solution.objective <= found[0], 0 < solution.gap < 1, len(solution.x))
"""


def hard(rows: int = 300, columns: int = 900) -> Arrays:
    names: dict[str, object] = {}
    exec(HARD, names)
    return names["hard"](rows, columns)  # type: ignore[operator]


def test_the_time_limit_keeps_the_best_plan_and_its_gap():
    begun = time.perf_counter()
    solution = solve(hard(), SolveOptions(gap=0.0, time_limit=2.0))
    assert time.perf_counter() - begun < 2.0 + watch.PATIENCE + 1.0
    assert solution.status is Status.FEASIBLE
    assert solution.stopped_by == "time limit"
    assert 0.0 < solution.gap < 1.0
    assert solution.bound <= solution.objective
    assert np.array_equal(solution.x, np.round(solution.x))
    assert solution.confirmed == ""


def test_no_time_at_all_gives_no_solution():
    solution = solve(hard(), SolveOptions(time_limit=0.0))
    assert solution.status is Status.NO_SOLUTION
    assert solution.stopped_by == "time limit"


def test_progress_is_told_in_the_calling_thread():
    told: list[tuple[Progress, threading.Thread]] = []
    solve(
        hard(),
        SolveOptions(gap=0.0, time_limit=2.0),
        lambda progress: told.append((progress, threading.current_thread())),
    )
    assert {thread for _, thread in told} == {threading.current_thread()}
    bests = [progress.best for progress, _ in told]
    assert bests == sorted(bests, reverse=True)
    assert np.isfinite(bests[-1])
    assert told[-1][0].bound <= bests[-1]
    assert told[-1][0].seconds > 1.0


def test_an_error_in_progress_stops_the_solve():
    def show(progress: Progress) -> None:
        raise ValueError("the screen is gone")

    with pytest.raises(ValueError, match="the screen is gone"):
        solve(hard(), SolveOptions(gap=0.0, time_limit=60.0), show)


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_once_returns_the_best_plan(threads):
    program = HARD + RUN.replace("THREADS", str(threads))
    path = os.pathsep.join([str(ROOT), str(ROOT / "models")])
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        assert process.stdout.readline() == "found\n"
        begun = time.perf_counter()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert out == "feasible interrupt True True 900\n", err
    assert process.returncode == 0
    assert time.perf_counter() - begun < watch.PATIENCE + 10.0


def test_ctrl_c_twice_raises_and_the_handler_is_put_back():
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    state = Watch()

    def work() -> int:
        for _ in range(2):
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.5)
        return 1

    try:
        with pytest.raises(KeyboardInterrupt):
            supervise(work, state, None)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert state.stopped_by == "interrupt"


def test_a_solve_that_does_not_stop_is_left_behind_with_its_best_plan(monkeypatch):
    monkeypatch.setattr(watch, "PATIENCE", 0.3)
    arrays = hard(20, 60)
    release = threading.Event()

    def stuck(arrays, options, state):
        state.offer(float(arrays.cost.sum()), np.ones(60))
        state.bound = 10.0
        release.wait(30.0)

    monkeypatch.setattr(highs, "_solve", stuck)
    begun = time.perf_counter()
    solution = solve(arrays, SolveOptions(time_limit=0.3))
    release.set()
    assert time.perf_counter() - begun < 5.0
    assert (solution.status, solution.stopped_by) == (Status.FEASIBLE, "time limit")
    assert (solution.objective, solution.bound) == (float(arrays.cost.sum()), 10.0)
    assert solution.warnings == ("HiGHS did not stop when asked (time limit) and was left behind",)


def test_solves_in_other_threads_work_and_take_no_ctrl_c():
    answers: list[Status] = []
    threads = [
        threading.Thread(target=lambda: answers.append(solve(hard(10, 30), SolveOptions(gap=0.0)).status))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60.0)
    assert answers == [Status.OPTIMAL] * 3
