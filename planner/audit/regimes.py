"""Duty regimes: the rows of relief.csv that apply at a plant, the most specific one of each programme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.audit.reader import ZERO
from planner.audit.selectors import Selectors, match
from planner.audit.tables import Location, Relief

REDUCED = "reduced"


class Regimes:
    """Finds the regimes of a plant."""

    def __init__(
        self, rows: Iterable[Relief], locations: Mapping[str, Location], selectors: Selectors
    ) -> None:
        self._rows = tuple(rows)
        self._locations = locations
        self._selectors = selectors
        self._found: dict[str, Mapping[str, Relief]] = {}

    def at(self, location: str) -> Mapping[str, Relief]:
        """Return the row of each programme that a plant may use; no other place has any."""
        if location not in self._found:
            self._found[location] = self._at(location)
        return self._found[location]

    def giving_back(self, location: str) -> Mapping[str, Relief]:
        """Return the suspensions and drawbacks of a plant, which its exports earn."""
        return {name: row for name, row in self.at(location).items() if row.kind != REDUCED}

    def reducing(self, location: str, item: str) -> Mapping[str, Relief]:
        """Return the rows that limit the duty on an item that enters the plant."""
        return {
            name: row
            for name, row in self.at(location).items()
            if row.kind == REDUCED and self.takes(row, item)
        }

    def reduced_entry(self, location: str, item: str, regime: str) -> tuple[Relief, ...]:
        """Return the rows that hold on entry: those that cost nothing, and the paid one that is asked for."""
        rows = self.reducing(location, item)
        return tuple(row for name, row in rows.items() if name == regime or not is_paid(row))

    def takes(self, row: Relief, item: str) -> bool:
        """Whether the regime is for this input."""
        return match(row.items, self._selectors.item(item)) is not None

    def _at(self, location: str) -> Mapping[str, Relief]:
        if location not in self._locations or self._locations[location].role != "plant":
            return {}
        names = self._selectors.location(location)
        best: dict[str, tuple[int, Relief]] = {}
        for row in self._rows:
            rank = match(row.location, names)
            if rank is not None and (row.programme not in best or rank < best[row.programme][0]):
                best[row.programme] = (rank, row)
        return {programme: row for programme, (_, row) in best.items()}


def is_paid(row: Relief) -> bool:
    """Whether using the regime costs something, so that the plan has to decide on it."""
    return row.fixed_cost > ZERO
