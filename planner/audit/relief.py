"""Checks of the duty regimes: what is given back was paid, is within its limits, and its regime is paid for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

from planner.audit.case import Case, Spot, summed
from planner.audit.goods import GoodId
from planner.audit.reader import ONE, ZERO
from planner.audit.regimes import is_paid
from planner.audit.report import Tally
from planner.audit.tables import Relief
from planner.audit.trade_tables import ReliefState


class Reliefs:
    """What the regimes of each plant could give back for each good."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @cached_property
    def _inputs(self) -> Mapping[Spot, Mapping[GoodId, Decimal]]:
        """What the runs of each good consumed, over all tests."""
        found: defaultdict[Spot, dict[GoodId, Decimal]] = defaultdict(dict)
        for feed in self._case.feeds:
            inputs = found[feed.location, feed.batch.good, self._case.t(feed.period)]
            inputs[feed.good] = inputs.get(feed.good, ZERO) + feed.quantity
        return found

    def regime(self, row: ReliefState) -> Relief | None:
        """Return the suspension or drawback that a row of relief.csv names."""
        return self._case.instance.regimes.giving_back(row.location).get(row.programme)

    def covered(self, spot: Spot, regime: Relief) -> Decimal:
        """Return the smallest duty of the covered programmes on the inputs of a good."""
        return self._duty(spot, (regime,), regime)

    def whole(self, spot: Spot) -> Decimal:
        """Return the smallest duty of all programmes on the inputs that some regime of the plant relieves."""
        return self._duty(spot, tuple(self._case.instance.regimes.giving_back(spot[0]).values()), None)

    def _duty(self, spot: Spot, takers: tuple[Relief, ...], covering: Relief | None) -> Decimal:
        (plant, _, t), regimes = spot, self._case.instance.regimes
        return sum(
            (
                quantity * self._case.inbound.smallest(plant, good, t, covering)
                for good, quantity in self._inputs.get(spot, {}).items()
                if t >= 0 and any(regimes.takes(row, good.item) for row in takers)
            ),
            ZERO,
        )

    def is_limited(self, spot: Spot, regime: Relief) -> bool:
        """Whether the lesser of two duties holds: the plant and the destination share an agreement."""
        plant, good, t = spot
        instance = self._case.at(t)
        day = instance.calendar.duty_day(t)
        return regime.lesser_of_two and instance.agreements.shared(instance.country(plant), good.class_, day)

    @cached_property
    def paid_outside(self) -> Mapping[Spot, Decimal]:
        """The duty, of all programmes, that each good paid on the lanes by which it left its plant."""
        return summed(
            ((each.flow.origin, each.flow.good, each.t), self._case.duty(each, charge))
            for each in self._case.shipments
            for charge in each.charges
            if each.flow.origin == each.flow.source
        )


def _spot(case: Case, row: ReliefState) -> Spot:
    return row.location, row.good, case.t(row.period)


def check_relief_row(case: Case, tally: Tally) -> None:
    """Each row of relief.csv names a regime of the plant that gives back duty, on a good that leaves."""
    reliefs = Reliefs(case)
    for row in case.relief:
        place, regime = f"relief.csv:{row.row}", reliefs.regime(row)
        tally.require(
            regime is not None, place, f"{row.location} has no {row.programme} that gives back duty"
        )
        tally.require(row.good.earmarked, place, f"class {row.class_!r} is not for another country")
        if regime is not None:
            tally.require(row.kind == regime.kind, place, f"{row.programme} is a {regime.kind}")
            right = f"relief.csv:{regime.row}"
            tally.require(row.row_ == right, place, f"{row.programme} is set by {right}, not {row.row_}")
            tally.figure(place, "rate", row.rate, regime.rate)


