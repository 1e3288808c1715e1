"""Faults to plant in the good plans: the check meant for it, the plan, and the edits (see conftest.plant).

SINGLE holds, for every check, a fault that no other check can see. MORE holds faults as they might really
happen; other checks may see them too. Those of trade are in trade_faults.
"""

from tests.planner.audit import scenario_faults, trade_faults

SINGLE: tuple[tuple[str, str, str], ...] = (
    ("fingerprint", "border", "plan.json instance/sha256=0123"),
    ("names", "two-plants", "facilities.csv + P9,base,1,0,0,0,0,0,0,0"),
    (
        "duplicates",
        "two-plants",
        "flows.csv + base,1,P2,M1,default,tv,P2,base,,any,normal,0,0,0,0,0,0,0,0,2,0,0",
    ),
    ("non_negative", "battery", "policies.csv:10 violation=-1"),
    ("integers", "two-plants", "production.csv:2 set_up=0.5"),
    (
        "demand_balance",
        "two-plants",
        """instance/items.csv + gift
        instance/demand.csv + M1,gift,5
        shortages.csv + base,1,M1,gift,5,5,0,0,0""",
    ),
    (
        "hard_demand",
        "two-plants",
        """instance/items.csv + gift
        instance/demand.csv + M1,gift,20
        shortages.csv + base,1,M1,gift,20,0,20,0,0
        scenarios.csv:2 fill_rate=0.8
        plan.json metrics/fill_rate=0.8""",
    ),
    (
        "input_balance",
        "battery",
        """feeds.csv:3 quantity=111
        feeds.csv:4 quantity=85""",
    ),
    ("recipe_balance", "battery", "instance/bom.csv:2 quantity=3"),
    (
        "output_balance",
        "battery",
        """instance/inventory.csv:3 initial=15
        stock.csv:2 before=15""",
    ),
    (
        "warehouse_balance",
        "battery",
        """instance/inventory.csv + W,pack,7,4,,,,
        stock.csv + base,2027,W,pack,W,initial,,any,7,0,0,0,0""",
    ),
    ("stock_before", "battery", "stock.csv:4 before=19"),
    (
        "stock_lost",
        "battery",
        """instance/inventory.csv:3 initial=15
        stock.csv:2 before=15, lost=5""",
    ),
    ("stock_limit", "battery", "instance/inventory.csv:3 max_stock=19"),
    ("buffer", "battery", "stock.csv + base,2027,A,cell,A,buffer,,any,0,3,0,0,0"),
    (
        "flow_lane",
        "two-plants",
        "flows.csv + base,1,P2,M1,air,tv,P2,base,,any,normal,0,0,0,0,0,0,0,0,0,0,0",
    ),
    (
        "flow_good",
        "battery",
        "flows.csv + base,2027,A,W,default,cell,S1,bulk,,any,normal,0,0,0,0,0,0,0,0,0.5,0,0",
    ),
    ("run_recipe", "battery", "production.csv + base,2027,A,pack,magic,,,any,0,0"),
    ("feed_run", "battery", "feeds.csv + base,2027,A,pack,magic,,,any,cell,S1,bulk,,0"),
    ("max_transit", "battery", "instance/demand.csv:2 max_transit_days=1"),
    ("single_source", "border", "instance/demand.csv:2 single_source=yes"),
    ("lane_row", "battery", "lanes.csv:2 load=79"),
    ("lane_capacity", "battery", "instance/lanes.csv:3 capacity=117"),
    (
        "lane_link",
        "two-plants",
        """instance/lanes.csv:4 min_quantity=10
        lanes.csv new scenario,period,origin,destination,mode,item,used,load,unused,freight_unused \
        + base,1,P2,M1,default,*,0,30,0,0""",
    ),
    ("lane_minimum", "battery", "instance/lanes.csv:3 min_quantity=101"),
    ("gateway_capacity", "battery", "instance/gateways.csv:2 capacity=117"),
    ("contract_capacity", "battery", "instance/offers.csv:4 capacity=85"),
    ("contract_link", "border", "contracts.csv:3 held=0"),
    ("contract_exists", "battery", "contracts.csv + base,2028,S3,cell,base,0,0,0,1,0"),
    ("contract_minimum", "battery", "instance/offers.csv:3 min_quantity=121"),
    ("unused_needs_contract", "battery", "instance/offers.csv:3 min_quantity=9"),
    ("one_contract", "battery", "contracts.csv + base,2028,S1,cell,base,1,0,0,2,0"),
    (
        "contract_needs_supplier",
        "border",
        """instance/suppliers.csv new location,status + munich,approved
        suppliers.csv new location,period,qualify,qualified,engaged,spend,fixed_cost + munich,1,0,1,0,3600,0""",
    ),
    ("qualification", "battery", "instance/suppliers.csv:3 qualify_periods=2"),
    ("supplier_spend", "battery", "instance/suppliers.csv:2 max_spend=269"),
    ("contract_row", "battery", "contracts.csv:3 share=0.57"),
    ("supplier_row", "battery", "suppliers.csv:2 spend=270.01"),
    ("opening_balance", "battery", "instance/facilities.csv:5 status=candidate"),
    ("closed_option", "two-plants", "instance/facilities.csv:3 status=closed"),
    (
        "one_option",
        "two-plants",
        """instance/facilities.csv:3 option=base
        instance/facilities.csv:2 option=base
        instance/facilities.csv + P2,candidate,0,,annex
        facilities.csv + P2,annex,1,1,1,0,1,inf,80,0""",
    ),
    ("set_up_time", "two-plants", "instance/facilities.csv:3 setup_periods=1"),
    (
        "expansion",
        "two-plants",
        """instance/facilities.csv:3 option=base, expands=old
        instance/facilities.csv:2 option=base
        instance/facilities.csv + P2,candidate,0,,old,""",
    ),
    (
        "plant_link",
        "border",
        """instance/facilities.csv new location,status + tijuana,candidate
        instance/production.csv new location,item,capacity_use + tijuana,tv,0
        facilities.csv new location,option,period,open,opening,closing,usable,capacity,used,fixed_cost \
        + tijuana,base,1,0,0,0,0,inf,0,0""",
    ),
    (
        "facility_capacity",
        "two-plants",
        """instance/facilities.csv:3 capacity=79
        facilities.csv:3 capacity=79""",
    ),
    ("production_limit", "battery", "instance/production.csv:3 max_quantity=100"),
    (
        "handling",
        "border",
        """instance/items.csv + radio,,
        instance/production.csv new location,item + tijuana,radio""",
    ),
    ("set_up_link", "two-plants", "instance/production.csv:3 setup_cost=7"),
    ("facility_row", "battery", "facilities.csv:4 used=91"),
    ("policy_row", "battery", "policies.csv:12 drop"),
    ("policy_value", "battery", "policies.csv:5 value=19.7"),
    (
        "policy_limit",
        "battery",
        """instance/policies.csv:2 max=239
        policies.csv:2 limit=239""",
    ),
    ("policy_penalty", "battery", "policies.csv:9 penalty=3.99"),
    ("duty_flow", "border", "duties.csv:2 country_of_origin=MX"),
    ("duty_row", "border", "duties.csv:3 row=tariffs.csv:5"),
    ("duty_source", "border", "duties.csv:3 source_row=elsewhere"),
    ("duty_rate", "border", "duties.csv:3 rate=0.26"),
    ("duty_value", "border", "duties.csv:12 value_per_unit=100"),
    ("duty_amount", "border", "duties.csv:3 duty=1500.01"),
    ("flow_costs", "border", "flows.csv:2 freight=120.01"),
    ("flow_duties", "border", "flows.csv:3 duty=2520.01"),
    ("storage", "battery", "stock.csv:3 storage=46.49"),
    ("shortage_row", "battery", "shortages.csv:3 cost=100.01"),
    ("costs", "battery", "costs.csv:13 amount=270.01"),
    ("scenarios", "battery", "scenarios.csv:2 operating_cost=1212.75"),
    ("landed_sum", "battery", "landed_cost.csv:2 per_unit=0.6"),
    (
        "landed_figure",
        "border",
        """landed_cost.csv:2 per_unit=110
        landed_cost.csv:14 per_unit=98""",
    ),
    ("plan_costs", "border", "plan.json costs/handling=30.01"),
    ("expected_landed_cost", "border", "plan.json expected_landed_cost=21355.61"),
    ("penalty", "battery", "plan.json penalty/total=3.99"),
    ("objective", "two-plants", "plan.json objective=270.01, bound=270.01"),
    ("bound", "two-plants", "plan.json bound=270.01"),
    ("gap", "two-plants", "plan.json gap=0.001"),
    ("status", "battery", "instance/instance.toml gap = 1e-3 -> gap = 1e-4"),
    ("fill_rate", "battery", "plan.json metrics/fill_rate=1"),
    ("spend_metrics", "battery", "plan.json metrics/allied_share=0.9"),
    ("concentration", "battery", "plan.json metrics/hhi={}"),
    ("worst_scenario", "storm", "plan.json metrics/worst_scenario=calm"),
    *trade_faults.SINGLE,
    *scenario_faults.SINGLE,
)

