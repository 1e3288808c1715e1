"""The rows of the template workbook: one in each sheet, and as many more as it takes to solve.

Lamps of glass from Guadalajara are made in Tijuana and sold in San Diego: 1,000 a year. Each costs 4 for the glass,
2 to make and 1 to ship in all; the supplier costs 300 a year, the plant 500.
"""

from __future__ import annotations

import csv
from typing import Any

from planner.instance.expressions import parse_set
from planner.instance.instance import Instance
from planner.instance.whatif import WhatIf

SETTINGS: dict[str, Any] = {
    "instance": {"name": "example", "title": "Replace every row by your own", "base_date": "2027-01-01"},
    "horizon": {"periods": ["2027"]},
}
TABLES = {
    "locations": """
        location,role,country,name,latitude,longitude
        guadalajara,supplier,MX,Glass works,20.68,-103.35
        tijuana,plant,MX,Lamp plant,32.53,-117.02
        san-diego,market,US,Southern California,32.72,-117.16
    """,
    "countries": "country,region,ally,risk\nMX,North America,yes,0.5",
    "groups": "group,member\nsouth-west,san-diego",
    "currencies": "currency,rate\nMXN,0.05",
    "items": """
        item,name,hs_code,customs_value,weight_kg,unit
        glass,Glass shade,7002.39,,0.5,piece
        lamp,Desk lamp,9405.21,8,1.5,piece
    """,
    "offers": "location,item,unit_cost,capacity,originating,currency\nguadalajara,glass,80,5000,USMCA,MXN",
    "suppliers": "location,status,fixed_cost\nguadalajara,approved,300",
    "facilities": "location,status,fixed_cost,capacity\ntijuana,open,500,2000",
    "production": "location,item,unit_cost\ntijuana,lamp,2",
    "bom": "item,component,quantity\nlamp,glass,1",
    "lanes": """
        origin,destination,mode,unit_cost,per,transit_days,gateways
        guadalajara,tijuana,truck,0.6,kg,3,
        tijuana,san-diego,truck,0.7,unit,1,otay-mesa
    """,
    "gateways": "gateway,kind,country\notay-mesa,border,US",
    "demand": "market,item,quantity,shortage_cost\nsan-diego,lamp,1000,50",
    "inventory": "location,item,holding_cost,max_stock\ntijuana,lamp,0.1,100",
    "tariffs": "importer,origin,programme,hs,starts,rate,waived_by\nUS,*,MFN,9405,2020-01-01,0.06,USMCA",
    "agreements": "agreement,member,starts\nUSMCA,MX,2020-07-01\nUSMCA,US,2020-07-01",
    "origin_rules": "agreement,hs,test,rvc\nUSMCA,9405,rvc,0.6",
    "relief": "location,programme,kind\ntijuana,IMMEX,suspension",
    "fees": "importer,fee,starts,rate,exempt\nUS,MPF,2026-10-01,0.003464,USMCA",
    "scenarios": "scenario,probability,title\nsurge,0.2,Demand is 20 % higher",
    "events": "scenario,kind,target,field,op,value\nsurge,demand,san-diego,quantity,multiply,1.2",
    "policies": "policy,measure,who,min\nserve,fill_rate,group:south-west,0.5",
}
WHATIFS = (
    WhatIf("dear-trucks", (parse_set("lanes[mode=truck].unit_cost *= 1.1"),), title="Trucks cost 10 % more"),
)


def example() -> Instance:
    """The instance that the template workbook shows."""
    tables = {
        name: list(csv.DictReader(line.strip() for line in text.strip().splitlines()))
        for name, text in TABLES.items()
    }
    return Instance.from_tables(tables, SETTINGS)
