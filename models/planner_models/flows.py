"""Flows: demand, warehouses, lanes, gateways, single sourcing."""

from __future__ import annotations

import pyomo.environ as pyo

from planner_models.data import Data
from planner_models.templates import Figures


def demand_balance(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Require each market's demand to arrive or to be counted as shortage.

    .. math:: \sum_{a \in A_d} flow_a + short_d = quantity_d

    Row [units/period]; dual [money/unit]: the marginal landed cost of one more unit.
    Source: own formulation.
    """
    m.quantity = Figures(m.DEMANDS, values=data.demands.quantity)

    @m.Rows(m.DEMANDS)
    def demand_balance(m, demand):
        unmet = sum(m.short[d] for d in m.SHORT_AT[demand])
        return sum(m.flow[a] for a in m.ARCS_INTO[demand]) + unmet == m.quantity[demand]


def warehouse_balance(m: pyo.ConcreteModel, data: Data) -> None:
    r"""What arrives at a warehouse passes on or is kept.

    .. math:: \sum_{a \in A^{in}_k} flow_a + stock_{k,t-1} + initial_k + draw_k - lost_k
              = \sum_{a \in A^{out}_k} flow_a + stock_{k,t}

    Row [units/period]; dual [money/unit]: marginal landed cost of the good at the warehouse.
    Source: own formulation.
    """
    del data

    @m.Rows(m.WAREHOUSED)
    def warehouse_balance(m, place):
        arrived = sum(m.flow[a] for a in m.ARCS_TO[place])
        before = m.initial[place] + sum(m.stock[s] for s in m.STOCK_BEFORE[place])
        drawn = sum(m.draw[d] for d in m.DRAWS_INTO[place])
        lost = sum(m.lost[x] for x in m.LOSSES_FROM[place])
        gone = sum(m.flow[a] for a in m.ARCS_OUT[place])
        return arrived + before + drawn - lost == gone + sum(m.stock[s] for s in m.STOCK_AFTER[place])


def lane_capacity(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Keep what a lane carries within its capacity, joint over items.

    .. math:: \sum_{a \in A_n} weight_a\, flow_a \le capacity_n

    Row [per/period]; dual [money/per]: worth of one more unit of capacity. Source: own formulation.
    """
    m.lane_weight = Figures(m.ARCS, values=data.arcs.lane_weight)
    m.load_capacity = Figures(m.LANE_LOADS, values=data.lane_loads.capacity)

    @m.Rows(m.CAPPED_LOADS)
    def lane_capacity(m, load):
        return sum(m.lane_weight[a] * m.flow[a] for a in m.ARCS_ON_LOAD[load]) <= m.load_capacity[load]


def lane_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""A lane with a fixed cost or minimum carries only when used, within its capacity.

    .. math:: \sum_{a \in A_n} weight_a\, flow_a \le capacity_n\, use\_lane_n

    Row [per/period]; dual [money/per]: worth of one more unit of capacity. Source: own formulation.
    """
    del data

    @m.Rows(m.USED_LOADS)
    def lane_link(m, load):
        carried = sum(m.lane_weight[a] * m.flow[a] for a in m.ARCS_ON_LOAD[load])
        return carried <= m.load_capacity[load] * m.use_lane[m.use_of_load[load]]


def lane_link_of_weightless(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Nothing goes on an unused lane, though it weighs nothing and so loads no capacity.

    .. math:: flow_a \le upper_a\, use\_lane_{n(a)}

    Row [units/period]; dual [money/unit]: the fixed cost borne by a unit. Source: own formulation.
    """
    m.flow_upper = Figures(m.ARCS, values=data.arcs.upper)

    @m.Rows(m.WEIGHTLESS_ARCS)
    def lane_link_of_weightless(m, arc):
        return m.flow[arc] <= m.flow_upper[arc] * m.use_lane[m.use_of_load[m.load_of_arc[arc]]]


def lane_minimum(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Ship, or pay the freight of, the minimum of a used lane.

    .. math:: \sum_{a \in A_n} weight_a\, flow_a + unused\_lane_n \ge minimum_n\, use\_lane_n

    Row [per/period]; dual [money/per]: cost of one more unit committed. Source: own formulation.
    """
    m.load_minimum = Figures(m.LANE_LOADS, values=data.lane_loads.minimum)

    @m.Rows(m.MINIMUM_LOADS)
    def lane_minimum(m, load):
        carried = sum(m.lane_weight[a] * m.flow[a] for a in m.ARCS_ON_LOAD[load])
        return carried + m.unused_lane[load] >= m.load_minimum[load] * m.use_lane[m.use_of_load[load]]


def gateway_capacity(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Keep what passes a port, crossing or canal within its capacity, joint over lanes.

    .. math:: \sum_{p \in P_g} weight_p\, flow_{a(p)} \le capacity_g

    Row [per/period]; dual [money/per]: worth of one more unit of capacity. Source: own formulation.
    """
    m.passage_weight = Figures(m.PASSAGES, values=data.gateway_loads.passage_weight)
    m.gateway_limit = Figures(m.GATEWAY_LOADS, values=data.gateway_loads.capacity)

    @m.Rows(m.GATEWAY_LOADS)
    def gateway_capacity(m, load):
        passing = sum(m.passage_weight[p] * m.flow[m.passage_arc[p]] for p in m.PASSAGES_OF[load])
        return passing <= m.gateway_limit[load]


def single_source(m: pyo.ConcreteModel, data: Data) -> None:
    r"""The assigned lane carries all of a single-sourced demand that must be met.

    .. math:: \sum_{a \in A_{n,d}} flow_a = quantity_d\, assign_{n,d}

    Row [units/period]; dual [money/unit]: cost of the lane to the demand. Source: own formulation.
    """
    del data

    @m.Rows(m.HARD_SINGLE_SOURCES)
    def single_source(m, source):
        carried = sum(m.flow[a] for a in m.ARCS_SINGLE[source])
        return carried == m.quantity[m.single_demand[source]] * m.assign[m.single_assign[source]]


def single_source_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Only the assigned lane carries a single-sourced demand that may go short.

    .. math:: \sum_{a \in A_{n,d}} flow_a \le quantity_d\, assign_{n,d}

    Row [units/period]; dual [money/unit]: worth of a second lane. Source: own formulation.
    """
    del data

    @m.Rows(m.SOFT_SINGLE_SOURCES)
    def single_source_link(m, source):
        carried = sum(m.flow[a] for a in m.ARCS_SINGLE[source])
        return carried <= m.quantity[m.single_demand[source]] * m.assign[m.single_assign[source]]


def one_lane(m: pyo.ConcreteModel, data: Data) -> None:
    r"""One lane serves a single-sourced demand in a period.

    .. math:: \sum_{n \in N_d} assign_{n,d} \le 1

    Row [lanes]; dual [money]: worth of a second lane. Source: own formulation.
    """
    del data

    @m.Rows(m.SOURCED)
    def one_lane(m, sourced):
        return sum(m.assign[e] for e in m.ASSIGNS_OF[sourced]) <= 1
