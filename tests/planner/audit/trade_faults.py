"""Faults of trade to plant in the good plans (see faults), and edits after which they are still right."""

SINGLE: tuple[tuple[str, str, str], ...] = (
    ("good_status", "television", "instance/offers.csv:4 originating="),
    ("good_class", "maquila", "production.csv + base,1,juarez,ecu,base,,,KR,0,0"),
    (
        "class_way",
        "maquila",
        "flows.csv + base,1,juarez,mexico,truck,ecu,juarez,base,,US,normal,,,0,0,0,0,0,0,0,0,0,1,0,0",
    ),
    ("class_kept", "maquila", "feeds.csv + base,1,juarez,ecu,base,,,US,ecu,juarez,base,,US,0"),
    ("claim", "television", "instance/agreements.csv:5 ends=2027-01-01"),
    ("run_status", "harness", "production.csv + base,2028,monterrey,ecu,base,USMCA,base:shift,any,0,0"),
    (
        "regional_value",
        "television",
        """instance/origin_rules.csv:4 rvc=0.51
        origin.csv:4 threshold=0.51, headroom=-0.21, headroom_money=-1680
        origin.csv:5 threshold=0.51, headroom=-0.01, headroom_money=-120, qualifies=no""",
    ),
    (
        "tariff_shift",
        "harness",
        """instance/origin_rules.csv:2 de_minimis=0.09
        origin.csv:10 threshold=0.09, headroom=-0.01, headroom_money=-22.8, qualifies=no
        origin.csv:11 threshold=0.09, headroom=-0.11, headroom_money=-145.2""",
    ),
    ("origin_row", "television", "origin.csv:3 drop"),
    ("origin_figure", "television", "origin.csv:2 non_originating=5600.01"),
    ("origin_verdict", "harness", "origin.csv:3 qualifies=yes"),
    ("duty_reason", "television", "duties.csv:9 waived_by="),
    ("tariff_quota", "quota", "instance/tariffs.csv:3 quota=99"),
    ("relief_row", "maquila", "relief.csv:4 kind=drawback"),
    ("relief_figure", "maquila", "relief.csv:2 covered_duty=60.01"),
    (
        "relief_of_input",
        "maquila",
        """instance/relief.csv:4 rate=0.9
        relief.csv:3 rate=0.9, limit=25.2
        relief.csv:4 rate=0.9, limit=63""",
    ),
    (
        "relief_of_output",
        "maquila",
        """instance/agreements.csv + USMCA,JP
        relief.csv:2 output_duty=0
        relief.csv:3 output_duty=0""",
    ),
    ("regime_row", "maquila", "regimes.csv:2 fixed_cost=50.01"),
    ("regime_link", "maquila", "instance/relief.csv:3 fixed_cost=5"),
)

