"""Checks of plants and warehouses: opened in time, one option at once, within capacity, idle when closed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from planner.audit.case import Case, summed
from planner.audit.plan_tables import FacilityState
from planner.audit.reader import ONE, ZERO
from planner.audit.report import Tally
from planner.audit.tables import Facility

NO_STATE = FacilityState("", "", "", ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)


class Design:
    """The state of every facility option in every period; a row that is missing is one that is closed."""

    def __init__(self, case: Case) -> None:
        self._states = {(row.location, row.option, case.t(row.period)): row for row in case.facilities}

    def at(self, option: Facility, t: int) -> FacilityState:
        """Return the state of an option in period t."""
        return self._states.get((option.location, option.option, t), NO_STATE)

    def opened_lately(self, option: Facility, t: int, periods: int) -> Decimal:
        """Return the openings of an option in the last `periods` periods, t included."""
        return sum((self.at(option, then).opening for then in range(max(0, t - periods + 1), t + 1)), ZERO)


def options(case: Case) -> Iterator[tuple[Facility, int, str]]:
    """Yield every facility option and period, with its place."""
    for held in case.instance.facilities.values():
        for option in held.values():
            for t in case.times:
                period = case.instance.calendar.periods[t]
                yield option, t, f"facility {option.location}, option {option.option}, period {period}"


def check_opening_balance(case: Case, tally: Tally) -> None:
    """An option changes state only by opening or closing, from its status at the start."""
    design = Design(case)
    for option, t, place in options(case):
        state = design.at(option, t)
        initial = ONE if option.status == "open" else ZERO
        before = design.at(option, t - 1).open if t else initial
        tally.balance(
            place, "change against opening - closing", state.open - before, state.opening - state.closing
        )
        both = state.opening + state.closing
        tally.at_most(place, "opening and closing at once", both, ONE)


def check_closed_option(case: Case, tally: Tally) -> None:
    """An option whose status is `closed` is never opened."""
    design = Design(case)
    for option, t, place in options(case):
        if option.status == "closed":
            tally.at_most(place, "open, but not available", design.at(option, t).open, ZERO)


def check_one_option(case: Case, tally: Tally) -> None:
    """A location is open in one option at a time; while an expansion is set up, the old one stays too."""
    design = Design(case)
    counts = summed(
        (
            (option.location, t),
            design.at(option, t).open - _waiting(design, option, t),
        )
        for option, t, _ in options(case)
    )
    for (location, t), count in sorted(counts.items()):
        place = f"facility {location}, period {case.instance.calendar.periods[t]}"
        tally.at_most(place, "options open", count, ONE)


def _waiting(design: Design, option: Facility, t: int) -> Decimal:
    """Return 1 while an expansion is being set up."""
    if not option.expands:
        return ZERO
    return design.opened_lately(option, t, option.setup_periods)


def check_set_up_time(case: Case, tally: Tally) -> None:
    """An option is usable exactly when it is open and was not opened in its last setup_periods."""
    design = Design(case)
    for option, t, place in options(case):
        state = design.at(option, t)
        fresh = design.opened_lately(option, t, option.setup_periods)
        tally.balance(place, "usable against open", state.usable, max(ZERO, state.open - fresh))


def check_expansion(case: Case, tally: Tally) -> None:
    """An expansion opens where its old option was open, which then stays until the new one is usable."""
    design = Design(case)
    for option, t, place in options(case):
        if not option.expands:
            continue
        old = case.instance.facilities[option.location][option.expands]
        initial = ONE if old.status == "open" else ZERO
        before = design.at(old, t - 1).open if t else initial
        state = design.at(option, t)
        tally.at_most(place, f"opening needs {old.option} open before", state.opening, before)
        waiting = design.opened_lately(option, t, option.setup_periods)
        tally.at_most(
            place, f"set up needs {old.option} open", waiting, min(design.at(old, t).open, state.open)
        )


def check_plant_link(case: Case, tally: Tally) -> None:
    """A location that is not usable makes, ships, receives and keeps nothing."""
    amounts = summed(
        [
            *(((row.location, case.t(row.period), "makes"), row.quantity) for row in case.runs),
            *(((row.origin, case.t(row.period), "ships"), row.quantity) for row in case.flows),
            *(((row.destination, case.t(row.period), "receives"), row.quantity) for row in case.flows),
            *(
                ((row.location, case.t(row.period), "keeps"), row.quantity)
                for row in case.stock
                if not row.is_strategic
            ),
        ]
    )
    for (location, t, does), quantity in sorted(amounts.items()):
        if not case.is_usable(location, t):
            place = f"facility {location}, period {case.instance.calendar.periods[t]}"
            tally.at_most(place, f"is not usable, but {does}", quantity, ZERO)


def check_facility_capacity(case: Case, tally: Tally) -> None:
    """The capacity units used stay within the capacity of the usable options."""
    design = Design(case)
    usable = summed(
        ((option.location, t), case.at(t).facilities[option.location][option.option].capacity)
        for option, t, _ in options(case)
        if design.at(option, t).usable >= ONE
    )
    for (location, t), used in sorted(case.capacity_used().items()):
        place = f"facility {location}, period {case.instance.calendar.periods[t]}"
        if location in case.instance.facilities:
            tally.at_most(place, "capacity used", used, usable.get((location, t), ZERO))
        elif location in case.at(t).unlisted:
            tally.at_most(place, "capacity used", used, case.at(t).unlisted[location])


def check_production_limit(case: Case, tally: Tally) -> None:
    """What a recipe makes, or a warehouse passes out of an item, stays within max_quantity."""
    made = (((row.location, row.item, row.recipe, case.t(row.period)), row.quantity) for row in case.runs)
    passed = (
        ((row.origin, row.item, "", case.t(row.period)), row.quantity)
        for row in case.flows
        if case.instance.role(row.origin) == "warehouse"
    )
    for (location, item, recipe, t), quantity in sorted(summed((*made, *passed)).items()):
        row = case.instance.recipe(location, item, recipe, t)
        if row is not None:
            period = case.instance.calendar.periods[t]
            place = f"facility {location}, item {item}, {recipe or 'handling'}, period {period}"
            tally.at_most(place, "quantity", quantity, row.max_quantity)


def check_handling(case: Case, tally: Tally) -> None:
    """A warehouse with rows in production.csv passes on only the items of its rows, in their periods."""
    for flow in case.flows:
        if flow.origin in case.instance.choosy:
            handled = case.instance.handles(flow.origin, flow.item, case.t(flow.period))
            tally.require(handled, f"flows.csv:{flow.row}", f"{flow.origin} does not handle {flow.item}")


def check_set_up_link(case: Case, tally: Tally) -> None:
    """A recipe with a setup_cost makes nothing unless it is set up."""
    for row in case.runs:
        recipe, t = (row.location, row.item, row.recipe), case.t(row.period)
        production = case.instance.production.get(recipe, t)
        if production is not None and production.setup_cost > 0 and case.set_up[*recipe, t] < ONE:
            tally.at_most(f"production.csv:{row.row}", "made without a set-up", row.quantity, ZERO)


def check_facility_row(case: Case, tally: Tally) -> None:
    """facilities.csv has the true capacity, use and fixed cost of each option."""
    design, used = Design(case), case.capacity_used()
    for option, t, place in options(case):
        state = design.at(option, t)
        if state is NO_STATE:
            continue
        mine = used.get((option.location, t), ZERO) if state.usable >= ONE else ZERO
        tally.figure(place, "capacity", state.capacity, option.capacity)
        tally.balance(place, "used", state.used, mine)
        tally.money(place, "fixed_cost", state.fixed_cost, option.fixed_cost * state.open)
