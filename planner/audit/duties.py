"""Every duty and fee on a unit that crosses a border, from the dated rows of tariffs.csv and fees.csv."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.audit.reader import ZERO
from planner.audit.selectors import Selectors, match
from planner.audit.tables import Fee, Item, Lane, Tariff


@dataclass(frozen=True, slots=True)
class Charge:
    """What one programme or fee takes of a unit: `rate` of its value and `specific` money; `row` set it."""

    programme: str
    row: str
    rate: Decimal
    specific: Decimal

    def of(self, value: Decimal) -> Decimal:
        """Return the money a unit of this value pays."""
        return self.rate * value + self.specific


class TariffCycleError(Exception):
    """Programmes displace each other in a circle, so that none can be decided."""


class Duties:
    """Finds the charges on goods of an origin that enter a country at a date."""

    def __init__(self, tariffs: Iterable[Tariff], fees: Iterable[Fee], selectors: Selectors) -> None:
        self._selectors = selectors
        self._tariffs: defaultdict[str, list[Tariff]] = defaultdict(list)
        self._fees: defaultdict[str, list[Fee]] = defaultdict(list)
        for tariff in tariffs:
            self._tariffs[tariff.importer].append(tariff)
        for fee in fees:
            self._fees[fee.importer].append(fee)
        self._stacks: dict[tuple[str, str, str, date], tuple[Tariff, ...]] = {}

    def duties(self, entry: tuple[str, str, date], item: Item, value: Decimal) -> tuple[Charge, ...]:
        """Return a charge per programme that applies; `entry` is (importer, country of origin, date).

        Raises:
            TariffCycleError: the programmes displace each other in a circle.
        """
        importer, origin, day = entry
        if importer == origin:
            return ()
        key = (importer, origin, item.item, day)
        if key not in self._stacks:
            winners = self._winners(importer, origin, day, item)
            self._stacks[key] = tuple(_not_displaced(winners))
        stack = self._stacks[key]
        ordinary = sum((_nominal(row, item).of(value) for row in stack if row.programme == "MFN"), ZERO)
        return tuple(
            _capped(_nominal(row, item), ordinary, value)
            if row.rule == "cap" and row.programme != "MFN"
            else _nominal(row, item)
            for row in stack
        )

    def fees(self, entry: tuple[str, str, date], lane: Lane) -> tuple[Charge, ...]:
        """Return a charge per fee that applies to a lane of this mode."""
        importer, origin, day = entry
        if importer == origin:
            return ()
        return tuple(
            Charge(f"fee:{fee.fee}", f"fees.csv:{fee.row}", _effective_rate(fee, lane), ZERO)
            for fee in self._fees[importer]
            if _in_force(fee, day) and (not fee.modes or lane.mode in fee.modes)
        )

    def _winners(self, importer: str, origin: str, day: date, item: Item) -> dict[str, Tariff]:
        """Return the winning row of each programme: item, then the longest prefix, then the origin."""
        names = self._selectors.country(origin)
        best: dict[str, tuple[tuple[int, int, int], Tariff]] = {}
        for row in self._tariffs[importer]:
            place = match(row.origin, names)
            thing = _covers(row, item)
            if place is None or thing is None or not _in_force(row, day):
                continue
            rank = (*thing, place)
            if row.programme not in best or rank < best[row.programme][0]:
                best[row.programme] = (rank, row)
        return {programme: row for programme, (_, row) in best.items()}


def _covers(row: Tariff, item: Item) -> tuple[int, int] | None:
    """Return how closely the row names the item (smaller is closer), or None where it does not."""
    if row.item:
        return (0, 0) if row.item == item.item else None
    prefix = row.hs.replace(".", "")
    return (1, -len(prefix)) if item.hs_code.replace(".", "").startswith(prefix) else None


def _in_force(row: Tariff | Fee, day: date) -> bool:
    return (row.starts is None or row.starts <= day) and (row.ends is None or day < row.ends)


def _not_displaced(winners: dict[str, Tariff]) -> list[Tariff]:
    """Return the rows that no standing row with a positive charge displaces."""
    standing: dict[str, Tariff] = {}
    waiting = dict(winners)
    while waiting:
        free = [
            row
            for row in waiting.values()
            if not any(row.programme in other.displaces for other in waiting.values() if _bites(other))
        ]
        if not free:
            raise TariffCycleError(", ".join(sorted(waiting)))
        for row in free:
            del waiting[row.programme]
            standing[row.programme] = row
            if _bites(row):
                for programme in row.displaces:
                    waiting.pop(programme, None)
    return [standing[programme] for programme in winners if programme in standing]


def _bites(row: Tariff) -> bool:
    return row.rate > 0 or row.specific > 0 or row.over_rate > 0


def _nominal(row: Tariff, item: Item) -> Charge:
    specific = row.specific * (item.weight_kg if row.specific_per == "kg" else 1)
    return Charge(row.programme, f"tariffs.csv:{row.row}", row.rate, specific)


def _capped(charge: Charge, ordinary: Decimal, value: Decimal) -> Charge:
    """Return an all-in ceiling less what MFN already charges."""
    taken = ordinary / value if value else ZERO
    return Charge(charge.programme, charge.row, max(ZERO, charge.rate - taken), charge.specific)


def _effective_rate(fee: Fee, lane: Lane) -> Decimal:
    """Return the fee as a share of value: clamped an entry where its value is known."""
    if not lane.value_per_entry:
        return fee.rate
    amount = min(max(fee.rate * lane.value_per_entry, fee.min_per_entry), fee.max_per_entry)
    return amount / lane.value_per_entry
