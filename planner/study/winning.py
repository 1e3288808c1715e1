"""What a supplier would have to charge to win: the highest price at which an optimal plan buys a share of an item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import inf, isnan, nan
from typing import Any

import pandas as pd

from planner.errors import InstanceError, NoSolutionError, Problem
from planner.instance import Fix, Instance, apply, change
from planner.instance.fields import nearest, number_text
from planner.plan import Plan
from planner.plan.summary import money
from planner.solve import Status
from planner.solve.hold import Hold
from planner.study.breakeven import Asked, intervals
from planner.study.crossing import ROUNDING
from planner.study.infeasible import explain_infeasible
from planner.study.intervals import Interval, how, plus_minus
from planner.study.kept import kept
from planner.study.number import number
from planner.study.outline import Outline
from planner.study.solved import Asked as Solve
from planner.study.solved import options_of, solved
from planner.study.tables import as_json
from planner.study.valued import Models
from planner_models.data import Data

HIGHEST = 10.0  # times today's prices: no higher ones are looked at
SHARES = (0.25, 0.5, 1.0)
RULE = "share-to-win"  # id of the policy that asks for a share
ANY = 1.0  # gap: any plan will do
SECONDS = 20.0  # for the reason why there is no price
PLACE = "supplier"
COLUMNS = (
    "supplier", "item", "share", "share_today", "currency", "today_from", "today_to", "price_from", "price_to",
    "factor", "plus_minus", "how", "why",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Price:
    """At which prices an optimal plan buys a share of an item, as a factor of what its offers cost today.

    `factor` is the highest one that was found; nan where there is none, and `why` says why; inf where that is above
    HIGHEST. How far off it may be is `plus_minus`, and `how` it was found `exact` or `searched`.
    """

    share: float
    factor: float
    plus_minus: float = 0.0
    how: str = ""
    why: str = ""


@dataclass(frozen=True, eq=False)
class Offer:
    """An item that a supplier offers: the least and the highest of its prices, of all contracts and periods."""

    item: str
    share: float  # that the plan buys
    low: float
    high: float
    currency: str
    prices: tuple[Price, ...]


@dataclass(frozen=True, eq=False)
class Winning:
    """The prices at which a supplier wins shares of what it offers; all of its prices of an item move together."""

    plan: Plan
    supplier: str
    fix: Fix
    offers: tuple[Offer, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row an item and share; prices a unit, in the currency of the offers."""
        rows = [
            (
                self.supplier, offer.item, price.share, offer.share, offer.currency, offer.low, offer.high,
                offer.low * price.factor, offer.high * price.factor, price.factor, price.plus_minus, price.how,
                price.why,
            )
            for offer in self.offers
            for price in offer.prices
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(COLUMNS))

    @property
    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        design = "kept" if self.fix.design else "free"
        return {"supplier": self.supplier, "design": design, "prices": as_json(self.table)}


def winning(
    plan: Plan, supplier: str, item: str = "", shares: Sequence[float] = SHARES, fix: Fix | None = None
) -> Winning:
    """The highest prices at which an optimal plan buys shares of an item from a supplier.

    Args:
        plan: the plan as it is.
        supplier: who sells.
        item: what; blank for all that it offers.
        shares: of the units of the item that are bought in base, over all periods; above 0, at most 1.
        fix: what the plan has decided and is kept; by default everything is decided anew at each price.

    Raises:
        InstanceError: there is no such offer, or a share is none.
        NoSolutionError: a limit stopped a solve before it had a plan.
        SolverError: HiGHS failed, or its answer cannot be trusted.
    """
    plan.raise_for_status()
    items = _offered(plan.instance, supplier, item)
    _refuse_no_shares(shares)
    fix = fix or Fix()
    search = _Search(plan, supplier, kept(fix, plan))
    return Winning(plan, supplier, fix, tuple(search.offer(each, tuple(sorted(shares))) for each in items))


def _offered(instance: Instance, supplier: str, item: str) -> list[str]:
    """What is asked about.

    Raises:
        InstanceError: nobody of this name offers anything, or not this.
    """
    offers = instance.tables["offers"]
    known = sorted(set(offers["location"]))
    if supplier not in known:
        expected = "a location of offers.csv"
        raise InstanceError([Problem(PLACE, "offers nothing", supplier, expected, nearest(supplier, known))])
    items = list(dict.fromkeys(offers.loc[offers["location"] == supplier, "item"]))
    if item and item not in items:
        message = f"{supplier} does not offer this"
        raise InstanceError([Problem(PLACE, message, item, ", ".join(items), nearest(item, items))])
    return [item] if item else items


def _refuse_no_shares(shares: Sequence[float]) -> None:
    wrong = [share for share in shares if not 0 < share <= 1]
    if wrong:
        raise InstanceError(
            [
                Problem(PLACE, "not a share", number_text(each), "a number above 0, at most 1")
                for each in wrong
            ]
        )


