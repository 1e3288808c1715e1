"""A network by hand: a supplier, a plant, a warehouse and a market; eight of ten units delivered."""

from dataclasses import MISSING, dataclass, field, fields
from types import MappingProxyType

import numpy as np
import pytest

import planner.instance as pi
from planner.plan import assemble
from planner.solve.arrays import Solution, Status
from planner_models import data as d

TABLES = {
    "locations": [
        {"location": "S", "role": "supplier", "country": "CN"},
        {"location": "P", "role": "plant", "country": "MX"},
        {"location": "W", "role": "warehouse", "country": "US"},
        {"location": "M", "role": "market", "country": "US"},
    ],
    "countries": [{"country": "MX", "ally": "yes"}, {"country": "CN", "ally": "no"}],
    "items": [{"item": "part"}, {"item": "tv", "customs_value": 30}],
    "offers": [{"location": "S", "item": "part", "unit_cost": 10, "capacity": 100}],
    "suppliers": [{"location": "S", "status": "approved"}],
    "facilities": [
        {"location": "P", "status": "candidate", "fixed_cost": 50, "open_cost": 100, "capacity": 40},
        {"location": "W", "status": "open", "fixed_cost": 20},
    ],
    "production": [
        {"location": "P", "item": "tv", "unit_cost": 5, "capacity_use": 2},
        {"location": "W", "item": "tv", "unit_cost": 1},
    ],
    "bom": [{"item": "tv", "component": "part", "quantity": 2}],
    "lanes": [
        {"origin": "S", "destination": "P", "unit_cost": 1},
        {"origin": "P", "destination": "W", "unit_cost": 2},
        {"origin": "W", "destination": "M", "unit_cost": 3},
        {"origin": "P", "destination": "M", "unit_cost": 6},
    ],
    "demand": [{"market": "M", "item": "tv", "quantity": 10, "shortage_cost": 100}],
    "tariffs": [
        {"importer": "US", "origin": "CN", "programme": "S301", "rate": 0.25},
        {"importer": "US", "origin": "*", "programme": "MFN", "rate": 0.1},
    ],
    "fees": [{"importer": "US", "fee": "MPF", "rate": 0.05}],
}


@dataclass(frozen=True)
class HandOutcome:
    """The contract of planner.solve.Outcome."""

    solution: Solution
    values: dict
    duals: dict
    costs: dict
    penalty: dict = field(
        default_factory=lambda: dict.fromkeys(("tail", "exposure", "concentration", "policies"), 0.0)
    )
    size: dict = field(
        default_factory=lambda: {"variables": 9, "integers": 4, "constraints": 7, "nonzeros": 20}
    )
    seconds: dict = field(default_factory=lambda: {"build": 0.1, "solve": 0.2})


def blank(kind):
    """A table of the data without rows."""
    none = {
        "Ints": np.zeros(0, np.int64),
        "Floats": np.zeros(0),
        "Flags": np.zeros(0, bool),
        "Names": (),
        "float": 365.0,
    }
    needed = [column for column in fields(kind) if column.default is MISSING]
    return kind(**{f.name: blank(d.Terms) if f.type == "Terms" else none[f.type] for f in needed})


def ints(*values):
    return np.array(values, dtype=np.int64)


def floats(*values):
    return np.array(values, dtype=np.float64)


def table(kind, rows, **columns):
    """A table with the columns given; the others are -1, 0, False or blank."""
    other = {
        "Ints": np.full(rows, -1),
        "Floats": np.zeros(rows),
        "Flags": np.zeros(rows, bool),
        "Names": ("",) * rows,
        "Terms": blank(d.Terms),
        "float": 365.0,
    }
    return kind(**({f.name: other[f.type] for f in fields(kind) if f.default is MISSING} | columns))


