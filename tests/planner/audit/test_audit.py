"""The audit passes good plans, names every planted fault, and needs every one of its checks."""

from __future__ import annotations

import ast
import re
import sys
from datetime import date
from pathlib import Path

import pytest

from planner.audit import CHECKS, audit
from planner.audit.calendar import read_calendar
from planner.audit.reader import read_table
from planner.audit.tables import Member
from tests.planner.audit.conftest import PLANS, Plant
from tests.planner.audit.faults import MORE, SINGLE
from tests.planner.audit.trade_faults import HARMLESS

NAMES = tuple(check.__name__.removeprefix("check_") for check in CHECKS)
GOOD = ("two-plants", "border", "battery", "television", "maquila", "harness", "quota", "storm")


def _ids(faults: tuple[tuple[str, str, str], ...]) -> list[str]:
    return [f"{check}-{number}" for number, (check, _, _) in enumerate(faults)]


@pytest.mark.parametrize("plan", GOOD)
def test_good_plan_passes(plan: str) -> None:
    report = audit(PLANS / plan)
    assert report.findings == ()
    assert report.passed
    assert report.checks > 100
    assert report.worst_violation < 1e-12


@pytest.mark.parametrize(("check", "plan", "edits"), SINGLE, ids=_ids(SINGLE))
def test_fault_passes_only_without_its_check(check: str, plan: str, edits: str, plant: Plant) -> None:
    folder = plant(plan, edits)
    assert {finding.check for finding in audit(folder).findings} == {check}
    others = tuple(each for each in CHECKS if each.__name__ != f"check_{check}")
    assert len(others) == len(CHECKS) - 1
    assert audit(folder, checks=others).passed


@pytest.mark.parametrize(("check", "plan", "edits"), MORE, ids=_ids(MORE))
def test_fault_is_named(check: str, plan: str, edits: str, plant: Plant) -> None:
    report = audit(plant(plan, edits))
    assert not report.passed
    assert check in {finding.check for finding in report.findings}


@pytest.mark.parametrize(("plan", "edits"), HARMLESS.values(), ids=HARMLESS)
def test_harmless_edit_passes(plan: str, edits: str, plant: Plant) -> None:
    assert audit(plant(plan, edits)).findings == ()


def test_every_check_has_a_fault_that_only_it_sees() -> None:
    assert sorted(check for check, _, _ in SINGLE) == sorted(NAMES)


def test_finding_says_where_and_by_how_much(plant: Plant) -> None:
    (finding,) = audit(plant("border", "duties.csv:3 duty=1500.01")).findings
    assert str(finding) == "duty_amount: duties.csv:3: duty of S301 is 1500.01, recomputed 1500"
    assert finding.amount == pytest.approx(0.01)


def test_folder_that_is_not_a_plan_is_a_finding(tmp_path: Path) -> None:
    (finding,) = audit(tmp_path).findings
    assert (finding.check, finding.place) == ("readable", "duals.csv")


