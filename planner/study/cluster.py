"""Cases solved on a Dask cluster that is there already: one session in each process of its workers."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from functools import cached_property
from typing import cast

from distributed import Client, Future, Worker, WorkerPlugin, as_completed, get_worker

from planner.errors import InstanceError, Problem, SolverError
from planner.plan.versions import versions
from planner.study.cases import Outcome, Setup, Solve, Solved, failed, outcome
from planner.study.grid import Case
from planner.study.session import Session

CONNECT = 10  # seconds for the scheduler to answer, and for a first worker to be there
SAME = ("planner", "pyomo", "highs")  # what has to be of the same version everywhere


def on_cluster(address: str) -> Solve:
    """Solve cases on the cluster whose scheduler is at an address; what dies there is done again by Dask.

    Raises:
        InstanceError: nobody answers, there is no worker, or one has other versions of what solves.
    """
    _refuse_unfit(address)

    def solve(setup: Setup, cases: Sequence[Case]) -> Solved:
        bench = _Bench(setup)
        with Client(address, timeout=CONNECT) as client:
            client.register_plugin(bench, name=bench.name)
            futures = client.map(_at_bench, cases, bench=bench.name, pure=False)
            case_of = dict(zip((future.key for future in futures), cases, strict=True))
            try:
                for future in as_completed(futures):
                    yield case_of[future.key], _outcome(future, address)
                    future.release()  # a worker that dies later need not do it again
            finally:
                client.cancel(futures)
                client.unregister_worker_plugin(bench.name)

    return solve


class _Bench(WorkerPlugin):
    """What a worker process keeps from case to case; one is solved at a time, however many threads it has."""

    def __init__(self, common: Setup) -> None:
        self.common, self.name = common, f"sweep-{uuid.uuid4().hex}"

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask calls it so
        """Begin in a process."""
        self.lock = threading.Lock()

    @cached_property
    def session(self) -> Session:
        """The session of the process."""
        return self.common.session()


def _at_bench(case: Case, bench: str) -> Outcome:
    """The outcome of a case, in a worker."""
    here = cast(_Bench, get_worker().plugins[bench])
    with here.lock:
        return outcome(here.session, here.common.always, case)


def _outcome(future: Future[Outcome], address: str) -> Outcome:
    if future.status == "finished":
        return future.result()
    if future.status == "error":  # no exception of ours: those are outcomes
        return failed(SolverError(f"lost on the cluster: {type(future.exception()).__name__}"))
    raise SolverError(f"the cluster at {address} is gone; finished cases are kept, the same command resumes")


def _refuse_unfit(address: str) -> None:
    try:
        with Client(address, timeout=CONNECT) as client:
            client.wait_for_workers(1, timeout=CONNECT)
            found = client.run(versions)
    except (OSError, ValueError, ImportError) as error:  # a timeout is an OSError
        expected = (
            "the address of a Dask scheduler with workers that have this planner, as in tcp://host:8786"
        )
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InstanceError([Problem("--dask", f"no such cluster ({reason})", address, expected)]) from error
    here = versions()
    problems = [
        Problem("--dask", f"a worker has another {name}", there[name], f"{here[name]}, as here")
        for there in found.values()
        for name in SAME
        if there[name] != here[name]
    ]
    if problems:
        raise InstanceError(list(dict.fromkeys(problems)))
