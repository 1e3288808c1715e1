"""Rules of origin that bind: a run per status, as the planner has it, against big-M forms with a choice per batch.

`python tests/benchmarks/origin.py` generates instances in which plants of a trade area mix cheap foreign and dear
originating parts, solves each in every form with HiGHS under the same options, and prints a table of ratios.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "models")]

from tests.laws.program import Program, Term  # noqa: E402 - the path comes first

GAP = 1e-4
PATIENCE = 120  # seconds of one solve; what takes longer counts as this
FORMS = {
    "status": "a run per status",
    "batches": "big-M, two batches: one that may qualify, and a plain one",
    "choice": "big-M, all that a plant makes of an item qualifies, or nothing",
}


@dataclass(frozen=True)
class Shape:
    """Sizes of an instance."""

    plants: int
    items: int
    parts: int  # of each item
    suppliers: int  # of the area; as many abroad
    markets: int


SHAPES = {
    "small": Shape(5, 3, 3, 3, 4),
    "middle": Shape(6, 3, 4, 3, 5),
    "large": Shape(6, 4, 4, 4, 6),
}


class Spec:
    """Figures of one instance: names are numbers; the first half of the suppliers is abroad."""

    def __init__(self, shape: Shape, seed: int) -> None:
        rng, self.shape = Random(f"origin {shape} {seed}"), shape
        self.plants, self.items, self.markets = range(shape.plants), range(shape.items), range(shape.markets)
        self.suppliers = range(2 * shape.suppliers)
        self.value = [rng.uniform(80, 120) for _ in self.items]
        self.rvc = [rng.uniform(0.6, 0.8) for _ in self.items]
        self.duty = [rng.uniform(0.04, 0.15) for _ in self.items]
        self.price: dict[tuple[int, int, int], float] = {}
        for item in self.items:
            for part in range(shape.parts):
                usual = self.value[item] * 0.7 / shape.parts * rng.uniform(0.6, 1.4)
                for supplier in self.suppliers:
                    if rng.random() < 0.7 or supplier % shape.suppliers == 0:
                        dear = 1.0 if self.abroad(supplier) else rng.uniform(1.1, 1.5)
                        self.price[supplier, item, part] = usual * dear * rng.uniform(0.9, 1.1)
        self.demand = {(m, i): rng.uniform(50, 150) for m in self.markets for i in self.items}
        wanted = sum(self.demand.values())
        self.capacity = [wanted * rng.uniform(1.5, 2.5) / shape.plants for _ in self.plants]
        self.fixed = [wanted * rng.uniform(1, 3) for _ in self.plants]
        self.engage = [wanted * rng.uniform(0.2, 0.6) for _ in self.suppliers]
        self.conversion = {
            (p, i): self.value[i] * rng.uniform(0.05, 0.2) for p in self.plants for i in self.items
        }
        self.inbound = {(s, p): rng.uniform(0.1, 0.8) for s in self.suppliers for p in self.plants}
        self.outbound = {(p, m): rng.uniform(1, 8) for p in self.plants for m in self.markets}

    def abroad(self, supplier: int) -> bool:
        return supplier < self.shape.suppliers

    def wanted(self, item: int) -> float:
        return sum(self.demand[m, item] for m in self.markets)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """The instance as the planner reads it."""
        places = [("supplier", s, "CN" if self.abroad(s) else "MX") for s in self.suppliers]
        places += [("plant", p, "MX") for p in self.plants] + [("market", m, "US") for m in self.markets]
        made = [f"item{i}" for i in self.items]
        parts = [(i, k, f"part{i}-{k}") for i in self.items for k in range(self.shape.parts)]
        return {
            "locations": [{"location": f"{r}{n}", "role": r, "country": c} for r, n, c in places],
            "items": [{"item": name, "customs_value": self.value[i]} for i, name in enumerate(made)]
            + [{"item": name} for _, _, name in parts],
            "offers": [
                {"location": f"supplier{s}", "item": f"part{i}-{k}", "unit_cost": price}
                | ({} if self.abroad(s) else {"originating": "PACT"})
                for (s, i, k), price in self.price.items()
            ],
            "suppliers": [{"location": f"supplier{s}", "fixed_cost": self.engage[s]} for s in self.suppliers],
            "facilities": [
                {
                    "location": f"plant{p}",
                    "status": "candidate",
                    "fixed_cost": self.fixed[p],
                    "capacity": self.capacity[p],
                }
                for p in self.plants
            ],
            "production": [
                {"location": f"plant{p}", "item": made[i], "unit_cost": cost}
                for (p, i), cost in self.conversion.items()
            ],
            "bom": [{"item": made[i], "component": name, "quantity": 1} for i, _, name in parts],
            "lanes": [
                {"origin": f"{a}{x}", "destination": f"{b}{y}", "unit_cost": cost}
                for (a, b, lanes) in (("supplier", "plant", self.inbound), ("plant", "market", self.outbound))
                for (x, y), cost in lanes.items()
            ],
            "demand": [
                {"market": f"market{m}", "item": made[i], "quantity": q} for (m, i), q in self.demand.items()
            ],
            "agreements": [{"agreement": "PACT", "member": country} for country in ("US", "MX")],
            "tariffs": [
                {"importer": "US", "origin": "*", "programme": "MFN", "item": made[i], "rate": self.duty[i]}
                | {"waived_by": "PACT"}
                for i in self.items
            ],
            "origin_rules": self.rules(),
        }

    def rules(self) -> list[dict[str, Any]]:
        """A rule goes by customs code: each item has one of its own."""
        return [
            {"agreement": "PACT", "hs": f"85{i:02}", "test": "rvc", "rvc": self.rvc[i]} for i in self.items
        ]


class Form:
    """The instance as a program, in one of the forms."""

    def __init__(self, spec: Spec, form: str) -> None:
        self.spec, self.form, self.program = spec, form, Program()
        cost = self.program
        self.open = [cost.choice(f"open {p}", spec.fixed[p]) for p in spec.plants]
        self.engaged = [cost.choice(f"engaged {s}", spec.engage[s]) for s in spec.suppliers]
        self.load: dict[int, list[Term]] = {p: [] for p in spec.plants}
        self.met: dict[tuple[int, int], list[Term]] = {key: [] for key in spec.demand}
        for plant in spec.plants:
            for item in spec.items:
                self.plant_and_item(plant, item)
        for plant, load in self.load.items():
            cost.at_most([*load, (self.open[plant], -spec.capacity[plant])], 0)
        for key, met in self.met.items():
            cost.equal(met, spec.demand[key])

    def plant_and_item(self, plant: int, item: int) -> None:
        """Its batches: their runs, feeds, sales; and what makes one of them qualify."""
        most = min(self.spec.capacity[plant], self.spec.wanted(item))
        plain = self.form != "choice"
        runs = [self.batch(plant, item, most, claims=True, plain=not plain)]
        if plain:
            runs.append(self.batch(plant, item, most, claims=False, plain=True))
        self.load[plant] += [(run, 1.0) for run in runs]
        self.program.at_most([*((run, 1.0) for run in runs), (self.open[plant], -most)], 0)

    def batch(self, plant: int, item: int, most: float, *, claims: bool, plain: bool) -> int:
        spec, program = self.spec, self.program
        run = program.number(f"run {plant} {item}", spec.conversion[plant, item], most)
        foreign = self.feed(plant, item, run, most)
        normal = self.sell(plant, item, spec.duty[item] * spec.value[item], most)
        claimed = self.sell(plant, item, 0.0, most) if claims else []
        if not claims:
            program.equal([(run, 1.0), *normal], 0)
            return run
        allowed = (1 - spec.rvc[item]) * spec.value[item]
        program.equal([(run, 1.0), *normal, *claimed], 0)
        if self.form == "status":
            program.at_most([*foreign, (run, -allowed)], 0)
            program.at_most([(column, -value) for column, value in normal], 0)
            return run
        qualifies = program.choice(f"qualifies {plant} {item}")
        program.at_most([*((column, -value) for column, value in claimed), (qualifies, -most)], 0)
        worst = max(0.0, self.dearest(item) - allowed) * most
        program.at_most([*foreign, (run, -allowed), (qualifies, worst)], worst)
        return run

    def dearest(self, item: int) -> float:
        """The most that foreign parts of a unit can be worth."""
        spec = self.spec
        offers = [
            [price for (s, i, k), price in spec.price.items() if (i, k) == (item, part) and spec.abroad(s)]
            for part in range(spec.shape.parts)
        ]
        return sum(max(prices, default=0.0) for prices in offers)

    def feed(self, plant: int, item: int, run: int, most: float) -> list[Term]:
        """Parts as the run takes them; the value of those from abroad."""
        foreign: list[Term] = []
        for part in range(self.spec.shape.parts):
            taken: list[Term] = []
            for (s, i, k), price in self.spec.price.items():
                if (i, k) != (item, part):
                    continue
                column = self.program.number("feed", price + self.spec.inbound[s, plant], most)
                self.program.at_most([(column, 1.0), (self.engaged[s], -most)], 0)
                taken.append((column, 1.0))
                foreign += [(column, price)] if self.spec.abroad(s) else []
            self.program.equal([*taken, (run, -1.0)], 0)
        return foreign

    def sell(self, plant: int, item: int, duty: float, most: float) -> list[Term]:
        sold = []
        for market in self.spec.markets:
            limit = min(most, self.spec.demand[market, item])
            column = self.program.number("sale", self.spec.outbound[plant, market] + duty, limit)
            self.met[market, item].append((column, 1.0))
            sold.append((column, -1.0))
        return sold


def solved(program: Program) -> tuple[float, float]:
    """Objective and seconds of HiGHS alone, to the gap or the end of patience."""
    solver = program.highs(integer=True)
    solver.setOptionValue("mip_rel_gap", GAP)
    solver.setOptionValue("time_limit", float(PATIENCE))
    begun = time.process_time()
    solver.run()
    return float(solver.getInfo().objective_function_value), time.process_time() - begun


def planned(spec: Spec) -> tuple[float, float]:
    """Objective and seconds of the planner: its own model, its own solve."""
    import planner
    from planner.network import build
    from planner.solve import SolveOptions, solve

    tables = spec.tables()
    for i in spec.items:
        tables["items"][i]["hs_code"] = f"85{i:02}"
    data = build(planner.Instance.from_tables(tables, {"instance": {"name": "origin"}}))
    begun = time.process_time()
    outcome = solve(data, SolveOptions(gap=GAP, confirm=False))
    return outcome.solution.objective, time.process_time() - begun


def main() -> None:
    """Solve everything and print the table."""
    from rich.console import Console
    from rich.table import Table

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    table = Table(title=f"Rules of origin that bind, to a gap of {GAP:.2%}")
    for header in ("shape", "form", "seconds", "x a run per status", "objective"):
        table.add_column(header, justify="left" if header in ("shape", "form") else "right")
    for shape in options.shapes:
        specs = [Spec(SHAPES[shape], seed) for seed in range(options.seeds)]
        found = {name: [solved(Form(spec, form).program) for spec in specs] for form, name in FORMS.items()}
        found["the planner, model included"] = [planned(spec) for spec in specs]
        floor = sum(seconds for _, seconds in found[FORMS["status"]])
        for name, results in found.items():
            seconds = sum(each for _, each in results)
            objective = sum(cost for cost, _ in results)
            table.add_row(shape, name, f"{seconds:.1f}", f"{seconds / floor:.1f}", f"{objective:,.0f}")
        table.add_section()
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
