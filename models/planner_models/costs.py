"""The ledger: one function a cost component, each a named Expression by period (design) or time (operations).

Amounts are discounted money. The objective adds them up; nothing else computes a cost, but for the audit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyomo.environ as pyo

from planner_models.arrays import Floats
from planner_models.data import Data
from planner_models.templates import Figures, Total
from planner_models.trade_costs import claim, regime, relief


def facility_fixed(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Fixed cost of open options, set-up included.

    .. math:: \delta_t \sum_o fixed\_cost_o\, open_{o,t}

    Unit [money]; design.
    """
    m.option_fixed_cost = Figures(m.OPTIONS, values=data.options.fixed_cost)

    @m.Amounts(m.PERIODS)
    def facility_fixed(m, period):
        return m.discount[period] * sum(m.option_fixed_cost[o] * m.open[o, period] for o in m.OPTIONS)


def facility_open(m: pyo.ConcreteModel, data: Data) -> None:
    r"""One-off cost of opening.

    .. math:: \delta_t \sum_o open\_cost_o\, opening_{o,t}

    Unit [money]; design.
    """
    m.option_open_cost = Figures(m.OPTIONS, values=data.options.open_cost)

    @m.Amounts(m.PERIODS)
    def facility_open(m, period):
        return m.discount[period] * sum(m.option_open_cost[o] * m.opening[o, period] for o in m.OPTIONS)


def facility_close(m: pyo.ConcreteModel, data: Data) -> None:
    r"""One-off cost of closing, but for an old option that ends because its expansion became usable.

    .. math:: \delta_t \sum_o close\_cost_o (closing_{o,t} - \sum_{x: e(x)=o} opening_{x,t-s_x})

    Unit [money]; design.
    """
    m.option_close_cost = Figures(m.OPTIONS, values=data.options.close_cost)

    @m.Amounts(m.PERIODS)
    def facility_close(m, period):
        closed = sum(m.option_close_cost[o] * m.closing[o, period] for o in m.OPTIONS)
        grown = sum(
            m.option_close_cost[o] * m.opening[x, b]
            for o in m.OPTIONS for x in m.EXPANSIONS_OF[o] for b in m.USABLE_FROM[x, period]
        )  # fmt: skip
        return m.discount[period] * (closed - grown)


