"""Leave a table, a column or a setting out of a case."""

from __future__ import annotations

import copy

from tests.laws.random_instances import Case

OPTIONAL = {
    "countries": ("region", "ally", "customs_basis"),
    "groups": (),
    "currencies": (),
    "items": ("hs_code", "customs_value", "weight_kg", "volume_m3"),
    "offers": ("contract", "period", "capacity", "min_quantity", "origin", "currency"),
    "suppliers": ("status", "qualify_cost", "qualify_periods", "fixed_cost", "max_spend"),
    "facilities": (
        "option", "status", "fixed_cost", "open_cost", "close_cost", "capacity", "setup_periods", "expands",
        "residual_share", "emission_kg",
    ),
    "production": (
        "recipe", "period", "unit_cost", "capacity_use", "max_quantity", "setup_cost", "origin", "customs_value",
    ),
    "bom": ("recipe",),
    "lanes": (
        "mode", "item", "unit_cost", "per", "transit_days", "capacity", "fixed_cost", "min_quantity", "gateways",
        "emission_kg", "value_per_entry",
    ),
    "gateways": ("unit_cost", "per", "dwell_days", "capacity"),
    "demand": ("period", "shortage_cost", "price", "max_transit_days", "single_source"),
    "inventory": ("initial", "initial_value", "origin", "holding_cost", "max_stock"),
    "tariffs": ("hs", "item", "starts", "ends", "rate", "specific", "specific_per", "rule", "displaces"),
    "fees": ("starts", "ends", "rate", "min_per_entry", "max_per_entry", "modes"),
    "policies": ("who", "item", "of", "min", "max", "period", "min_share", "penalty"),
}  # fmt: skip
WHOLE = tuple(
    table for table in OPTIONAL if table not in ("items", "offers", "production", "lanes", "demand")
)
SETTINGS = (
    "instance.objective", "instance.base_date", "instance.duty_date", "horizon.days_per_period", "horizon.starts",
    "horizon.discount_rate", "costs.carrying_rate", "costs.insurance_rate", "costs.carbon_price",
)  # fmt: skip
DROPS = (
    *WHOLE,
    *(f"{table}.{column}" for table, columns in OPTIONAL.items() for column in columns),
    *SETTINGS,
)


def dropped(case: Case, name: str) -> Case | None:
    """The case without a table (`bom`), a column (`offers.capacity`) or a setting; None if it has none."""
    tables, settings = copy.deepcopy(case.tables), copy.deepcopy(case.settings)
    table, _, column = name.partition(".")
    if name in SETTINGS:
        return None if settings[table].pop(column, None) is None else Case(tables, settings)
    if not column:
        if table == "gateways":
            for row in tables["lanes"]:
                row.pop("gateways", None)
        return Case(tables, settings) if tables.pop(table, None) else None
    cells = [row.pop(column, "") for row in tables.get(table, ())]
    return Case(tables, settings) if any(cell != "" for cell in cells) else None
