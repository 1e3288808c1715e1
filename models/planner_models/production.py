"""Production: recipes, what goes in, what comes out, limits, set-ups."""

from __future__ import annotations

import pyomo.environ as pyo

from planner_models.data import Data
from planner_models.templates import Figures


def recipe_balance(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Feed each component in the quantity of the bill of materials.

    .. math:: \sum_{f \in F_n} feed_f = quantity_n\, run_{r(n)}

    Row [units of the component/period]; dual [money/unit]: marginal cost of the component at the plant.
    Source: own formulation.
    """
    m.need_quantity = Figures(m.NEEDS, values=data.needs.quantity)

    @m.Rows(m.NEEDS)
    def recipe_balance(m, need):
        return sum(m.feed[f] for f in m.FEEDS_FOR[need]) == m.need_quantity[need] * m.run[m.run_of[need]]


def input_balance(m: pyo.ConcreteModel, data: Data) -> None:
    r"""What arrives at a plant is fed or kept.

    .. math:: \sum_{a \in A^{in}_k} flow_a + stock_{k,t-1} + initial_k + draw_k - lost_k
              = \sum_{f \in F_k} feed_f + stock_{k,t}

    Row [units/period]; dual [money/unit]: marginal landed cost of the good at the plant.
    Source: own formulation.
    """
    m.initial = Figures(
        m.PLACES, values=data.places.initial, doc="stock at the start of the first period [units]"
    )

    @m.Rows(m.INPUTS)
    def input_balance(m, place):
        arrived = sum(m.flow[a] for a in m.ARCS_TO[place])
        before = m.initial[place] + sum(m.stock[s] for s in m.STOCK_BEFORE[place])
        drawn = sum(m.draw[d] for d in m.DRAWS_INTO[place])
        lost = sum(m.lost[x] for x in m.LOSSES_FROM[place])
        fed = sum(m.feed[f] for f in m.FEEDS_FROM[place])
        return arrived + before + drawn - lost == fed + sum(m.stock[s] for s in m.STOCK_AFTER[place])


def output_balance(m: pyo.ConcreteModel, data: Data) -> None:
    r"""What a plant makes is shipped, fed to its own runs or kept.

    .. math:: \sum_{r \in R_k} run_r + stock_{k,t-1} + initial_k + draw_k - lost_k
              = \sum_{a \in A^{out}_k} flow_a + \sum_{f \in F_k} feed_f + stock_{k,t}

    Row [units/period]; dual [money/unit]: marginal cost of the good made. Source: own formulation.
    """
    del data

    @m.Rows(m.OUTPUTS)
    def output_balance(m, place):
        made = sum(m.run[r] for r in m.RUNS_INTO[place])
        before = m.initial[place] + sum(m.stock[s] for s in m.STOCK_BEFORE[place])
        drawn = sum(m.draw[d] for d in m.DRAWS_INTO[place])
        lost = sum(m.lost[x] for x in m.LOSSES_FROM[place])
        gone = sum(m.flow[a] for a in m.ARCS_OUT[place]) + sum(m.feed[f] for f in m.FEEDS_FROM[place])
        return made + before + drawn - lost == gone + sum(m.stock[s] for s in m.STOCK_AFTER[place])


def production_limit(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Keep a recipe at a plant, or an item through a warehouse, within its max_quantity.

    .. math:: \sum_{r \in R_q} run_r + \sum_{a \in A_q} flow_a \le max\_quantity_q

    Row [units/period]; dual [money/unit]: worth of one more unit. Source: own formulation.
    """
    m.max_quantity = Figures(m.PRODUCTION_LIMITS, values=data.production_limits.quantity)

    @m.Rows(m.PRODUCTION_LIMITS)
    def production_limit(m, limit):
        made = sum(m.run[r] for r in m.RUNS_LIMITED[limit])
        return made + sum(m.flow[a] for a in m.ARCS_LIMITED[limit]) <= m.max_quantity[limit]


def set_up_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""A recipe that costs a set-up runs only when set up.

    .. math:: run_r \le upper_r\, set\_up_{s(r)}

    Row [units/period]; dual [money/unit]: the set-up borne by a unit. Source: own formulation.
    """
    m.run_upper = Figures(m.RUNS, values=data.runs.upper)

    @m.Rows(m.RUNS_SET_UP)
    def set_up_link(m, run):
        return m.run[run] <= m.run_upper[run] * m.set_up[m.set_up_of[run]]
