"""Live progress on standard error: a line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from math import isfinite
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.status import Status

if TYPE_CHECKING:
    from planner.solve import Progress

EVERY = 10.0  # seconds between lines where there is no terminal


class Reporter:
    """Shows what is going on while it lasts; use it as a context."""

    def __init__(self, *, shown: bool = True) -> None:
        self.console = Console(stderr=True, highlight=False, quiet=not shown)
        self._live: Status | None = None
        self._next = time.monotonic() + EVERY

    def __enter__(self) -> Self:
        if self.console.is_terminal and not self.console.quiet:
            self._live = self.console.status("")
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def stage(self, name: str) -> None:
        """Say what is being done."""
        if self._live is not None:
            self._live.update(name)

    def progress(self, now: Progress) -> None:
        """Show a moment of the search."""
        if self._live is not None:
            self._live.update(in_words(now))
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self.console.print(in_words(now), markup=False, soft_wrap=True)


def in_words(now: Progress) -> str:
    """`solve  best 1,234,567  bound 1,200,000  gap 2.8%  nodes 12  8 s`."""
    best = f"{now.best:,.6g}" if isfinite(now.best) else "none yet"
    bound = f"{now.bound:,.6g}" if isfinite(now.bound) else "none yet"
    gap = f"{now.gap:.2%}" if isfinite(now.gap) else "unknown"
    return f"{now.stage}  best {best}  bound {bound}  gap {gap}  nodes {now.nodes:,}  {now.seconds:,.0f} s"
