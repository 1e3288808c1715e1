"""Policies: rules that the plan must obey, one family a measure; a soft one is bent at a price a unit.

Each row says `sense (sum of who - share x sum of whole) <= sense x limit + violation`; sense is 1 for a maximum
and -1 for a minimum. Dual of a row [money a unit of its right-hand side]: the change of the objective per unit by
which that side is raised, so never above 0. The `dual` of policies.csv is per unit by which the user's own limit is
raised: sense x dual for an amount, sense x sum of whole x dual for a share, -demand x dual for a fill rate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from planner_models.data import Data, Terms
from planner_models.templates import Figures, Groups, positions, subset

TERMS = (
    "flow", "run", "unused", "short", "use", "opening", "open", "qualify", "count",
    "whole_flow", "whole_run", "whole_unused",
)  # fmt: skip


def policy_terms(m: pyo.ConcreteModel, data: Data) -> None:
    """Declare what the policy rows sum over: for each kind of member its terms by row, and their weights."""
    policies = data.policies
    m.sense = Figures(m.POLICY_ROWS, values=policies.sense)
    m.limit = Figures(m.POLICY_ROWS, values=policies.limit)
    m.share = Figures(m.POLICY_ROWS, values=policies.share)
    measure = np.asarray(policies.measure, dtype=object)
    for name in sorted(MEASURES):
        m.add_component(f"ROWS_OF_{name}", subset(measure == name))
    for kind in TERMS:
        terms: Terms = getattr(policies, kind)
        m.add_component(f"{kind}_terms", positions(len(terms.row)))
        index = m.component(f"{kind}_terms")
        groups = Groups.by([m.POLICY_ROWS], [terms.row], (len(policies.rule),))
        m.add_component(f"{kind}_terms_of", groups)
        m.add_component(f"{kind}_member", Figures(index, values=terms.member))
        m.add_component(f"{kind}_weight", Figures(index, values=terms.weight))
    periods = len(data.periods.name)
    m.opening_option = Figures(m.opening_terms, values=policies.opening.member // periods)
    m.opening_period = Figures(m.opening_terms, values=policies.opening.member % periods)


def _openings(m: Any, row: Any) -> Any:
    return sum(
        m.opening_weight[k] * m.opening[m.opening_option[k], m.opening_period[k]]
        for k in m.opening_terms_of[row]
    )


def _bent(m: Any, row: Any) -> Any:
    """Sense x limit + violation: the right-hand side of every policy row."""
    return m.sense[row] * m.limit[row] + sum(m.violation[v] for v in m.VIOLATION_OF[row])


def _flows(m: Any, row: Any) -> Any:
    return sum(m.flow_weight[k] * m.flow[m.flow_member[k]] for k in m.flow_terms_of[row])


def _runs(m: Any, row: Any) -> Any:
    return sum(m.run_weight[k] * m.run[m.run_member[k]] for k in m.run_terms_of[row])


def _whole_flows(m: Any, row: Any) -> Any:
    return sum(m.whole_flow_weight[k] * m.flow[m.whole_flow_member[k]] for k in m.whole_flow_terms_of[row])


def _whole_runs(m: Any, row: Any) -> Any:
    return sum(m.whole_run_weight[k] * m.run[m.whole_run_member[k]] for k in m.whole_run_terms_of[row])


def policy_volume(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Limit the units that suppliers ship, plants make, warehouses pass out or markets receive.

    .. math:: s_y (\sum_{a \in A_y} flow_a + \sum_{r \in R_y} run_r) \le s_y\, limit_y + violation_y

    Row [units]; dual [money/unit]. Source: own formulation.
    """
    del data

    @m.Rows(m.ROWS_OF_volume)
    def policy_volume(m, row):
        return m.sense[row] * (_flows(m, row) + _runs(m, row)) <= _bent(m, row)