MORE: tuple[tuple[str, str, str], ...] = (
    # a claim without qualifying, between countries that may not, too late, not asked for, not paid
    ("claim", "television", "flows.csv:5 entry=claimed, agreement=USMCA"),
    ("claim", "television", "instance/agreements.csv:5 drop"),
    ("claim", "television", "instance/agreements.csv:5 member=CA"),
    ("claim", "television", "flows.csv:6 agreement=EUMX"),
    ("claim", "television", "flows.csv:6 agreement="),
    ("claim", "television", "flows.csv:5 agreement=USMCA"),
    ("claim", "television", "flows.csv:4 entry=claimed, agreement=USMCA"),
    ("claim", "television", "flows.csv:6 entry=free"),
    ("claim", "harness", "flows.csv:9 entry=claimed, agreement=USMCA"),
    ("claim", "harness", "instance/instance.toml base_date = 2027-01-01 -> duty_date = 2028-01-01"),
    ("flow_costs", "television", "flows.csv:6 claim=0"),
    ("costs", "television", "costs.csv:11 drop"),
    ("costs", "television", "instance/origin_rules.csv:4 claim_cost=0.6"),
    ("landed_sum", "television", "landed_cost.csv:11 per_unit=0.2"),
    # a status that nothing earns
    ("good_status", "television", "flows.csv:2 status=USMCA"),
    ("output_balance", "television", "flows.csv:5 status=USMCA"),
    ("warehouse_balance", "maquila", "flows.csv:2 class=domestic"),
    ("output_balance", "harness", "stock.csv:2 status="),
    ("run_status", "television", "production.csv:3 test=base:shift"),
    ("run_status", "television", "production.csv:3 status=CPTPP"),
    ("run_status", "television", "production.csv:2 test=base:rvc"),
    ("run_status", "television", "instance/agreements.csv:4 ends=2027-01-01"),
    ("run_status", "television", "instance/agreements.csv:4 starts=2027-01-02"),
    # an origin that is not met: by one panel, by the longer prefix, by a board, by what does not originate
    (
        "regional_value",
        "television",
        """feeds.csv:2 quantity=39
        feeds.csv + base,1,tijuana,tv,base,,,any,panel,monterrey,base,USMCA,any,1
        feeds.csv:4 quantity=41
        feeds.csv:5 quantity=19""",
    ),
    ("regional_value", "television", "instance/origin_rules.csv:4 drop"),
    ("regional_value", "harness", "instance/origin_rules.csv:4 rvc=0.9"),
    ("regional_value", "harness", "instance/production.csv:2 net_cost=79"),
    ("regional_value", "harness", "instance/offers.csv:4 unit_cost=1.01"),
    (
        "tariff_shift",
        "harness",
        """production.csv:7 status=USMCA, test=base:shift
        feeds.csv:13 status=USMCA, test=base:shift
        feeds.csv:14 status=USMCA, test=base:shift""",
    ),
    ("tariff_shift", "harness", "instance/origin_rules.csv:4 de_minimis="),
    ("tariff_shift", "harness", "instance/items.csv:3 hs_code=8537.20"),
    ("tariff_shift", "harness", "instance/items.csv:3 hs_code="),
    ("recipe_balance", "harness", "feeds.csv:4 quantity=7\nfeeds.csv:6 quantity=27"),
    ("feed_run", "harness", "feeds.csv:2 test=net:rvc"),
    ("origin_figure", "television", "origin.csv:5 non_originating=1200"),
    ("origin_figure", "harness", "origin.csv:8 non_originating=400, share=0.875"),
    ("origin_figure", "harness", "instance/origin_rules.csv:2 except_hs="),
    ("origin_figure", "harness", "instance/origin_rules.csv:4 except_hs="),
    ("origin_figure", "harness", "instance/origin_rules.csv:5 method=transaction"),
    ("origin_figure", "harness", "origin.csv:9 headroom_money=60.01"),
    ("origin_figure", "harness", "origin.csv:9 headroom=0.15001"),
    ("origin_row", "harness", "origin.csv:11 test=base:rvc"),
    (
        "origin_row",
        "television",
        "origin.csv + base,1,tijuana,tv,base,any,USMCA,EUMX,base:rvc,regional_value,12000,6000,0.5,0.6,-0.1,-1200,no",
    ),
    ("origin_verdict", "television", "origin.csv:5 qualifies=no\ninstance/origin_rules.csv:4 rvc=0.4"),
    # duties on a claim
    (
        "duty_row",
        "television",
        "duties.csv + base,1,tijuana,chicago,truck,US,tv,tijuana,base,,any,normal,,MX,S301,0.04,0,200,40,320,"
        "tariffs.csv:6,,",
    ),
    ("duty_row", "television", "duties.csv:12 drop"),
    ("duty_rate", "television", "duties.csv:9 rate=0"),
    ("duty_rate", "television", "duties.csv:10 rate=0.03"),
    ("duty_rate", "television", "duties.csv:11 rate=0.14"),
    ("duty_rate", "television", "duties.csv:13 rate=0.005"),
    ("duty_rate", "television", "instance/tariffs.csv:3 waived_by="),
    ("duty_reason", "television", "duties.csv:14 waived_by=USMCA"),
    ("duty_row", "television", "duties.csv:4 entry=claimed, agreement=USMCA"),
    # above a quota
    ("tariff_quota", "quota", "duties.csv:5 quantity=51\nduties.csv:6 quantity=19"),
    ("tariff_quota", "quota", "instance/tariffs.csv:2 quota=9"),
    ("tariff_quota", "quota", "instance/tariffs.csv:4 quota=29"),
    ("tariff_quota", "quota", "duties.csv:6 drop\nduties.csv:5 quantity=70"),
    ("duty_rate", "quota", "duties.csv:6 rate=0.05"),
    ("duty_rate", "quota", "duties.csv:4 rate=0.5"),
    ("duty_rate", "quota", "duties.csv:8 rate=0.35"),
    ("duty_reason", "quota", "duties.csv:8 regime="),
    ("duty_value", "quota", "duties.csv:6 quantity=19"),
    ("duty_value", "quota", "duties.csv:6 drop"),
    (
        "duty_flow",
        "quota",
        "duties.csv + base,1,santos,houston,ocean,US,coil,santos,base,,any,normal,,BR,MFN,0.25,0,10,0,0,"
        "tariffs.csv:3,,",
    ),
    ("non_negative", "quota", "duties.csv:5 quantity=90\nduties.csv:6 quantity=-20"),
    ("flow_duties", "quota", "flows.csv:4 duty=35"),
    ("costs", "quota", "costs.csv:5 amount=110"),
    # duty given back: too much, for the wrong goods, by the wrong regime
    ("relief_of_output", "maquila", "relief.csv:4 relief=60"),
    ("relief_of_output", "maquila", "instance/tariffs.csv:5 rate=0.009"),
    (
        "relief_of_output",
        "maquila",
        "relief.csv + base,1,juarez,ecu,base,,US,DRAWBACK,drawback,150,0.9,135,50,1,relief.csv:3",
    ),
    ("relief_of_input", "maquila", "relief.csv:2 relief=55\nrelief.csv:3 relief=0"),
    ("relief_of_input", "maquila", "relief.csv:2 relief=41"),
    ("relief_of_input", "maquila", "instance/relief.csv:4 items=chip"),
    (
        "relief_of_input",
        "maquila",
        """instance/locations.csv + depot,warehouse,MX
        instance/lanes.csv + depot,juarez,truck,,1
        instance/lanes.csv + shenzhen,depot,ocean,chip,1""",
    ),
    (
        "relief_of_input",
        "maquila",
        """instance/agreements.csv + PACIFIC,CN
        instance/agreements.csv + PACIFIC,MX
        instance/offers.csv:3 originating=PACIFIC
        instance/tariffs.csv:3 waived_by=PACIFIC
        flows.csv:8 status=PACIFIC
        duties.csv:5 status=PACIFIC
        duties.csv:6 status=PACIFIC
        feeds.csv:3 component_status=PACIFIC
        feeds.csv:5 component_status=PACIFIC
        feeds.csv:7 component_status=PACIFIC""",
    ),
    ("relief_figure", "maquila", "instance/relief.csv:4 covers=CC"),
    ("relief_figure", "maquila", "instance/relief.csv:3 rate=0.95"),
    ("relief_figure", "maquila", "relief.csv:4 output_duty=75"),
    ("relief_figure", "maquila", "relief.csv:3 output_duty=0"),
    ("relief_figure", "maquila", "instance/agreements.csv:3 drop"),
    ("relief_row", "maquila", "relief.csv:3 programme=PROSEC"),
    ("relief_row", "maquila", "relief.csv:2 row=relief.csv:2"),
    (
        "relief_row",
        "maquila",
        "relief.csv + base,1,juarez,ecu,base,,domestic,DRAWBACK,drawback,90,0.9,81,,81,relief.csv:3",
    ),
    ("names", "maquila", "relief.csv:2 item=tank"),
    (
        "duplicates",
        "maquila",
        "relief.csv + base,1,juarez,ecu,base,,JP,IMMEX,suspension,28,1,28,,0,relief.csv:4",
    ),
    ("costs", "maquila", "relief.csv:4 relief=49.99"),
    ("costs", "maquila", "costs.csv:8 amount=-118.01"),
    ("landed_figure", "maquila", "landed_cost.csv:8 per_unit=-1.4\nlanded_cost.csv:21 per_unit=-2.4"),
    # regimes that are not paid, or do not exist
    ("regime_link", "maquila", "regimes.csv:2 drop"),
    ("regime_link", "maquila", "regimes.csv:3 used=0, fixed_cost=0"),
    ("regime_link", "maquila", "flows.csv:8 regime=PROSEC"),
    ("regime_link", "maquila", "flows.csv:7 regime=MAGIC"),
    ("regime_row", "maquila", "regimes.csv:2 row=relief.csv:3"),
    ("regime_row", "maquila", "regimes.csv + juarez,MAGIC,1,1,0,relief.csv:7"),
    ("integers", "maquila", "regimes.csv:2 used=0.5"),
    ("costs", "maquila", "costs.csv:2 amount=50"),
    ("landed_figure", "maquila", "landed_cost.csv:2 per_unit=0.66\nlanded_cost.csv:9 per_unit=0.5"),
    ("duty_rate", "maquila", "duties.csv:4 rate=0.05"),
    ("duty_rate", "maquila", "duties.csv:6 rate=0.15"),
    ("duty_rate", "maquila", "flows.csv:7 regime="),
    ("duty_reason", "maquila", "duties.csv:6 regime="),
    ("duty_reason", "maquila", "duties.csv:3 regime=SECTOR"),
    # earmarked goods that stray
    ("class_way", "maquila", "flows.csv:4 class=US"),
    ("class_way", "maquila", "flows.csv:3 class=JP"),
    (
        "class_kept",
        "maquila",
        """instance/inventory.csv new location,item + juarez,ecu
        stock.csv new scenario,period,location,item,source,deal,status,class,before,quantity,lost,draw,storage \
        + base,1,juarez,ecu,juarez,base,,US,0,5,0,0,0
        production.csv:3 quantity=55""",
    ),
    ("good_class", "maquila", "production.csv:2 class=MX"),
    ("good_class", "television", "production.csv:2 class=domestic"),
    ("good_class", "quota", "production.csv:2 class=US"),
)

