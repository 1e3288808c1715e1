"""Laws that hold for every instance (or under the condition that each states), tried on random ones."""

import copy
from functools import cache
from random import Random

import pytest

from tests.laws.comparison import planned, same, tiny
from tests.laws.random_instances import Case

SEEDS = range(300, 308)
MONEY = {
    "items": ("customs_value",),
    "offers": ("unit_cost",),
    "suppliers": ("qualify_cost", "fixed_cost", "max_spend"),
    "facilities": ("fixed_cost", "open_cost", "close_cost"),
    "production": ("unit_cost", "setup_cost", "customs_value"),
    "lanes": ("unit_cost", "fixed_cost", "value_per_entry"),
    "gateways": ("unit_cost",),
    "demand": ("shortage_cost", "price"),
    "inventory": ("initial_value", "holding_cost", "buffer_cost"),
    "tariffs": ("specific",),
    "fees": ("min_per_entry", "max_per_entry"),
}
LIMITS_OF_MONEY = ("spend", "spend_share", "capex")

pytestmark = pytest.mark.slow
every_seed = pytest.mark.parametrize("seed", SEEDS)


@cache
def optimum(seed: int) -> float:
    return planned(tiny(seed))


def changed(seed: int) -> Case:
    """A copy of the case, to be changed."""
    case = tiny(seed)
    return Case(copy.deepcopy(case.tables), copy.deepcopy(case.settings))


def no_more(one: float, other: float) -> bool:
    return one <= other or same(one, other)


@every_seed
def test_more_capacity_never_costs_more(seed):
    """Condition: none."""
    case = changed(seed)
    for table in ("offers", "facilities", "lanes", "gateways"):
        for row in case.tables.get(table, ()):
            if "capacity" in row:
                row["capacity"] *= 1.5
    assert no_more(planned(case), optimum(seed))


@every_seed
def test_a_higher_duty_never_lowers_the_optimum(seed):
    """Condition: the programme displaces none; a cap over MFN only falls by what MFN rises."""
    case = changed(seed)
    displacing = {row["programme"] for row in case.tables.get("tariffs", ()) if row.get("displaces")}
    for row in case.tables.get("tariffs", ()):
        if row["programme"] not in displacing:
            row["rate"] += 0.1
    assert no_more(optimum(seed), planned(case))


@every_seed
def test_twice_the_money_is_twice_the_optimum(seed):
    """Condition: none; the penalty of a rule on money is money for money, and stays."""
    case = changed(seed)
    for table, columns in MONEY.items():
        for row in case.tables.get(table, ()):
            row.update({column: 2 * row[column] for column in columns if column in row})
    for row in case.tables.get("policies", ()):
        sides = ("min", "max") if row["measure"] in ("spend", "capex") else ()
        columns = sides if row["measure"] in LIMITS_OF_MONEY else ("penalty",)
        row.update({column: 2 * row[column] for column in columns if column in row})
    if "carbon_price" in case.settings["costs"]:
        case.settings["costs"]["carbon_price"] *= 2
    assert same(planned(case), 2 * optimum(seed))


@every_seed
def test_the_order_of_rows_and_columns_changes_nothing(seed):
    """Condition: none."""
    case, rng = changed(seed), Random(seed)
    for rows in case.tables.values():
        rng.shuffle(rows)
        rows[:] = [dict(rng.sample(sorted(row.items()), len(row))) for row in rows]
    assert same(planned(case), optimum(seed))


@every_seed
def test_what_cannot_be_used_changes_nothing(seed):
    """Condition: none; the supplier is excluded, the option closed, the item neither made nor wanted."""
    case = changed(seed)
    case.tables["locations"].append({"location": "outsider", "role": "supplier", "country": "MX"})
    case.tables["offers"].append({"location": "outsider", "item": "c", "unit_cost": 0.01})
    case.tables.setdefault("suppliers", []).append({"location": "outsider", "status": "excluded"})
    case.tables["items"].append({"item": "spare", "weight_kg": 1.0, "volume_m3": 1.0, "hs_code": "9999"})
    case.tables["offers"].append({"location": "supplier1", "item": "spare", "unit_cost": 0.01})
    for row in case.tables.get("facilities", [])[:1]:
        case.tables["facilities"].append({"location": row["location"], "option": "never", "status": "closed"})
    assert same(planned(case), optimum(seed))


@every_seed
def test_two_lanes_alike_are_as_good_as_one(seed):
    """Condition: no capacity, fixed cost or minimum on the lane; fees for all modes alike."""
    case = changed(seed)
    modes = {row.pop("modes", None) for row in case.tables.get("fees", ())}
    before = planned(case) if modes else optimum(seed)
    for row in list(case.tables["lanes"]):
        if not {"capacity", "fixed_cost", "min_quantity"} & row.keys():
            case.tables["lanes"].append({**row, "mode": f"{row.get('mode', 'default')} again"})
    assert same(planned(case), before)


@every_seed
def test_one_more_contract_never_costs_more(seed):
    """Condition: none; nobody has to hold it."""
    case = changed(seed)
    for supplier in ("supplier1", "supplier2"):
        case.tables["offers"].append({"location": supplier, "item": "c", "contract": "new", "unit_cost": 7.0})
    assert no_more(planned(case), optimum(seed))


@every_seed
def test_one_rule_less_never_costs_more(seed):
    """Condition: none."""
    case = changed(seed)
    case.tables["policies"] = case.tables.get("policies", [])[:-1]
    assert no_more(planned(case), optimum(seed))


@every_seed
def test_a_soft_rule_never_costs_more_than_the_hard_one(seed):
    """Condition: the penalty is not negative."""
    soft, hard = changed(seed), changed(seed)
    for row in soft.tables.get("policies", ()):
        row["penalty"] = 10.0
    for row in hard.tables.get("policies", ()):
        row.pop("penalty", None)
    assert no_more(planned(soft), planned(hard))


@every_seed
def test_the_day_on_which_money_is_counted_scales_the_optimum(seed):
    """Condition: no policy with a penalty, which is not discounted."""
    early, late = changed(seed), changed(seed)
    for case, day in ((early, "2026-01-01"), (late, "2027-01-01")):
        case.tables.pop("policies", None)
        case.settings["instance"]["base_date"] = day
        case.settings["horizon"].update(starts=[f"{2028 + t}-01-01" for t in range(3)][: periods(case)])
    rate = early.settings["horizon"].setdefault("discount_rate", 0.1)
    late.settings["horizon"]["discount_rate"] = rate
    assert same(planned(early) * (1 + rate), planned(late))


def periods(case: Case) -> int:
    return len(case.settings["horizon"]["periods"])
