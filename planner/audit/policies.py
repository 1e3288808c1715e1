"""Checks of the policies: every measure recomputed, its limit, and what its violation costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from planner.audit.case import Case, summed
from planner.audit.contracts import unit_cost
from planner.audit.events import BASE
from planner.audit.money import conversion_cost, facility_emissions, lane_emissions, share
from planner.audit.plan_tables import PolicyState
from planner.audit.reader import ONE, ZERO
from planner.audit.reference import reference_volumes
from planner.audit.report import FEASIBILITY, Tally
from planner.audit.selectors import match
from planner.audit.tables import Policy

COUNTS = frozenset({"count_open", "count_suppliers"})
MONEY = frozenset({"spend", "capex"})
DECIDED = frozenset({"count_open", "count_suppliers", "capex"})
"""Measures of the design, which is the same in all scenarios."""
ALL, EXPECTED = "all", "expected"
SOURCES = frozenset({"supplier", "plant"})


@dataclass(frozen=True)
class Rule:
    """One side of a policy in one period (-1: over the horizon) of one scenario, or of all by their probability."""

    case: Case
    policy: Policy
    t: int
    is_max: bool
    scenario: str
    chance: Decimal  # by which a violation is weighted

    @property
    def key(self) -> tuple[str, ...]:
        """Policy, measure, period, scenario and sense, as they stand in policies.csv."""
        period = self.case.instance.calendar.periods[self.t] if self.t >= 0 else ""
        sense = "max" if self.is_max else "min"
        return self.policy.policy, self.policy.measure, period, self.scenario, sense

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """What the rule looks at: what its scenario lives through, or the rows of every scenario."""
        if self.scenario == EXPECTED:
            return tuple(self.case.own(name) for name in self.case.paths)
        return (self.case.paths.get(self.scenario, self.case.paths[BASE]),)

    def weight(self, case: Case, t: int) -> Decimal:
        """What a row of a case counts in a period: nothing where the rule does not look."""
        if self.t not in {-1, t} or t < 0:
            return ZERO
        if self.scenario != EXPECTED:
            return ONE
        return case.futures.weight(case.scenario, t) if case.futures.has_rows(case.scenario, t) else ZERO

    @property
    def written(self) -> Decimal:
        """The limit as the user wrote it."""
        limit = self.policy.max if self.is_max else self.policy.min
        return ZERO if limit is None else limit

    @property
    def limit(self) -> Decimal:
        """The number that the measure may not pass; money in the instance currency."""
        rate = self.case.instance.rates.get(self.policy.currency, ONE)
        return self.written * (rate if self.policy.measure in MONEY else ONE)

    @cached_property
    def items(self) -> frozenset[str]:
        """The items that the policy selects."""
        selectors = self.case.instance.selectors
        return frozenset(
            item
            for item in self.case.instance.items
            if match(self.policy.item, selectors.item(item)) is not None
        )

    @cached_property
    def who(self) -> frozenset[str]:
        """The locations that `who` selects."""
        return self._locations(self.policy.who)

    @cached_property
    def of(self) -> frozenset[str]:
        """The locations that `of` selects."""
        return self._locations(self.policy.of)

    def _locations(self, entries: tuple[str, ...]) -> frozenset[str]:
        selectors = self.case.instance.selectors
        found = (each for each in self.case.instance.locations if selectors.selects_location(entries, each))
        return frozenset(found)


Measure = Callable[[Rule], tuple[Decimal, Decimal]]
"""Returns the value of the measure and the violation of the rule, never below 0."""


def rules(case: Case) -> Iterator[Rule]:
    """Yield every side of every policy in each period and scenario in which it holds."""
    for policy in case.instance.policies.values():
        periods: list[int] = [-1]
        if policy.period:
            periods = [case.t(policy.period)]
        elif policy.measure in COUNTS:
            periods = list(case.times)
        for scenario, chance in _scenarios(case, policy):
            for t in periods:
                if policy.max is not None:
                    yield Rule(case, policy, t, is_max=True, scenario=scenario, chance=chance)
                if policy.min is not None:
                    yield Rule(case, policy, t, is_max=False, scenario=scenario, chance=chance)


def _scenarios(case: Case, policy: Policy) -> list[tuple[str, Decimal]]:
    """The scenarios in which a policy holds, each with what its violation weighs; the design is the same in all."""
    if policy.measure in DECIDED:
        return [(BASE, ONE)]
    if policy.scenario == ALL:
        return list(case.futures.probability.items())
    never = {row.scenario for row in case.instance.scenarios if row.scenario != BASE and not row.probability}
    return [] if policy.scenario in never else [(policy.scenario, ONE)]


def _beyond(rule: Rule, value: Decimal) -> tuple[Decimal, Decimal]:
    """Return a value with its distance beyond the limit."""
    over = value - rule.limit if rule.is_max else rule.limit - value
    return value, max(ZERO, over)


def _beyond_share(rule: Rule, part: Decimal, whole: Decimal) -> tuple[Decimal, Decimal]:
    """Return a share with the distance of its numerator from limit x denominator."""
    over = part - rule.limit * whole
    return share(part, whole), max(ZERO, over if rule.is_max else -over)


def volumes(rule: Rule) -> Iterator[tuple[str, Decimal]]:
    """Yield (location, units): suppliers shipped, plants made, warehouses passed out, markets received."""
    for case in rule.cases:
        for flow in case.flows:
            weight = rule.weight(case, case.t(flow.period))
            if flow.item not in rule.items or not weight:
                continue
            if case.instance.role(flow.origin) in {"supplier", "warehouse"}:
                yield flow.origin, flow.quantity * weight
            if case.instance.role(flow.destination) == "market":
                yield flow.destination, flow.quantity * weight
        for run in case.runs:
            if run.item in rule.items:
                yield run.location, run.quantity * rule.weight(case, case.t(run.period))


def volume(rule: Rule) -> tuple[Decimal, Decimal]:
    """Units of who."""
    return _beyond(rule, sum((units for place, units in volumes(rule) if place in rule.who), ZERO))


def volume_share(rule: Rule) -> tuple[Decimal, Decimal]:
    """Units of who among those of `of`; a selection that mixes roles counts sources only."""
    who, of = _one_kind(rule, rule.who), _one_kind(rule, rule.of)
    part = sum((units for place, units in volumes(rule) if place in who), ZERO)
    whole = sum((units for place, units in volumes(rule) if place in of), ZERO)
    return _beyond_share(rule, part, whole)


def _one_kind(rule: Rule, places: frozenset[str]) -> frozenset[str]:
    role = rule.case.instance.role
    if len({role(place) for place in places}) <= 1:
        return places
    return frozenset(place for place in places if role(place) in SOURCES)


def supplier_share(rule: Rule) -> tuple[Decimal, Decimal]:
    """The largest share of one supplier of who in what is bought of an item."""
    bought = summed(
        ((location, item), units * rule.weight(case, t))
        for case in rule.cases
        for (location, item, _, t), units in case.bought.items()
        if item in rule.items and rule.weight(case, t)
    )
    totals = summed((item, units) for (_, item), units in bought.items())
    sides = [
        _beyond_share(rule, units, totals[item])
        for (location, item), units in bought.items()
        if location in rule.who
    ]
    return max((side[0] for side in sides), default=ZERO), max((side[1] for side in sides), default=ZERO)


def spent(case: Case) -> Iterator[tuple[str, str, int, Decimal]]:
    """Yield (location, item, period position, money): purchase and take-or-pay of suppliers, conversion of plants."""
    for (location, item, contract, t), units in case.bought.items():
        yield location, item, t, units * unit_cost(case, location, item, contract, t)
    for row in case.contracts:
        t = case.t(row.period)
        yield row.location, row.item, t, row.unused * unit_cost(case, row.location, row.item, row.contract, t)
    for run in case.runs:
        t = case.t(run.period)
        yield (
            run.location,
            run.item,
            t,
            run.quantity * conversion_cost(case, run.location, run.item, run.recipe, t),
        )


def spending(rule: Rule) -> Iterator[tuple[str, Decimal]]:
    """Yield (location, money) of what the rule is about."""
    for case in rule.cases:
        for location, item, t, money in spent(case):
            if item in rule.items:
                yield location, money * rule.weight(case, t)


def spend(rule: Rule) -> tuple[Decimal, Decimal]:
    """Money spent at who."""
    return _beyond(rule, sum((money for place, money in spending(rule) if place in rule.who), ZERO))


def spend_share(rule: Rule) -> tuple[Decimal, Decimal]:
    """Money spent at who, among that at `of`."""
    part = sum((money for place, money in spending(rule) if place in rule.who), ZERO)
    whole = sum((money for place, money in spending(rule) if place in rule.of), ZERO)
    return _beyond_share(rule, part, whole)


def capex(rule: Rule) -> tuple[Decimal, Decimal]:
    """Opening and qualification cost at who."""
    case, total = rule.case, ZERO
    for row in case.facilities:
        option = case.instance.facilities.get(row.location, {}).get(row.option)
        if option is not None and row.location in rule.who and rule.weight(case, case.t(row.period)):
            total += option.open_cost * row.opening
    for state in case.suppliers:
        supplier = case.instance.suppliers.get(state.location)
        if supplier is not None and state.location in rule.who and rule.weight(case, case.t(state.period)):
            total += supplier.qualify_cost * state.qualify
    return _beyond(rule, total)


def count_open(rule: Rule) -> tuple[Decimal, Decimal]:
    """Plants and warehouses of who that are open in any option."""
    case = rule.case
    is_open = {row.location for row in case.facilities if row.open >= ONE and case.t(row.period) == rule.t}
    always = {
        place
        for place in case.instance.locations
        if case.instance.role(place) in {"plant", "warehouse"} and place not in case.instance.facilities
    }
    return _beyond(rule, Decimal(len((is_open | always) & rule.who)))


def count_suppliers(rule: Rule) -> tuple[Decimal, Decimal]:
    """(Supplier, item) pairs with at least min_share of the reference volume, kindly rounded."""
    (case,) = rule.cases
    reference = reference_volumes(case.instance, rule.t)
    bought = summed(
        ((place, item), units) for (place, item, _, t), units in case.bought.items() if t == rule.t
    )
    pairs = {
        (place, item) for place, item, _ in case.instance.offers if place in rule.who and item in rule.items
    }
    count = 0
    for place, item in pairs:
        least = rule.policy.min_share * reference.get(item, ZERO)
        slack = FEASIBILITY * max(ONE, least)
        units = bought.get((place, item), ZERO)
        count += units > least + slack if rule.is_max else units >= least - slack
    return _beyond(rule, Decimal(count))


def emissions(rule: Rule) -> tuple[Decimal, Decimal]:
    """Kilograms CO2e of lanes that leave who, and of who's facilities."""
    total = ZERO
    for case in rule.cases:
        for shipment in case.shipments:
            if shipment.flow.origin in rule.who and shipment.flow.item in rule.items:
                total += lane_emissions(shipment) * rule.weight(case, shipment.t)
        for place, t, kilograms in facility_emissions(case, rule.items):
            if place in rule.who:
                total += kilograms * rule.weight(case, t)
    return _beyond(rule, total)