def check_relief_figure(case: Case, tally: Tally) -> None:
    """relief.csv has the right covered duty, limit, and duty of the output where the lesser of two holds."""
    reliefs = Reliefs(case)
    for row in case.relief:
        place, regime, spot = f"relief.csv:{row.row}", reliefs.regime(row), _spot(case, row)
        if regime is None or spot[2] < 0:
            continue
        covered = reliefs.covered(spot, regime)
        tally.money(place, "covered_duty", row.covered_duty, covered)
        tally.money(place, "limit", row.limit, regime.rate * covered)
        limited = reliefs.is_limited(spot, regime)
        what = "needs an output_duty" if limited else "has an output_duty where no lesser of two holds"
        tally.require((row.output_duty is not None) == limited, place, what)
        if limited and row.output_duty is not None:
            paid = reliefs.paid_outside.get(spot, ZERO)
            tally.money(place, "output_duty", row.output_duty, paid)


def check_relief_of_input(case: Case, tally: Tally) -> None:
    """A regime gives back at most its rate of the duty that it covers; all together at most the whole duty."""
    reliefs = Reliefs(case)
    for row in case.relief:
        regime, spot = reliefs.regime(row), _spot(case, row)
        limit = regime.rate * reliefs.covered(spot, regime) if regime else ZERO
        tally.at_most(f"relief.csv:{row.row}", f"relief of {row.programme}", row.relief, limit)
    for spot, relief in summed((_spot(case, row), row.relief) for row in case.relief).items():
        tally.at_most(_place(case, spot), "all relief", relief, reliefs.whole(spot))


def check_relief_of_output(case: Case, tally: Tally) -> None:
    """Inside an agreement, regimes with the lesser of two give back at most the duty paid at the destination."""
    reliefs = Reliefs(case)
    limited = []
    for row in case.relief:
        regime, spot = reliefs.regime(row), _spot(case, row)
        if regime is not None and spot[2] >= 0 and reliefs.is_limited(spot, regime):
            limited.append((spot, row.relief))
    for spot, relief in summed(limited).items():
        paid = reliefs.paid_outside.get(spot, ZERO)
        tally.at_most(_place(case, spot), "relief against the duty at the destination", relief, paid)


def check_regime_row(case: Case, tally: Tally) -> None:
    """Each row of regimes.csv names a regime of the plant, with its row and its cost."""
    for row in case.regimes:
        place = f"regimes.csv:{row.row}"
        regime = case.instance.regimes.at(row.location).get(row.programme)
        tally.require(regime is not None, place, f"{row.location} has no regime {row.programme}")
        if regime is not None:
            right = f"relief.csv:{regime.row}"
            tally.require(row.row_ == right, place, f"{row.programme} is set by {right}, not {row.row_}")
            tally.money(place, "fixed_cost", row.fixed_cost, regime.fixed_cost * row.used)


def check_regime_link(case: Case, tally: Tally) -> None:
    """A regime with a fixed cost relieves and reduces nothing unless it is used; only such a one has an arc."""
    used = summed(((row.location, row.programme, case.t(row.period)), row.used) for row in case.regimes)
    reliefs = Reliefs(case)
    for row in case.relief:
        regime, key = reliefs.regime(row), (row.location, row.programme, case.t(row.period))
        if regime is not None and is_paid(regime) and used.get(key, ZERO) < ONE:
            tally.at_most(f"relief.csv:{row.row}", f"relief of {row.programme} not used", row.relief, ZERO)
    for flow in case.flows:
        if not flow.regime:
            continue
        place, key = f"flows.csv:{flow.row}", (flow.destination, flow.regime, case.t(flow.period))
        reducing = case.instance.regimes.reducing(flow.destination, flow.item).get(flow.regime)
        has_arc = reducing is not None and is_paid(reducing)
        tally.require(has_arc, place, f"{flow.regime} has no arc of its own for {flow.item} here")
        if used.get(key, ZERO) < ONE:
            tally.at_most(place, f"units under {flow.regime}, not used", flow.quantity, ZERO)


def _place(case: Case, spot: Spot) -> str:
    plant, good, t = spot
    period = case.instance.calendar.periods[t] if t >= 0 else "unknown"
    return f"plant {plant}, item {good}, period {period}"
