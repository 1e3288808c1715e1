"""Resilience: service levels, and the penalty of costly scenarios, of risky countries and of concentration."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from planner_models.costs import OPERATIONS, expressions
from planner_models.data import Data
from planner_models.templates import Columns, Figures, Groups, positions

TANGENTS = np.arange(1, 11) / 10  # where the square of a share is touched from below


def resilience_sets(m: pyo.ConcreteModel, data: Data) -> None:
    """Index sets and groups of the families below."""
    services, tails, exposures, spreads = data.services, data.tails, data.exposures, data.spreads
    times = (len(data.periods.time_period),)
    m.SERVICES = positions(len(services.quantity))
    m.SERVED = positions(len(services.served_demand))
    m.SERVED_IN = Groups.by([m.SERVICES], [services.served_service], (len(services.quantity),))
    m.served_demand = Figures(m.SERVED, values=services.served_demand)
    m.TAILS = positions(len(tails.scenario))
    m.THRESHOLDS = positions(len(tails.weight))
    m.LIVED = positions(len(tails.lived_time))
    m.LIVED_IN = Groups.by([m.TAILS], [tails.lived_tail], (len(tails.scenario),))
    m.lived_time = Figures(m.LIVED, values=tails.lived_time)
    m.EXPOSED_ARCS = positions(len(exposures.arc))
    m.EXPOSED_RUNS = positions(len(exposures.run))
    m.exposed_arc = Figures(m.EXPOSED_ARCS, values=exposures.arc)
    m.exposed_run = Figures(m.EXPOSED_RUNS, values=exposures.run)
    m.EXPOSED_ARCS_AT = Groups.by([m.TIMES], [data.arcs.time[exposures.arc]], times)
    m.EXPOSED_RUNS_AT = Groups.by([m.TIMES], [data.runs.time[exposures.run]], times)
    m.SPREADS = positions(len(spreads.volume))
    m.TANGENTS = positions(len(TANGENTS))
    m.SPREAD_ARCS = positions(len(spreads.arc))
    m.SPREAD_RUNS = positions(len(spreads.run))
    m.spread_arc = Figures(m.SPREAD_ARCS, values=spreads.arc)
    m.spread_run = Figures(m.SPREAD_RUNS, values=spreads.run)
    m.SPREAD_ARCS_OF = Groups.by([m.SPREADS], [spreads.arc_spread], (len(spreads.volume),))
    m.SPREAD_RUNS_OF = Groups.by([m.SPREADS], [spreads.run_spread], (len(spreads.volume),))


def resilience_variables(m: pyo.ConcreteModel, data: Data) -> None:
    """The threshold of CVaR and what scenarios cost above it, and squares of shares."""
    tails = data.tails
    m.threshold = Columns(
        m.THRESHOLDS,
        domain=pyo.Reals,
        lower=tails.threshold_lower,
        upper=tails.threshold_upper,
        doc="cost from which a scenario belongs to the tail [money]",
    )
    m.excess = Columns(
        m.TAILS,
        domain=pyo.NonNegativeReals,
        lower=0,
        upper=tails.upper,
        doc="operating cost of a scenario above the threshold [money]",
    )
    m.share_of = Columns(
        m.SPREADS,
        domain=pyo.NonNegativeReals,
        lower=0,
        upper=data.spreads.upper,
        doc="share of a source in the reference volume [1]",
    )
    m.square = Columns(
        m.SPREADS,
        domain=pyo.NonNegativeReals,
        lower=0,
        upper=np.maximum(data.spreads.upper, 2 * data.spreads.upper - 1),
        doc="square of the share of a source in the reference volume, from below [1]",
    )


def service(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Meet a share of the demand for an item in a scenario, over all markets from its first event on.

    .. math:: \sum_{d \in D_{s,i}} short_d \le (1 - min\_service_s) \sum_{d \in D_{s,i}} quantity_d

    Row [units]; dual [money/unit]: worth of one more unit that may be short. Source: own formulation.
    """
    m.may_be_short = Figures(m.SERVICES, values=data.services.quantity)

    @m.Rows(m.SERVICES)
    def service(m, service):
        return sum(m.short[m.served_demand[k]] for k in m.SERVED_IN[service]) <= m.may_be_short[service]


