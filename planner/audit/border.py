"""Goods at a border: what they are worth to customs, and what they pay there by each way of entering."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from planner.audit.duties import Charge, Entry
from planner.audit.instance import Good, Instance
from planner.audit.lanes import Route
from planner.audit.regimes import is_paid


@dataclass(frozen=True, eq=False, slots=True)
class Arrival:
    """A good that a lane brings into another country in a period."""

    instance: Instance
    item: str
    good: Good
    route: Route
    destination: str
    t: int

    @property
    def importer(self) -> str:
        """The country that is entered."""
        return self.instance.country(self.destination)

    @property
    def base(self) -> Decimal:
        """The value of a unit that duties are charged on."""
        country = self.instance.countries.get(self.importer)
        if country is None or country.customs_basis != "CIF":
            return self.good.value
        freight = self.route.lane.unit_cost * self.route.weight
        return self.good.value + freight + self.instance.insurance_rate * self.good.value

    def entry(self, agreement: str, regime: str) -> Entry:
        """Return the entry under an agreement (blank: normal) and on the arc of a paid regime (blank: none)."""
        instance = self.instance
        item = instance.items[self.item]
        return Entry(
            importer=self.importer,
            origin=self.good.origin,
            day=instance.calendar.duty_day(self.t),
            agreement=agreement,
            preferential_rate=instance.agreements.preferential_rate(agreement, item),
            reduced=instance.regimes.reduced_entry(self.destination, self.item, regime),
        )

    def duties(self, entry: Entry) -> tuple[Charge, ...]:
        """Return the charge of each programme."""
        return self.instance.duties.duties(entry, self.instance.items[self.item], self.base)

    def fees(self, entry: Entry) -> tuple[Charge, ...]:
        """Return the charge of each fee."""
        return self.instance.duties.fees(entry, self.route.lane)

    def entries(self, status: str) -> Iterator[Entry]:
        """Yield every way in which a good of this status may enter."""
        instance, day = self.instance, self.instance.calendar.duty_day(self.t)
        claims = instance.agreements.claimable(status, self.good.home, self.importer, day)
        regimes = instance.regimes.reducing(self.destination, self.item)
        arcs = ("", *(name for name, row in regimes.items() if is_paid(row)))
        for agreement in ("", *claims):
            for regime in arcs:
                yield self.entry(agreement, regime)
