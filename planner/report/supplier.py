"""What a supplier would have to charge to win shares of what it offers, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isnan
from typing import TYPE_CHECKING

from planner.errors import InstanceError, Problem
from planner.instance import Fix
from planner.study.winning import SHARES, Offer, Price, winning

if TYPE_CHECKING:
    from planner.plan import Plan

FREE = "Everything is decided anew at each price: plants, suppliers and contracts."
KEPT = "The design of the plan is kept, at every price: no plant opens, no supplier qualifies, no contract begins."
TOGETHER = "All its prices of the item move together, what others ask stays; a tie counts as won."


def supplier(plan: Plan, topic: str, fix: Fix) -> str:
    """What `SUPPLIER`, `SUPPLIER:ITEM` or `SUPPLIER:ITEM=SHARE` would have to charge.

    Raises:
        InstanceError: there is no such offer, or no such share.
        NoSolutionError: a limit stopped a solve before it had a plan.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    who, _, rest = topic.partition(":")
    item, _, share = rest.partition("=")
    found = winning(plan, who.strip(), item.strip(), (_share(share),) if share else SHARES, fix)
    lines = [line for offer in found.offers for line in _offer(offer)]
    return "\n".join([KEPT if fix.design else FREE, TOGETHER, *lines])


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InstanceError(
            [Problem("TOPIC", "not a share", text.strip(), "a number above 0, at most 1")]
        ) from error


def _offer(offer: Offer) -> Iterator[str]:
    """What it sells and asks today, and a line for each share."""
    yield f"{offer.item}: sells {offer.share:.0%} of it today, at {_price(offer, 1.0)} a unit"
    yield from (
        f"  {_percent(price.share)}{' or more' if price.share < 1 else ''}: {_worded(offer, price)}"
        for price in offer.prices
    )


def _worded(offer: Offer, price: Price) -> str:
    if isnan(price.factor):
        return f"at no price: {price.why}"
    if price.factor == inf:
        return f"at any price, {price.why}"
    step = price.factor - 1
    than = "as today" if abs(step) < 5e-5 else f"{abs(step):.2%} {'more' if step > 0 else 'less'} than today"
    off = f", +- {price.plus_minus:.2%} of today" if price.plus_minus >= 5e-6 else ""
    return f"at {_price(offer, price.factor)} at most, {than} ({price.how}{off})"


def _price(offer: Offer, factor: float) -> str:
    """The prices of its contracts and periods, times a factor."""
    low, high = (f"{price * factor:,.6g}" for price in (offer.low, offer.high))
    return f"{low} {offer.currency}" if low == high else f"{low} to {high} {offer.currency}"


def _percent(share: float) -> str:
    return f"{100 * share:.6g}%"