def policy_fill_rate(rule: Rule) -> tuple[Decimal, Decimal]:
    """Demand met among all demand of who."""
    asked, short = ZERO, ZERO
    for case in rule.cases:
        for (market, item, t), quantity in case.asked.items():
            if market in rule.who and item in rule.items:
                asked += quantity * rule.weight(case, t)
        for missed in case.shortages:
            if missed.market in rule.who and missed.item in rule.items:
                short += missed.short * rule.weight(case, case.t(missed.period))
    met = asked - short
    return share(met, asked, ONE), max(ZERO, rule.limit * asked - met)


MEASURES: Mapping[str, Measure] = {
    "volume": volume,
    "volume_share": volume_share,
    "supplier_share": supplier_share,
    "spend": spend,
    "spend_share": spend_share,
    "capex": capex,
    "count_open": count_open,
    "count_suppliers": count_suppliers,
    "emissions": emissions,
    "fill_rate": policy_fill_rate,
}


def _key(row: PolicyState) -> tuple[str, ...]:
    return row.policy, row.measure, row.period, row.scenario, row.sense


def _paired(case: Case) -> Iterator[tuple[Rule, PolicyState]]:
    """Yield each rule with its row in policies.csv."""
    stated = {_key(row): row for row in case.policies}
    for rule in rules(case):
        if rule.key in stated:
            yield rule, stated[rule.key]


