import planner.instance as pi


def test_what_is_not_built_yet_is_named_with_its_rows(good):
    assert pi.unsupported(good) == (
        "scenarios (scenarios.csv has 3 rows)",
        "events (events.csv has 7 rows)",
        "policies with scenario other than base (policies.csv uses it in 1 row)",
        "cvar_weight (instance.toml has resilience.cvar_weight = 0.2)",
    )


def test_a_plain_instance_asks_for_nothing_new(make):
    assert pi.unsupported(make()) == ()
