"""Trade: rules of origin, duty regimes, tariff-rate quotas."""

from __future__ import annotations

import pyomo.environ as pyo

from planner_models.data import Data
from planner_models.templates import Figures


def regional_value(m: pyo.ConcreteModel, data: Data) -> None:
    r"""A run that qualifies by regional value content keeps its non-originating feed within what that leaves.

    .. math:: \sum_{f \in F_c} value_f\, feed_f \le (1 - rvc_c)\, value_r\, run_r

    The value of the run is its customs value or its net cost, by method. Row [money/period]; dual [money/money]:
    worth of one more unit of money of non-originating feed. Source: own formulation; USMCA art. 4.5.
    """
    m.allowance = Figures(m.CRITERIA, values=data.criteria.allowance)
    m.content_value = Figures(m.CONTENTS, values=data.criteria.content_value)

    @m.Rows(m.CONTENT_CRITERIA)
    def regional_value(m, criterion):
        foreign = sum(m.content_value[c] * m.feed[m.content_feed[c]] for c in m.CONTENTS_OF[criterion])
        return foreign <= m.allowance[criterion] * m.run[m.run_tested[criterion]]


def tariff_shift(m: pyo.ConcreteModel, data: Data) -> None:
    r"""A run that qualifies by a change of classification keeps what did not change within de minimis.

    .. math:: \sum_{f \in F_c} value_f\, feed_f \le de\_minimis_c\, value_r\, run_r

    Row [money/period]; dual [money/money]: worth of one more unit of money of feed that did not shift.
    Source: own formulation; USMCA art. 4.12.
    """
    del data

    @m.Rows(m.SHIFT_CRITERIA)
    def tariff_shift(m, criterion):
        unshifted = sum(m.content_value[c] * m.feed[m.content_feed[c]] for c in m.CONTENTS_OF[criterion])
        return unshifted <= m.allowance[criterion] * m.run[m.run_tested[criterion]]


def relief_of_input(m: pyo.ConcreteModel, data: Data) -> None:
    r"""A regime gives back at most its share of the duty on what went into the good.

    .. math:: relief_e \le rate_e \sum_{f \in F_e} duty_f\, feed_f

    Row [money/period]; dual [money/money]: worth of one more unit of money of covered duty.
    Source: own formulation.
    """
    m.relief_rate = Figures(m.RELIEFS, values=data.reliefs.rate)
    m.covered_duty = Figures(m.COVERED, values=data.reliefs.covered_duty)

    @m.Rows(m.RELIEFS)
    def relief_of_input(m, relief):
        duty = sum(m.covered_duty[c] * m.feed[m.covered_feed[c]] for c in m.COVERED_BY[relief])
        return m.relief[relief] <= m.relief_rate[relief] * duty


def relief_of_whole(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Several regimes together give back at most the whole duty on what went into the good.

    .. math:: \sum_{e \in E_g} relief_e \le \sum_{f \in F_g} duty_f\, feed_f

    Row [money/period]; dual [money/money]: worth of one more unit of money of duty.
    Source: own formulation.
    """
    m.entered_duty = Figures(m.ENTERED, values=data.reliefs.entered_duty)

    @m.Rows(m.RELIEVED_TWICE)
    def relief_of_whole(m, relieved):
        duty = sum(m.entered_duty[e] * m.feed[m.entered_feed[e]] for e in m.ENTERED_FOR[relieved])
        return sum(m.relief[r] for r in m.RELIEFS_OF[relieved]) <= duty


def relief_of_output(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Inside an agreement a regime gives back at most the duty that the good itself pays where it goes.

    .. math:: \sum_{e \in E_g} relief_e \le \sum_{h \in H_g} amount_h\, flow_{a(h)} + \sum_{o \in O_g} amount_o\, over_o

    Row [money/period]; dual [money/money]: worth of one more unit of money of duty paid at the destination.
    Source: own formulation; USMCA art. 2.5.
    """
    m.charge_amount = Figures(m.CHARGES, values=data.charges.amount)
    m.over_amount = Figures(m.OVERS, values=data.quotas.over_amount)

    @m.Rows(m.LESSER_OF_TWO)
    def relief_of_output(m, relieved):
        given = sum(m.relief[r] for r in m.LIMITED_RELIEFS_OF[relieved])
        paid = sum(m.charge_amount[h] * m.flow[m.charged_arc[h]] for h in m.DUTIES_OF_RELIEVED[relieved])
        above = sum(m.over_amount[o] * m.over[o] for o in m.OVERS_OF_RELIEVED[relieved])
        return given <= paid + above


def relief_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""A regime with a fixed cost gives back only when used.

    .. math:: relief_e \le upper_e\, regime_{g(e)}

    Row [money/period]; dual [money/money]: the fixed cost borne by a unit of relief.
    Source: own formulation.
    """
    m.relief_upper = Figures(m.RELIEFS, values=data.reliefs.upper)

    @m.Rows(m.PAID_RELIEFS)
    def relief_link(m, relief):
        return m.relief[relief] <= m.relief_upper[relief] * m.regime[m.regime_of_relief[relief]]


def reduced_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Goods enter at the lower rate of a regime with a fixed cost only when it is used.

    .. math:: flow_a \le upper_a\, regime_{g(a)}

    Row [units/period]; dual [money/unit]: the fixed cost borne by a unit. Source: own formulation.
    """
    del data

    @m.Rows(m.REDUCED_ARCS)
    def reduced_link(m, arc):
        return m.flow[arc] <= m.flow_upper[arc] * m.regime[m.regime_of_arc[arc]]


def tariff_quota(m: pyo.ConcreteModel, data: Data) -> None:
    r"""What enters under a tariff row beyond its quota is counted as above it.

    .. math:: \sum_{o \in O_q} flow_{a(o)} \le quota_q + \sum_{o \in O_q} over_o

    Row [units/period]; dual [money/unit]: worth of one more unit of quota. Source: own formulation.
    """
    m.quota = Figures(m.QUOTAS, values=data.quotas.quantity)

    @m.Rows(m.QUOTAS)
    def tariff_quota(m, quota):
        entered = sum(m.flow[m.over_arc[o]] for o in m.OVERS_UNDER[quota])
        return entered <= m.quota[quota] + sum(m.over[o] for o in m.OVERS_UNDER[quota])


def over_entered(m: pyo.ConcreteModel, data: Data) -> None:
    r"""No more of an arc enters above the quota than enters at all.

    .. math:: over_o \le flow_{a(o)}

    Row [units/period]; dual [money/unit]: what a unit above the quota would save elsewhere.
    Source: own formulation.
    """
    del data

    @m.Rows(m.OVERS)
    def over_entered(m, over):
        return m.over[over] <= m.flow[m.over_arc[over]]
