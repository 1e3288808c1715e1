"""What an audit says: findings, each with its check, its place and its amount, and how much was compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from planner.audit.reader import ONE, ZERO

FEASIBILITY = Decimal("1e-6")
"""Relative: the sides of a row may differ by this share of the larger one, or of 1."""
CENT = Decimal("0.005")
"""Money: totals may differ by half a cent, or by EXACT of the larger one."""
EXACT = Decimal("1e-9")
"""Relative, and absolute for what is below 1: rates, unit values."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in the plan that does not hold; `amount` is by how much, in the unit of the check."""

    check: str
    place: str
    message: str
    amount: float = 0.0

    def __str__(self) -> str:
        return f"{self.check}: {self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The outcome: `checks` counts comparisons, `worst_violation` is relative (rows of the model only)."""

    passed: bool
    checks: int
    worst_violation: float
    findings: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        if self.passed:
            return f"audit passed: {self.checks:,} comparisons, worst violation {self.worst_violation:.1e}"
        lines = "\n".join(f"  {finding}" for finding in self.findings)
        count = f"{len(self.findings)} {'finding' if len(self.findings) == 1 else 'findings'}"
        return f"audit failed: {count} in {self.checks:,} comparisons\n{lines}"


@dataclass(slots=True)
class Tally:
    """Collects the comparisons of one check."""

    check: str
    checks: int = 0
    worst: Decimal = ZERO
    findings: list[Finding] = field(default_factory=list)

    def fail(self, place: str, message: str, amount: Decimal = ZERO) -> None:
        """Record a finding."""
        self.findings.append(Finding(self.check, place, message, float(amount)))

    def require(self, holds: bool, place: str, message: str) -> None:
        """Record a finding unless the statement holds; the message says what should."""
        self.checks += 1
        if not holds:
            self.fail(place, message)

    def balance(self, place: str, what: str, left: Decimal, right: Decimal) -> None:
        """Require both sides of a row of the model to be equal within FEASIBILITY."""
        self._row(place, f"{what}: {_short(left)} should equal {_short(right)}", left - right, (left, right))

    def at_most(self, place: str, what: str, left: Decimal, limit: Decimal) -> None:
        """Require a row of the model to stay within its limit, by FEASIBILITY."""
        if limit.is_infinite():
            self.checks += 1
            return
        over = max(ZERO, left - limit)
        self._row(place, f"{what}: {_short(left)} exceeds {_short(limit)}", over, (left, limit))

    def money(self, place: str, what: str, found: Decimal, expected: Decimal) -> None:
        """Require an amount of money to be right to half a cent, or EXACT of it."""
        self._figure(place, what, (found, expected), CENT)

    def figure(self, place: str, what: str, found: Decimal, expected: Decimal) -> None:
        """Require a rate, a unit value or a quantity that was only copied to be right to EXACT."""
        self._figure(place, what, (found, expected), EXACT)

    def _row(self, place: str, message: str, gap: Decimal, sides: tuple[Decimal, Decimal]) -> None:
        self.checks += 1
        violation = abs(gap) / max(ONE, *(abs(side) for side in sides))
        self.worst = max(self.worst, violation)
        if violation > FEASIBILITY:
            self.fail(place, message, gap)

    def _figure(self, place: str, what: str, pair: tuple[Decimal, Decimal], floor: Decimal) -> None:
        self.checks += 1
        found, expected = pair
        if found == expected:
            return
        gap = found - expected
        if abs(gap) > max(floor, EXACT * max(abs(found), abs(expected))) or not gap.is_finite():
            self.fail(place, f"{what} is {_short(found)}, recomputed {_short(expected)}", gap)


def _short(number: Decimal) -> str:
    return f"{float(number):.12g}"
