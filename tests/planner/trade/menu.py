"""A menu of small instances with trade in them, and what a plan owes for it.

`IMPORT` sells televisions across a border. `FACTORY` makes them in Mexico of a Chinese panel at 40 or a dearer
American one at 60, for 10 more, and declares them at 100. Quantities are 10, lanes are free.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import planner

Tables = dict[str, str]

USMCA = "agreement,member\nUSMCA,US\nUSMCA,MX"
IMPORT = {
    "locations": "location,role,country\nmonterrey,supplier,MX\ndallas,market,US",
    "items": "item,hs_code,weight_kg\ntv,8528.72.64,10",
    "offers": "location,item,unit_cost,originating\nmonterrey,tv,100,USMCA",
    "lanes": "origin,destination\nmonterrey,dallas",
    "demand": "market,item,quantity\ndallas,tv,10",
    "agreements": USMCA,
}
FACTORY = {
    "locations": "location,role,country\nshenzhen,supplier,CN\naustin,supplier,US\njuarez,plant,MX\ndallas,market,US",
    "items": "item,hs_code,customs_value\ntv,8528.72.64,100\npanel,8529.90.00,",
    "offers": "location,item,unit_cost,originating\nshenzhen,panel,40,\naustin,panel,60,USMCA",
    "production": "location,item,unit_cost\njuarez,tv,10",
    "bom": "item,component,quantity\ntv,panel,1",
    "lanes": "origin,destination\nrole:supplier,juarez\njuarez,dallas",
    "demand": "market,item,quantity\ndallas,tv,10",
    "tariffs": "importer,origin,programme,rate,waived_by\nUS,*,MFN,0.05,USMCA",
    "agreements": USMCA,
}
ONLY_CHINESE = "location,item,unit_cost\nshenzhen,panel,40"
TWO_YEARS = {"horizon": {"periods": ["2026", "2027"], "starts": ["2026-01-01", "2027-01-01"]}}
COMPONENTS = ("claim", "regime", "relief")


def solved(tables: Tables, settings: dict[str, Any] | None = None, **more: str) -> planner.Plan:
    """The optimum, audited."""
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in (tables | more).items()}
    given = {"instance": {"name": "trade"}, **(settings or {})}
    plan = planner.solve(planner.Instance.from_tables(rows, settings=given), gap=0)
    assert plan.audit is not None
    assert plan.audit["passed"], plan.audit
    return plan


def owed(plan: planner.Plan) -> dict[str, float]:
    """Money by component of trade, where there is any: `duty:MFN`, `fee:MPF`, `claim`, `regime`, `relief`."""
    named = {
        name: round(amount, 6)
        for name, amount in plan.totals.items()
        if name.startswith(("duty:", "fee:")) or name in COMPONENTS
    }
    return {name: amount for name, amount in named.items() if amount}


def listed(plan: planner.Plan, *columns: str) -> list[tuple[Any, ...]]:
    """Those columns of duties.csv, in the order of programme and rate."""
    frame = plan.duties.sort_values(["programme", "rate"])
    return [tuple(row) for row in frame[list(columns)].round(9).itertuples(index=False)]


def bought(plan: planner.Plan, supplier: str) -> float:
    """Units that leave a supplier."""
    flows = plan.flows
    return float(flows.loc[flows["origin"] == supplier, "quantity"].sum())
