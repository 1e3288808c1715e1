"""Live progress on standard error: a line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import logging
import time
from math import isfinite
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.errors import Problem
    from planner.solve import Progress

WARNINGS_SHOWN = 5
EVERY = 10.0  # seconds between lines where there is no terminal


class Reporter(logging.Handler):
    """Shows what is going on while it lasts, and what the library logs; use it as a context."""

    def __init__(self, *, shown: bool = True) -> None:
        super().__init__(logging.WARNING)
        self.console = Console(stderr=True, highlight=False, quiet=not shown)
        self._live: Live | None = None
        self._line = Spinner("dots")
        self._next = time.monotonic() + EVERY

    def __enter__(self) -> Self:
        logging.getLogger("planner").addHandler(self)
        if self.console.is_terminal and not self.console.quiet:
            # drawn when there is something to say, by no thread: Pyomo replaces `sum` while it reads the rules
            self._live = Live(self._line, console=self.console, auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger("planner").removeHandler(self)
        if self._live is not None:
            self._live.stop()

    def emit(self, record: logging.LogRecord) -> None:
        """Print what the library warns of."""
        self.console.print(f"warning: {record.getMessage()}", markup=False, soft_wrap=True)

    def stage(self, name: str) -> None:
        """Say what is being done."""
        if self._live is not None:
            self._draw(self._live, name)

    def warn(self, warnings: Sequence[Problem]) -> None:
        """Print the first warnings about the input."""
        for warning in warnings[:WARNINGS_SHOWN]:
            self.console.print(f"warning: {warning}", markup=False, soft_wrap=True)
        if len(warnings) > WARNINGS_SHOWN:
            more = len(warnings) - WARNINGS_SHOWN
            self.console.print(f"and {more} more warnings: planner check shows them", soft_wrap=True)

    def progress(self, now: Progress) -> None:
        """Show a moment of the search."""
        self.tell(in_words(now))

    def tell(self, now: object) -> None:
        """Show how far something is, in the words of `str`."""
        if self._live is not None:
            self._draw(self._live, str(now))
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self.console.print(str(now), markup=False, soft_wrap=True)

    def _draw(self, live: Live, words: str) -> None:
        self._line.update(text=Text(words))
        live.refresh()


def in_words(now: Progress) -> str:
    """`solve  best 1,234,567  bound 1,200,000  gap 2.8%  nodes 12  8 s`."""
    best, bound = _figure(now.best), _figure(now.bound)
    gap = f"{now.gap:.2%}" if isfinite(now.gap) else "unknown"
    return f"{now.stage}  best {best}  bound {bound}  gap {gap}  nodes {now.nodes:,}  {now.seconds:,.0f} s"


def _figure(amount: float) -> str:
    """Six digits, or all before the point."""
    if not isfinite(amount):
        return "none yet"
    return f"{amount:,.0f}" if abs(amount) >= 1e5 else f"{amount:,.6g}"
