"""The formulation is documented: every family has maths, unit, dual and source, a row in the README, and a test."""

from __future__ import annotations

import re
from pathlib import Path

import pyomo.environ as pyo
import pytest

from planner_models import build_model
from planner_models.build import FAMILIES, LAZY_FAMILIES, PENALTY_FAMILIES
from planner_models.data import Data
from planner_models.readme import COMPONENTS, README, Family, describe_amount, describe_rows, rewritten
from planner_models.templates import Rows
from tests.models import menu

ROWS = FAMILIES + LAZY_FAMILIES + PENALTY_FAMILIES
TESTS = re.findall(
    r"^def test_(\w+)", "\n".join(p.read_text() for p in Path(__file__).parent.glob("test_*.py")), re.M
)


def names(functions: tuple[Family, ...]) -> list[str]:
    return [function.__name__ for function in functions]


def test_the_tables_of_the_readme_are_up_to_date() -> None:
    text = README.read_text(encoding="utf-8")
    assert rewritten(text) == text, "run `python -m planner_models.readme`"


@pytest.mark.parametrize("family", ROWS, ids=names(ROWS))
def test_a_constraint_family_says_what_it_is(family: Family) -> None:
    described = describe_rows(family)
    assert all((described.says, described.maths, described.unit, described.dual, described.source))


@pytest.mark.parametrize("component", COMPONENTS, ids=names(COMPONENTS))
def test_a_cost_component_says_what_it_is(component: Family) -> None:
    described = describe_amount(component)
    assert all((described.says, described.maths, described.unit))


@pytest.mark.parametrize("name", names(ROWS + COMPONENTS))
def test_a_family_has_a_row_in_the_readme(name: str) -> None:
    assert len(re.findall(rf"^\| `{name}` \|.*\|.*\$", README.read_text(encoding="utf-8"), re.M)) == 1


@pytest.mark.parametrize("name", names(ROWS + COMPONENTS))
def test_a_family_has_a_test_of_its_own(name: str) -> None:
    assert [test for test in TESTS if test.startswith(f"{name}_")]


def test_every_constraint_of_the_model_is_listed_once() -> None:
    built = [c.local_name for c in build_model(menu.network()).component_objects(pyo.Constraint)]
    assert all(isinstance(c, Rows) for c in build_model(menu.network()).component_objects(pyo.Constraint))
    assert built == names(ROWS)


def _undocumented(m: pyo.ConcreteModel, data: Data) -> None:
    """Say nothing of maths."""


def _unitless(m: pyo.ConcreteModel, data: Data) -> None:
    """Say the maths alone.

    .. math:: x
    """


@pytest.mark.parametrize("describe", [describe_rows, describe_amount])
def test_a_docstring_without_maths_or_unit_is_an_error(describe: object) -> None:
    assert callable(describe)
    with pytest.raises(ValueError, match="_undocumented: the docstring has no maths"):
        describe(_undocumented)
    with pytest.raises(ValueError, match="_unitless: the docstring needs `"):
        describe(_unitless)
