"""Inventory: stock limits, stock lost where a location is not usable, and draws from strategic stock."""

from __future__ import annotations

import pyomo.environ as pyo

from planner_models.data import Data
from planner_models.templates import Figures


def stock_limit(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Keep stock of an item within its limit.

    .. math:: \sum_{k \in K_j} stock_k \le limit_j

    Row [units]; dual [money/unit]: worth of room for one more unit. Source: own formulation.
    """
    m.stock_upper = Figures(m.STOCK_LIMITS, values=data.stocks.limit_quantity)

    @m.Rows(m.FREE_STOCK_LIMITS)
    def stock_limit(m, limit):
        return sum(m.stock[s] for s in m.STOCKS_LIMITED[limit]) <= m.stock_upper[limit]


def stock_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Keep stock of an item within its limit, and only where the facility is usable.

    .. math:: \sum_{k \in K_j} stock_k \le limit_j \sum_{o \in O_f} usable_{o,t}

    Row [units]; dual [money/unit]: worth of room for one more unit. Source: own formulation.
    """
    del data

    @m.Rows(m.FACILITY_STOCK_LIMITS)
    def stock_link(m, limit):
        period, facility = m.period_of[m.limit_time[limit]], m.limit_facility[limit]
        kept = sum(m.stock[s] for s in m.STOCKS_LIMITED[limit])
        return kept <= m.stock_upper[limit] * sum(m.usable[o, period] for o in m.OPTIONS_OF[facility])


def stock_loss(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Lose no more than was there before.

    .. math:: lost_k \le stock_{k,t-1} + initial_k

    Row [units]; dual [money/unit]: none of use. Source: own formulation, instance format `facilities.csv`.
    """
    del data

    @m.Rows(m.LOSSES)
    def stock_loss(m, loss):
        place = m.loss_place[loss]
        return m.lost[loss] <= m.initial[place] + sum(m.stock[s] for s in m.STOCK_BEFORE[place])


def loss_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Lose stock only where the facility is not usable.

    .. math:: lost_k \le upper_k (1 - \sum_{o \in O_f} usable_{o,t})

    Row [units]; dual [money/unit]: worth of throwing stock away. Source: own, instance format `facilities.csv`.
    """
    m.loss_upper = Figures(m.LOSSES, values=data.stocks.loss_upper)

    @m.Rows(m.LOSSES)
    def loss_link(m, loss):
        period, facility = m.period_of[m.loss_time[loss]], m.loss_facility[loss]
        usable = sum(m.usable[o, period] for o in m.OPTIONS_OF[facility])
        return m.lost[loss] <= m.loss_upper[loss] * (1 - usable)


def buffer_limit(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Draw no more from strategic stock, over the horizon of a scenario, than is kept.

    .. math:: \sum_{x \in X_{b,s}} draw_x \le buffer_b

    Row [units]; dual [money/unit]: worth of one more unit in the scenario. Source: own formulation.
    """
    del data

    @m.Rows(m.BUFFER_USES)
    def buffer_limit(m, use):
        return sum(m.draw[d] for d in m.DRAWS_OF[use]) <= m.buffer[m.buffer_used[use]]


def draw_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Draw from strategic stock only where the facility that keeps it is usable.

    .. math:: draw_x \le upper_x \sum_{o \in O_f} usable_{o,t}

    Row [units]; dual [money/unit]: none of use. Source: own formulation.
    """
    m.draw_upper = Figures(m.DRAWS, values=data.buffers.draw_upper)

    @m.Rows(m.FACILITY_DRAWS)
    def draw_link(m, draw):
        period, facility = m.period_of[m.draw_time[draw]], m.draw_facility[draw]
        return m.draw[draw] <= m.draw_upper[draw] * sum(m.usable[o, period] for o in m.OPTIONS_OF[facility])