def policy_volume_share(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Limit the share of a volume in another.

    .. math:: s_y (\sum_{who} volume - share_y \sum_{of} volume) \le violation_y

    Row [units]; dual [money/unit]. Source: own formulation.
    """
    del data

    @m.Rows(m.ROWS_OF_volume_share)
    def policy_volume_share(m, row):
        whole = _whole_flows(m, row) + _whole_runs(m, row)
        return m.sense[row] * (_flows(m, row) + _runs(m, row) - m.share[row] * whole) <= _bent(m, row)


def policy_supplier_share(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Limit the share of any one supplier in the purchased volume of an item; a row per supplier and item.

    .. math:: \sum_{a \in A_{l,i}} flow_a - share_y \sum_{a \in A_i} flow_a \le violation_y

    Row [units]; dual [money/unit]. Source: own formulation.
    """
    del data

    @m.Rows(m.ROWS_OF_supplier_share)
    def policy_supplier_share(m, row):
        return m.sense[row] * (_flows(m, row) - m.share[row] * _whole_flows(m, row)) <= _bent(m, row)


def policy_spend(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Limit the money spent with suppliers (take-or-pay included) and on conversion in plants.

    .. math:: s_y (\sum price_a\, flow_a + \sum price_c\, unused_c + \sum cost_r\, run_r)
              \le s_y\, limit_y + violation_y

    Row [money]; dual [money/money]. Source: own formulation.
    """
    del data

    @m.Rows(m.ROWS_OF_spend)
    def policy_spend(m, row):
        paid = sum(m.unused_weight[k] * m.unused[m.unused_member[k]] for k in m.unused_terms_of[row])
        return m.sense[row] * (_flows(m, row) + _runs(m, row) + paid) <= _bent(m, row)


def policy_spend_share(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Limit the share of one spend in another.

    .. math:: s_y (\sum_{who} spend - share_y \sum_{of} spend) \le violation_y

    Row [money]; dual [money/money]. Source: own formulation.
    """
    del data

    @m.Rows(m.ROWS_OF_spend_share)
    def policy_spend_share(m, row):
        paid = sum(m.unused_weight[k] * m.unused[m.unused_member[k]] for k in m.unused_terms_of[row])
        all_paid = sum(
            m.whole_unused_weight[k] * m.unused[m.whole_unused_member[k]]
            for k in m.whole_unused_terms_of[row]
        )
        whole = _whole_flows(m, row) + _whole_runs(m, row) + all_paid
        return m.sense[row] * (_flows(m, row) + _runs(m, row) + paid - m.share[row] * whole) <= _bent(m, row)


def policy_capex(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Limit what is paid for opening facilities and qualifying suppliers.

    .. math:: s_y (\sum open\_cost_o\, opening_{o,t} + \sum qualify\_cost_l\, qualify_{l,t})
              \le s_y\, limit_y + violation_y

    Row [money]; dual [money/money]. A member is option x periods + period, or supplier x periods + period.
    Source: own formulation.
    """
    periods = len(data.periods.name)
    policies = data.policies
    m.qualify_supplier = Figures(m.qualify_terms, values=policies.qualify.member // periods)
    m.qualify_period = Figures(m.qualify_terms, values=policies.qualify.member % periods)

    @m.Rows(m.ROWS_OF_capex)
    def policy_capex(m, row):
        qualified = sum(
            m.qualify_weight[k] * m.qualify[m.qualify_supplier[k], m.qualify_period[k]]
            for k in m.qualify_terms_of[row]
        )
        return m.sense[row] * (_openings(m, row) + qualified) <= _bent(m, row)


def policy_count_open(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Limit the number of locations that are open in any option.

    .. math:: s_y (\sum open_{o,t} - \sum opening_{x,b}) \le s_y\, limit_y + violation_y

    An expansion x being set up beside its old option does not count twice.
    Row [locations]; dual [money/location]. A member is option x periods + period.
    Source: own formulation.
    """
    periods = len(data.periods.name)
    policies = data.policies
    m.open_option = Figures(m.open_terms, values=policies.open.member // periods)
    m.open_period = Figures(m.open_terms, values=policies.open.member % periods)

    @m.Rows(m.ROWS_OF_count_open)
    def policy_count_open(m, row):
        opened = sum(
            m.open_weight[k] * m.open[m.open_option[k], m.open_period[k]] for k in m.open_terms_of[row]
        )
        return m.sense[row] * (opened + _openings(m, row)) <= _bent(m, row)


def policy_count_suppliers(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Limit the number of (supplier, item) pairs that count.

    .. math:: s_y \sum count_c \le s_y\, limit_y + violation_y

    Row [pairs]; dual [money/pair]. Source: own formulation.
    """
    del data

    @m.Rows(m.ROWS_OF_count_suppliers)
    def policy_count_suppliers(m, row):
        counted = sum(m.count_weight[k] * m.count[m.count_member[k]] for k in m.count_terms_of[row])
        return m.sense[row] * counted <= _bent(m, row)


def policy_emissions(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Limit the emissions of lanes (which belong to their origin) and facilities.

    .. math:: s_y (\sum kg_a\, flow_a + \sum kg_r\, run_r + \sum kg_u\, used_u) \le s_y\, limit_y + violation_y

    Row [kg CO2e]; dual [money/kg]. Source: own formulation.
    """
    del data

    @m.Rows(m.ROWS_OF_emissions)
    def policy_emissions(m, row):
        metered = sum(m.use_weight[k] * m.used[m.use_member[k]] for k in m.use_terms_of[row])
        return m.sense[row] * (_flows(m, row) + _runs(m, row) + metered) <= _bent(m, row)


def policy_fill_rate(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Require a share of the demand to be met, written over what is short.

    .. math:: \sum short_d \le (1 - rate_y) \sum quantity_d + violation_y

    Row [units]; dual [money/unit]. Source: own formulation.
    """
    del data

    @m.Rows(m.ROWS_OF_fill_rate)
    def policy_fill_rate(m, row):
        unmet = sum(m.short_weight[k] * m.short[m.short_member[k]] for k in m.short_terms_of[row])
        return m.sense[row] * unmet <= _bent(m, row)


def count_threshold(m: pyo.ConcreteModel, data: Data) -> None:
    r"""A supplier counts only with a base volume of at least its threshold.

    .. math:: \sum_{k \in K_c} flow_{a(k)} \ge threshold_c\, count_c

    Row [units/period]; dual [money/unit]: cost of making the pair count. Source: own formulation.
    """
    m.count_least = Figures(m.COUNTS, values=data.counts.threshold)

    @m.Rows(m.COUNTS)
    def count_threshold(m, count):
        return (
            sum(m.flow[m.counted_arc[k]] for k in m.COUNTED_IN[count])
            >= m.count_least[count] * m.count[count]
        )


def count_cap(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Under a maximum, a pair that does not count stays at or below its threshold.

    .. math:: \sum_{k \in K_c} flow_{a(k)} \le threshold_c + (bound_c - threshold_c)\, count_c

    Row [units/period]; dual [money/unit]: worth of counting. Source: own formulation, instance format `policies.csv`.
    """
    m.count_room = Figures(m.COUNTS, values=data.counts.bound - data.counts.threshold)

    @m.Rows(m.CAPPED_COUNTS)
    def count_cap(m, count):
        bought = sum(m.flow[m.counted_arc[k]] for k in m.COUNTED_IN[count])
        return bought <= m.count_least[count] + m.count_room[count] * m.count[count]


MEASURES = {
    "volume": policy_volume,
    "volume_share": policy_volume_share,
    "supplier_share": policy_supplier_share,
    "spend": policy_spend,
    "spend_share": policy_spend_share,
    "capex": policy_capex,
    "count_open": policy_count_open,
    "count_suppliers": policy_count_suppliers,
    "emissions": policy_emissions,
    "fill_rate": policy_fill_rate,
}
