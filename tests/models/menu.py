"""A menu of small tables: `network(periods, arcs=..., demands=...)` is a Data in which all other tables are empty.

Each function makes one table from the columns that matter; a column left out takes a plain value for every row:
0 for figures, no other row (-1) for pointers, "" for names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from typing import Any, get_type_hints

import numpy as np
import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn

from planner_models import build_model, resilience_data
from planner_models import data as tables
from planner_models.arrays import Flags, Floats, Ints, Names
from planner_models.data import Buffers, Data, Periods, Policies, Terms
from planner_models.templates import Total

# columns whose plain value is another one than 0, none or ""
PLAIN: dict[str, dict[str, Any]] = {
    "Options": {"facility": 0, "setup_periods": 0, "decided": True},
    "Suppliers": {"max_spend": np.inf, "qualify_periods": 0},
    "Holds": {"period": 0, "decided": True},
    "Offers": {"time": 0, "capacity": 100.0},
    "LaneUses": {"lane": 0, "period": 0},
    "LaneLoads": {"lane": 0, "time": 0, "capacity": 100.0},
    "GatewayLoads": {"time": 0},
    "Places": {"good": 0, "time": 0},
    "Arcs": {"lane": 0, "good": 0, "time": 0, "capacity_use": 1.0, "lane_weight": 1.0, "upper": 100.0},
    "Charges": {"row": 0},
    "Runs": {"time": 0, "output": 0, "capacity_use": 1.0, "upper": 100.0},
    "Needs": {"quantity": 1.0, "feed_upper": 100.0},
    "ProductionLimits": {"time": 0},
    "SetUps": {"period": 0},
    "Stocks": {"upper": 100.0, "limit_time": 0, "loss_upper": 100.0},
    "Demands": {"time": 0},
    "Uses": {"time": 0, "meter": 0, "upper": 100.0},
    "Criteria": {"run": 0, "measure": 0, "content_criterion": 0, "content_feed": 0},
    "Regimes": {"period": 0},
    "Reliefs": {"upper": 100.0, "relieved": 0, "covered_relief": 0, "covered_feed": 0},
    "Quotas": {"time": 0, "over_quota": 0, "over_arc": 0, "over_programme": 0},
    "Counts": {"period": 0, "bound": 100.0},
    "Services": {"served_service": 0},
    "Spreads": {"volume": 1.0, "upper": 100.0, "arc_spread": 0, "run_spread": 0},
    "Policies": {"rule_penalty": np.nan, "rule_upper": 100.0, "sense": 1.0, "rule_sense": 1.0},
}
# columns of a table that stand beside its rows with a length of their own
SEPARATE = (
    "passage_",
    "counted_",
    "feed_",
    "limit_",
    "loss_",
    "sourced_",
    "assign_",
    "single_",
    "rule_",
    "plant_",
    "contract_",
    "content_",
    "relieved_",
    "covered_",
    "entered_",
    "entry_",
    "served_",
    "lived_",
    "threshold_",
    "over_",
    "run_",
    "arc_",
)
EMPTY: dict[Any, Any] = {
    Names: (),
    Ints: np.zeros(0, np.int64),
    Floats: np.zeros(0),
    Flags: np.zeros(0, bool),
    Terms: Terms(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)),
}


def network(periods: int | Periods = 1, **filled: Any) -> Data:
    """Data with the `filled` tables, all others empty."""
    kinds = get_type_hints(Data)
    parts = {name: filled.get(name) or table(kind) for name, kind in kinds.items() if name != "periods"}
    given = horizon(periods) if isinstance(periods, int) else periods
    times = len(given.time_period)
    capacity = parts["options"].capacity
    if capacity.ndim == 1:  # one figure an option: the same at all times
        parts["options"] = replace(parts["options"], capacity=np.repeat(capacity[:, None], times, axis=1))
    return Data(periods=given, **parts)


def horizon(periods: int, discount: list[float] | None = None, weight: list[float] | None = None) -> Periods:
    """PERIODS t0, t1 ... of the base scenario alone."""
    t = np.arange(periods)
    present = np.ones(periods) if discount is None else np.array(discount)
    probability = np.ones(periods) if weight is None else np.array(weight)
    return Periods(tuple(f"t{k}" for k in t), 365.0, present, ("base",), t, np.zeros_like(t), probability)


def table(kind: type, /, **columns: Any) -> Any:
    """A table of `kind`: every column as long as the given ones of its group, plain where not given."""
    hints = get_type_hints(kind)
    lengths = {_group(kind, name): len(values) for name, values in columns.items() if hints[name] != Terms}
    made = {}
    for field in fields(kind):
        name, hint = field.name, hints[field.name]
        if name in columns:
            made[name] = _column(hint, columns[name])
        elif field.default is MISSING:
            made[name] = _plain(kind, name, hint, lengths.get(_group(kind, name), 0))
    return kind(**made)


def _group(kind: type, name: str) -> str:
    if kind.__name__ in ("Suppliers", "Offers", "Runs", "Arcs", "Holds", "ProductionLimits"):
        return ""
    return next((prefix for prefix in SEPARATE if name.startswith(prefix)), "")


def _column(hint: Any, values: Any) -> Any:
    if hint == Names:
        return tuple(values)
    if hint == Terms:
        return values
    kinds = {Ints: np.int64, Floats: float, Flags: bool}
    return np.array(values, dtype=next(dtype for known, dtype in kinds.items() if hint == known))


def _plain(kind: type, name: str, hint: Any, length: int) -> Any:
    if hint == Terms or not length:
        return next(value for known, value in EMPTY.items() if hint == known)
    default = {Names: "", Ints: -1, Floats: 0.0, Flags: False}
    plain = next(value for known, value in default.items() if hint == known)
    return _column(hint, [PLAIN.get(kind.__name__, {}).get(name, plain)] * length)


def _maker(kind: type) -> Callable[..., Any]:
    def make(**columns: Any) -> Any:
        return table(kind, **columns)

    make.__doc__ = kind.__doc__
    return make


options = _maker(tables.Options)
suppliers = _maker(tables.Suppliers)
holds = _maker(tables.Holds)
offers = _maker(tables.Offers)
lanes = _maker(tables.Lanes)
lane_uses = _maker(tables.LaneUses)
lane_loads = _maker(tables.LaneLoads)
gateway_loads = _maker(tables.GatewayLoads)
goods = _maker(tables.Goods)
places = _maker(tables.Places)
arcs = _maker(tables.Arcs)
charges = _maker(tables.Charges)
runs = _maker(tables.Runs)
needs = _maker(tables.Needs)
production_limits = _maker(tables.ProductionLimits)
set_ups = _maker(tables.SetUps)
stocks = _maker(tables.Stocks)
demands = _maker(tables.Demands)
links = _maker(tables.Links)
uses = _maker(tables.Uses)
criteria = _maker(tables.Criteria)
regimes = _maker(tables.Regimes)
reliefs = _maker(tables.Reliefs)
quotas = _maker(tables.Quotas)
counts = _maker(tables.Counts)
services = _maker(resilience_data.Services)
tails = _maker(resilience_data.Tails)
exposures = _maker(resilience_data.Exposures)
spreads = _maker(resilience_data.Spreads)


def buffers(**columns: Any) -> Buffers:
    """BUFFERS; nothing is drawn where nothing else is said."""
    drawn = {name: [] for name in Buffers.__annotations__ if name.startswith(("use_", "draw_"))}
    made: Buffers = table(Buffers, **drawn | columns)
    return made


def terms(row: list[int], member: list[int], weight: list[float]) -> Terms:
    """Members of policy rows."""
    return Terms(np.array(row, np.int64), np.array(member, np.int64), np.array(weight, float))


def policies(**columns: Any) -> Policies:
    """POLICY_ROWS and RULES; one hard rule for each row, where nothing else is said."""
    rows = len(columns["measure"])
    columns.setdefault("rule", list(range(rows)))
    columns.setdefault("rule_policy", [f"policy{k}" for k in range(max(columns["rule"]) + 1)])
    made: Policies = table(Policies, **columns)
    return made


def coefficients(data: Data, family: str) -> list[dict[str, float]]:
    """The coefficients of every row of a family, component or objective, by variable; those of 0 left out."""
    component = build_model(data).component(family)
    if isinstance(component, Total):
        component.write_out()
    members = [component] if isinstance(component, Total) else [component[k] for k in component.index_set()]
    found = []
    for member in members:
        linear = generate_standard_repn(member.body if hasattr(member, "body") else member.expr)
        pairs = zip(linear.linear_vars, linear.linear_coefs, strict=True)
        found.append({var.name: coefficient for var, coefficient in pairs if coefficient})
    return found


def rows(data: Data, family: str) -> list[str]:
    """Every true row of a family, or every amount of a cost component, as Pyomo prints it."""
    return printed(build_model(data), family)


def printed(model: pyo.ConcreteModel, family: str) -> list[str]:
    """The members of a family of `model`, as Pyomo prints them."""
    return [" ".join(str(member.expr).split()) for member in model.component(family).values()]
