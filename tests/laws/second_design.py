"""The second formulation: facilities, suppliers and contracts."""

from __future__ import annotations

from tests.laws.program import Program, Term
from tests.laws.reading import Row, World


class Design:
    """Choices that hold before anything flows, with their costs and rows.

    `usable[location, t]` are the terms of "usable in any option"; a location without options is not in it.
    """

    def __init__(self, world: World, program: Program) -> None:
        self.world, self.program = world, program
        self.options: dict[str, list[Row]] = {}
        for row in world.tables["facilities"]:
            self.options.setdefault(row["location"], []).append(row)
        self.open: dict[tuple[str, str, int], int] = {}
        self.opening: dict[tuple[str, str, int], int] = {}
        self.closing: dict[tuple[str, str, int], int] = {}
        self.usable_in: dict[tuple[str, str, int], int] = {}
        self.usable: dict[tuple[str, int], list[Term]] = {}
        for location, options in self.options.items():
            for option in options:
                self.states(option)
            for option in options:
                self.follow(option)
                self.usability(option)
                self.expansion(option)
                self.money(option)
            self.one_option(location)
        self.suppliers = {row["location"]: row for row in world.tables["suppliers"]}
        self.qualify: dict[tuple[str, int], int] = {}
        self.engaged: dict[tuple[str, int], int] = {}
        for supplier in self.suppliers.values():
            self.supplier(supplier)
        self.hold: dict[tuple[str, str, str, int], int] = {}
        for t in world.times:
            self.contracts(t)

    # Facilities ---------------------------------------------------------------------------------------

    def states(self, option: Row) -> None:
        name = option["location"], option["option"]
        for t in self.world.times:
            never = option["status"] == "closed"
            self.open[*name, t] = self.program.choice(f"open {name} {t}", upper=0 if never else 1)
            self.opening[*name, t] = self.program.number(f"opening {name} {t}", upper=1)
            self.closing[*name, t] = self.program.number(f"closing {name} {t}", upper=1)
            self.usable_in[*name, t] = self.program.number(f"usable {name} {t}", upper=1)
            self.usable.setdefault((name[0], t), []).append((self.usable_in[*name, t], 1.0))

    def before(self, option: Row, t: int) -> tuple[list[Term], float]:
        """Whether it was open at the end of the period before: terms and a constant."""
        if t == 0:
            return [], float(option["status"] == "open")
        return [(self.open[option["location"], option["option"], t - 1], 1.0)], 0.0

    def follow(self, option: Row) -> None:
        name = option["location"], option["option"]
        for t in self.world.times:
            was, constant = self.before(option, t)
            less = [(column, -value) for column, value in was]
            now, starts, ends = self.open[*name, t], self.opening[*name, t], self.closing[*name, t]
            self.program.equal([(now, 1.0), *less, (starts, -1.0), (ends, 1.0)], constant)
            self.program.at_most([(starts, 1.0), (now, -1.0)], 0)
            self.program.at_most([(starts, 1.0), *was], 1 - constant)

    def lately(self, option: Row, t: int) -> list[Term]:
        """Its openings whose set-up is not over in t."""
        name, setup = (option["location"], option["option"]), int(option["setup_periods"])
        return [(self.opening[*name, b], 1.0) for b in range(max(0, t - setup + 1), t + 1)]

    def usability(self, option: Row) -> None:
        name = option["location"], option["option"]
        for t in self.world.times:
            usable, is_open = self.usable_in[*name, t], self.open[*name, t]
            setting_up = self.lately(option, t)
            self.program.at_most([(usable, 1.0), (is_open, -1.0)], 0)
            self.program.at_most([(usable, 1.0), *setting_up], 1)
            self.program.at_least([(usable, 1.0), (is_open, -1.0), *setting_up], 0)

    def expansion(self, option: Row) -> None:
        """The old option must have been open, stays usable until the new one is, and ends then."""
        if not option["expands"]:
            return
        old = next(each for each in self.options[option["location"]] if each["option"] == option["expands"])
        name, place = (option["location"], option["option"]), (option["location"], old["option"])
        for t in self.world.times:
            starts = self.opening[*name, t]
            was, constant = self.before(old, t)
            less = [(column, -value) for column, value in was]
            self.program.at_most([(starts, 1.0), *less], constant)
            ready = t + int(option["setup_periods"])
            for b in self.world.times[t : ready + 1]:
                self.program.at_least([(self.open[*name, b], 1.0), (starts, -1.0)], 0)
                if b < ready:
                    self.program.at_least([(self.usable_in[*place, b], 1.0), (starts, -1.0)], 0)
                else:
                    self.program.at_most([(self.open[*place, b], 1.0), (starts, 1.0)], 1)

    def one_option(self, location: str) -> None:
        for t in self.world.times:
            terms = [(self.open[location, option["option"], t], 1.0) for option in self.options[location]]
            for option in self.options[location]:
                if option["expands"]:
                    terms += [(column, -1.0) for column, _ in self.lately(option, t)]
            self.program.at_most(terms, 1)

    def money(self, option: Row) -> None:
        world, cost = self.world, self.program.cost
        name = option["location"], option["option"]
        for t in world.times:
            cost[self.open[*name, t]] += world.discount(t) * world.money(option, "fixed_cost")
            cost[self.opening[*name, t]] += world.discount(t) * world.money(option, "open_cost")
            cost[self.closing[*name, t]] += world.discount(t) * world.money(option, "close_cost")
        for other in self.options[option["location"]]:
            if other["expands"] == option["option"]:
                self.spare(option, other)
        credit = world.discount(world.times[-1]) * world.money(option, "open_cost") * option["residual_share"]
        opened = [(self.opening[*name, t], -1.0) for t in world.times]
        kept = self.program.number(f"credit {name}", cost=-credit, upper=1)
        self.program.at_most([(kept, 1.0), *opened], 0)
        self.program.at_most([(kept, 1.0), (self.open[*name, world.times[-1]], -1.0)], 0)

    def spare(self, old: Row, new: Row) -> None:
        """What ends because its expansion is usable costs no closing."""
        for t in self.world.times:
            ready = t + int(new["setup_periods"])
            if ready < len(self.world.times):
                saved = self.world.discount(ready) * self.world.money(old, "close_cost")
                self.program.cost[self.opening[new["location"], new["option"], t]] -= saved

    # Suppliers and contracts --------------------------------------------------------------------------

    def supplier(self, row: Row) -> None:
        world, program, name = self.world, self.program, row["location"]
        for t in world.times:
            fixed = world.discount(t) * world.money(row, "fixed_cost")
            self.engaged[name, t] = program.number(f"engaged {name} {t}", cost=fixed, upper=1)
            if row["status"] == "candidate":
                price = world.discount(t) * world.money(row, "qualify_cost")
                self.qualify[name, t] = program.choice(f"qualify {name} {t}", cost=price)
                ready = [
                    (self.qualify[name, b], -1.0) for b in world.times if b + int(row["qualify_periods"]) <= t
                ]
                program.at_most([(self.engaged[name, t], 1.0), *ready], 0)
        if row["status"] == "candidate":
            program.at_most([(self.qualify[name, t], 1.0) for t in world.times], 1)

    def offers(self, t: int) -> dict[tuple[str, str, str], Row]:
        """What may be bought in a period."""
        found = self.world.at("offers", t)
        excluded = {name for name, row in self.suppliers.items() if row["status"] == "excluded"}
        return {key: row for key, row in found.items() if key[0] not in excluded}

    def contracts(self, t: int) -> None:
        offers = self.offers(t)
        rivals: dict[tuple[str, str], list[Term]] = {}
        for key, row in offers.items():
            rivals.setdefault(key[:2], [])
            alone = sum(other[:2] == key[:2] for other in offers) == 1
            if alone and not row["min_quantity"] and key[0] not in self.suppliers:
                continue
            hold = self.hold[*key, t] = self.program.choice(f"hold {key} {t}")
            rivals[key[:2]].append((hold, 1.0))
            if (key[0], t) in self.engaged:
                self.program.at_most([(hold, 1.0), (self.engaged[key[0], t], -1.0)], 0)
        for held in rivals.values():
            self.program.at_most(held, 1)

    def bought(self, key: tuple[str, str, str, int], row: Row, flows: list[Term], most: float) -> list[Term]:
        """Limits of a contract; returns what counts as paid for, in units. `most` is more than is useful."""
        capacity = min(row["capacity"], most)
        if key not in self.hold:
            self.program.at_most(flows, row["capacity"])
            return flows
        self.program.at_most([*flows, (self.hold[key], -capacity)], 0)
        if not row["min_quantity"]:
            return flows
        price, least = self.world.discount(key[3]) * self.world.money(row, "unit_cost"), row["min_quantity"]
        unused = self.program.number(f"unused {key}", cost=price, upper=least)
        self.program.at_least([*flows, (unused, 1.0), (self.hold[key], -least)], 0)
        self.program.at_most([(unused, 1.0), (self.hold[key], -least)], 0)
        return [*flows, (unused, 1.0)]
