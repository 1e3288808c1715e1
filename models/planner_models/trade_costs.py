"""What trade costs: duties and fees, claims, duty regimes and what they give back. As in `costs`."""

from __future__ import annotations

import pyomo.environ as pyo

from planner_models.data import Data
from planner_models.templates import Figures


def charge(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Duties and fees by programme: the ledger's `duty:<programme>` and `fee:<fee>`.

    .. math:: \delta_t (\sum_{h \in H_{p,w}} amount_h\, flow_{a(h)} + \sum_{o \in O_{p,w}} amount_o\, over_o)

    Unit [money]; operations. How the amount is found: model.md "Duty on one unit".
    """
    del data

    @m.Amounts(m.PROGRAMMES, m.TIMES)
    def charge(m, programme, time):
        paid = sum(m.charge_amount[h] * m.flow[m.charged_arc[h]] for h in m.CHARGES_OF[programme, time])
        above = sum(m.over_amount[o] * m.over[o] for o in m.OVERS_OF[programme, time])
        return m.discount[m.period_of[time]] * (paid + above)


def claim(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Cost of claiming preference.

    .. math:: \delta_t \sum_a claim\_cost_a\, flow_a

    Unit [money]; operations.
    """
    m.claim_cost = Figures(m.ARCS, values=data.arcs.claim)

    @m.Amounts(m.TIMES)
    def claim(m, time):
        return m.discount[m.period_of[time]] * sum(m.claim_cost[a] * m.flow[a] for a in m.ARCS_AT[time])


def regime(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Fixed cost of duty regimes in use.

    .. math:: \delta_t \sum_g fixed\_cost_g\, regime_g

    Unit [money]; design. The Expression is called regime_used, since the variable is `regime`.
    """
    m.regime_fixed_cost = Figures(m.REGIMES, values=data.regimes.fixed_cost)

    @m.Amounts(m.PERIODS)
    def regime_used(m, period):
        return m.discount[period] * sum(m.regime_fixed_cost[g] * m.regime[g] for g in m.REGIMES_IN[period])


def relief(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Duty on inputs that regimes give back, negative.

    .. math:: -\delta_t \sum_e relief_e

    Unit [money]; operations. The Expression is called relief_given, since the variable is `relief`.
    """
    del data

    @m.Amounts(m.TIMES)
    def relief_given(m, time):
        return -m.discount[m.period_of[time]] * sum(m.relief[e] for e in m.RELIEFS_AT[time])
