"""Cases solved in processes on this machine, each with a session of its own; one that dies takes no other with it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait

from planner.errors import InstanceError, Problem, SolverError
from planner.study.cases import Outcome, Setup, Solve, Solved, failed, outcome
from planner.study.grid import Case

TRIES = 2  # of a case whose process dies
STARTS = 3  # processes in a row that die before they are ready
PATIENCE = 6.0  # seconds that a process gets to clean up after itself


def in_processes(count: int | None = None) -> Solve:
    """Solve cases in some processes, by default one for each processor.

    Raises:
        InstanceError: fewer than one.
    """
    if count is not None and count < 1:
        raise InstanceError([Problem("workers", "no number of processes", str(count), "at least 1")])

    def solve(setup: Setup, cases: Sequence[Case]) -> Solved:
        pool = _Pool(setup, cases, min(count or os.cpu_count() or 1, len(cases)))
        try:
            yield from pool.solved()
        finally:
            pool.end()

    return solve


class _Worker:
    """A process, and the case that it is at."""

    def __init__(self, setup: Setup) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, setup), daemon=True)
        with _deaf_to_ctrl_c():
            self.process.start()
        theirs.close()
        self.case: Case | None = None

    def give(self, case: Case) -> None:
        """Hand it a case; a process that is gone is noticed when it is listened to."""
        self.case = case
        with suppress(OSError):
            self.connection.send(case)

    def reply(self) -> Outcome | None:
        """What it says: None that it is ready; EOFError or OSError if it is gone."""
        said: Outcome | None = self.connection.recv()
        return said

    def end(self) -> None:
        """Ask it to end."""
        self.connection.close()
        self.process.terminate()

    def wait(self) -> str:
        """See that it has ended; how, in words."""
        self.process.join(PATIENCE)
        self.process.kill()
        self.process.join()
        code = self.process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


class _Pool:
    """Processes at work on cases, each handed the next one as soon as it is free."""

    def __init__(self, setup: Setup, cases: Sequence[Case], count: int) -> None:
        self.setup, self.waiting = setup, deque(cases)
        self.tries, self.starts = Counter[int](), 0
        self.workers = [_Worker(setup) for _ in range(count)]

    def solved(self) -> Solved:
        """Every case with its outcome, in the order in which they are done."""
        while self.workers:
            spoke = wait([worker.connection for worker in self.workers])
            for worker in [worker for worker in self.workers if worker.connection in spoke]:
                case = worker.case
                try:
                    reply = worker.reply()
                except (EOFError, OSError):
                    reply = self._lost(worker)
                else:
                    self._occupy(worker)
                if case is not None and reply is not None:
                    yield case, reply

    def end(self) -> None:
        """End every process."""
        for worker in self.workers:
            worker.end()
        for worker in self.workers:
            worker.wait()

    def _occupy(self, worker: _Worker) -> None:
        self.starts = 0
        if self.waiting:
            worker.give(self.waiting.popleft())
        else:
            self._dismiss(worker)

    def _dismiss(self, worker: _Worker) -> str:
        self.workers.remove(worker)
        worker.end()
        return worker.wait()

    def _lost(self, worker: _Worker) -> Outcome | None:
        """Start another process for one that died; the outcome of its case if that is not to be tried again."""
        how = self._dismiss(worker)
        given_up = None
        if worker.case is None:
            self.starts += 1
            if self.starts == STARTS:
                raise SolverError(
                    f"the processes of the sweep cannot start ({how}); a script of your own "
                    "has to call it under if __name__ == '__main__'"
                )
        else:
            self.tries[worker.case.number] += 1
            if self.tries[worker.case.number] < TRIES:
                self.waiting.appendleft(worker.case)
            else:
                given_up = failed(SolverError(f"its process died {TRIES} times, last with {how}"))
        if self.waiting:
            self.workers.append(_Worker(self.setup))
        return given_up


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Start processes that ignore Ctrl-C from their first moment: it is for the one that started them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def _serve(connection: Connection, setup: Setup) -> None:
    """The body of a process: a session, and one case after the other until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    session = setup.session()
    with suppress(EOFError, OSError):
        connection.send(None)
        while True:
            connection.send(outcome(session, setup.always, connection.recv()))


def _end_with_parent() -> None:
    """Work for nobody no longer than it takes to clean up."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)
