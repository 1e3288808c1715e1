"""What came out of a sweep as one tidy table, a row a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

import pandas as pd

from planner.study.cases import Outcome
from planner.study.grid import Axis, Case

TEXTS = ("status", "stopped_by")
FIGURES = ("gap", "objective", "expected_landed_cost", "penalty")
SHARES = ("allied_share", "fill_rate")
LISTS = ("open", "opened", "closed", "suppliers")
FIXED = ("case", *TEXTS, *FIGURES, *SHARES, *LISTS, "seconds", "error")


def table(axes: Sequence[Axis], cases: Sequence[Case], outcomes: Mapping[int, Outcome]) -> pd.DataFrame:
    """A row for each case that is done, in the order of the grid.

    case; a column for each varied quantity; status (that of a plan, or `error`), stopped_by, gap; objective,
    expected_landed_cost, penalty and each component of the cost as `cost:COMPONENT` (discounted instance currency);
    allied_share, fill_rate, `hhi:ITEM`, `spend_share:COUNTRY`; open, opened, closed, suppliers (lists with `;`:
    facilities that are usable in some period, that open and that close, and suppliers that ship); seconds; error.
    """
    ended = [case for case in cases if case.number in outcomes]
    found = [outcomes[case.number] for case in ended]
    metrics = [each.get("metrics", {}) for each in found]
    columns: dict[str, Sequence[Any]] = {"case": [case.number for case in ended]}
    for at, axis in enumerate(axes):
        known = dict(zip(axis.labels, axis.numbers or axis.labels, strict=True))
        columns[axis.name] = [known[case.labels[at]] for case in ended]
    columns |= {name: [each.get(name, "") for each in found] for name in TEXTS}
    columns |= {name: _numbers(found, name) for name in FIGURES}
    columns |= _entries("cost:", [each.get("costs") for each in found], 0.0)
    columns |= {name: _numbers(metrics, name) for name in SHARES}
    columns |= _entries("hhi:", [each.get("hhi") for each in metrics], nan)
    columns |= _entries("spend_share:", [each.get("share_by_country") for each in metrics], 0.0)
    columns |= {name: [";".join(each.get(name, ())) for each in found] for name in LISTS}
    columns["seconds"] = _numbers(found, "seconds")
    columns["error"] = [each.get("error", "") for each in found]
    return pd.DataFrame(columns)


def _numbers(found: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    """A figure of each case; nan where there is none."""
    return [nan if each.get(name) is None else each[name] for each in found]


def _entries(
    prefix: str, found: Sequence[Mapping[str, float] | None], absent: float
) -> dict[str, list[float]]:
    """A column for each entry that any case has; `absent` where another has it, nan where there is no plan."""
    names = dict.fromkeys(name for each in found for name in each or ())
    return {
        f"{prefix}{name}": [nan if each is None else each.get(name, absent) for each in found]
        for name in names
    }
