"""The tables of models/README.md, written from the docstrings: `python -m planner_models.readme` rewrites the file."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pyomo.environ as pyo

from planner_models import costs, resilience, trade_costs
from planner_models.arrays import Flags, Floats, Ints, Names
from planner_models.build import FAMILIES, LAZY_FAMILIES, PENALTY_FAMILIES, build_model
from planner_models.data import Data, Periods, Terms
from planner_models.templates import Columns

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- tables: written by `python -m planner_models.readme` -->", "<!-- end of tables -->"
COMPONENTS = (
    *costs.DESIGN,
    *costs.OPERATIONS,
    trade_costs.charge,
    *resilience.PENALTIES,
    costs.soft_policies,
    costs.objective,
)

Family = Callable[[pyo.ConcreteModel, Data], None]


@dataclass(frozen=True, slots=True)
class Described:
    """What the docstring of a constraint family or cost component says."""

    name: str
    says: str
    maths: str
    unit: str
    dual: str = ""
    source: str = ""


def describe_rows(family: Family) -> Described:
    """The parts of the docstring of a constraint family.

    Raises:
        ValueError: if it has no maths, no unit, no dual or no source.
    """
    says, maths, tail = _parts(family)
    found = re.search(r"Row \[(.+?)\]; dual \[(.+?)\](?:: (.+?))?\. (.*?)Source: (.+?)\.?$", tail)
    if found is None:
        raise ValueError(
            f"{family.__name__}: the docstring needs `Row [unit]; dual [unit]: meaning. Source: ...`"
        )
    unit, dual_unit, meaning, more, source = found.groups()
    says = " ".join(part for part in (says, tail[: found.start()].strip(), more.strip()) if part)
    dual = f"[{dual_unit}] {meaning or 'change of the cost per unit of the right-hand side'}"
    return Described(family.__name__, says, maths, unit, dual, source)


def describe_amount(component: Family) -> Described:
    """The parts of the docstring of a cost component.

    Raises:
        ValueError: if it has no maths or no unit.
    """
    says, maths, tail = _parts(component)
    found = re.search(r"Unit \[(.+?)\]", tail)
    if found is None:
        raise ValueError(f"{component.__name__}: the docstring needs `Unit [unit]`")
    return Described(component.__name__, f"{says} {tail[: found.start()]}".strip(), maths, found[1])


def _parts(function: Family) -> tuple[str, str, str]:
    """What the docstring says first, its maths, and the text after that, each on one line."""
    text = inspect.getdoc(function) or ""
    before, marker, after = text.partition(".. math::")
    if not marker:
        raise ValueError(f"{function.__name__}: the docstring has no maths")
    maths, _, tail = after.partition("\n\n")
    return " ".join(before.split()), " ".join(maths.split()), " ".join(tail.split())


def tables() -> str:
    """The generated part of the README."""
    variables = [
        (f"`{v.local_name}`", _index(v), v.doc, "0 or 1" if v.integer else "continuous")
        for v in build_model(_nothing()).component_objects(pyo.Var)
        if isinstance(v, Columns)
    ]
    families = [
        (f"`{row.name}`", row.says, f"${row.maths}$", row.unit, row.dual, row.source)
        for row in map(describe_rows, FAMILIES + PENALTY_FAMILIES + LAZY_FAMILIES)
    ]
    amounts = [
        (f"`{amount.name}`", amount.says, f"${amount.maths}$", amount.unit)
        for amount in map(describe_amount, COMPONENTS)
    ]
    return "\n\n".join(
        [
            "## Variables",
            _table(("variable", "index", "meaning [unit]", "kind"), variables),
            "## Constraints",
            _table(("family", "what it says", "maths", "row in", "dual", "source"), families),
            "## Costs",
            _table(("component", "what it says", "maths", "unit"), amounts),
        ]
    )


def _index(variable: Columns) -> str:
    return " x ".join(part.local_name for part in variable.index_set().subsets())


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def _nothing() -> Data:
    """One period and otherwise empty tables: enough to list what there is."""
    one = np.zeros(1, dtype=np.int64)
    periods = Periods(("1",), 365.0, np.ones(1), ("base",), one, one, np.ones(1))
    others = {name: _empty(kind) for name, kind in get_type_hints(Data).items() if name != "periods"}
    return Data(periods=periods, **others)


def _empty(kind: Any) -> Any:
    none = np.zeros(0)
    columns = [
        (Names, ()),
        (Ints, none.astype(np.int64)),
        (Floats, none),
        (Flags, none.astype(bool)),
        (Terms, Terms(none.astype(np.int64), none.astype(np.int64), none)),
    ]
    hints = get_type_hints(kind)
    made = {
        f.name: next((value for hint, value in columns if hint == hints[f.name]), None) for f in fields(kind)
    }
    if "setup_periods" in made:
        made["capacity"] = np.zeros((0, 1))
    return kind(**made)


def rewritten(text: str) -> str:
    """A README with its tables brought up to date."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