@dataclass(frozen=True, eq=False)
class _Search:
    """The search for the prices of a supplier; `hold` says which decisions are taken already."""

    plan: Plan
    supplier: str
    hold: Callable[[Data], Hold] | None

    def offer(self, item: str, shares: tuple[float, ...]) -> Offer:
        """The prices of an item at which it sells shares."""
        low, high, currency = _quoted(self.plan.instance, self.supplier, item)
        return Offer(item, self._today(item), low, high, currency, self._prices(item, shares))

    def _today(self, item: str) -> float:
        """The share of the item that the plan buys in base."""
        contracts = self.plan.contracts
        bought = contracts[(contracts["scenario"] == "base") & (contracts["item"] == item)]
        whole = bought["volume"].sum()
        mine = bought.loc[bought["location"] == self.supplier, "volume"].sum()
        return float(mine / whole) if whole > 0 else 0.0

    def _prices(self, item: str, shares: tuple[float, ...]) -> tuple[Price, ...]:
        possible = list(shares)
        while possible and not self._possible(item, possible[-1]):
            del possible[-1]
        found = self._searched(item, possible) if possible else []
        left = shares[len(possible) :]
        why = self._impossible(item, left[0]) if left else ""
        return (*found, *(Price(share, nan, why=why) for share in left))

    def _searched(self, item: str, shares: Sequence[float]) -> list[Price]:
        """The prices of shares that there is a plan for."""
        on = f"offers[location={self.supplier},item={item}].unit_cost *="
        models = Models(number(self.plan.instance, on, 0.0, HIGHEST), self.hold)

        def reached(outline: Outline) -> int:
            sold = outline.share(item, frozenset([self.supplier]))
            return sum(sold >= share - ROUNDING for share in shares)

        asked = Asked(options_of(self.plan.instance), self.hold)
        found = intervals(models, (0.0, HIGHEST), asked, reached)
        if found[-1].high < HIGHEST:
            raise NoSolutionError(f"stopped by a limit before every price of {item} was known")
        prices = (_highest(found, share, reached, rank) for rank, share in enumerate(shares, 1))
        return [
            replace(each, why=self._too_dear(item, each.share)) if isnan(each.factor) else each
            for each in prices
        ]

    def _possible(self, item: str, share: float) -> bool:
        """Whether there is any plan that buys so much."""
        forced = self._for_nothing(item, share)
        options = replace(options_of(forced), gap=ANY, confirm=False)
        return solved(forced, Solve(options, hold=self.hold))[0].status is not Status.INFEASIBLE

    def _impossible(self, item: str, share: float) -> str:
        """Why no plan buys so much: the rules in the way."""
        if self.hold is not None:
            return "not with the design as it is"
        forced = self._for_nothing(item, share)
        policies = list(forced.tables["policies"]["policy"])
        rules = explain_infeasible(forced, SECONDS, repairs=1).conflict
        others = (rule for rule in rules if rule.table != "policies" or policies[rule.row] != RULE)
        return f"no plan can buy so much: {'; '.join(map(str, others))}"

    def _too_dear(self, item: str, share: float) -> str:
        """Why no optimal plan buys so much: from a solve in which it has to, and the supplier asks for nothing."""
        forced, free = (
            solved(instance, Solve(options_of(instance), hold=self.hold))[0].raise_for_status().objective
            for instance in (self._for_nothing(item, share), self._for_nothing(item))
        )
        currency = self.plan.instance.settings.instance.currency
        return f"for nothing, buying so much still costs {money(forced - free, currency)} more"

    def _for_nothing(self, item: str, share: float = 0.0) -> Instance:
        """The instance in which the supplier asks for nothing, and has to sell a share."""
        free = change("offers", {"location": self.supplier, "item": item}, set={"unit_cost": 0.0})
        rule = {
            "policy": RULE,
            "measure": "volume_share",
            "who": self.supplier,
            "item": item,
            "of": "role:supplier",
            "min": share,
        }
        forced = [change("policies", append=[rule])] if share > 0 else []
        return apply(self.plan.instance, [free, *forced])


def _quoted(instance: Instance, supplier: str, item: str) -> tuple[float, float, str]:
    """The least and the highest price of an item, in the currency of the offers, or of the instance if they differ."""
    offers = instance.tables["offers"]
    mine = (offers["location"] == supplier) & (offers["item"] == item)
    prices, own = offers["unit_cost"][mine], set(offers["currency"][mine])
    if len(own) > 1:
        prices, own = pd.Series(instance.money("offers", "unit_cost")[mine]), {""}
    return float(prices.min()), float(prices.max()), own.pop() or instance.settings.instance.currency


def _highest(found: list[Interval], share: float, reached: Callable[[Outline], int], rank: int) -> Price:
    """The highest value at which so many of the shares are reached."""
    for left, right in reversed([*pairwise(found), (found[-1], None)]):
        if left.outline is not None and reached(left.outline) >= rank:
            if right is None:
                return Price(
                    share, inf, how=left.how.value, why=f"even at {HIGHEST:g} times the price of today"
                )
            at = (left.high + right.low) / 2
            return Price(share, at, plus_minus(left, right), how(left, right).value)
    return Price(share, nan)
