"""Who bears a cost first: the place or demand at which the money has been spent on a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from planner.plan import chosen
from planner.plan.labels import total
from planner_models.arrays import Floats, Ints
from planner_models.data import Data

if TYPE_CHECKING:
    from planner.solve.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Borne:
    """Expected discounted money: each amount at a node (places, then demands), of a component, at a time."""

    node: Ints
    component: Ints
    time: Ints
    amount: Floats
    components: int


@dataclass(frozen=True, slots=True)
class Shares:
    """Who shares a joint cost: members of groups (-1: of none), each with its node, time and measure.

    The measure is what the cost is shared by; where it adds up to nothing in a group, the units are.
    """

    group: Ints
    node: Ints
    time: Ints
    measure: Floats
    units: Floats

    def spread(self, amount: Floats) -> tuple[Ints, Ints, Floats]:
        """Node, time and part that each member bears of `amount` [groups]; without members none."""
        inside = self.group >= 0
        group, units, measure = self.group[inside], self.units[inside], self.measure[inside]
        weight = np.where((total(group, measure, len(amount)) > 0)[group], measure, units)
        sums = total(group, weight, len(amount))[group]
        part = np.divide(weight, sums, out=np.zeros_like(weight), where=sums > 0) * amount[group]
        return self.node[inside], self.time[inside], part


@dataclass(slots=True)
class _Collector:
    """Amounts as they are found."""

    names: dict[str, int]
    worth: Floats  # [times] expected present value of a unit of money
    parts: list[tuple[Ints, Ints, Ints, Floats]] = field(default_factory=list)

    def put(self, component: str, node: Ints, time: Ints, amount: Floats) -> None:
        """Note undiscounted operating money of a component."""
        self.place(component, node, time, amount * self.worth[time])

    def place(self, component: str, node: Ints, time: Ints, amount: Floats) -> None:
        """Note expected discounted money of a component."""
        rows = np.flatnonzero((amount != 0) & (node >= 0))
        if component in self.names and len(rows):
            number = np.full(len(rows), self.names[component])
            self.parts.append((node[rows], number, time[rows], amount[rows]))


def borne(data: Data, outcome: Outcome, components: list[str]) -> Borne:
    """All that can be traced to a unit; what is left of the ledger belongs to no unit in particular."""
    periods = data.periods
    found = _Collector(
        {name: number for number, name in enumerate(components)},
        periods.discount[periods.time_period] * periods.time_weight,
    )
    _direct(data, outcome, found)
    _shared_operations(data, outcome, found)
    _shared_design(data, outcome, found)
    if not found.parts:
        nothing = np.zeros(0, dtype=np.int64)
        return Borne(nothing, nothing, nothing, np.zeros(0), len(components))
    node, component, time = (np.concatenate([part[at] for part in found.parts]) for at in range(3))
    amount = np.concatenate([part[3] for part in found.parts])
    return Borne(node, component, time, amount, len(components))


def _direct(data: Data, outcome: Outcome, found: _Collector) -> None:
    """Costs of single units: on lanes, in runs and in stock."""
    arcs, charges, quotas, runs, stocks = data.arcs, data.charges, data.quotas, data.runs, data.stocks
    values = outcome.values
    target, flow = _target(data), values["flow"]
    for name in ("purchase", "conversion", "freight", "handling", "insurance", "pipeline", "carbon", "claim"):
        found.put(name, target, arcs.time, flow * getattr(arcs, name))
    for number, programme in enumerate(charges.programme_name):
        mine = np.flatnonzero(charges.programme == number)
        arc = charges.arc[mine]
        found.put(programme, target[arc], arcs.time[arc], flow[arc] * charges.amount[mine])
        above = np.flatnonzero(quotas.over_programme == number)
        arc = quotas.over_arc[above]
        found.put(programme, target[arc], arcs.time[arc], values["over"][above] * quotas.over_amount[above])
    buffers, time = data.buffers, data.places.time[data.buffers.draw_place]
    found.put("buffer_use", buffers.draw_place, time, values["draw"] * buffers.draw_cost)
    given = data.reliefs.relieved_place[data.reliefs.relieved]
    found.put("relief", given, data.places.time[given], -values["relief"])
    found.put("conversion", runs.output, runs.time, values["run"] * runs.conversion)
    found.put("carbon", runs.output, runs.time, values["run"] * runs.carbon)
    # what is stored is borne where it goes next; at the end of the horizon, by what has left the place
    ends = np.setdiff1d(np.arange(len(stocks.place)), stocks.entry_stock)
    stock = np.concatenate([stocks.entry_stock, ends])
    after = np.concatenate([stocks.entry_place, stocks.place[ends]])
    part = np.concatenate([entry_share(data), np.ones(len(ends))])
    stored = (values["stock"] * stocks.storage)[stock] * part
    found.put("storage", after, data.places.time[stocks.place[stock]], stored)


def entry_share(data: Data) -> Floats:
    """The part of a stock that each place which it enters stands for: by the probability of its time [entries]."""
    stocks, weight = data.stocks, data.periods.time_weight
    enters = weight[data.places.time[stocks.entry_place]]
    whole = total(stocks.entry_stock, enters, len(stocks.place))[stocks.entry_stock]
    return np.divide(enters, whole, out=np.zeros_like(enters), where=whole > 0)


def _shared_operations(data: Data, outcome: Outcome, found: _Collector) -> None:
    """Costs of a contract, a lane or a facility at a time, which its units share."""
    arcs, offers, loads, uses, values = data.arcs, data.offers, data.lane_loads, data.uses, outcome.values
    target, flow = _target(data), values["flow"]
    by_offer = Shares(arcs.offer, target, arcs.time, flow, flow)
    found.put("take_or_pay", *by_offer.spread(values["unused"] * offers.unit_cost))
    by_load = Shares(arcs.lane_load, target, arcs.time, flow * arcs.lane_weight, flow)
    found.put("freight", *by_load.spread(values["unused_lane"] * loads.freight))
    count, times = len(data.options.facility_name), len(data.periods.time_period)
    facility = data.options.facility[uses.option] * times + uses.time
    found.put(
        "carbon",
        *_through_facilities(data, outcome, np.arange(times)).spread(
            total(facility, values["used"] * uses.carbon, count * times)
        ),
    )


def _shared_design(data: Data, outcome: Outcome, found: _Collector) -> None:
    """Costs of the design, which all units of its period share, in every scenario."""
    for component, shares, amount in _design(data, outcome):
        weighted = Shares(
            shares.group,
            shares.node,
            shares.time,
            shares.measure * data.periods.time_weight[shares.time],
            shares.units * data.periods.time_weight[shares.time],
        )
        found.place(component, *weighted.spread(amount))


def _design(data: Data, outcome: Outcome) -> Iterator[tuple[str, Shares, Floats]]:
    """Each design component with those who share it, and its discounted amounts by group."""
    values, discount, count = outcome.values, data.periods.discount, len(data.periods.name)
    arcs, runs, options, suppliers = data.arcs, data.runs, data.options, data.suppliers
    target, flow = _target(data), values["flow"]
    through = _through_facilities(data, outcome, data.periods.time_period)
    facilities = len(options.facility_name)
    for component, amount in _facility_amounts(data, outcome).items():
        by_facility = np.zeros((facilities, count))
        np.add.at(by_facility, options.facility, amount * discount)
        yield component, through, by_facility.ravel()

    hold = np.where(arcs.offer >= 0, _at(data.offers.hold, arcs.offer), -1)
    supplier = np.where(hold >= 0, _at(data.holds.supplier, hold), -1)
    period = data.periods.time_period[arcs.time]
    by_supplier = Shares(
        np.where(supplier >= 0, supplier * count + period, -1), target, arcs.time, flow * arcs.purchase, flow
    )
    yield (
        "qualification",
        by_supplier,
        (values["qualify"] * suppliers.qualify_cost[:, None] * discount).ravel(),
    )
    yield (
        "supplier_fixed",
        by_supplier,
        (values["engaged"] * suppliers.fixed_cost[:, None] * discount).ravel(),
    )

    uses = data.lane_uses
    use = np.where(arcs.lane_load >= 0, _at(data.lane_loads.use, arcs.lane_load), -1)
    by_lane = Shares(use, target, arcs.time, flow * arcs.lane_weight, flow)
    yield "lane_fixed", by_lane, values["use_lane"] * uses.fixed_cost * discount[uses.period]

    by_set_up = Shares(runs.set_up, runs.output, runs.time, values["run"], values["run"])
    yield "setup", by_set_up, values["set_up"] * data.set_ups.cost * discount[data.set_ups.period]

    number = {plant: row for row, plant in enumerate(dict.fromkeys(data.regimes.location))}
    used = np.zeros((len(number), count))
    at = np.array([number[plant] for plant in data.regimes.location], dtype=np.int64)
    np.add.at(used, (at, data.regimes.period), values["regime"] * data.regimes.fixed_cost)
    yield "regime", _made_at(data, outcome, number), (used * discount).ravel()

    kept = values["buffer"] * data.buffers.cost
    yield "buffer", _beside_buffers(data, outcome), (kept[:, None] * discount).ravel()


def _facility_amounts(data: Data, outcome: Outcome) -> dict[str, Floats]:
    """Undiscounted money of each option and period [options, periods]."""
    options, values = data.options, outcome.values
    opening = values["opening"] * options.decided[:, None]
    is_open, is_usable = chosen.opened(data, outcome), chosen.usable(data, outcome)
    residual = np.zeros_like(is_open)
    opened = (opening.sum(axis=1) > 0) * is_open[:, -1]
    residual[:, -1] = -options.residual_share * options.open_cost * opened
    return {
        "facility_fixed": is_open * options.fixed_cost[:, None],
        "facility_open": opening * options.open_cost[:, None],
        "facility_close": _closed_for_good(data, outcome, is_usable) * options.close_cost[:, None],
        "facility_residual": residual,
    }


def _closed_for_good(data: Data, outcome: Outcome, is_usable: Floats) -> Floats:
    """1 where an option closes and pays for it: not where it grows into another [options, periods]."""
    options = data.options
    closing = outcome.values["closing"] * options.decided[:, None]
    new = np.flatnonzero(options.expands >= 0)
    if not len(new):
        return np.asarray(closing)
    before = np.concatenate([options.initially_open[new][:, None], is_usable[new][:, :-1]], axis=1)
    started = np.zeros_like(closing)
    np.maximum.at(started, options.expands[new], ((is_usable[new] > 0) & (before == 0)).astype(np.float64))
    return np.asarray(closing * (1.0 - started))


def _through_facilities(data: Data, outcome: Outcome, slot: Ints) -> Shares:
    """What passes each facility, by capacity units; grouped by facility and `slot` [times] of the time."""
    arcs, runs, values = data.arcs, data.runs, outcome.values
    slots = int(slot.max()) + 1
    facility = np.concatenate([arcs.facility, runs.facility])
    time = np.concatenate([arcs.time, runs.time])
    units = np.concatenate([values["flow"], values["run"]])
    use = np.concatenate([arcs.capacity_use, runs.capacity_use])
    node = np.concatenate([_target(data), runs.output])
    group = np.where(facility >= 0, facility * slots + slot[time], -1)
    return Shares(group, node, time, units * use, units)


def _made_at(data: Data, outcome: Outcome, plants: dict[str, int]) -> Shares:
    """What plants make, by capacity units; grouped by plant and period."""
    runs, units, count = data.runs, outcome.values["run"], len(data.periods.name)
    plant = np.array([plants.get(location, -1) for location in runs.location], dtype=np.int64)
    group = np.where(plant >= 0, plant * count + data.periods.time_period[runs.time], -1)
    return Shares(group, runs.output, runs.time, units * runs.capacity_use, units)


def _beside_buffers(data: Data, outcome: Outcome) -> Shares:
    """The places of a buffer's item at its location, by what flows out of them; by buffer and period."""
    places, goods, buffers = data.places, data.goods, data.buffers
    number = {key: row for row, key in enumerate(zip(buffers.location, buffers.item, strict=True))}
    count = len(data.periods.name)
    buffer = np.array(
        [
            number.get((location, goods.item[good]), -1)
            for location, good in zip(places.location, places.good, strict=True)
        ]
        if number
        else np.full(len(places.good), -1),
        dtype=np.int64,
    )
    out = total(data.arcs.from_place, outcome.values["flow"], len(places.good))
    out = out + total(data.needs.feed_place, outcome.values["feed"], len(places.good))
    group = np.where(buffer >= 0, buffer * count + data.periods.time_period[places.time], -1)
    return Shares(group, np.arange(len(places.good)), places.time, out, out)


def _target(data: Data) -> Ints:
    """The node that an arc enters [arcs]."""
    return np.where(data.arcs.demand >= 0, len(data.places.good) + data.arcs.demand, data.arcs.to_place)


def _at(values: Ints, positions: Ints) -> Ints:
    """values[positions] with -1 for positions of -1."""
    return np.append(values, -1)[positions]
