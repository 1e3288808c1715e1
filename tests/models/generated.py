"""A random network of any size in which every constraint family and every cost component has members.

Made straight as `Data`, so that the model can be tested and timed without reading files. `size` is the number of
items sold; rows grow in proportion. The network is meaningful (goods go from suppliers over plants and
warehouses to markets) and every quantity is feasible through shortage, so that it can also be solved.
"""

from __future__ import annotations

import numpy as np

from planner_models.data import (
    INPUT,
    OUTPUT,
    WAREHOUSED,
    Arcs,
    Buffers,
    Charges,
    Counts,
    Data,
    Demands,
    GatewayLoads,
    Goods,
    Holds,
    LaneLoads,
    Lanes,
    LaneUses,
    Links,
    Needs,
    Offers,
    Options,
    Periods,
    Places,
    Policies,
    ProductionLimits,
    Runs,
    SetUps,
    Stocks,
    Suppliers,
    Terms,
    Uses,
)
from tests.models.generated_resilience import exposures, services, spreads, tails
from tests.models.generated_trade import criteria, quotas, regimes, reliefs

MEASURES = (
    "volume",
    "volume_share",
    "supplier_share",
    "spend",
    "spend_share",
    "capex",
    "count_open",
    "count_suppliers",
    "emissions",
    "fill_rate",
)
BIG = 400.0


def generate(size: int = 3, periods: int = 3, plants: int = 3, markets: int = 4, seed: int = 0) -> Data:
    """Data with `size` items, each with one bought component, over `periods`."""
    return _Network(size, periods, plants, markets, np.random.default_rng(seed)).data()


