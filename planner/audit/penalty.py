"""The resilience penalty, recomputed: the tail of costs, spend in risky countries, concentration on few sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from planner.audit.contracts import unit_cost
from planner.audit.money import Books, conversion_cost
from planner.audit.reader import ONE, ZERO
from planner.audit.reference import reference_volumes

TANGENTS = tuple(Decimal(tenth) / 10 for tenth in range(1, 11))


def tail(case: Books) -> Decimal:
    r"""Weight x (CVaR - mean) of the operating cost: the mean of the dearest 1 - alpha of the scenarios."""
    settings = case.instance.resilience
    if not settings.tail:
        return ZERO
    chance = case.futures.probability
    mean = sum((chance[name] * cost for name, cost in case.operating_cost.items()), ZERO)
    left, dearest = ONE - settings.alpha, ZERO
    for name, cost in sorted(case.operating_cost.items(), key=lambda entry: -entry[1]):
        taken = min(left, chance[name])
        dearest, left = dearest + taken * cost, left - taken
    return settings.tail * (dearest / (ONE - settings.alpha) - mean)


def exposure(case: Books) -> Decimal:
    """Weight x expected discounted purchase and conversion x the risk of the country where it is paid."""
    settings = case.instance.resilience
    if not settings.exposure:
        return ZERO
    total = ZERO
    for name in case.paths:
        own = case.own(name)
        for location, t, money in _paid(own):
            country = case.instance.countries.get(case.instance.country(location))
            weight = case.futures.weight(name, t) * case.instance.calendar.discount[t]
            total += weight * money * (country.risk if country else ZERO)
    return settings.exposure * total


def _paid(case: Books) -> Iterator[tuple[str, int, Decimal]]:
    """Yield (location, period position, money): purchase at suppliers, conversion at plants and warehouses."""
    for (location, item, contract, t), units in case.bought.items():
        yield location, t, units * unit_cost(case, location, item, contract, t)
    for run in case.runs:
        t = case.t(run.period)
        yield run.location, t, run.quantity * conversion_cost(case, run.location, run.item, run.recipe, t)
    for flow in case.flows:
        if case.instance.role(flow.origin) == "warehouse":
            t = case.t(flow.period)
            yield flow.origin, t, flow.quantity * conversion_cost(case, flow.origin, flow.item, "", t)


def concentration(case: Books) -> tuple[Decimal, Decimal]:
    """Return the least and the most that the concentration of a plan may cost.

    An item with one possible source has no term. Whether one that a plan does not use could have delivered is a
    matter of the whole network: with one source in use and others on offer, both are accepted.
    """
    settings = case.instance.resilience
    least = most = ZERO
    if not settings.concentration:
        return least, most
    for name in case.paths:
        own = case.own(name)
        volumes = _volumes(own)
        for t in case.times:
            if not case.futures.has_rows(name, t):
                continue
            reference = reference_volumes(case.instance, t)
            for item, units in reference.items():
                sources = volumes.get((item, t), {})
                if not units or len(_possible(own, item, t)) < 2:
                    continue
                weight = (
                    settings.concentration * case.futures.weight(name, t) * units * _cheapest(case, item, t)
                )
                cost = weight * sum((_square(each / units) for each in sources.values()), ZERO)
                least, most = least + (cost if len(sources) > 1 else ZERO), most + cost
    return least, most


def _square(share: Decimal) -> Decimal:
    """The square of a share from below: the largest of its tangents."""
    return max(ZERO, *(2 * at * share - at * at for at in TANGENTS))


def _volumes(case: Books) -> Mapping[tuple[str, int], Mapping[str, Decimal]]:
    """Units of each item and period by the source, or country, that bought or made ones come from."""
    bought = (((item, t), location, units) for (location, item, _, t), units in case.bought.items())
    made = (((run.item, case.t(run.period)), run.location, run.quantity) for run in case.runs)
    found: dict[tuple[str, int], dict[str, Decimal]] = {}
    for key, location, units in (*bought, *made):
        if units:
            sources, name = found.setdefault(key, {}), _source(case, location)
            sources[name] = sources.get(name, ZERO) + units
    return found


def _source(case: Books, location: str) -> str:
    return case.instance.country(location) if case.instance.resilience.by_country else location


def _possible(case: Books, item: str, t: int) -> set[str]:
    """Sources, or countries, that have the item on offer or a recipe for it in a period."""
    instance = case.instance
    sellers = {
        place
        for place, sold, contract in instance.offers
        if sold == item and instance.offers.get((place, sold, contract), t)
    }
    makers = {
        place
        for place, made, recipe in instance.production
        if made == item
        and instance.role(place) == "plant"
        and instance.production.get((place, made, recipe), t)
    }
    return {_source(case, place) for place in sellers | makers}


def _cheapest(case: Books, item: str, t: int) -> Decimal:
    """The least unit cost in base at which the item is on offer, or made."""
    instance = case.instance
    offers = (
        instance.offers.get(key, t)
        for key in instance.offers
        if key[1] == item and instance.can_sell(key[0], t)
    )
    recipes = (
        instance.production.get(key, t)
        for key in instance.production
        if key[1] == item and instance.role(key[0]) == "plant"
    )
    return min((row.unit_cost for row in (*offers, *recipes) if row is not None), default=ZERO)