MORE: tuple[tuple[str, str, str], ...] = (
    # a flow too many, too few, from nowhere
    ("demand_balance", "two-plants", "flows.csv:2 quantity=31"),
    ("output_balance", "two-plants", "flows.csv:3 quantity=49"),
    (
        "demand_balance",
        "border",
        "flows.csv + base,1,munich,chicago,ocean,tv,munich,base,,any,normal,1,4,18,0.75,3,0,1.2,0,4,18,0.75",
    ),
    ("demand_balance", "border", "flows.csv:5 drop"),
    ("contract_row", "border", "flows.csv:5 drop"),
    ("warehouse_balance", "border", "flows.csv:2 quantity=59"),
    ("non_negative", "two-plants", "flows.csv:2 quantity=-30"),
    ("flow_lane", "border", "instance/lanes.csv:3 drop"),
    ("flow_good", "border", "flows.csv:4 deal=gold"),
    ("flow_good", "battery", "instance/offers.csv:3 period=2027"),
    ("names", "border", "flows.csv:4 period=2"),
    ("names", "border", "flows.csv:4 scenario=storm"),
    ("names", "two-plants", "production.csv:2 item=radio"),
    # plants and warehouses
    ("plant_link", "two-plants", "facilities.csv:3 open=0, opening=0, usable=0, used=0, fixed_cost=0"),
    ("opening_balance", "two-plants", "facilities.csv:3 opening=0"),
    ("opening_balance", "battery", "facilities.csv:5 closing=0"),
    ("expansion", "battery", "facilities.csv:4 open=0, closing=1, usable=0"),
    ("one_option", "battery", "facilities.csv:5 open=1, closing=0, usable=1, fixed_cost=20"),
    ("set_up_time", "battery", "facilities.csv:2 usable=1"),
    ("closed_option", "battery", "facilities.csv:6 open=1, opening=1, usable=1"),
    ("facility_capacity", "battery", "production.csv:2 quantity=101"),
    ("integers", "two-plants", "facilities.csv:3 open=0.5"),
    ("run_recipe", "battery", "production.csv:2 location=W"),
    ("set_up_link", "battery", "production.csv:2 set_up=0"),
    # suppliers
    ("contract_exists", "battery", "contracts.csv + base,2027,S3,cell,base,1,0,0,1,0"),
    ("qualification", "battery", "suppliers.csv:4 qualified=1"),
    ("contract_needs_supplier", "battery", "suppliers.csv:5 qualified=0"),
    ("contract_link", "battery", "contracts.csv:2 drop"),
    ("contract_minimum", "battery", "contracts.csv:3 unused=0"),
    ("unused_needs_contract", "battery", "contracts.csv + base,2028,S1,cell,base,0,0,5,2,0"),
    ("contract_row", "battery", "contracts.csv:4 unit_cost=1.8"),
    # stock and recipes
    ("recipe_balance", "battery", "feeds.csv:2 quantity=170"),
    ("feed_run", "battery", "feeds.csv:2 source=S9"),
    ("output_balance", "battery", "stock.csv:3 quantity=30"),
    ("buffer", "battery", "stock.csv:2 draw=1"),
    ("stock_limit", "battery", "instance/inventory.csv:3 drop"),
    # policies
    ("policy_limit", "battery", "policies.csv:9 violation=7"),
    ("policy_row", "battery", "policies.csv:9 limit=0.8"),
    ("policy_value", "battery", "policies.csv:4 value=3"),
    ("penalty", "battery", "policies.csv:9 violation=9, penalty=4.5"),
    # duties and fees
    ("duty_row", "border", "duties.csv:3 drop"),
    (
        "duty_row",
        "border",
        "duties.csv + base,1,tijuana,chicago,truck,US,tv,shenzhen,base,,normal,CN,S122,0.15,0,100,60,900,"
        "tariffs.csv:10,",
    ),
    (
        "duty_row",
        "border",
        "duties.csv + base,1,laredo,chicago,truck,US,tv,laredo,base,,normal,US,MFN,0.05,0,130,10,65,"
        "tariffs.csv:3,",
    ),
    ("duty_source", "border", "duties.csv:3 source_row=my.csv:7\nduties.csv:4 source_row=my.csv:7"),
    ("duty_source", "border", "duties.csv:3 source_row=my.csv:"),
    ("duty_flow", "border", "duties.csv:2 origin=shenzhen, destination=tijuana"),
    ("duty_row", "border", "instance/tariffs.csv:4 ends=2026-11-02"),
    ("duty_row", "border", "instance/instance.toml 2026-11-01 -> 2026-10-31"),
    ("duty_rate", "border", "duties.csv:9 rate=0.15"),
    ("duty_rate", "border", "duties.csv:7 rate=0.005"),
    ("duty_rate", "border", "duties.csv:5 specific=0.2"),
    ("duty_value", "border", "instance/countries.csv:2 customs_basis=FOB"),
    ("duty_value", "border", "instance/currencies.csv:2 rate=1.21"),
    ("flow_duties", "border", "flows.csv:4 fees_per_unit=0.6"),
    ("duty_amount", "border", "duties.csv:10 duty=18.01"),
    # money
    ("flow_costs", "border", "flows.csv:6 pipeline=174.99"),
    ("flow_costs", "battery", "flows.csv:5 carbon=0"),
    ("costs", "battery", "costs.csv:3 amount=38"),
    ("costs", "battery", "costs.csv + base,2028,handling,0.01"),
    ("costs", "battery", "costs.csv:5 drop"),
    ("landed_sum", "battery", "landed_cost.csv:5 drop"),
    ("landed_figure", "battery", "landed_cost.csv:8 per_unit=3.375"),
    ("plan_costs", "border", "plan.json costs/duty:S301=1499.99"),
    ("objective", "border", "plan.json objective=21355.59"),
    ("bound", "border", "plan.json bound=21356"),
    ("status", "two-plants", "plan.json proven=false"),
    ("status", "two-plants", "plan.json status=infeasible"),
    ("status", "two-plants", "plan.json status=feasible, proven=false"),
    ("status", "battery", "plan.json asked={}\nplan.json asked/gap=0.0001"),
    ("fingerprint", "two-plants", "plan.json instance/name=three-plants"),
    ("readable", "border", "flows.csv:2 quantity=sixty"),
    ("readable", "border", "flows.csv:2 quantity=nan"),
    ("readable", "border", "instance/lanes.csv:2 unit_cost=abc"),
    *trade_faults.MORE,
    *scenario_faults.MORE,
)
