"""Contracts and suppliers: capacity, take-or-pay, one contract at a time, qualification, spend."""

from __future__ import annotations

import pyomo.environ as pyo

from planner_models.data import Data
from planner_models.templates import Figures


def contract_capacity(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Buy no more than the held contract offers.

    .. math:: \sum_{a \in A_c} flow_a \le capacity_{c,w}\, hold_{c,t(w)}

    Row [units/period]; dual [money/unit]: worth of one more unit on offer. Source: own formulation.
    """
    m.offer_capacity = Figures(m.OFFERS, values=data.offers.capacity)

    @m.Rows(m.OFFERS)
    def contract_capacity(m, offer):
        return (
            sum(m.flow[a] for a in m.ARCS_FROM_OFFER[offer])
            <= m.offer_capacity[offer] * m.hold[m.hold_of[offer]]
        )


def contract_minimum(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Take or pay the minimum of a held contract.

    .. math:: \sum_{a \in A_c} flow_a + unused_{c,w} \ge minimum_{c,w}\, hold_{c,t(w)}

    Row [units/period]; dual [money/unit]: cost of one more unit committed. Source: own formulation.
    """
    m.offer_minimum = Figures(m.OFFERS, values=data.offers.minimum)

    @m.Rows(m.MINIMUM_OFFERS)
    def contract_minimum(m, offer):
        taken = sum(m.flow[a] for a in m.ARCS_FROM_OFFER[offer])
        return taken + m.unused[offer] >= m.offer_minimum[offer] * m.hold[m.hold_of[offer]]


def unused_needs_contract(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Pay for what is not taken only of a held contract.

    .. math:: unused_{c,w} \le minimum_{c,w}\, hold_{c,t(w)}

    Without it a floor on spend would be met by paying for contracts that nobody holds.
    Row [units/period]; dual [money/unit]: change of the cost per unit that may be paid for.
    Source: own formulation, instance format `min_quantity`.
    """
    del data

    @m.Rows(m.MINIMUM_OFFERS)
    def unused_needs_contract(m, offer):
        return m.unused[offer] <= m.offer_minimum[offer] * m.hold[m.hold_of[offer]]


def one_contract(m: pyo.ConcreteModel, data: Data) -> None:
    r"""At most one contract of a supplier for an item in a period.

    .. math:: \sum_{c \in C_{l,i,t}} hold_c \le 1

    Row [contracts]; dual [money]: worth of a second contract. Source: own formulation.
    """
    del data

    @m.Rows(m.RIVALS)
    def one_contract(m, rivals):
        return sum(m.hold[h] for h in m.HOLDS_AMONG[rivals]) <= 1


def contract_needs_supplier(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Hold a contract only of an engaged supplier.

    .. math:: hold_c \le engaged_{l(c),t(c)}

    Row [1]; dual [money]: the supplier's fixed cost borne by the contract. Source: own formulation.
    """
    del data

    @m.Rows(m.HOLDS_OF_SUPPLIER)
    def contract_needs_supplier(m, hold):
        return m.hold[hold] <= m.engaged[m.supplier_of[hold], m.hold_period[hold]]


def supplier_qualified(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Engage a candidate only when it was qualified qualify_periods (n) earlier.

    .. math:: engaged_{l,t} \le \sum_{b \le t-n_l} qualify_{l,b}

    Row [1]; dual [money]: worth of an earlier qualification. Source: own formulation.
    """
    del data

    @m.Rows(m.CANDIDATES, m.PERIODS)
    def supplier_qualified(m, supplier, period):
        return m.engaged[supplier, period] <= sum(
            m.qualify[supplier, b] for b in m.QUALIFIED_BY[supplier, period]
        )


def qualify_once(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Pay for a qualification once.

    .. math:: \sum_t qualify_{l,t} \le 1

    Row [1]; dual [money]: none of use. Source: own formulation.
    """
    del data

    @m.Rows(m.CANDIDATES)
    def qualify_once(m, supplier):
        return sum(m.qualify[supplier, t] for t in m.PERIODS) <= 1


def supplier_spend(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Keep purchases and take-or-pay with a supplier within its max_spend.

    .. math:: \sum_{a \in A_{l,w}} price_a\, flow_a + \sum_c price_c\, unused_{c,w} \le max\_spend_l

    Row [money/period]; dual [money/money]: saving per unit of money of a higher limit. Source: own.
    """
    m.arc_price = Figures(m.ARCS, values=data.arcs.purchase)
    m.offer_price = Figures(m.OFFERS, values=data.offers.unit_cost)
    m.max_spend = Figures(m.SUPPLIERS, values=data.suppliers.max_spend)

    @m.Rows(m.SPENDERS, m.TIMES)
    def supplier_spend(m, supplier, time):
        bought = sum(m.arc_price[a] * m.flow[a] for a in m.ARCS_BOUGHT[supplier, time])
        paid = sum(m.offer_price[k] * m.unused[k] for k in m.MINIMUM_OFFERS_OF[supplier, time])
        return bought + paid <= m.max_spend[supplier]


def contract_link(m: pyo.ConcreteModel, data: Data) -> None:
    r"""Nothing into a destination under a contract that is not held: the disaggregated capacity.

    .. math:: \sum_{a \in A_l} flow_a \le bound_l\, hold_{c(l)}

    Implied by `contract_capacity` for whole designs, so rows are added only where the LP violates them.
    Row [units/period]; dual [money/unit]. Source: Balinski 1965, strong formulation.
    """
    m.contract_bound = Figures(m.CONTRACT_LINKS, values=data.links.contract_bound)

    @m.Rows(m.CONTRACT_LINKS)
    def contract_link(m, link):
        moved = sum(m.flow[a] for a in m.ARCS_CONTRACT_LINKED[link])
        return moved <= m.contract_bound[link] * m.hold[m.contract_link_hold[link]]
