"""The periods of an instance: their first days, their discount factors, and rows that hold in them."""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from planner.audit.reader import ONE, ZERO, UnreadableError, number, section

FILE = "instance.toml"
STEP_MONTHS = {365: 12, 91: 3, 30: 1}


class Dated(Protocol):
    """A row with a period column."""

    @property
    def period(self) -> str:
        """The period's name, blank for every period without its own row."""


Row = TypeVar("Row", bound=Dated)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Period names in order, the first day of each, its discount factor and its days."""

    periods: tuple[str, ...]
    starts: tuple[date, ...]
    discount: tuple[Decimal, ...]
    days: Decimal
    duty_date: date | None

    def position(self, period: str) -> int:
        """Return the position of a period, -1 where the name is unknown."""
        return self.periods.index(period) if period in self.periods else -1

    def duty_day(self, t: int) -> date:
        """Return the date at which duties of the period are read."""
        return self.duty_date or self.starts[t]


def read_calendar(toml: Mapping[str, Any]) -> Calendar:
    """Return the calendar that instance.toml describes."""
    head, horizon = section(toml, "instance", FILE), section(toml, "horizon", FILE)
    periods = tuple(str(name) for name in _list(horizon, "periods", ["1"]))
    days = number(horizon.get("days_per_period", 365), f"{FILE}:horizon.days_per_period")
    starts = tuple(_date(start, "horizon.starts") for start in _list(horizon, "starts", []))
    base = _date(head.get("base_date", starts[0] if starts else date(2027, 1, 1)), "instance.base_date")
    if not starts:
        starts = tuple(_start(base, int(days), t) for t in range(len(periods)))
    if len(starts) != len(periods):
        raise UnreadableError(f"{FILE}:horizon.starts", "needs one date a period")
    growth = ONE + number(horizon.get("discount_rate", 0), f"{FILE}:horizon.discount_rate")
    discount = tuple(ONE / growth ** (Decimal((start - base).days) / 365) for start in starts)
    duty_date = _date(head["duty_date"], "instance.duty_date") if "duty_date" in head else None
    return Calendar(periods, starts, discount, days, duty_date)


def _list(horizon: Mapping[str, Any], key: str, default: list[Any]) -> list[Any]:
    found = horizon.get(key, default)
    if not isinstance(found, list):
        raise UnreadableError(f"{FILE}:horizon.{key}", "is not a list")
    return found


def _date(found: object, key: str) -> date:
    if not isinstance(found, date):
        raise UnreadableError(f"{FILE}:{key}", f"{found!r} is not a date")
    return found


def _start(base: date, days: int, t: int) -> date:
    """Return the first day of period t: by calendar steps for a year, a quarter or a month, else by days."""
    step = STEP_MONTHS.get(days)
    if step is None:
        return base + timedelta(days=days * t)
    year, month = divmod(base.year * 12 + base.month - 1 + step * t, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(base.day, last))


class ByPeriod(Generic[Key, Row]):
    """The rows of a table by key and period; a row with a blank period fills those without their own."""

    def __init__(self, rows: Iterable[Row], key: Callable[[Row], Key], calendar: Calendar) -> None:
        self._rows: dict[Key, dict[int, Row]] = {}
        blanks: dict[Key, Row] = {}
        for row in rows:
            if row.period:
                self._rows.setdefault(key(row), {})[calendar.position(row.period)] = row
            else:
                blanks[key(row)] = row
        for each, blank in blanks.items():
            own = self._rows.get(each, {})
            self._rows[each] = {t: own.get(t, blank) for t in range(len(calendar.periods))}

    def get(self, key: Key, t: int) -> Row | None:
        """Return the row that holds in period t."""
        return self._rows.get(key, {}).get(t)

    def changed(self, change: Callable[[Key, int, Row], Row]) -> ByPeriod[Key, Row]:
        """Return the rows after a change of each."""
        other: ByPeriod[Key, Row] = ByPeriod.__new__(ByPeriod)
        other._rows = {
            key: {t: change(key, t, row) for t, row in held.items()} for key, held in self._rows.items()
        }
        return other

    def latest(self, key: Key, t: int) -> Row | None:
        """Return the row of period t, or of the latest earlier period that has one."""
        held = self._rows.get(key, {})
        earlier = [period for period in held if 0 <= period <= t]
        return held[max(earlier)] if earlier else None

    def items(self) -> Iterator[tuple[Key, int, Row]]:
        """Yield every (key, period position, row)."""
        for key, held in self._rows.items():
            for t, row in held.items():
                yield key, t, row

    def __iter__(self) -> Iterator[Key]:
        """Yield every key."""
        yield from self._rows


def total(numbers: Iterable[Decimal]) -> Decimal:
    """Return an exact sum."""
    return sum(numbers, ZERO)
