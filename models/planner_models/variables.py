"""Every decision variable: meaning, unit, bounds. All integers are design; operations are a linear program.

A variable exists only where the data gives it something to decide; what is already decided has equal bounds.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from planner_models.data import Data
from planner_models.templates import Columns


def design_variables(m: pyo.ConcreteModel, data: Data) -> None:
    """Decisions common to all scenarios: 0 or 1, but for the buffer."""
    options, suppliers, periods = data.options, data.suppliers, len(data.periods.name)
    decided = np.repeat(options.decided[:, None], periods, axis=1).astype(float)
    stays = np.repeat((options.initially_open & ~options.decided)[:, None], periods, axis=1).astype(float)
    m.open = Columns(
        m.OPTIONS,
        m.PERIODS,
        domain=pyo.Binary,
        lower=stays,
        upper=decided + stays,
        doc="option open in the period",
    )
    m.opening = Columns(
        m.OPTIONS,
        m.PERIODS,
        domain=pyo.NonNegativeReals,
        lower=0,
        upper=decided,
        doc="option opened at the start of the period; whole because open is",
    )
    m.closing = Columns(
        m.OPTIONS,
        m.PERIODS,
        domain=pyo.NonNegativeReals,
        lower=0,
        upper=decided,
        doc="option closed at the start of the period; whole because open is",
    )
    m.usable = Columns(
        m.OPTIONS,
        m.PERIODS,
        domain=pyo.NonNegativeReals,
        lower=stays,
        upper=decided + stays,
        doc="option open and set up",
    )
    m.reopened = Columns(
        m.REOPENED,
        domain=pyo.NonNegativeReals,
        lower=0,
        upper=np.ones(len(options.name)),
        doc="option open at the start, closed, opened again and open at the end",
    )
    shape = (len(suppliers.name), periods)
    m.qualify = Columns(
        m.CANDIDATES,
        m.PERIODS,
        domain=pyo.Binary,
        lower=0,
        upper=np.ones(shape),
        doc="candidate supplier pays for its qualification",
    )
    m.engaged = Columns(
        m.SUPPLIERS,
        m.PERIODS,
        domain=pyo.NonNegativeReals,
        lower=0,
        upper=np.ones(shape),
        doc="any contract of the supplier is held; whole because hold is",
    )
    m.hold = Columns(
        m.HOLDS,
        domain=pyo.Binary,
        lower=~data.holds.decided,
        upper=np.ones(len(data.holds.period)),
        doc="contract held",
    )
    m.use_lane = Columns(
        m.LANE_USES,
        domain=pyo.Binary,
        lower=0,
        upper=np.ones(len(data.lane_uses.lane)),
        doc="lane with a fixed cost or minimum used",
    )
    m.set_up = Columns(
        m.SET_UPS, domain=pyo.Binary, lower=0, upper=np.ones(len(data.set_ups.period)), doc="recipe set up"
    )
    m.assign = Columns(
        m.ASSIGNS,
        domain=pyo.Binary,
        lower=0,
        upper=np.ones(len(data.demands.assign_lane)),
        doc="lane that serves a single-sourced demand",
    )
    m.regime = Columns(
        m.REGIMES,
        domain=pyo.Binary,
        lower=0,
        upper=np.ones(len(data.regimes.period)),
        doc="duty regime with a fixed cost used",
    )
    m.count = Columns(
        m.COUNTS,
        domain=pyo.Binary,
        lower=0,
        upper=np.ones(len(data.counts.period)),
        doc="supplier counts for count_suppliers",
    )
    m.buffer = Columns(
        m.BUFFERS,
        domain=pyo.NonNegativeReals,
        lower=0,
        upper=data.buffers.upper,
        doc="strategic stock kept [units]",
    )


def operation_variables(m: pyo.ConcreteModel, data: Data) -> None:
    """Quantities in each time [units], continuous and bounded."""
    m.flow = _quantities(m.ARCS, data.arcs.upper, "shipped on the arc [units]")
    m.run = _quantities(m.RUNS, data.runs.upper, "made by the run [units]")
    m.feed = _quantities(m.FEEDS, data.needs.feed_upper, "good consumed by a run [units of the component]")
    m.stock = _quantities(m.STOCKS, data.stocks.upper, "kept at the end of the period [units]")
    m.lost = _quantities(
        m.LOSSES, data.stocks.loss_upper, "stock lost where its location is not usable [units]"
    )
    m.draw = _quantities(m.DRAWS, data.buffers.draw_upper, "drawn from strategic stock [units]")
    m.short = _quantities(m.SHORT_DEMANDS, data.demands.quantity, "demand not met [units]")
    m.unused = _quantities(
        m.MINIMUM_OFFERS, data.offers.minimum, "contract minimum not taken but paid [units]"
    )
    m.unused_lane = _quantities(
        m.MINIMUM_LOADS, data.lane_loads.minimum, "lane minimum not shipped but paid [per]"
    )
    m.used = _quantities(m.USES, data.uses.upper, "capacity used in one option [capacity units]")
    m.relief = _quantities(m.RELIEFS, data.reliefs.upper, "duty given back by a regime [money]")
    m.over = _quantities(m.OVERS, data.arcs.upper[data.quotas.over_arc], "entered above a quota [units]")
    m.violation = _quantities(m.SOFT_RULES, data.policies.rule_upper, "violation of a soft policy [its unit]")


def _quantities(index: pyo.Set, upper: np.ndarray, doc: str) -> Columns:
    return Columns(index, domain=pyo.NonNegativeReals, lower=0, upper=upper, doc=doc)