def hand_data():
    parts = {f.name: blank(getattr(d, f.type)) for f in fields(d.Data)}
    parts["periods"] = d.Periods(("1",), 365.0, floats(1), ("base",), ints(0), ints(0), floats(1))
    parts["options"] = table(
        d.Options,
        2,
        facility_name=("P", "W"),
        name=("base", "base"),
        facility=ints(0, 1),
        initially_open=np.array([False, True]),
        fixed_cost=floats(50, 20),
        open_cost=floats(100, 0),
        setup_periods=ints(0, 0),
        capacity=floats(40, 10).reshape(2, 1),
        decided=np.array([True, False]),
    )
    parts["holds"] = table(
        d.Holds, 1, location=("S",), item=("part",), contract=("base",), period=ints(0), rivals=ints(0)
    )
    parts["offers"] = table(
        d.Offers, 1, hold=ints(0), time=ints(0), unit_cost=floats(10), capacity=floats(100)
    )
    parts["lanes"] = table(
        d.Lanes,
        4,
        origin=("S", "P", "W", "P"),
        destination=("P", "W", "M", "M"),
        mode=("default",) * 4,
        row=ints(2, 1, 3, 0),
    )
    parts["goods"] = d.Goods(("part", "tv"), ("S", "P"), ("base", "base"), ("", ""), ("any", "any"))
    parts["places"] = d.Places(("P", "P", "W"), ints(0, 1, 1), ints(0, 0, 0), ints(0, 1, 2), floats(0, 0, 0))
    parts["arcs"] = table(
        d.Arcs,
        4,
        lane=ints(0, 1, 2, 3),
        good=ints(0, 1, 1, 1),
        time=ints(0, 0, 0, 0),
        from_place=ints(-1, 1, 2, 1),
        to_place=ints(0, 2, -1, -1),
        offer=ints(0, -1, -1, -1),
        demand=ints(-1, -1, 0, 0),
        facility=ints(-1, -1, 1, -1),
        capacity_use=floats(0, 0, 1, 0),
        purchase=floats(10, 0, 0, 0),
        conversion=floats(0, 0, 1, 0),
        freight=floats(1, 2, 3, 6),
    )
    parts["charges"] = d.Charges(
        ("duty:MFN", "fee:MPF"),
        ints(1, 3, 1, 3),
        ints(0, 0, 1, 1),
        floats(3, 3, 1.5, 1.5),
        floats(0.1, 0.1, 0.05, 0.05),
        floats(0, 0, 0, 0),
        floats(30, 30, 30, 30),
        ints(0, 0, 0, 0),
        ("",) * 4,
        ints(-1, -1, -1, -1),
    )
    parts["runs"] = table(
        d.Runs,
        1,
        location=("P",),
        item=("tv",),
        recipe=("base",),
        destination_class=("any",),
        time=ints(0),
        output=ints(1),
        facility=ints(0),
        capacity_use=floats(2),
        conversion=floats(5),
    )
    parts["needs"] = d.Needs(ints(0), ("part",), floats(2), ints(0), ints(0), floats(100))
    parts["demands"] = table(
        d.Demands,
        1,
        market=("M",),
        item=("tv",),
        time=ints(0),
        quantity=floats(10),
        shortage_cost=floats(100),
    )
    return d.Data(**parts)


def hand_values():
    design = np.array([[1.0], [0.0]])
    none = np.zeros((0, 1))
    flat = (
        "use_lane",
        "set_up",
        "assign",
        "count",
        "buffer",
        "draw",
        "stock",
        "lost",
        "unused_lane",
        "used",
        "regime",
        "relief",
        "over",
        "violation",
    )
    return {
        "open": design,
        "opening": design,
        "closing": np.zeros((2, 1)),
        "usable": design,
        "qualify": none,
        "engaged": none,
        "hold": floats(0),
        "flow": floats(16, 5, 5, 3),
        "run": floats(8),
        "feed": floats(16),
        "short": floats(2),
        "unused": floats(0),
    } | dict.fromkeys(flat, np.zeros(0))


COSTS = {
    "facility_fixed": 70,
    "facility_open": 100,
    "purchase": 160,
    "conversion": 45,
    "freight": 16 + 10 + 15 + 18,
    "duty:MFN": 24,
    "fee:MPF": 12,
    "storage": 0,
    "shortage": 200,
}
OBJECTIVE = float(sum(COSTS.values()))


@pytest.fixture
def instance():
    fees = [{"importer": "US", "fee": "MPF", "rate": 0.05, "modes": "default"}]
    settings = {"instance": {"name": "hand", "title": "By hand"}}
    return pi.Instance.from_tables(TABLES | {"fees": fees}, settings)


@pytest.fixture
def data():
    return hand_data()


@pytest.fixture
def outcome():
    solution = Solution(
        Status.OPTIMAL, objective=OBJECTIVE, bound=OBJECTIVE, gap=0.0, confirmed="second solve"
    )
    costs = {name: floats(amount) for name, amount in COSTS.items()}
    return HandOutcome(solution, hand_values(), {"demand_balance": floats(100)}, MappingProxyType(costs))


@pytest.fixture
def plan(instance, data, outcome):
    return assemble(instance, data, outcome, {"read": 0.5})
