import tomllib
from datetime import date

import numpy as np
import pytest

import planner.instance as pi
from planner.instance.settings import SECTIONS, parse_settings

PERIODS = "horizon.periods"  # the only key of which a fault may be seen in the value of another


def starts(make, **horizon):
    base = horizon.pop("base", None)
    instance = {"base_date": base} if base else {}
    return make({"instance": instance, "horizon": horizon}).settings.horizon.starts


def test_defaults_of_the_format(make):
    settings = make().settings
    assert settings.instance.currency == "USD"
    assert settings.instance.base_date == date(2027, 1, 1)
    assert settings.instance.duty_date is None
    assert settings.instance.objective == "cost"
    assert settings.horizon.periods == ("1",)
    assert settings.horizon.starts == (date(2027, 1, 1),)
    assert settings.horizon.days_per_period == 365
    assert settings.resilience.cvar_alpha == 0.9
    assert (settings.solver.gap, settings.solver.threads) == (1e-4, 1)


@pytest.mark.parametrize(
    ("days", "base", "expected"),
    [
        (365, date(2027, 3, 1), [date(2027, 3, 1), date(2028, 3, 1), date(2029, 3, 1)]),
        (365, date(2028, 2, 29), [date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28)]),
        (91, date(2027, 10, 31), [date(2027, 10, 31), date(2028, 1, 31), date(2028, 4, 30)]),
        (30, date(2027, 11, 15), [date(2027, 11, 15), date(2027, 12, 15), date(2028, 1, 15)]),
        (7, date(2027, 12, 28), [date(2027, 12, 28), date(2028, 1, 4), date(2028, 1, 11)]),
        (90, date(2027, 1, 1), [date(2027, 1, 1), date(2027, 4, 1), date(2027, 6, 30)]),
    ],
)
def test_periods_step_by_year_quarter_month_or_days(make, days, base, expected):
    assert list(starts(make, periods=["a", "b", "c"], days_per_period=days, base=base)) == expected


def test_base_date_is_the_first_start_unless_given(make):
    days = [date(2027, 4, 1), date(2027, 9, 1)]
    settings = make({"horizon": {"periods": ["a", "b"], "starts": days}}).settings
    assert settings.instance.base_date == days[0]
    assert settings.horizon.starts == tuple(days)


def test_a_base_date_after_the_first_start_is_an_error(problems):
    late = {"instance": {"base_date": date(2028, 1, 1)}, "horizon": {"starts": [date(2027, 1, 1)]}}
    assert problems(late) == [
        "settings:instance.base_date: after the first period; found '2028-01-01'; "
        "expected a date not after the start of the first period, 2027-01-01"
    ]


@pytest.mark.parametrize(
    "name", ["a/b", "a\\b", "..", ".hidden", "C:", "con", "nul.txt", "x.", "a|b", "", "a\nb"]
)
def test_names_that_could_leave_their_folder_are_refused(problems, name):
    assert [line.split(": ")[0] for line in problems({"instance": {"name": name}})] == [
        "settings:instance.name"
    ]


@pytest.mark.parametrize("name", ["tv-north-america", "Año 2027", "a.b"])
def test_names_that_are_plain(make, name):
    assert make({"instance": {"name": name}}).settings.instance.name == name


def test_settings_are_frozen(make):
    with pytest.raises(ValueError, match="frozen"):
        make().settings.costs.carbon_price = 3.0


def test_periods_beyond_the_calendar_are_an_error(problems):
    far = {"instance": {"base_date": date(9999, 1, 1)}, "horizon": {"periods": ["a", "b"]}}
    assert problems(far) == ["settings:horizon.periods: the periods go beyond the year 9999"]


def test_true_is_no_number(problems):
    assert problems({"solver": {"threads": True}}) == [
        "settings:solver.threads: not a whole number; found 'true'; expected a whole number, without quotes"
    ]


VALUES = {
    "number": ["5", "0.5", "-1", "0x10", "1e308", "9" * 400],
    "endless": ["inf", "-inf", "nan"],
    "text": ['"x"', '""', '"0.5"', '"a;b"', '"""a\nb"""', f'"{"x" * 2000}"', '"2027-13-45"'],
    "true": ["true", "false"],
    "date": ["2027-01-01"],
    "time": ["2027-01-01T00:00:00", "2027-01-01T00:00:00Z", "07:32:00"],
    "list": ["[]", "[1]", '["x"]', '["a", "a"]', "[[1]]", "[{}]", "[2027-01-01T10:00:00]"],
    "table": ["{}", "{a = 1}"],
}
TAKES = {float: "number", int: "number", type(None): "date", tuple: "list"}
KEYS = [(section, key) for section, model in SECTIONS.items() for key in model.model_fields]


@pytest.mark.parametrize(("section", "key"), KEYS)
@pytest.mark.parametrize("kind", VALUES)
def test_whatever_a_key_holds_the_outcome_is_settings_or_problems_at_the_key(section, key, kind):
    for value in VALUES[kind]:
        given = {"instance": {"name": "x"}}
        given.setdefault(section, {}).update(tomllib.loads(f"{key} = {value}"))
        problems = []
        parse_settings(given, "instance.toml", problems)
        assert {problem.place.partition(":")[2] for problem in problems} <= {f"{section}.{key}", PERIODS}
        assert all(problem.message and problem.expected for problem in problems), value
        default = SECTIONS[section].model_fields[key].default
        assert problems or kind == TAKES.get(type(default), "text"), value


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("value", ["5", '"x"', "true", "2027-01-01", "[]", "[{}]"])
def test_a_section_that_is_no_table(section, value):
    problems = []
    parse_settings(
        {"instance": {"name": "x"}} | tomllib.loads(f"{section} = {value}"), "instance.toml", problems
    )
    assert [(problem.place, problem.message) for problem in problems] == [
        (f"instance.toml:{section}", "not a table")
    ]


def test_whole_numbers_of_numpy_are_numbers(make):
    solver = make({"solver": {"threads": np.int64(2), "gap": np.float32(0.5)}}).settings.solver
    assert (solver.threads, solver.gap) == (2, 0.5)


def test_settings_of_the_model_itself_are_checked():
    with pytest.raises(ValueError, match="not a plain name"):
        pi.Settings.model_validate({"instance": {"name": "../x"}})