def facility_residual(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Residual value, negative: a share of the opening cost of what was opened and is open in the last period T.

    .. math:: -\delta_T \sum_o residual\_share_o\, open\_cost_o\, open_{o,T}

    For an option open at the start, reopened takes the place of open. Unit [money]; design.
    """
    options, periods = data.options, len(data.periods.name)
    value = (options.residual_share * options.open_cost)[:, None].repeat(periods, axis=1)
    value[:, :-1] = 0
    m.residual = Figures(m.OPTIONS, m.PERIODS, values=value * ~options.initially_open[:, None])
    m.residual_again = Figures(m.OPTIONS, m.PERIODS, values=value)

    @m.Amounts(m.PERIODS)
    def facility_residual(m, period):
        new = sum(m.residual[o, period] * m.open[o, period] for o in m.OPTIONS)
        again = sum(m.residual_again[o, period] * m.reopened[o] for o in m.REOPENED)
        return -m.discount[period] * (new + again)


def qualification(m: pyo.ConcreteModel, data: Data) -> None:
    r"""One-off cost of qualifying candidate suppliers.

    .. math:: \delta_t \sum_l qualify\_cost_l\, qualify_{l,t}

    Unit [money]; design.
    """
    m.qualify_cost = Figures(m.SUPPLIERS, values=data.suppliers.qualify_cost)

    @m.Amounts(m.PERIODS)
    def qualification(m, period):
        return m.discount[period] * sum(m.qualify_cost[s] * m.qualify[s, period] for s in m.CANDIDATES)


def supplier_fixed(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Fixed cost of engaged suppliers.

    .. math:: \delta_t \sum_l fixed\_cost_l\, engaged_{l,t}

    Unit [money]; design.
    """
    m.supplier_fixed_cost = Figures(m.SUPPLIERS, values=data.suppliers.fixed_cost)

    @m.Amounts(m.PERIODS)
    def supplier_fixed(m, period):
        return m.discount[period] * sum(m.supplier_fixed_cost[s] * m.engaged[s, period] for s in m.SUPPLIERS)


def lane_fixed(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Fixed cost of used lanes.

    .. math:: \delta_t \sum_n fixed\_cost_n\, use\_lane_{n}

    Unit [money]; design.
    """
    m.lane_fixed_cost = Figures(m.LANE_USES, values=data.lane_uses.fixed_cost)

    @m.Amounts(m.PERIODS)
    def lane_fixed(m, period):
        return m.discount[period] * sum(m.lane_fixed_cost[u] * m.use_lane[u] for u in m.USES_IN[period])


def setup(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Cost of setting up recipes.

    .. math:: \delta_t \sum_s setup\_cost_s\, set\_up_s

    Unit [money]; design.
    """
    m.setup_cost = Figures(m.SET_UPS, values=data.set_ups.cost)

    @m.Amounts(m.PERIODS)
    def setup(m, period):
        return m.discount[period] * sum(m.setup_cost[s] * m.set_up[s] for s in m.SET_UPS_IN[period])


def buffer(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Keeping strategic stock: buffer_cost and carrying cost.

    .. math:: \delta_t \sum_b cost_b\, buffer_b

    Unit [money]; design. The Expression is called buffer_kept, since the variable is `buffer`.
    """
    m.buffer_unit_cost = Figures(m.BUFFERS, values=data.buffers.cost)

    @m.Amounts(m.PERIODS)
    def buffer_kept(m, period):
        return m.discount[period] * sum(m.buffer_unit_cost[b] * m.buffer[b] for b in m.BUFFERS)


def _per_unit_shipped(m: pyo.ConcreteModel, data: Data, name: str) -> Figures:
    """Declare the cost a unit shipped of component `name`."""
    values: Floats = getattr(data.arcs, name)
    rate = Figures(m.ARCS, values=values)
    m.add_component(f"{name}_per_unit", rate)
    return rate


def purchase(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Price of what is bought.

    .. math:: \delta_t \sum_a price_a\, flow_a

    Unit [money]; operations.
    """
    price = _per_unit_shipped(m, data, "purchase")

    @m.Amounts(m.TIMES)
    def purchase(m, time):
        return m.discount[m.period_of[time]] * sum(price[a] * m.flow[a] for a in m.ARCS_AT[time])


def take_or_pay(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Price of the contract minimum that is not taken.

    .. math:: \delta_t \sum_c price_c\, unused_c

    Unit [money]; operations.
    """
    m.unused_price = Figures(m.OFFERS, values=data.offers.unit_cost)

    @m.Amounts(m.TIMES)
    def take_or_pay(m, time):
        return m.discount[m.period_of[time]] * sum(m.unused_price[k] * m.unused[k] for k in m.OFFERS_AT[time])


def conversion(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Making in plants, and handling in warehouses of what passes out.

    .. math:: \delta_t (\sum_r cost_r\, run_r + \sum_a cost_a\, flow_a)

    Unit [money]; operations.
    """
    handling = _per_unit_shipped(m, data, "conversion")
    m.run_cost = Figures(m.RUNS, values=data.runs.conversion)

    @m.Amounts(m.TIMES)
    def conversion(m, time):
        made = sum(m.run_cost[r] * m.run[r] for r in m.RUNS_AT[time])
        passed = sum(handling[a] * m.flow[a] for a in m.ARCS_AT[time])
        return m.discount[m.period_of[time]] * (made + passed)


def freight(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Freight of what is shipped, and of the lane minimum that is not.

    .. math:: \delta_t (\sum_a cost_a\, flow_a + \sum_n cost_n\, unused\_lane_n)

    Unit [money]; operations.
    """
    rate = _per_unit_shipped(m, data, "freight")
    m.unused_freight = Figures(m.LANE_LOADS, values=data.lane_loads.freight)

    @m.Amounts(m.TIMES)
    def freight(m, time):
        shipped = sum(rate[a] * m.flow[a] for a in m.ARCS_AT[time])
        missing = sum(m.unused_freight[n] * m.unused_lane[n] for n in m.LOADS_AT[time])
        return m.discount[m.period_of[time]] * (shipped + missing)


def handling(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Handling at gateways.

    .. math:: \delta_t \sum_a cost_a\, flow_a

    Unit [money]; operations.
    """
    rate = _per_unit_shipped(m, data, "handling")

    @m.Amounts(m.TIMES)
    def handling(m, time):
        return m.discount[m.period_of[time]] * sum(rate[a] * m.flow[a] for a in m.ARCS_AT[time])


def insurance(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Insurance on lanes that cross a border.

    .. math:: \delta_t \sum_a insurance\_rate\, value_a\, flow_a

    Unit [money]; operations.
    """
    rate = _per_unit_shipped(m, data, "insurance")

    @m.Amounts(m.TIMES)
    def insurance(m, time):
        return m.discount[m.period_of[time]] * sum(rate[a] * m.flow[a] for a in m.ARCS_AT[time])


def pipeline(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Carrying cost of goods in transit.

    .. math:: \delta_t \sum_a value_a\, carrying\_rate\, (transit_a + dwell_a)/365\; flow_a

    Unit [money]; operations.
    """
    rate = _per_unit_shipped(m, data, "pipeline")

    @m.Amounts(m.TIMES)
    def pipeline(m, time):
        return m.discount[m.period_of[time]] * sum(rate[a] * m.flow[a] for a in m.ARCS_AT[time])


def storage(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Holding and carrying cost of stock at the end of the period.

    .. math:: \delta_t \sum_k cost_k\, stock_k

    Unit [money]; operations.
    """
    m.storage_cost = Figures(m.STOCKS, values=data.stocks.storage)

    @m.Amounts(m.TIMES)
    def storage(m, time):
        return m.discount[m.period_of[time]] * sum(m.storage_cost[s] * m.stock[s] for s in m.STOCKS_AT[time])


def buffer_use(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Value of what is drawn from strategic stock.

    .. math:: \delta_t \sum_x initial\_value_x\, draw_x

    Unit [money]; operations.
    """
    m.draw_cost = Figures(m.DRAWS, values=data.buffers.draw_cost)

    @m.Amounts(m.TIMES)
    def buffer_use(m, time):
        return m.discount[m.period_of[time]] * sum(m.draw_cost[d] * m.draw[d] for d in m.DRAWS_AT[time])


def carbon(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Price of the emissions of lanes and facilities.

    .. math:: \delta_t (\sum_a cost_a\, flow_a + \sum_r cost_r\, run_r + \sum_u cost_u\, used_u)

    Unit [money]; operations.
    """
    rate = _per_unit_shipped(m, data, "carbon")
    m.run_carbon = Figures(m.RUNS, values=data.runs.carbon)
    m.use_carbon = Figures(m.USES, values=data.uses.carbon)

    @m.Amounts(m.TIMES)
    def carbon(m, time):
        shipped = sum(rate[a] * m.flow[a] for a in m.ARCS_AT[time])
        made = sum(m.run_carbon[r] * m.run[r] for r in m.RUNS_AT[time])
        metered = sum(m.use_carbon[u] * m.used[u] for u in m.USES_AT[time])
        return m.discount[m.period_of[time]] * (shipped + made + metered)


def shortage(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Cost of demand that is not met; with the profit objective the lost price is in it.

    .. math:: \delta_t \sum_d shortage\_cost_d\, short_d

    Unit [money]; operations.
    """
    m.shortage_cost = Figures(m.DEMANDS, values=data.demands.shortage_cost)

    @m.Amounts(m.TIMES)
    def shortage(m, time):
        return m.discount[m.period_of[time]] * sum(m.shortage_cost[d] * m.short[d] for d in m.SHORTS_AT[time])


DESIGN = (
    facility_fixed, facility_open, facility_close, facility_residual, qualification, supplier_fixed, lane_fixed,
    setup, regime, buffer,
)  # fmt: skip
OPERATIONS = (
    purchase, take_or_pay, conversion, freight, handling, insurance, claim, relief, pipeline, storage, buffer_use,
    carbon, shortage,
)  # fmt: skip
# a component that shares its name with a variable is an Expression of another name
EXPRESSIONS = {
    "buffer": "buffer_kept",
    "regime": "regime_used",
    "relief": "relief_given",
}


def expressions(m: pyo.ConcreteModel, parts: Sequence[Callable[..., None]]) -> list[Any]:
    """The named Expressions of some components."""
    return [m.component(EXPRESSIONS.get(part.__name__, part.__name__)) for part in parts]


def soft_policies(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Penalty of violated soft policies; stands outside the resilience weight, undiscounted.

    .. math:: \sum_v penalty_v\, violation_v

    Unit [money]; by rule.
    """
    m.rule_penalty = Figures(m.RULES, values=data.policies.rule_penalty)

    @m.Amounts(m.SOFT_RULES)
    def soft_policies(m, rule):
        return m.rule_penalty[rule] * m.violation[rule]


def objective(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Minimise design cost, expected operating cost, the resilience penalty and that of violated policies.

    .. math:: \sum_t design_t + (1 - \lambda) \sum_w prob_w\, operations_w + penalties + \sum_v penalty_v\, violation_v

    Unit [money].
    """
    design, operations = (expressions(m, parts) for parts in (DESIGN, OPERATIONS))

    # the tail takes its part of the mean: weight x (CVaR - mean)
    m.mean_weight = Figures(m.TIMES, values=data.periods.time_weight * (1 - data.tails.weight.sum()))

    def total(m: pyo.ConcreteModel) -> Any:
        fixed = sum(sum(part[t] for t in m.PERIODS) for part in design)
        running = sum(sum(m.mean_weight[w] * part[w] for w in m.TIMES) for part in operations)
        charged = sum(m.mean_weight[w] * m.charge[p, w] for p in m.PROGRAMMES for w in m.TIMES)
        tail = sum(m.tail_penalty[z] for z in m.THRESHOLDS)
        exposed = sum(m.time_weight[w] * m.exposure[w] for w in m.TIMES)
        concentrated = sum(m.concentration[k] for k in m.SPREADS)
        bent = sum(m.soft_policies[v] for v in m.SOFT_RULES)
        return fixed + running + charged + tail + exposed + concentrated + bent

    m.objective = Total(total, doc="expected landed cost and penalty [money]")