class _Network:
    def __init__(
        self, size: int, periods: int, plants: int, markets: int, random: np.random.Generator
    ) -> None:
        self.items, self.periods, self.plants, self.markets, self.random = (
            size,
            periods,
            plants,
            markets,
            random,
        )
        # every plant has options base, slow, and large (expands base); the warehouse has an option of its own
        self.facilities = plants + 1
        grid = np.meshgrid(np.arange(size), np.arange(plants), np.arange(periods), indexing="ij")
        self.item, self.plant, self.time = (axis.ravel() for axis in grid)
        self.cells = len(self.item)  # (item, plant, period)

    def money(self, count: int) -> np.ndarray:
        return self.random.uniform(1, 10, count).round(2)

    def data(self) -> Data:
        arcs = self.arcs()
        charges = self.charges(arcs)
        first = np.flatnonzero(self.plant == 0)
        return Data(
            periods=self.periods_table(),
            options=self.options(),
            suppliers=self.suppliers(),
            holds=self.holds(),
            offers=self.offers(),
            lanes=self.lanes(),
            lane_uses=self.lane_uses(),
            lane_loads=self.lane_loads(),
            gateway_loads=self.gateways(arcs),
            goods=self.goods(),
            places=self.places(),
            arcs=arcs,
            charges=charges,
            runs=self.runs(),
            needs=self.needs(),
            production_limits=self.limits(),
            set_ups=self.set_ups(),
            stocks=self.stocks(),
            buffers=self.buffers(),
            demands=self.demands(),
            links=self.links(),
            uses=self.uses(arcs),
            criteria=criteria(self.cells),
            regimes=regimes(self.periods),
            reliefs=reliefs(first, self.time[first], 2 * self.cells + first),
            quotas=quotas(arcs, charges, self.periods),
            counts=self.counts(arcs),
            policies=self.policies(arcs),
            services=services(self.demands(), self.items),
            tails=tails(self.periods),
            exposures=exposures(arcs, self.cells),
            spreads=spreads(arcs, self.item, self.plant, self.time),
        )

    def buffers(self) -> Buffers:
        """One, drawn from into the first place of every period."""
        first = np.arange(self.periods) * (len(self.places().time) // self.periods)
        ones, none = np.ones(self.periods), np.zeros(self.periods, dtype=np.int64)
        kept = ("w",), ("i0",), np.array([5.0]), np.array([0.1])
        return Buffers(*kept, np.zeros(1, dtype=np.int64), none, first, none, 5 * ones, 2 * ones)

    def periods_table(self) -> Periods:
        t = np.arange(self.periods)
        return Periods(
            tuple(f"t{k}" for k in t),
            365.0,
            1.05 ** -t.astype(float),
            ("base",),
            t,
            np.zeros_like(t),
            np.ones(len(t)),
        )

    def options(self) -> Options:
        plants, count = self.plants, 3 * self.plants + 1
        facility = np.append(np.repeat(np.arange(plants), 3), plants)
        kind = np.append(np.tile(np.arange(3), plants), 0)
        expands = np.where(kind == 2, np.arange(count) - 2, -1)
        capacity = np.where(kind == 2, 2.0, 1.0)[:, None] * np.full((count, self.periods), BIG * self.items)
        emission = np.where(kind == 2, 0.5, 1.0)
        return Options(
            (*tuple(f"p{k}" for k in range(plants)), "w"),
            tuple(("base", "slow", "large")[k] for k in kind),
            facility,
            kind == 0,
            self.money(count) * 10,
            self.money(count) * 50,
            self.money(count),
            np.full(count, 0.2),
            np.where(kind == 0, 0, 1),
            expands,
            capacity,
            emission,
            np.ones(count, dtype=bool),
        )

    def suppliers(self) -> Suppliers:
        candidate = np.array([True, False])
        return Suppliers(
            ("s0", "s1"),
            candidate,
            np.array([50.0, 0.0]),
            np.array([1, 0]),
            np.array([5.0, 3.0]),
            np.array([np.inf, BIG * 100 * self.items]),
        )

    # contracts: supplier s sells component i in period t under contracts 0 and 1
    def contract_axes(self) -> tuple[np.ndarray, ...]:
        grid = np.meshgrid(
            np.arange(2), np.arange(self.items), np.arange(2), np.arange(self.periods), indexing="ij"
        )
        return tuple(axis.ravel() for axis in grid)

    def holds(self) -> Holds:
        supplier, item, contract, period = self.contract_axes()
        rivals = (supplier * self.items + item) * self.periods + period
        return Holds(
            tuple(f"s{k}" for k in supplier),
            tuple(f"c{k}" for k in item),
            tuple(f"k{k}" for k in contract),
            period,
            supplier,
            rivals,
            np.ones(len(period), dtype=bool),
        )

    def offers(self) -> Offers:
        _, _, contract, period = self.contract_axes()
        count = len(period)
        return Offers(
            np.arange(count),
            period,
            self.money(count),
            np.full(count, BIG),
            np.where(contract == 1, 20.0, 0.0),
        )

    def lanes(self) -> Lanes:
        count = 2 * self.plants + self.plants + self.plants * self.markets + self.markets
        return Lanes(("a",) * count, ("b",) * count, ("m",) * count, np.zeros(count, dtype=np.int64))

    def lane_uses(self) -> LaneUses:
        return LaneUses(np.zeros(self.periods, np.int64), np.arange(self.periods), np.full(self.periods, 7.0))

    def lane_loads(self) -> LaneLoads:
        t = np.arange(self.periods)
        return LaneLoads(
            np.repeat([0, 1], self.periods),
            np.tile(t, 2),
            np.concatenate([t, np.full(len(t), -1)]),
            np.full(2 * len(t), BIG * self.items),
            np.repeat([15.0, 0.0], self.periods),
            np.full(2 * len(t), 0.5),
        )

    def gateways(self, arcs: Arcs) -> GatewayLoads:
        t = np.arange(self.periods)
        into = np.flatnonzero(arcs.demand >= 0)
        return GatewayLoads(
            ("port",) * len(t),
            t,
            np.full(len(t), BIG * self.items),
            arcs.time[into],
            into,
            np.full(len(into), 1.5),
        )

    def goods(self) -> Goods:
        count = self.items
        names = tuple(f"i{k}" for k in range(count))
        return Goods(names, ("p0",) * count, ("base",) * count, ("",) * count, ("any",) * count)

    # places: input cells (per item, plant, supplier, period), output cells, warehoused cells
    def places(self) -> Places:
        n = self.cells
        kind = np.concatenate([np.full(2 * n, INPUT), np.full(n, OUTPUT), np.full(n, WAREHOUSED)])
        time = np.tile(self.time, 4)
        initial = np.where((kind == WAREHOUSED) & (time == 0), 3.0, 0.0)
        location = tuple(f"p{k}" for k in np.tile(self.plant, 3)) + ("w",) * n
        return Places(location, np.tile(self.item, 4), time, kind, initial)

    def arcs(self) -> Arcs:
        """Supplier to plant, plant to warehouse, plant to market, warehouse to market."""
        n, m = self.cells, self.markets
        cell = np.arange(n)
        market = np.tile(np.arange(m), n)
        source = np.repeat(cell, m)
        contracts = 4
        bought = np.tile(cell, contracts)
        supplier, contract = np.repeat([0, 0, 1, 1], n), np.repeat([0, 1, 0, 1], n)
        offer = ((supplier * self.items + self.item[bought]) * 2 + contract) * self.periods + self.time[
            bought
        ]
        none = np.full
        demand = (self.item[source] * m + market) * self.periods + self.time[source]
        parts = [
            {"cell": bought, "to_place": bought + n * supplier, "offer": offer},
            {"cell": cell, "from_place": 2 * n + cell, "to_place": 3 * n + cell},
            {"cell": source, "from_place": 2 * n + source, "demand": demand},
            {
                "cell": source,
                "from_place": 3 * n + source,
                "demand": demand,
                "facility": none(n * m, self.plants),
            },
        ]
        columns = {
            key: np.concatenate([part.get(key, none(len(part["cell"]), -1)) for part in parts])
            for key in ("cell", "from_place", "to_place", "offer", "demand", "facility")
        }
        which = np.repeat(np.arange(4), [len(part["cell"]) for part in parts])
        return self.finish(columns, which)

    def finish(self, columns: dict[str, np.ndarray], which: np.ndarray) -> Arcs:
        count, cell = len(which), columns["cell"]
        time, item, plant = self.time[cell], self.item[cell], self.plant[cell]
        direct = which == 2
        load = np.where((which == 0) & (plant == 0), time, np.where(which == 1, self.periods + time, -1))
        market = np.where(columns["demand"] >= 0, columns["demand"] // self.periods % self.markets, 0)
        single = np.where(
            (item == 0) & (columns["demand"] >= 0) & (market < 2), self.single_of(market, which, time), -1
        )
        costs = {
            name: self.money(count)
            for name in ("conversion", "freight", "handling", "insurance", "pipeline", "carbon")
        }
        return Arcs(
            lane=np.zeros(count, np.int64),
            good=item,
            time=time,
            agreement=("",) * count,
            regime=np.where((which == 0) & (plant == 0), time, -1),
            claim=np.where(which == 1, 0.1, 0.0),
            from_place=columns["from_place"],
            to_place=columns["to_place"],
            offer=columns["offer"],
            demand=columns["demand"],
            facility=columns["facility"],
            capacity_use=np.ones(count),
            production_limit=np.where((which == 3) & (item == 0), self.periods + time, -1),
            lane_load=load,
            lane_weight=np.where((item == 1) & (which == 0), 0.0, 2.0),
            single_source=single,
            plant_link=np.where(direct, columns["demand"] * self.plants + plant, -1),
            contract_link=np.where(which == 0, columns["offer"] * self.plants + plant, -1),
            upper=np.full(count, BIG),
            purchase=np.where(which == 0, self.money(count), 0.0),
            **costs,
        )

    def single_of(self, market: np.ndarray, which: np.ndarray, time: np.ndarray) -> np.ndarray:
        return (market * 2 + (which == 3)) * self.periods + time

    def charges(self, arcs: Arcs) -> Charges:
        into = np.flatnonzero(arcs.demand >= 0)
        arc = np.concatenate([into, into[::2]])
        programme = np.repeat([0, 1], [len(into), len(into[::2])])
        amount = self.money(len(arc))
        return Charges(
            ("duty:MFN", "fee:MPF"),
            arc,
            programme,
            amount,
            amount / 100,
            amount * 0,
            amount * 0 + 100,
            programme,
            ("",) * len(arc),
            np.full(len(arc), -1),
        )

    def runs(self) -> Runs:
        n = self.cells
        names = tuple(f"p{k}" for k in self.plant), tuple(f"i{k}" for k in self.item)
        return Runs(
            *names,
            ("base",) * n,
            ("",) * n,
            ("",) * n,
            ("any",) * n,
            self.time,
            2 * n + np.arange(n),
            self.plant,
            np.ones(n),
            np.where(self.item == 0, self.time, -1),
            np.where(self.plant == 0, np.arange(n), -1),
            np.full(n, -1),
            np.full(n, BIG),
            self.money(n),
            self.money(n),
        )

    def needs(self) -> Needs:
        n = self.cells
        run = np.arange(n)
        return Needs(
            run,
            tuple(f"c{k}" for k in self.item),
            np.full(n, 2.0),
            np.tile(run, 2),
            np.arange(2 * n),
            np.full(2 * n, 2 * BIG),
        )

    def limits(self) -> ProductionLimits:
        t = np.arange(self.periods)
        names = ("p0",) * len(t) + ("w",) * len(t)
        return ProductionLimits(
            names, ("i0",) * 2 * len(t), ("base",) * 2 * len(t), np.tile(t, 2), np.full(2 * len(t), BIG)
        )

    def set_ups(self) -> SetUps:
        n = self.cells
        return SetUps(("p",) * n, ("i",) * n, ("base",) * n, self.time, np.full(n, 4.0))

    def stocks(self) -> Stocks:
        """Stock of every good at the warehouse and of outputs at the first plant; lost where not usable."""
        n = self.cells
        first = np.flatnonzero(self.plant == 0)
        place = np.concatenate([2 * n + first, 3 * n + np.arange(n)])  # the next period stands next
        time = np.concatenate([self.time[first], self.time])
        limit = np.concatenate([np.full(len(first), -1), self.item * self.periods + self.time])
        later = np.flatnonzero(time < self.periods - 1)
        limits = self.items * self.periods
        at_facility = np.where(np.arange(limits) // self.periods % 2 == 0, self.plants, -1)
        return Stocks(
            place,
            limit,
            self.money(len(place)),
            np.full(len(place), BIG),
            ("w",) * limits,
            ("i",) * limits,
            np.arange(limits) % self.periods,
            at_facility,
            np.full(limits, BIG),
            later,
            place[later] + 1,
            place,
            np.where(place < 3 * n, 0, self.plants),
            np.full(len(place), BIG),
        )

    def demands(self) -> Demands:
        grid = np.meshgrid(
            np.arange(self.items), np.arange(self.markets), np.arange(self.periods), indexing="ij"
        )
        item, market, time = (axis.ravel() for axis in grid)
        may = ~((item == 0) & (market == 0))
        single = np.arange(4 * self.periods)
        demand = single // (2 * self.periods) * self.periods + single % self.periods
        return Demands(
            tuple(f"m{k}" for k in market),
            tuple(f"i{k}" for k in item),
            time,
            self.random.uniform(1, 9, len(item)).round(1),
            may,
            np.where(may, 500.0, 0.0),
            np.arange(2 * self.periods),
            demand,
            single % 7,
            single,
            demand,
        )

    def links(self) -> Links:
        demands = self.items * self.markets * self.periods
        plant = np.arange(demands * self.plants)
        contracts = 4 * self.items * self.periods
        contract = np.arange(contracts * self.plants)
        return Links(
            plant % self.plants,
            plant // self.plants % self.periods,
            np.full(len(plant), 9.0),
            contract // self.plants,
            np.full(len(contract), BIG),
        )

    def uses(self, arcs: Arcs) -> Uses:
        """Options of the first plant, by time; nothing passes through it."""
        option, time = (
            axis.ravel() for axis in np.meshgrid(np.arange(3), np.arange(self.periods), indexing="ij")
        )
        return Uses(
            option,
            time,
            time,
            np.full(len(option), BIG * self.items),
            np.full(len(option), 0.3),
            np.where(self.plant == 0, self.time, -1),
            np.full(len(arcs.time), -1),
        )

    def counts(self, arcs: Arcs) -> Counts:
        grid = np.meshgrid(np.arange(2), np.arange(self.items), np.arange(self.periods), indexing="ij")
        supplier, item, period = (axis.ravel() for axis in grid)
        count, bought = len(period), np.flatnonzero(arcs.offer >= 0)
        sold = arcs.offer[bought] // (2 * self.periods)
        return Counts(
            tuple(f"s{k}" for k in supplier),
            tuple(f"c{k}" for k in item),
            period,
            np.full(count, 0.1),
            np.full(count, 2.0),
            np.full(count, BIG),
            supplier == 1,
            sold * self.periods + arcs.time[bought],
            bought,
        )

    def policies(self, arcs: Arcs) -> Policies:
        """Each measure as a hard maximum and a soft minimum; fill_rate limits shortages only from above."""
        rows = 2 * len(MEASURES)
        none = Terms(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        bought, made = np.flatnonzero(arcs.offer >= 0), np.arange(self.cells)

        def terms(measures: tuple[str, ...], members: np.ndarray) -> Terms:
            chosen = [2 * MEASURES.index(name) + side for name in measures for side in (0, 1)]
            row = np.repeat(chosen, len(members))
            return Terms(row, np.tile(members, len(chosen)), self.money(len(row)))

        volumes = ("volume", "volume_share", "supplier_share", "spend", "spend_share", "emissions")
        wholes = ("volume_share", "supplier_share", "spend_share")
        options = np.arange((3 * self.plants + 1) * self.periods)
        return Policies(
            tuple(name for name in MEASURES for _ in (0, 1)),
            np.arange(rows),
            np.tile([1.0, -1.0], rows // 2),
            np.tile([1e9, 1.0], rows // 2),
            np.full(rows, 0.5),
            tuple(f"rule{k}" for k in range(rows)),
            np.tile([1.0, -1.0], rows // 2),
            np.full(rows, -1),
            ("base",) * rows,
            np.tile([np.nan, 2.0], rows // 2),
            np.full(rows, 1e7),
            terms(volumes, bought),
            terms(("volume", "spend"), made),
            terms(("spend", "spend_share"), np.flatnonzero(self.offers().minimum > 0)),
            terms(("fill_rate",), np.flatnonzero(self.demands().may_short)),
            terms(("emissions",), np.arange(3 * self.periods)),
            terms(("capex",), options),
            terms(("count_open",), options),
            terms(("capex",), np.arange(self.periods)),
            terms(("count_suppliers",), np.arange(2 * self.items * self.periods)),
            terms(wholes, bought),
            terms(wholes, made),
            terms(("spend_share",), none.member),
        )
