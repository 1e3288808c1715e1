"""Tiny instances without a plan, each with the cell that is to blame: `CASES`.

Two suppliers, two plants (one of them to be opened), a warehouse that nobody needs, two markets. As it stands there is
a plan; each case replaces tables, and names the rule that makes one impossible as `table:row:column`.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from textwrap import dedent

import pandas as pd

from planner import Instance

BASE = {
    "locations": """
        location,role,country
        s1,supplier,MX
        s2,supplier,CN
        p,plant,MX
        q,plant,US
        m,market,US
        n,market,US
        """,
    "items": """
        item
        c
        t
        """,
    "offers": """
        location,item,unit_cost,capacity
        s1,c,1,100
        s2,c,2,100
        """,
    "facilities": """
        location,option,status,open_cost,capacity
        p,base,open,0,80
        q,base,candidate,500,60
        """,
    "production": """
        location,item
        p,t
        q,t
        """,
    "bom": """
        item,component,quantity
        t,c,1
        """,
    "lanes": """
        origin,destination,mode,unit_cost,transit_days,emission_kg
        role:supplier,role:plant,truck,1,3,1
        role:plant,role:market,truck,1,3,1
        """,
    "demand": """
        market,item,quantity
        m,t,60
        n,t,40
        """,
}


@dataclass(frozen=True)
class Planted:
    """An instance without a plan, the cell that is to blame, and the repair that is expected to change it."""

    name: str
    cause: str
    tables: dict[str, str]
    periods: tuple[str, ...] = ("1",)
    objective: str = "cost"
    at: int = 1

    def instance(self) -> Instance:
        return instance_of(self.tables, self.periods, self.objective)


def instance_of(tables, periods=("1",), objective="cost"):
    """The base with other tables; those of one line add a row to the table of the base."""
    read = {}
    for name, text in {**BASE, **tables}.items():
        if len(text.strip().splitlines()) == 1:
            text = dedent(BASE[name]).strip() + "\n" + text.strip()  # noqa: PLW2901 - a row more
        read[name] = pd.read_csv(io.StringIO(dedent(text).strip()), dtype=str, keep_default_na=False)
    settings = {
        "instance": {"name": "planted", "objective": objective},
        "horizon": {"periods": list(periods)},
    }
    return Instance.from_tables(read, settings)


def facilities_of(p="open,0,80", q="candidate,500,60", more=""):
    """The facilities with other cells from status on, and a column more."""
    head, first, second = more.split(";") if more else ("", "", "")
    return f"""
        location,option,status,open_cost,capacity{head}
        p,base,{p}{first}
        q,base,{q}{second}
        """


def policy(cells, columns="policy,measure,who,item,of,min,max"):
    """A policy."""
    return f"{columns}\n{cells}\n"


LANES_APART = """
    origin,destination,mode,unit_cost,transit_days,capacity
    role:supplier,role:plant,truck,1,3,
    p,m,truck,1,3,40
    q,m,truck,1,3,15
    role:plant,n,truck,1,3,
    """
GATES = """
    gateway,capacity
    laredo,{}
    """
THROUGH_GATES = """
    origin,destination,mode,unit_cost,gateways
    role:supplier,role:plant,truck,1,
    p,role:market,truck,1,laredo
    q,role:market,truck,1,
    """
SOFT = """
    market,item,quantity,shortage_cost
    m,t,60,9
    n,t,40,9
    """
STORM = """
    scenario,probability,min_service
    storm,0.1,{}
    """
EVENT = """
    scenario,kind,target,field,op,value
    storm,{}
    """
CASES = (
    Planted(
        "a plant is too small", "facilities:2:capacity", {"facilities": facilities_of("open,0,30")}, at=2
    ),
    Planted(
        "the suppliers offer too little",
        "offers:2:capacity",
        {"offers": "location,item,unit_cost,capacity\ns1,c,1,30\ns2,c,2,50\n"},
        at=2,
    ),
    Planted(
        "a contract of the second period is too small",
        "offers:3:capacity",
        {"offers": "location,item,period,unit_cost,capacity\ns1,c,t1,1,100\ns1,c,t2,1,20\ns2,c,,2,60\n"},
        ("t1", "t2"),
    ),
    Planted("lanes into a market are too narrow", "lanes:3:capacity", {"lanes": LANES_APART}),
    Planted(
        "a crossing is too narrow",
        "gateways:2:capacity",
        {"gateways": GATES.format(20), "lanes": THROUGH_GATES},
        at=2,
    ),
    Planted(
        "a recipe may not run enough",
        "production:2:max_quantity",
        {"production": "location,item,max_quantity\np,t,25\nq,t,\n"},
        at=2,
    ),
    Planted(
        "a warehouse may not pass on enough",
        "production:4:max_quantity",
        {
            "locations": "w,warehouse,US",
            "production": "location,item,max_quantity\np,t,\nq,t,\nw,t,70\n",
            "lanes": "origin,destination\nrole:supplier,role:plant\nrole:plant,w\nw,role:market\n",
        },
    ),
    Planted(
        "too little may be spent with a supplier",
        "suppliers:2:max_spend",
        {
            "offers": "location,item,unit_cost,capacity\ns1,c,1,100\ns2,c,2,40\n",
            "suppliers": "location,max_spend\ns1,50\n",
        },
    ),
    Planted(
        "what has to be paid for is more than may be spent",
        "offers:2:min_quantity",
        {
            "offers": "location,item,unit_cost,capacity,min_quantity\ns1,c,1,100,90\ns2,c,2,50,0\n",
            "suppliers": "location,max_spend\ns1,70\n",
        },
        at=2,
    ),
    Planted(
        "an order minimum is out of reach of the budget",
        "policies:2:max",
        {
            "offers": "location,item,unit_cost,capacity,min_quantity\ns1,c,1,100,100\ns2,c,2,100,100\n",
            "policies": policy("budget,spend,*,*,*,,80"),
        },
    ),
    Planted(
        "a market wants ten times as much",
        "demand:2:quantity",
        {"demand": "market,item,quantity\nm,t,600\nn,t,40\n"},
    ),
    Planted(
        "more has to be met than can be made",
        "policies:2:min",
        {
            "demand": SOFT,
            "facilities": facilities_of("open,0,40", "closed,0,60"),
            "policies": policy("fill,fill_rate,*,*,*,0.95,"),
        },
    ),
    Planted(
        "service in a storm is more than is left",
        "scenarios:2:min_service",
        {
            "demand": SOFT,
            "scenarios": STORM.format(0.8),
            "events": EVENT.format("location,role:plant,capacity,multiply,0.2"),
        },
    ),
    Planted(
        "a plant fails, and demand must be met",
        "events:2:value",
        {"scenarios": STORM.format(0), "events": EVENT.format("location,p,capacity,multiply,0")},
    ),
    Planted(
        "a supplier fails",
        "events:2:value",
        {
            "offers": "location,item,unit_cost,capacity\ns1,c,1,100\ns2,c,2,20\n",
            "scenarios": STORM.format(0),
            "events": EVENT.format("location,s1,capacity,multiply,0.1"),
        },
    ),
    Planted(
        "lanes close",
        "events:2:value",
        {"scenarios": STORM.format(0), "events": EVENT.format("lane,role:plant>m,capacity,set,10")},
    ),
    Planted(
        "a crossing closes",
        "events:2:value",
        {
            "gateways": GATES.format(90),
            "lanes": THROUGH_GATES,
            "scenarios": STORM.format(0),
            "events": EVENT.format("gateway,laredo,capacity,multiply,0.2"),
        },
    ),
    Planted(
        "demand surges",
        "events:2:value",
        {"scenarios": STORM.format(0), "events": EVENT.format("demand,m,quantity,multiply,3")},
    ),
    Planted(
        "a country may have too small a share",
        "policies:2:max",
        {
            "offers": "location,item,unit_cost,capacity\ns1,c,1,50\ns2,c,2,100\n",
            "policies": policy("china,volume_share,country:CN,c,role:supplier,,0.2"),
        },
    ),
    Planted(
        "a country has to have too large a share",
        "policies:2:min",
        {
            "offers": "location,item,unit_cost,capacity\ns1,c,1,50\ns2,c,2,100\n",
            "policies": policy("mexico,volume_share,country:MX,c,role:supplier,0.7,"),
        },
    ),
    Planted(
        "no supplier may have what one of two must",
        "policies:2:max",
        {"policies": policy("largest,supplier_share,*,c,*,,0.4")},
    ),
    Planted(
        "a share of spend is out of reach",
        "policies:2:max",
        {
            "offers": "location,item,unit_cost,capacity\ns1,c,1,50\ns2,c,2,100\n",
            "policies": policy("china,spend_share,country:CN,*,role:supplier,,0.5"),
        },
    ),
    Planted(
        "the budget is too small",
        "policies:2:max",
        {"policies": policy("budget,spend,role:supplier,*,*,,90")},
    ),
    Planted(
        "there is no money to open a plant", "policies:2:max", {"policies": policy("capex,capex,*,*,*,,400")}
    ),
    Planted(
        "too few plants may be open",
        "policies:2:max",
        {"policies": policy("one,count_open,role:plant,*,*,,1")},
        at=2,
    ),
    Planted(
        "more plants must be open than there are",
        "policies:2:min",
        {"policies": policy("three,count_open,role:plant,*,*,3,")},
    ),
    Planted(
        "more suppliers must count than there are",
        "policies:2:min",
        {"policies": policy("three,count_suppliers,role:supplier,c,*,3,")},
    ),
    Planted(
        "emissions are capped too low", "policies:2:max", {"policies": policy("carbon,emissions,*,*,*,,150")}
    ),
    Planted(
        "more is to be bought than is offered",
        "policies:2:min",
        {"policies": policy("promise,volume,s1,c,*,130,")},
    ),
    Planted(
        "nothing may come from a country",
        "policies:2:max",
        {
            "offers": "location,item,unit_cost,capacity\ns1,c,1,50\ns2,c,2,100\n",
            "policies": policy("ban,volume,country:CN,c,*,,0"),
        },
    ),
    Planted(
        "of two promises only one can be kept",
        "policies:3:min",
        {"policies": "policy,measure,who,item,min\na,volume,p,t,70\nb,volume,q,t,50\n"},
        at=2,
    ),
    Planted(
        "one lane cannot carry all",
        "demand:2:single_source",
        {
            "demand": "market,item,quantity,single_source\nm,t,60,yes\nn,t,40,no\n",
            "lanes": LANES_APART.replace("40", "45").replace("15", "45"),
        },
        at=3,
    ),
    Planted(
        "no plant can make all for one of two markets, though together they can",
        "demand:2:single_source",
        {
            "demand": "market,item,quantity,single_source\nm,t,95,yes\nn,t,5,no\n",
            "facilities": facilities_of("open,0,55", "open,0,55"),
        },
    ),
    Planted(
        "lanes are too slow",
        "demand:2:max_transit_days",
        {
            "demand": "market,item,quantity,max_transit_days\nm,t,60,4\nn,t,40,\n",
            "lanes": """
                origin,destination,unit_cost,transit_days
                role:supplier,role:plant,1,3
                p,m,1,7
                q,m,1,3
                role:plant,n,1,3
                """,
            "facilities": facilities_of("open,0,80", "candidate,500,50"),
        },
        at=2,
    ),
    Planted(
        "a plant is closed for good",
        "facilities:3:status",
        {"facilities": facilities_of(q="closed,500,60")},
        at=2,
    ),
    Planted(
        "a supplier is excluded",
        "suppliers:2:status",
        {
            "offers": "location,item,unit_cost,capacity\ns1,c,1,50\ns2,c,2,60\n",
            "suppliers": "location,status\ns2,excluded\n",
        },
    ),
    Planted(
        "a plant takes too long to set up",
        "facilities:3:setup_periods",
        {"facilities": facilities_of(more=",setup_periods;,0;,2")},
        ("t1", "t2", "t3"),
        at=2,
    ),
    Planted(
        "a supplier takes too long to qualify",
        "suppliers:2:qualify_periods",
        {
            "offers": "location,item,unit_cost,capacity\ns1,c,1,50\ns2,c,2,60\n",
            "suppliers": "location,status,qualify_periods\ns2,candidate,1\n",
        },
        ("t1", "t2"),
        at=2,
    ),
    Planted(
        "too little may be kept for the season",
        "inventory:2:max_stock",
        {
            "locations": "location,role,country\ns1,supplier,MX\np,plant,MX\nm,market,US\n",
            "offers": "location,item,unit_cost\ns1,c,1\n",
            "facilities": "location,option,status,capacity\np,base,open,80\n",
            "production": "location,item\np,t\n",
            "demand": "market,item,period,quantity\nm,t,t1,50\nm,t,t2,100\n",
            "inventory": "location,item,max_stock\np,t,5\n",
        },
        ("t1", "t2"),
        at=3,
    ),
    Planted(
        "too little strategic stock may be kept",
        "inventory:2:buffer_max",
        {
            "facilities": facilities_of("open,0,100", "closed,0,60"),
            "inventory": "location,item,max_stock,buffer_max\np,t,0,90\n",
            "scenarios": STORM.format(0),
            "events": EVENT.format("location,s1;s2,capacity,multiply,0"),
        },
        at=2,
    ),
    Planted(
        "a promise is more than is made at the most profit",
        "policies:2:min",
        {
            "demand": "market,item,quantity,price\nm,t,60,9\nn,t,40,9\n",
            "policies": policy("promise,volume,q,t,*,75,"),
        },
        objective="profit",
    ),
)
