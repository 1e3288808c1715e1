"""Keeping an eye on a running solve: progress, the best plan seen, the time limit and Ctrl-C.

HiGHS works in a thread of its own while the calling thread waits and watches: a solve that does not look at
the clock or at Ctrl-C is left behind, and what it had found until then is not lost.
"""

from __future__ import annotations

import atexit
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Generic, TypeVar

from planner.solve.arrays import Floats, Progress, relative_gap

T = TypeVar("T")
POLL = 0.1  # seconds between looks at a running solve
PATIENCE = 5.0  # seconds that HiGHS gets to obey after a stop before it is left behind


@dataclass
class Watch:
    """What is known of a running solve, in the user's money; the solving and the waiting thread share it."""

    time_limit: float = float("inf")
    best: float = float("inf")
    x: Floats | None = None
    bound: float = float("-inf")
    nodes: int = 0
    stage: str = "solve"
    interrupted: threading.Event = field(default_factory=threading.Event)
    started: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.started

    @property
    def remaining(self) -> float:
        """Seconds until the time limit, never below 0."""
        return max(0.0, self.time_limit - self.seconds)

    @property
    def stopped_by(self) -> str:
        """Why the solve has to end now: "", "interrupt" or "time limit"."""
        if self.interrupted.is_set():
            return "interrupt"
        return "time limit" if self.remaining == 0.0 else ""

    def offer(self, objective: float, x: Floats) -> None:
        """Keep a plan if it is the best so far."""
        if objective < self.best:
            self.x, self.best = x, objective

    def progress(self) -> Progress:
        """The moment, for showing."""
        gap = relative_gap(self.best, self.bound)
        return Progress(self.best, self.bound, gap, self.nodes, self.seconds, self.stage)


class Supervised(threading.Thread, Generic[T]):
    """Runs `work` in a daemon thread and keeps its result or its error."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(daemon=True, name="highs")
        self.work = work
        self.done = threading.Event()
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """The thread's body."""
        try:
            self.result = self.work()
        except BaseException as error:  # handed to the waiting thread, which raises it
            self.error = error
        finally:
            self.done.set()


def supervise(work: Callable[[], T], watch: Watch, show: Callable[[Progress], None] | None) -> T | None:
    """Result of `work`, or None if it had to be left behind after the time limit or Ctrl-C.

    The first Ctrl-C asks the solve to stop; the second raises KeyboardInterrupt. Errors of `work` rise here.
    """
    thread = Supervised(work)
    with _interrupting(watch):
        thread.start()
        try:
            _wait(thread, watch, show)
        except BaseException:
            watch.interrupted.set()
            raise
        finally:
            if not thread.done.is_set():
                atexit.register(thread.done.wait, PATIENCE)  # HiGHS must not outlive the interpreter
    if thread.error is not None:
        raise thread.error
    return thread.result


def _wait(thread: Supervised[T], watch: Watch, show: Callable[[Progress], None] | None) -> None:
    """Wait for the thread to end, at most PATIENCE after a stop."""
    patience = PATIENCE
    while not thread.done.wait(POLL) and patience > 0:
        if show is not None:
            show(watch.progress())
        if watch.stopped_by:
            patience -= POLL


@contextmanager
def _interrupting(watch: Watch) -> Iterator[None]:
    """Let the first Ctrl-C stop the solve, unless the caller has a handler of its own or another thread."""
    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )

    def interrupt(number: int, frame: FrameType | None) -> None:
        if watch.interrupted.is_set():
            signal.default_int_handler(number, frame)
        watch.interrupted.set()

    if ours:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
