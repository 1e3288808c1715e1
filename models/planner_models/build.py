"""The table of contents of the model."""

from __future__ import annotations

import pyomo.environ as pyo

from planner_models import (
    contracts,
    costs,
    facilities,
    flows,
    inventory,
    policies,
    production,
    resilience,
    trade,
    trade_costs,
)
from planner_models.data import Data
from planner_models.indices import index_sets
from planner_models.templates import without_garbage_collection
from planner_models.variables import design_variables, operation_variables

FAMILIES = (
    facilities.opening_balance,
    facilities.opening_opens,
    facilities.opening_from_closed,
    facilities.one_option,
    facilities.usable_needs_open,
    facilities.usable_when_set_up,
    facilities.set_up_time,
    facilities.expansion_start,
    facilities.expansion_base,
    facilities.expansion_kept,
    facilities.reopened_once,
    facilities.reopened_open,
    contracts.one_contract,
    contracts.contract_needs_supplier,
    contracts.supplier_qualified,
    contracts.qualify_once,
    flows.demand_balance,
    production.input_balance,
    production.recipe_balance,
    production.output_balance,
    flows.warehouse_balance,
    contracts.contract_capacity,
    contracts.contract_minimum,
    contracts.unused_needs_contract,
    contracts.supplier_spend,
    facilities.facility_capacity,
    facilities.usable_link,
    facilities.option_use,
    facilities.option_use_link,
    production.production_limit,
    production.set_up_link,
    flows.lane_capacity,
    flows.lane_link,
    flows.lane_link_of_weightless,
    flows.lane_minimum,
    flows.gateway_capacity,
    flows.single_source,
    flows.single_source_link,
    flows.one_lane,
    inventory.stock_limit,
    inventory.stock_link,
    inventory.stock_loss,
    inventory.loss_link,
    inventory.buffer_limit,
    inventory.draw_link,
    trade.regional_value,
    trade.tariff_shift,
    trade.relief_of_input,
    trade.relief_of_whole,
    trade.relief_of_output,
    trade.relief_link,
    trade.reduced_link,
    trade.tariff_quota,
    trade.over_entered,
    policies.count_threshold,
    policies.count_cap,
    *policies.MEASURES.values(),
    resilience.service,
    resilience.source_share,
    resilience.tangent,
)
LAZY_FAMILIES = (facilities.plant_link, contracts.contract_link)
PENALTY_FAMILIES = (resilience.tail,)  # it speaks of costs


def build_model(data: Data) -> pyo.ConcreteModel:
    """The sourcing model of `data`: index sets, variables, constraint families, costs, objective.

    Every family is kept as a template (see `templates`); `m.demand_balance[3]` builds one true row.
    `LAZY_FAMILIES` hold valid inequalities that whole designs obey anyway.
    """
    with without_garbage_collection():
        return _built(data)


def _built(data: Data) -> pyo.ConcreteModel:
    m = pyo.ConcreteModel(name="sourcing")
    index_sets(m, data)
    design_variables(m, data)
    operation_variables(m, data)
    resilience.resilience_sets(m, data)
    resilience.resilience_variables(m, data)
    policies.policy_terms(m, data)
    for family in FAMILIES + LAZY_FAMILIES:
        family(m, data)
    for component in (*costs.DESIGN, *costs.OPERATIONS, trade_costs.charge, costs.soft_policies):
        component(m, data)
    for family in PENALTY_FAMILIES + resilience.PENALTIES:
        family(m, data)
    costs.objective(m, data)
    return m