def tail(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Count what a scenario costs above the threshold.

    .. math:: excess_s \ge Q_s - threshold, \quad Q_s = \sum_{w \in W_s} operations_w

    Row [money]; dual [1]: the share of the tail in the scenario. Source: Rockafellar and Uryasev 2000.
    """
    del data
    operations = expressions(m, OPERATIONS)

    @m.Rows(m.TAILS)
    def tail(m, tail):
        paid = sum(sum(part[m.lived_time[k]] for k in m.LIVED_IN[tail]) for part in operations)
        charged = sum(m.charge[p, m.lived_time[k]] for k in m.LIVED_IN[tail] for p in m.PROGRAMMES)
        return m.excess[tail] + sum(m.threshold[z] for z in m.THRESHOLDS) >= paid + charged


def source_share(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Take the share of a source, or country, in the reference volume of an item.

    .. math:: volume_k\, share_k = \sum_{a \in A_k} flow_a + \sum_{r \in R_k} run_r

    Row [units]; dual [money/unit]: price of relying on the source for one more unit. Source: own.
    """
    m.spread_volume = Figures(m.SPREADS, values=data.spreads.volume)

    @m.Rows(m.SPREADS)
    def source_share(m, spread):
        bought = sum(m.flow[m.spread_arc[k]] for k in m.SPREAD_ARCS_OF[spread])
        made = sum(m.run[m.spread_run[k]] for k in m.SPREAD_RUNS_OF[spread])
        return bought + made == m.spread_volume[spread] * m.share_of[spread]


def tangent(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Hold the square of a share above its tangents at 0.1, 0.2 ... 1; that at 0 is its bound.

    .. math:: square_k \ge 2 x_j\, share_k - x_j^2

    Row [1]; dual [money]: the part of this tangent in the price of concentration. Source: own formulation.
    """
    del data
    m.touch = Figures(m.TANGENTS, values=TANGENTS)

    @m.Rows(m.SPREADS, m.TANGENTS)
    def tangent(m, spread, tangent):
        x = m.touch[tangent]
        return m.square[spread] >= 2 * x * m.share_of[spread] - x * x


def tail_penalty(m: pyo.ConcreteModel, data: Data) -> None:
    r"""CVaR of operating cost above the threshold; its mean is taken off the mean of the objective.

    .. math:: \lambda (threshold + \sum_s \frac{prob_s}{1 - \alpha} excess_s)

    Unit [money]; one figure.
    """
    m.tail_weight = Figures(m.THRESHOLDS, values=data.tails.weight)
    m.tail_share = Figures(m.TAILS, values=data.tails.share)

    @m.Amounts(m.THRESHOLDS)
    def tail_penalty(m, one):
        return m.tail_weight[one] * (m.threshold[one] + sum(m.tail_share[s] * m.excess[s] for s in m.TAILS))


def exposure(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Purchase and conversion by the risk of the country where they are paid.

    .. math:: \delta_t (\sum_a exposed_a\, flow_a + \sum_r exposed_r\, run_r)

    Unit [money]; by time.
    """
    m.arc_exposure = Figures(m.EXPOSED_ARCS, values=data.exposures.arc_cost)
    m.run_exposure = Figures(m.EXPOSED_RUNS, values=data.exposures.run_cost)

    @m.Amounts(m.TIMES)
    def exposure(m, time):
        bought = sum(m.arc_exposure[k] * m.flow[m.exposed_arc[k]] for k in m.EXPOSED_ARCS_AT[time])
        made = sum(m.run_exposure[k] * m.run[m.exposed_run[k]] for k in m.EXPOSED_RUNS_AT[time])
        return m.discount[m.period_of[time]] * (bought + made)


def concentration(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Price of relying on few sources: the reference spend on an item, by the squares of their shares.

    .. math:: \sum_k cost_k\, square_k

    Unit [money]; by spread, undiscounted.
    """
    m.spread_cost = Figures(m.SPREADS, values=data.spreads.cost)

    @m.Amounts(m.SPREADS)
    def concentration(m, spread):
        return m.spread_cost[spread] * m.square[spread]


PENALTIES = (tail_penalty, exposure, concentration)
