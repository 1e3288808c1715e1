"""The audit passes good plans, names every planted fault, and needs every one of its checks."""

from __future__ import annotations

import ast
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
GOOD = ("two-plants", "border", "battery", "television", "maquila", "harness", "quota")


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
    assert (finding.check, finding.place) == ("readable", "instance.toml")


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
    ("cell", "text"), [("'=a", "=a"), ("''b", "'b"), ("'c", "'c"), ("d'", "d'"), ("'", "'")]
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
