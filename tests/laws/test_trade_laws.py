"""Laws of trade, on random instances that hypothesis chooses; each says under which condition it is true."""

import copy
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.laws.comparison import planned, same
from tests.laws.random_instances import Case, Row
from tests.laws.random_trade import generate

pytestmark = pytest.mark.slow
seeds = st.integers(min_value=0, max_value=10**6)
tried = settings(max_examples=20, deadline=None)
LONG_AGO = "2000-01-01"
NEXT = {"US": "MX", "MX": "CN", "CN": "VN", "VN": "US"}


def changed(case: Case, table: str, change: Callable[[Row], None]) -> Case:
    """A copy of the case in which the rows of a table are changed."""
    tables = copy.deepcopy(case.tables)
    for row in tables.get(table, ()):
        change(row)
    return Case(tables, case.settings)


def without(case: Case, table: str, drop: Callable[[Row], bool]) -> Case:
    rows = [row for row in case.tables.get(table, ()) if not drop(row)]
    return Case({**case.tables, table: rows}, case.settings)


def unrelieved(case: Case) -> Case:
    """Only reduced rates are left of the duty regimes."""
    return without(case, "relief", lambda row: row["kind"] != "reduced")


def no_more(one: float, other: float) -> bool:
    return one <= other or same(one, other)


@tried
@given(seed=seeds, programme=st.sampled_from(("MFN", "S301", "S232", "CEILING", "OLD", "NEW")))
def test_a_higher_rate_never_lowers_the_optimum(seed, programme):
    """Condition: it displaces nothing, is not MFN under a ceiling, and no duty that it is part of is relieved."""
    case = unrelieved(generate(seed))
    rows = [row for row in case.tables["tariffs"] if row["programme"] == programme]
    assume(rows and not any(row.get("displaces") for row in rows))
    assume(programme != "MFN" or all(row.get("rule") != "cap" for row in case.tables["tariffs"]))

    def dearer(row: Row) -> None:
        if row["programme"] == programme:
            row["rate"] += 0.1
            if "over_rate" in row:
                row["over_rate"] += 0.1

    assert no_more(planned(case), planned(changed(case, "tariffs", dearer)))


@tried
@given(seed=seeds, agreement=st.sampled_from("AB"))
def test_leaving_an_agreement_never_lowers_the_optimum(seed, agreement):
    """Condition: no relief is limited by it, neither by the lesser of two duties nor by a claim's lower one."""
    case = unrelieved(generate(seed))

    def leave(row: Row) -> None:
        if row["agreement"] == agreement:
            row.pop("starts", None)
            row["ends"] = LONG_AGO

    assert no_more(planned(case), planned(changed(case, "agreements", leave)))


@tried
@given(seed=seeds, points=st.floats(0, 0.5))
def test_a_looser_threshold_never_raises_the_optimum(seed, points):
    """Condition: none."""
    case = generate(seed)

    def loosen(row: Row) -> None:
        if "rvc" in row:
            row["rvc"] = max(0.0, row["rvc"] - points)
        if "shift" in row:
            row["de_minimis"] = min(1.0, row.get("de_minimis", 0.1) + points)

    assert no_more(planned(changed(case, "origin_rules", loosen)), planned(case))


@tried
@given(seed=seeds)
def test_one_more_agreement_in_the_list_never_raises_the_optimum(seed):
    """Condition: no relief is limited by a claim's lower duty."""
    case = unrelieved(generate(seed))

    def list_both(row: Row) -> None:
        row["originating"] = "A;B"

    assert no_more(planned(changed(case, "offers", list_both)), planned(case))


@tried
@given(seed=seeds)
def test_without_duties_the_plan_is_blind_to_countries(seed):
    """Condition: no duty, fee or cost of a claim; the rows that select by country follow their countries."""
    case = generate(seed)
    for table in ("tariffs", "fees"):
        case = without(case, table, lambda row: True)
    case = without(case, "relief", lambda row: True)
    case = changed(case, "origin_rules", lambda row: row.update(claim_cost=0.0, preferential_rate=0.0))
    assert same(planned(case), planned(elsewhere(case)))


def elsewhere(case: Case) -> Case:
    """Every country is another one, but in the rules of trade."""
    moved = case
    for table in ("locations", "countries", "offers", "production", "inventory", "lanes"):
        moved = changed(moved, table, move)
    return moved


def move(row: Row) -> None:
    for column in ("country", "origin", "destination"):
        entries = str(row.get(column, "")).split(";")
        row.update({column: ";".join(map(moved_to, entries))} if column in row else {})


def moved_to(entry: str) -> str:
    prefix, colon, country = entry.rpartition(":")
    return f"{prefix}{colon}{NEXT.get(country, country)}"
