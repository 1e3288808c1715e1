import planner.instance as pi


def test_what_is_not_built_yet_is_named_with_its_rows(good):
    assert pi.unsupported(good) == (
        "agreements (agreements.csv has 3 rows)",
        "origin_rules (origin_rules.csv has 2 rows)",
        "relief (relief.csv has 1 row)",
        "scenarios (scenarios.csv has 3 rows)",
        "events (events.csv has 7 rows)",
        "tariffs.waived_by (tariffs.csv uses it in 2 rows)",
        "tariffs.quota (tariffs.csv uses it in 1 row)",
        "fees.exempt (fees.csv uses it in 1 row)",
        "policies with scenario other than base (policies.csv uses it in 1 row)",
        "cvar_weight (instance.toml has resilience.cvar_weight = 0.2)",
    )


def test_a_plain_instance_asks_for_nothing_new(make):
    assert pi.unsupported(make()) == ()
