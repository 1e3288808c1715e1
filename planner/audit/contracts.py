"""Checks of offers, contracts and suppliers: what is bought was on offer, held, qualified and affordable."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from planner.audit.case import Case, summed
from planner.audit.plan_tables import ContractState
from planner.audit.reader import ONE, ZERO
from planner.audit.report import Tally

ByOffer = Mapping[tuple[str, str, str, int], Decimal]


def _held(case: Case) -> ByOffer:
    """Return whether each offer is held, by (location, item, contract, period position)."""
    return summed(
        ((row.location, row.item, row.contract, case.t(row.period)), row.held) for row in case.contracts
    )


def check_contract_capacity(case: Case, tally: Tally) -> None:
    """The volume of an offer stays within its capacity."""
    for (location, item, contract, t), volume in sorted(case.bought.items()):
        offer = case.at(t).offers.get((location, item, contract), t)
        if offer is not None:
            place = _place(case, (location, item, contract, t))
            tally.at_most(place, "volume", volume, offer.capacity)


def check_contract_link(case: Case, tally: Tally) -> None:
    """An offer that is not held sells nothing."""
    held = _held(case)
    for key, volume in sorted(case.bought.items()):
        if held.get(key, ZERO) < ONE:
            tally.at_most(_place(case, key), "volume of an offer not held", volume, ZERO)


def check_contract_exists(case: Case, tally: Tally) -> None:
    """A contract that is held is on offer in its period, by a supplier that is not excluded."""
    for row in case.contracts:
        offer = case.instance.offers.get((row.location, row.item, row.contract), case.t(row.period))
        tally.require(offer is not None, f"contracts.csv:{row.row}", "is not on offer in the period")
        supplier = case.instance.suppliers.get(row.location)
        excluded = supplier is not None and supplier.status == "excluded" and row.held > ZERO
        tally.require(not excluded, f"contracts.csv:{row.row}", f"{row.location} is excluded")


def _unused(case: Case) -> ByOffer:
    """Return what is paid for but not taken of each offer, by (location, item, contract, period position)."""
    return summed(
        ((row.location, row.item, row.contract, case.t(row.period)), row.unused) for row in case.contracts
    )


def check_contract_minimum(case: Case, tally: Tally) -> None:
    """What a held contract must take is taken or counted as unused."""
    unused = _unused(case)
    for key, held in sorted(_held(case).items()):
        offer = case.at(key[3]).offers.get(key[:3], key[3])
        if offer is not None and offer.min_quantity > 0:
            taken = case.bought.get(key, ZERO) + unused.get(key, ZERO)
            tally.at_most(
                _place(case, key), "minimum against volume + unused", offer.min_quantity * held, taken
            )


def check_unused_needs_contract(case: Case, tally: Tally) -> None:
    """Only a held contract is paid for what is not taken, and for no more than its minimum."""
    held = _held(case)
    for key, unused in sorted(_unused(case).items()):
        offer = case.at(key[3]).offers.get(key[:3], key[3])
        least = offer.min_quantity if offer is not None else ZERO
        tally.at_most(_place(case, key), "unused", unused, least * held[key])


def check_one_contract(case: Case, tally: Tally) -> None:
    """At most one contract of a supplier and item is held in a period."""
    counts = summed(((location, item, t), held) for (location, item, _, t), held in _held(case).items())
    for (location, item, t), count in sorted(counts.items()):
        tally.at_most(_place(case, (location, item, "any", t)), "contracts held", count, ONE)


def check_contract_needs_supplier(case: Case, tally: Tally) -> None:
    """A supplier with a held contract is engaged, and one that is engaged is qualified."""
    states = {(row.location, case.t(row.period)): row for row in case.suppliers}
    for row in case.contracts:
        if row.held <= ZERO or row.location not in case.instance.suppliers:
            continue
        state = states.get((row.location, case.t(row.period)))
        engaged = state is not None and state.engaged >= ONE
        tally.require(engaged, f"contracts.csv:{row.row}", f"{row.location} is not engaged")
    for state in case.suppliers:
        place = f"suppliers.csv:{state.row}"
        tally.require(state.engaged <= state.qualified, place, "is engaged, but not qualified")


def check_qualification(case: Case, tally: Tally) -> None:
    """A candidate is qualified from qualify_periods after it was paid for; an excluded supplier never is."""
    paid = summed(((row.location, case.t(row.period)), row.qualify) for row in case.suppliers)
    for row in case.suppliers:
        supplier, t = case.instance.suppliers.get(row.location), case.t(row.period)
        if supplier is None:
            continue
        ready = ONE if supplier.status == "approved" else ZERO
        if supplier.status == "candidate":
            payments = (
                paid.get((row.location, then), ZERO) for then in range(t - supplier.qualify_periods + 1)
            )
            ready = min(ONE, sum(payments, ZERO))
        place = f"suppliers.csv:{row.row}"
        tally.require(row.qualified <= ready, place, f"{row.location} cannot be qualified in {row.period}")


def check_supplier_spend(case: Case, tally: Tally) -> None:
    """What is spent with a supplier in a period stays within max_spend."""
    for (location, t), spend in sorted(spends(case).items()):
        supplier = case.instance.suppliers.get(location)
        if supplier is not None:
            place = f"supplier {location}, period {case.instance.calendar.periods[t]}"
            tally.at_most(place, "spend", spend, supplier.max_spend)


def unit_cost(case: Case, location: str, item: str, contract: str, t: int) -> Decimal:
    """Return the unit cost of an offer in a period, 0 where it is not known."""
    offer = case.at(t).offers.latest((location, item, contract), t)
    return offer.unit_cost if offer else ZERO


def spends(case: Case) -> Mapping[tuple[str, int], Decimal]:
    """Return purchase and take-or-pay by (supplier, period position), undiscounted."""
    bought = (
        ((location, t), volume * unit_cost(case, location, item, contract, t))
        for (location, item, contract, t), volume in case.bought.items()
    )
    unused = (((row.location, case.t(row.period)), unused_cost(case, row)) for row in case.contracts)
    return summed((*bought, *unused))


def unused_cost(case: Case, row: ContractState) -> Decimal:
    """Return what a contract pays for what was not taken."""
    return row.unused * unit_cost(case, row.location, row.item, row.contract, case.t(row.period))


def check_contract_row(case: Case, tally: Tally) -> None:
    """contracts.csv has the true volume, unit cost and share of each offer."""
    totals = summed(((item, t), volume) for (_, item, _, t), volume in case.bought.items())
    for row in case.contracts:
        t, place = case.t(row.period), f"contracts.csv:{row.row}"
        volume = case.bought.get((row.location, row.item, row.contract, t), ZERO)
        whole = totals.get((row.item, t), ZERO)
        tally.balance(place, "volume", row.volume, volume)
        cost = unit_cost(case, row.location, row.item, row.contract, t)
        tally.figure(place, "unit_cost", row.unit_cost, cost)
        tally.balance(place, "share of the item", row.share, volume / whole if whole else ZERO)


def check_supplier_row(case: Case, tally: Tally) -> None:
    """suppliers.csv has the true spend and fixed cost of each supplier."""
    spent = spends(case)
    for row in case.suppliers:
        supplier, place = case.instance.suppliers.get(row.location), f"suppliers.csv:{row.row}"
        tally.money(place, "spend", row.spend, spent.get((row.location, case.t(row.period)), ZERO))
        fixed = supplier.fixed_cost * row.engaged if supplier else ZERO
        tally.money(place, "fixed_cost", row.fixed_cost, fixed)


def _place(case: Case, key: tuple[str, str, str, int]) -> str:
    location, item, contract, t = key
    period = case.instance.calendar.periods[t] if t >= 0 else "unknown"
    return f"offer {location}, item {item}, contract {contract}, period {period}"
