"""Sweeps in processes that are killed: on this machine, and on a real Dask cluster."""

import os
import signal

import pandas as pd
import pytest

import planner
from planner.errors import InstanceError, SolverError
from planner.instance import WhatIf
from planner.study import workers
from planner.study.grid import read_axes
from planner.study.workers import in_processes
from tests.planner.network.reading import instance
from tests.planner.study.deadly import Deadly, Faulty, ending
from tests.planner.study.sweeping import (
    PATIENCE,
    TABLES,
    after,
    finished,
    gone,
    killed_at_random,
    started,
    swept,
    untimed,
    untimed_file,
)

COST = "offers[location=s].unit_cost = 5:35:5"


@pytest.fixture(scope="module")
def undisturbed():
    """Seven cases solved one after the other in this process."""
    return untimed(swept(COST).outcomes)


def test_a_sweep_killed_again_and_again_has_the_outcomes_of_an_undisturbed_one(tmp_path, undisturbed):
    """Killed, then stopped with Ctrl-C; tests/benchmarks/sweep.py kills it 20 times."""
    folder = tmp_path / "out"
    instance(TABLES).write(tmp_path / "in")
    words = (
        str(tmp_path / "in"),
        "--vary",
        COST,
        "--gap",
        "0",
        "--no-confirm",
        "--workers",
        "1",
        "-o",
        str(folder),
    )
    assert killed_at_random(words, folder, 1, seed=11) == 1  # after a case, and its process has to notice

    process = started(*words)
    before = after(process, folder, finished(folder) + 1)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    gone(process)
    assert process.returncode == 130, said
    assert "of 7 cases done; the same command resumes" in said
    assert "Traceback" not in said
    assert before <= len(pd.read_csv(folder / "outcomes.csv")) < 7

    process = started(*words)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert "what came out" in said
    assert untimed_file(folder) == undisturbed
    assert sorted(path.name for path in folder.iterdir()) == [
        "journal.sqlite",
        "outcomes.csv",
        "outcomes.svg",
    ]


def test_a_case_that_kills_its_process_and_one_with_a_bug_are_rows(undisturbed):
    axes = read_axes({"what": [None, Deadly("deadly"), Faulty("faulty"), WhatIf("harmless")]})
    found = swept(*axes, solve=in_processes(2)).outcomes
    assert found["status"].tolist() == ["optimal", "error", "error", "optimal"]
    assert found["error"].tolist() == [
        "", "its process died 2 times, last with SIGKILL", "unexpected RuntimeError: a bug, in two lines", "",
    ]  # fmt: skip
    assert found["objective"].tolist()[::3] == pytest.approx([100, 100])


def test_fewer_than_one_process_is_refused():
    with pytest.raises(
        InstanceError, match="workers: no number of processes; found '0'; expected at least 1"
    ):
        planner.sweep(instance(TABLES), COST, workers=0)


def test_processes_that_cannot_start_end_the_sweep(monkeypatch):
    monkeypatch.setattr(workers, "_serve", ending)
    monkeypatch.setattr(workers, "STARTS", 1)
    with pytest.raises(SolverError, match=r"the processes of the sweep cannot start \(exit code 7\)"):
        swept(COST, solve=in_processes(1))


def test_a_cluster_whose_worker_is_killed_gives_the_same_outcomes(undisturbed):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        killed = []

        def tell(moment):
            if moment.done == 1 and not killed:
                killed.extend(worker.pid for worker in cluster.workers.values())
                os.kill(killed[0], signal.SIGKILL)

        found = planner.sweep(
            instance(TABLES), COST, workers=cluster.scheduler_address, gap=0.0, confirm=False, tell=tell
        )
        assert killed[0] not in [worker.pid for worker in cluster.workers.values()]
    assert untimed(found.outcomes) == undisturbed


def test_an_address_without_a_cluster_is_an_error(monkeypatch):
    cluster = pytest.importorskip("planner.study.cluster")
    monkeypatch.setattr(cluster, "CONNECT", 0.2)
    with pytest.raises(InstanceError, match=r"--dask: no such cluster .*found 'tcp://127.0.0.1:9'"):
        planner.sweep(instance(TABLES), COST, workers="tcp://127.0.0.1:9")


def test_without_the_extra_the_message_names_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "planner.study.cluster", None)
    with pytest.raises(InstanceError) as caught:
        planner.sweep(instance(TABLES), COST, workers="tcp://here:1")
    assert str(caught.value) == (
        "--dask: dask.distributed is not installed; found 'tcp://here:1'; expected pip install 'sourcing-planner[dask]'"
    )
