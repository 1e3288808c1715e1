"""Faults in a plan with scenarios, as faults.py holds those of others.

In `storm`, x (0.25) loses half of a supplier, pays more freight and duty and sees more demand from b on; y (0.1) has no
treaty from the start, and a port that is slow; calm (0.05) is base throughout; z has no probability.
"""

GIFT = """instance/items.csv + gift,,,
        instance/demand.csv + m,gift,,0.00002,0
        shortages.csv + base,a,m,gift,0.00002,0,0.00002,0,0
        shortages.csv + base,b,m,gift,0.00002,0,0.00002,0,0
        shortages.csv + x,b,m,gift,0.00002,0,0.00002,0,0
        shortages.csv + y,a,m,gift,0.00002,0,0.00002,0,0
        shortages.csv + y,b,m,gift,0.00002,0,0.00002,0,0"""
"""An item that nobody delivers."""

SINGLE: tuple[tuple[str, str, str], ...] = (
    ("same_design", "storm", "contracts.csv:4 held=0"),
    ("service", "storm", GIFT),
)

MORE: tuple[tuple[str, str, str], ...] = (
    # what happens before and after the first event
    ("names", "storm", "shortages.csv:4 scenario=calm"),
    ("names", "storm", "shortages.csv:4 scenario=storm"),
    ("names", "storm", "flows.csv:9 period=a"),
    ("stock_before", "storm", "stock.csv:4 before=20"),
    ("shortage_row", "storm", "shortages.csv:5 drop"),
    ("shortage_row", "storm", "shortages.csv:4 demand=30, met=30"),
    # what events change
    ("contract_capacity", "storm", "flows.csv:9 quantity=15.1"),
    ("contract_capacity", "storm", "instance/events.csv:2 value=0.1"),
    ("contract_minimum", "storm", "instance/events.csv:9 drop"),
    ("flow_costs", "storm", "flows.csv:8 freight_per_unit=1, freight=15"),
    ("flow_costs", "storm", "flows.csv:16 pipeline=1.3"),
    ("flow_costs", "storm", "instance/events.csv:3 mode=default, target=country:MX>m"),
    ("demand_balance", "storm", "instance/events.csv:5 value=1.4"),
    ("duty_rate", "storm", "duties.csv:5 rate=0.2"),
    ("duty_rate", "storm", "instance/events.csv:6 programme=MFN"),
    ("duty_row", "storm", "instance/events.csv:6 drop"),
    ("claim", "storm", "flows.csv:12 entry=claimed, agreement=USMCA"),
    ("run_status", "storm", "production.csv:3 status=USMCA, test=base:shift"),
    ("costs", "storm", "instance/events.csv:11 value=1.4"),
    ("costs", "storm", "instance/events.csv:7 target=USD\n        costs.csv:31 amount=61"),
    # strategic stock
    ("buffer", "storm", "stock.csv:11 draw=10.1"),
    ("buffer", "storm", "stock.csv:13 draw=1"),
    ("buffer", "storm", "stock.csv:14 quantity=9"),
    # what each scenario costs, and all together
    ("scenarios", "storm", "scenarios.csv:3 probability=0.3"),
    ("scenarios", "storm", "scenarios.csv:2 probability=0.65"),
    ("scenarios", "storm", "scenarios.csv:3 operating_cost=1726.8"),
    ("scenarios", "storm", "scenarios.csv:5 operating_cost=1519"),
    ("scenarios", "storm", "scenarios.csv:4 fill_rate=0.9"),
    ("scenarios", "storm", "scenarios.csv:6 status=planned"),
    ("scenarios", "storm", "scenarios.csv:6 status=infeasible"),
    ("scenarios", "storm", "scenarios.csv:5 drop"),
    ("costs", "storm", "costs.csv:22 amount=78"),
    ("plan_costs", "storm", "plan.json costs/freight=181"),
    ("expected_landed_cost", "storm", "plan.json expected_landed_cost=1305"),
    ("landed_sum", "storm", "landed_cost.csv:2 per_unit=0.04"),
    # 30 in a and 33.75 in b on average
    (
        "landed_figure",
        "storm",
        "landed_cost.csv:4 per_unit=4.387761233019853\nlanded_cost.csv:13 per_unit=4.05068235715714",
    ),
    # policies and the penalty
    ("policy_value", "storm", "policies.csv:5 value=0.9"),
    ("policy_value", "storm", "policies.csv:3 value=0.71"),
    ("policy_limit", "storm", "instance/policies.csv fill,fill_rate,*,0.2 -> fill,fill_rate,*,1.1"),
    ("policy_row", "storm", "policies.csv:6 drop"),
    ("policy_penalty", "storm", "policies.csv:5 violation=0.1, penalty=0.5"),
    ("penalty", "storm", "plan.json penalty/tail=130"),
    ("penalty", "storm", "plan.json penalty/exposure=28"),
    ("penalty", "storm", "plan.json penalty/concentration=25"),
    ("penalty", "storm", "plan.json penalty/total=180"),
    ("objective", "storm", "plan.json penalty/tail=120, penalty/total=171.4"),
    ("service", "storm", "instance/scenarios.csv:3 min_service=1\n        shortages.csv:4 short=1, met=44"),
    ("same_design", "storm", "contracts.csv:5 held=0"),
)