BROKEN = {
    "not UTF-8": (lambda path: path.write_bytes(path.read_bytes() + b"\xe9"), "is not UTF-8 text at byte "),
    "missing": (lambda path: path.unlink(), "the table is missing"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "cannot be read: Is a directory"),
    "empty": (lambda path: path.write_bytes(b""), "the column is missing"),
    "cut short": (
        lambda path: path.write_text(path.read_text().rpartition(",")[0]),
        r"has \d+ cells, the header",
    ),
}
TABLES = (
    "facilities", "suppliers", "contracts", "production", "feeds", "flows", "stock", "shortages", "lanes",
    "policies", "scenarios", "costs", "landed_cost",
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_table_is_a_finding(table: str, how: str, plant: Plant) -> None:
    folder = plant("battery", "")
    break_it, words = BROKEN[how]
    break_it(folder / f"{table}.csv")
    (finding,) = audit(folder).findings
    assert (finding.check, finding.place.partition(":")[0]) == ("readable", f"{table}.csv")
    assert re.search(words, finding.message)


@pytest.mark.parametrize("table", ["origin", "relief", "duals"])
def test_a_table_that_nothing_is_recomputed_from_must_be_there(table: str, plant: Plant) -> None:
    folder = plant("battery", "")
    (folder / f"{table}.csv").unlink()
    assert [str(each) for each in audit(folder).findings] == [f"readable: {table}.csv: the table is missing"]


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("plan.json", "", "plan.json"),
        ("plan.json", '{"format": 1', "plan.json"),
        ("plan.json", "[1]", "plan.json"),
        ("plan.json", '{"costs": 3}', "plan.json:costs"),
        ("plan.json", '{"instance": []}', "plan.json:instance"),
        ("instance/instance.toml", "horizon = 3", "instance.toml:horizon"),
        ("instance/instance.toml", '[horizon]\nperiods = "2027"', "instance.toml:horizon.periods"),
        ("instance/instance.toml", "[horizon]\nstarts = [3]", "instance.toml:horizon.starts"),
        ("instance/instance.toml", '[instance]\nbase_date = "soon"', "instance.toml:instance.base_date"),
        ("instance/instance.toml", '[costs]\ncarbon_price = "much"', "instance.toml:costs.carbon_price"),
        ("instance/instance.toml", "[solver]\ngap = true", "instance.toml:solver.gap"),
        ("instance/locations.csv", "location,role,country\n", "offers.csv:2:location"),
        ("instance/items.csv", "item\n", "offers.csv:2:item"),
        ("instance/gateways.csv", "gateway\n", "lanes.csv:3:gateways"),
        ("instance/lanes.csv", "origin,destination\n\0", "lanes.csv:2:destination"),
        ("instance/lanes.csv", "origin,destination,per\nA,B,litre\n", "lanes.csv:2:per"),
        ("instance/lanes.csv", "origin,destination,unit_cost\nA,B,inf\n", "lanes.csv:2:unit_cost"),
        ("instance/facilities.csv", "location,option,expands\nA,new,old\n", "facilities.csv:2:expands"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_a_finding(
    file: str, text: str, place: str, plant: Plant
) -> None:
    folder = plant("battery", "")
    (folder / file).write_text(text)
    (finding,) = audit(folder).findings
    assert (finding.check, finding.place) == ("readable", place)


@pytest.mark.parametrize("name", sorted(path.name for path in (PLANS / "battery" / "instance").iterdir()))
def test_an_instance_without_one_of_its_files_is_a_finding_never_an_exception(
    name: str, plant: Plant
) -> None:
    folder = plant("battery", "")
    (folder / "instance" / name).unlink()
    assert not audit(folder).passed


def test_programmes_that_displace_each_other_are_a_finding(plant: Plant) -> None:
    report = audit(
        plant("border", "instance/tariffs.csv:11 displaces=MFN\ninstance/tariffs.csv:3 displaces=S122")
    )
    assert "displace each other: MFN, S122" in str(report)


def test_audit_imports_the_standard_library_alone() -> None:
    package = Path(__file__).parents[3] / "planner" / "audit"
    imported = set()
    for path in package.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
            elif isinstance(node, ast.Import):
                imported.update(alias.name for alias in node.names)
    foreign = {name for name in imported if not name.startswith("planner.audit")}
    assert {name.partition(".")[0] for name in foreign} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("cell", "text"), [("'=a", "=a"), ("''=b", "'=b"), ("''b", "''b"), ("'c", "'c"), ("d'", "d'"), ("'", "'")]
)
def test_apostrophe_that_shields_a_formula_is_not_part_of_the_text(
    cell: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "groups.csv"
    path.write_text(f"group;member\n{cell};x\n")
    assert read_table(path, Member) == (Member(text, "x", row=2),)


def test_periods_step_by_the_calendar() -> None:
    toml = {
        "instance": {"base_date": date(2027, 1, 31)},
        "horizon": {"periods": ["a", "b"], "days_per_period": 30},
    }
    assert read_calendar(toml).starts == (date(2027, 1, 31), date(2027, 2, 28))
    toml["horizon"] |= {"days_per_period": 10}
    assert read_calendar(toml).starts == (date(2027, 1, 31), date(2027, 2, 10))
