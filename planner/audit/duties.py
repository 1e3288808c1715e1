"""Every duty and fee on a unit that crosses a border, from the dated rows of tariffs.csv and fees.csv."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from planner.audit.agreements import digits
from planner.audit.reader import INFINITY, ZERO
from planner.audit.report import EXACT
from planner.audit.selectors import Selectors, match
from planner.audit.tables import Fee, Item, Lane, Relief, Tariff

MFN = "MFN"
NO_REGIME = frozenset({""})
"""What duties.csv names where no reduced regime set the rate."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What one programme or fee takes of a unit: `rate` of its value and `specific` money; `row` set it.

    `regimes` are the reduced regimes that may be said to have set the rate: more than one where they agree.
    With a `quota`, a unit above it pays what `above` takes.
    """

    programme: str
    row: str
    rate: Decimal
    specific: Decimal
    waived_by: str = ""
    regimes: frozenset[str] = NO_REGIME
    quota: Decimal = INFINITY
    above: Charge | None = None

    def of(self, value: Decimal) -> Decimal:
        """Return the money a unit of this value pays."""
        return self.rate * value + self.specific

    def is_counted(self, value: Decimal) -> bool:
        """Return whether units of this value pay more above the quota, so that they have to be counted."""
        return self.above is not None and self.above.of(value) > self.of(value)


@dataclass(frozen=True, slots=True)
class Entry:
    """Goods of an origin that enter a country on a day: under an agreement or not, and into which regimes."""

    importer: str
    origin: str
    day: date
    agreement: str = ""
    preferential_rate: Decimal = ZERO
    reduced: tuple[Relief, ...] = ()


RateChange = Callable[[Tariff, str, Item], Tariff]
"""What events make of a winning row for goods of an origin."""


def as_written(row: Tariff, origin: str, item: Item) -> Tariff:  # noqa: ARG001
    """Return the row as it stands in the table."""
    return row


class TariffCycleError(Exception):
    """Programmes displace each other in a circle, so that none can be decided."""


class Duties:
    """Finds the charges on goods of an origin that enter a country at a date."""

    def __init__(
        self,
        tariffs: Iterable[Tariff],
        fees: Iterable[Fee],
        selectors: Selectors,
        change: RateChange = as_written,
    ) -> None:
        self._selectors, self._change = selectors, change
        self._tariffs: defaultdict[str, list[Tariff]] = defaultdict(list)
        self._fees: defaultdict[str, list[Fee]] = defaultdict(list)
        for tariff in tariffs:
            self._tariffs[tariff.importer].append(tariff)
        for fee in fees:
            self._fees[fee.importer].append(fee)
        self._stacks: dict[tuple[str, str, str, date, str], tuple[Tariff, ...]] = {}

    def duties(self, entry: Entry, item: Item, value: Decimal) -> tuple[Charge, ...]:
        """Return a charge per programme that won and is not displaced, waived ones included.

        Raises:
            TariffCycleError: the programmes displace each other in a circle.
        """
        if entry.importer == entry.origin:
            return ()
        nominal = [(row, _nominal(row, item, entry)) for row in self._stack(entry, item)]
        ordinary = sum((charge.of(value) for _, charge in nominal if charge.programme == MFN), ZERO)
        taken = ordinary / value if value else ZERO
        return tuple(
            _reduced(_capped(charge, taken) if _is_ceiling(row) else charge, value, entry.reduced)
            for row, charge in nominal
        )

    def fees(self, entry: Entry, lane: Lane) -> tuple[Charge, ...]:
        """Return a charge per fee that applies to a lane of this mode, exempt ones included."""
        if entry.importer == entry.origin:
            return ()
        return tuple(
            _fee(fee, entry, lane)
            for fee in self._fees[entry.importer]
            if _in_force(fee, entry.day) and (not fee.modes or lane.mode in fee.modes)
        )

    def _stack(self, entry: Entry, item: Item) -> tuple[Tariff, ...]:
        key = (entry.importer, entry.origin, item.item, entry.day, entry.agreement)
        if key not in self._stacks:
            winners = self._winners(entry.importer, entry.origin, entry.day, item)
            self._stacks[key] = tuple(_not_displaced(winners, entry.agreement))
        return self._stacks[key]

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
        return {programme: self._change(row, origin, item) for programme, (_, row) in best.items()}


def _covers(row: Tariff, item: Item) -> tuple[int, int] | None:
    """Return how closely the row names the item (smaller is closer), or None where it does not."""
    if row.item:
        return (0, 0) if row.item == item.item else None
    prefix = digits(row.hs)
    return (1, -len(prefix)) if digits(item.hs_code).startswith(prefix) else None


def _in_force(row: Tariff | Fee, day: date) -> bool:
    return (row.starts is None or row.starts <= day) and (row.ends is None or day < row.ends)


def _not_displaced(winners: dict[str, Tariff], agreement: str) -> list[Tariff]:
    """Return the rows that no standing row with a positive charge displaces; a waived row displaces nothing."""
    biting = {name for name, row in winners.items() if _bites(row) and agreement not in row.waived_by}
    standing: dict[str, Tariff] = {}
    waiting = dict(winners)
    while waiting:
        free = [
            row
            for row in waiting.values()
            if not any(
                row.programme in other.displaces for other in waiting.values() if other.programme in biting
            )
        ]
        if not free:
            raise TariffCycleError(", ".join(sorted(waiting)))
        for row in free:
            del waiting[row.programme]
            standing[row.programme] = row
            if row.programme in biting:
                for programme in row.displaces:
                    waiting.pop(programme, None)
    return [standing[programme] for programme in winners if programme in standing]


def _bites(row: Tariff) -> bool:
    return row.rate > 0 or row.specific > 0 or row.over_rate > 0


def _is_ceiling(row: Tariff) -> bool:
    return row.rule == "cap" and row.programme != MFN


def _nominal(row: Tariff, item: Item, entry: Entry) -> Charge:
    """Return what the row says, or what is left of it where the claim waives it."""
    place = f"tariffs.csv:{row.row}"
    if entry.agreement in row.waived_by:
        rate = entry.preferential_rate if row.programme == MFN else ZERO
        return Charge(row.programme, place, rate, ZERO, waived_by=entry.agreement)
    specific = row.specific * (item.weight_kg if row.specific_per == "kg" else 1)
    charge = Charge(row.programme, place, row.rate, specific)
    if row.quota is None:
        return charge
    return replace(charge, quota=row.quota, above=replace(charge, rate=row.over_rate))


def _capped(charge: Charge, taken: Decimal) -> Charge:
    """Return an all-in ceiling less what MFN already takes of the value; a waived one stays at nothing."""
    above = _capped(charge.above, taken) if charge.above else None
    return replace(charge, rate=max(ZERO, charge.rate - taken), above=above)


def _reduced(charge: Charge, value: Decimal, regimes: tuple[Relief, ...]) -> Charge:
    """Return the charge limited to the lowest rate of the regimes that cover it."""
    rates = {row.programme: row.rate for row in regimes if row.covered(charge.programme)}
    if not rates:
        return charge
    above = _reduced(charge.above, value, regimes) if charge.above else None
    lowest = min(rates.values())
    setters = frozenset(name for name, rate in rates.items() if rate == lowest)
    over = charge.of(value) - lowest * value
    if over > 0:
        equal = NO_REGIME if over <= EXACT * value else frozenset()
        return replace(charge, rate=lowest, specific=ZERO, regimes=setters | equal, above=above)
    equal = setters if -over <= EXACT * value else frozenset()
    return replace(charge, regimes=NO_REGIME | equal, above=above)


def _fee(fee: Fee, entry: Entry, lane: Lane) -> Charge:
    name, place = f"fee:{fee.fee}", f"fees.csv:{fee.row}"
    if entry.agreement in fee.exempt:
        return Charge(name, place, ZERO, ZERO, waived_by=entry.agreement)
    return Charge(name, place, _effective_rate(fee, lane), ZERO)


def _effective_rate(fee: Fee, lane: Lane) -> Decimal:
    """Return the fee as a share of value: clamped an entry where its value is known."""
    if not lane.value_per_entry:
        return fee.rate
    amount = min(max(fee.rate * lane.value_per_entry, fee.min_per_entry), fee.max_per_entry)
    return amount / lane.value_per_entry