HARMLESS: dict[str, tuple[str, str]] = {
    "old columns": ("border", "flows.csv:2 class="),
    "a supplier that claims what its country may not": (
        "television",
        """instance/offers.csv:2 originating=USMCA
        flows.csv:2 status=USMCA
        duties.csv:2 status=USMCA
        feeds.csv:2 component_status=USMCA
        feeds.csv:4 component_status=USMCA""",
    ),
    "a rule for other goods": ("television", "instance/origin_rules.csv + USMCA,8529,base,rvc,0.99,,,,,,"),
    "a set-up that two batches share": (
        "television",
        """instance/production.csv:2 setup_cost=10
        production.csv:2 set_up=1
        production.csv:3 set_up=1
        costs.csv + ,1,setup,10
        landed_cost.csv + chicago,tv,1,setup,0.1
        plan.json costs/setup=10, objective=20660, bound=20466, gap=0.009390125847047435, expected_landed_cost=20660""",
    ),
    "a depot abroad": (
        "maquila",
        """instance/lanes.csv + elpaso,juarez,truck,,1
        instance/lanes.csv + shenzhen,elpaso,ocean,chip,1""",
    ),
    "a depot that does not handle the item": (
        "maquila",
        """instance/locations.csv + depot,warehouse,MX
        instance/lanes.csv + depot,juarez,truck,,1
        instance/lanes.csv + shenzhen,depot,ocean,chip,1
        instance/production.csv + depot,ecu,0""",
    ),
    "a depot that is closed": (
        "maquila",
        """instance/locations.csv + depot,warehouse,MX
        instance/lanes.csv + depot,juarez,truck,,1
        instance/lanes.csv + shenzhen,depot,ocean,chip,1
        instance/facilities.csv new location,status + depot,closed""",
    ),
    "no relief where one might be had": (
        "maquila",
        "relief.csv + base,1,juarez,ecu,base,,US,DRAWBACK,drawback,150,0.9,135,50,0,relief.csv:3",
    ),
    "a depot that passes the chips of another supplier": (
        "maquila",
        """instance/locations.csv + depot,warehouse,MX
        instance/locations.csv + seoul,supplier,KR
        instance/offers.csv + seoul,chip,9
        instance/lanes.csv + depot,juarez,truck,,1
        instance/lanes.csv + seoul,depot,ocean,chip,1""",
    ),
    "a plain batch at a plant with regimes": (
        "maquila",
        """production.csv:4 class=any
        feeds.csv:6 class=any
        feeds.csv:7 class=any
        flows.csv:4 class=any""",
    ),
}
