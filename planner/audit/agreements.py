"""Trade agreements: who is a member on a day, which rule of origin an item has, and who may claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from datetime import date
from decimal import Decimal

from planner.audit.reader import ZERO
from planner.audit.tables import Agreement, Item, OriginRule


def digits(hs: str) -> str:
    """Return a customs code without its dots."""
    return hs.replace(".", "")


class Agreements:
    """The members of every agreement, and its rules of origin."""

    def __init__(
        self, members: Iterable[Agreement], rules: Iterable[OriginRule], lapsed: Container[str] = ()
    ) -> None:
        self._lapsed = lapsed
        self._members: defaultdict[str, dict[str, Agreement]] = defaultdict(dict)
        self._rules: defaultdict[str, list[OriginRule]] = defaultdict(list)
        for member in members:
            self._members[member.agreement][member.member] = member
        for rule in rules:
            self._rules[rule.agreement].append(rule)

    @property
    def names(self) -> tuple[str, ...]:
        """Every agreement."""
        return tuple(self._members)

    def in_force(self, agreement: str, country: str, day: date) -> bool:
        """Whether the country is a member of the agreement on the day."""
        row = self._members.get(agreement, {}).get(country)
        if row is None or agreement in self._lapsed:
            return False
        return (row.starts is None or row.starts <= day) and (row.ends is None or day < row.ends)

    def shared(self, one: str, other: str, day: date) -> bool:
        """Whether two countries are members of one agreement on the day."""
        return any(self.in_force(name, one, day) and self.in_force(name, other, day) for name in self.names)

    def claimable(self, status: str, home: str, importer: str, day: date) -> tuple[str, ...]:
        """Return the agreements under which a good of this status and country may enter another country."""
        if home == importer:
            return ()
        return tuple(
            name
            for name in status.split(";")
            if self.in_force(name, home, day) and self.in_force(name, importer, day)
        )

    def rules(self, agreement: str, item: Item) -> tuple[OriginRule, ...]:
        """Return the alternatives for an item: those of the longest prefix of its code."""
        code = digits(item.hs_code)
        matching = [rule for rule in self._rules.get(agreement, ()) if code.startswith(digits(rule.hs))]
        longest = max((len(digits(rule.hs)) for rule in matching), default=0)
        return tuple(rule for rule in matching if len(digits(rule.hs)) == longest)

    def preferential_rate(self, agreement: str, item: Item) -> Decimal:
        """Return what a claim pays in the place of MFN; 0 without a rule."""
        return next((rule.preferential_rate for rule in self.rules(agreement, item)), ZERO)

    def claim_cost(self, agreement: str, item: Item) -> Decimal:
        """Return the money that a claim costs a unit; 0 without a rule."""
        return next((rule.claim_cost for rule in self.rules(agreement, item)), ZERO)