def check_policy_row(case: Case, tally: Tally) -> None:
    """policies.csv has a row for each side of each policy, with the limit of the instance, and no other."""
    expected = {rule.key: rule for rule in rules(case)}
    found = [_key(row) for row in case.policies]
    for key in sorted(set(expected) - set(found)):
        tally.fail("policies.csv", f"{' '.join(key)} has no row")
    for key, row in zip(found, case.policies, strict=True):
        place = f"policies.csv:{row.row}"
        tally.require(
            key in expected and found.count(key) == 1, place, "belongs to no policy, or repeats one"
        )
        if key in expected:
            tally.figure(place, "limit", row.limit, expected[key].written)


def check_policy_value(case: Case, tally: Tally) -> None:
    """policies.csv has the right value of each measure."""
    for rule, row in _paired(case):
        value = MEASURES[rule.policy.measure](rule)[0]
        found = ZERO if row.value is None else row.value
        place = f"policies.csv:{row.row}"
        if rule.policy.measure != "count_suppliers":
            tally.balance(place, rule.policy.measure, found, value)
        elif rule.is_max:
            tally.at_most(place, "suppliers against those counted", value, found)
        else:
            # a plan need not count more suppliers than the policy asks for
            tally.at_most(place, "suppliers counted against those there are", found, value)


def check_policy_limit(case: Case, tally: Tally) -> None:
    """A policy holds, but for the violation stated; a hard one has none."""
    for rule, row in _paired(case):
        value, violation = MEASURES[rule.policy.measure](rule)
        allowed = row.violation if rule.policy.penalty is not None else ZERO
        # the row is feasible relative to its own size, not to that of the violation
        scale = max(ONE, abs(value), abs(rule.limit))
        what = f"{rule.policy.measure} beyond its {row.sense} of {row.limit}"
        tally.at_most(f"policies.csv:{row.row}", what, scale + violation, scale + allowed)


def check_policy_penalty(case: Case, tally: Tally) -> None:
    """policies.csv has the right money for each violation."""
    for rule, row in _paired(case):
        rate = (rule.policy.penalty or ZERO) * rule.chance
        tally.money(f"policies.csv:{row.row}", "penalty", row.penalty, row.violation * rate)


def policy_penalties(case: Case) -> Decimal:
    """Return what all violations cost."""
    return sum(
        ((rule.policy.penalty or ZERO) * rule.chance * row.violation for rule, row in _paired(case)),
        ZERO,
    )
