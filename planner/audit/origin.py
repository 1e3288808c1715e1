"""Rules of origin: the tests that a batch had to pass, or could have, and its figures in each.

A batch is what a plant makes of an item by a recipe, to pass one test, for one destination; its feeds are its
own. Every component counts as originating or not as a whole, by its status, its country and the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from planner.audit.agreements import digits
from planner.audit.case import Case
from planner.audit.instance import Good
from planner.audit.plan_tables import Feed, Run
from planner.audit.reader import ONE, ZERO
from planner.audit.report import FEASIBILITY
from planner.audit.tables import Item, OriginRule

REGIONAL_VALUE = "regional_value"
TARIFF_SHIFT = "tariff_shift"
MEASURES: Mapping[str, tuple[str, ...]] = {
    "rvc": (REGIONAL_VALUE,),
    "shift": (TARIFF_SHIFT,),
    "shift_and_rvc": (REGIONAL_VALUE, TARIFF_SHIFT),
}
"""What each kind of test measures."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "rvc": ("rvc",),
    "shift": ("shift",),
    "shift_or_rvc": ("rvc", "shift"),
    "shift_and_rvc": ("shift_and_rvc",),
}
"""The tests that a rule allows: any one suffices."""
DEPTH: Mapping[str, int] = {"chapter": 2, "heading": 4, "subheading": 6}


@dataclass(frozen=True, slots=True)
class Sought:
    """A test under an agreement: `name` as the tables write it."""

    agreement: str
    name: str
    kind: str
    rule: OriginRule


@dataclass(frozen=True, slots=True)
class Figure:
    """What one measure of a test finds in a batch; `against` is the money that counts against it."""

    measure: str
    value: Decimal
    against: Decimal
    threshold: Decimal

    @property
    def _ratio(self) -> Decimal:
        return self.against / self.value if self.value else ZERO

    @property
    def share(self) -> Decimal:
        """The regional value content, or the share that did not shift."""
        return ONE - self._ratio if self.measure == REGIONAL_VALUE else self._ratio

    @property
    def headroom(self) -> Decimal:
        """By how much the share is better than the threshold."""
        gap = self.share - self.threshold
        return gap if self.measure == REGIONAL_VALUE else -gap

    @property
    def limit(self) -> Decimal:
        """The most money that may count against the batch."""
        free = ONE - self.threshold if self.measure == REGIONAL_VALUE else self.threshold
        return free * self.value

    @property
    def slack(self) -> Decimal:
        """By how much the limit is met, as a share of it or of 1, as rows of the model are judged."""
        return (self.limit - self.against) / max(ONE, self.limit, self.against)


class Origin:
    """The tests and figures of the batches of a plan."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._feeds: defaultdict[tuple[object, ...], list[Feed]] = defaultdict(list)
        for feed in case.feeds:
            self._feeds[feed.period, feed.batch].append(feed)

    def open_to(self, run: Run) -> Iterator[Sought]:
        """Yield every test that the plant could have sought for the item on the day."""
        t = self._case.t(run.period)
        instance = self._case.at(t)
        item = instance.items.get(run.item)
        if item is None or t < 0:
            return
        country, day = instance.country(run.location), instance.calendar.duty_day(t)
        for agreement in instance.agreements.names:
            if instance.agreements.in_force(agreement, country, day):
                for rule in instance.agreements.rules(agreement, item):
                    for kind in KINDS[rule.test]:
                        yield Sought(agreement, f"{rule.alternative}:{kind}", kind, rule)

    def sought(self, run: Run) -> Sought | None:
        """Return the test that a batch with a status names; None where it may not."""
        named = (each for each in self.open_to(run) if (each.agreement, each.name) == (run.status, run.test))
        return next(named, None)

    def figures(self, run: Run, test: Sought) -> tuple[Figure, ...]:
        """Return the figures of a batch in a test, one a measure."""
        value = run.quantity * self._value(run, test.rule)
        return tuple(self._figure(run, test, measure, value) for measure in MEASURES[test.kind])

    def _figure(self, run: Run, test: Sought, measure: str, value: Decimal) -> Figure:
        item, against = self._case.instance.items[run.item], ZERO
        for feed, good in self._inputs(run):
            counts = not self._originates(feed, good, test.agreement)
            if measure == TARIFF_SHIFT:
                component = self._case.instance.items[feed.component]
                counts = counts and not shifted(component, item, test.rule)
            if counts:
                against += feed.quantity * good.value
        threshold = test.rule.rvc if measure == REGIONAL_VALUE else test.rule.de_minimis
        return Figure(measure, value, against, threshold)

    def _inputs(self, run: Run) -> Iterator[tuple[Feed, Good]]:
        t = self._case.t(run.period)
        for feed in self._feeds.get((run.period, run.batch), ()):
            good = self._case.at(t).good(feed.component, feed.source, feed.deal, t)
            if good is not None and feed.component in self._case.instance.items:
                yield feed, good

    def _value(self, run: Run, rule: OriginRule) -> Decimal:
        """Return the value of a unit by the method of the rule."""
        t = self._case.t(run.period)
        row = self._case.at(t).recipe(run.location, run.item, run.recipe, t)
        if row is None:
            return ZERO
        return (row.net_cost if rule.method == "net_cost" else row.customs_value) or ZERO

    def _originates(self, feed: Feed, good: Good, agreement: str) -> bool:
        """Whether a component has the status, and its country is a member on the day."""
        t = self._case.t(feed.period)
        instance = self._case.at(t)
        day = instance.calendar.duty_day(t)
        has = agreement in feed.component_status.split(";")
        return has and instance.agreements.in_force(agreement, good.home, day)


def shifted(component: Item, item: Item, rule: OriginRule) -> bool:
    """Whether a component is classified elsewhere than what is made of it, and no exception names it."""
    depth = DEPTH[rule.shift]
    from_, to = digits(component.hs_code), digits(item.hs_code)
    if not from_ or not to or from_[:depth] == to[:depth]:
        return False
    return not any(from_.startswith(digits(prefix)) for prefix in rule.except_hs)


def qualifies(figures: tuple[Figure, ...], stated: bool) -> bool:
    """Whether a batch meets every measure; what is met or missed by a hair is as the plan says."""
    worst = min(figure.slack for figure in figures)
    return stated if abs(worst) <= FEASIBILITY else worst > 0
