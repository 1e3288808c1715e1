"""Two plans side by side: what the difference costs and how sure that is, what opened and closed, what moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum, inf, nan
from typing import Any

import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance import WhatIf
from planner.plan import Plan
from planner.plan.worth import Worth
from planner.study.session import Repriced

DUST = 1e-6  # units below which nothing has moved
PAIR = ("base", "what_if", "difference")
FLOWS = ("kind", "country", "location", "item", "deal")
PENALTY = "penalty:"  # before the name of a part of the penalty
DUTY = ("duty:", "fee:")


@dataclass(frozen=True, slots=True)
class Range:
    """Between which figures a difference of two best plans lies, whatever the gaps of the plans hide."""

    lowest: float
    highest: float


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """A plan against a base plan; money is expected and discounted, in the currency of both.

    `kept` is what the design of the base plan costs in the other world, if that was asked.
    """

    base: Plan
    plan: Plan
    whatif: WhatIf = field(default_factory=lambda: WhatIf(""))
    kept: Repriced | None = None

    @property
    def complete(self) -> bool:
        """Whether there are two plans to compare."""
        return self.base.found and self.plan.found

    @property
    def difference(self) -> float:
        """What the plan costs more than the base plan; nan where either is missing."""
        return self.plan.objective - self.base.objective

    @property
    def proven(self) -> Range:
        """Between which figures the difference of the two best plans lies, by both bounds.

        Where the design of the base plan is kept, it is that of the two best ways to operate this design.
        """
        if not self.complete:
            return Range(nan, nan)
        least = self.base.objective if self.whatif.fix.design else self.base.bound
        return Range(self.plan.bound - self.base.objective, self.plan.objective - least)

    @property
    def regret(self) -> float:
        """What keeping the design of the base plan costs more than the plan; inf where it cannot be operated.

        It is nan where that was not asked, or there is no plan.
        """
        return nan if self.kept is None else self.kept.objective - self.plan.objective

    @cached_property
    def bridge(self) -> pd.DataFrame:
        """component, base, what_if, difference: from one objective to the other, the largest difference first.

        Components are those of the ledger and the parts of the penalty; the differences add up to that of the
        objectives.
        """
        rows = _side_by_side("component", _components(self.base), _components(self.plan))
        rows = rows[(rows["base"] != 0) | (rows["what_if"] != 0)]
        return _largest_first(rows)

    @cached_property
    def facilities(self) -> pd.DataFrame:
        """location, option, base, what_if: in which periods an option is open, where that differs."""
        both = _side_by_side(("location", "option"), _open_in(self.base), _open_in(self.plan), blank="")
        return both[(both["base"] != both["what_if"]) & self.complete].reset_index(drop=True)

    @cached_property
    def volumes(self) -> pd.DataFrame:
        """kind, country, location, item, deal, base, what_if, difference: expected units that moved.

        `bought` under a contract or `made` by a recipe, over the horizon; the largest difference first.
        """
        both = _side_by_side(FLOWS, _units(self.base), _units(self.plan))
        return _largest_first(both[(both["difference"].abs() > DUST) & self.complete])

    def moved(self, *by: str) -> pd.DataFrame:
        """The volumes that moved, added up by some of their columns: `moved("country", "item")`.

        What only moved within them is left out.
        """
        added = self.volumes.groupby(list(by), as_index=False)[list(PAIR)].sum()
        return _largest_first(added[added["difference"].abs() > DUST])

    @cached_property
    def duties(self) -> pd.DataFrame:
        """programme, base, what_if, difference: duties and fees, the largest difference first."""
        rows = self.bridge[self.bridge["component"].str.startswith(DUTY)]
        programme = rows["component"].str.removeprefix("duty:")
        return (
            rows.assign(component=programme).rename(columns={"component": "programme"}).reset_index(drop=True)
        )

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """metric, base, what_if, difference: figures of plan.json, those by country or item with its name."""
        return _side_by_side("metric", dict(_metrics(self.base)), dict(_metrics(self.plan)))

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        return {
            "bridge": self.bridge,
            "facilities": self.facilities,
            "volumes": self.volumes,
            "duties": self.duties,
            "metrics": self.metrics,
        }

    @property
    def document(self) -> dict[str, Any]:
        """All that is known, for JSON: what is not known is null."""
        tables = {name: table.to_dict("records") for name, table in self.tables.items()}
        return {
            "name": self.whatif.name,
            "title": self.whatif.title,
            "changes": list(self.whatif.words),
            **{name: _outcome(plan) for name, plan in (("base", self.base), ("what_if", self.plan))},
            "difference": known(self.difference),
            "proven": [known(self.proven.lowest), known(self.proven.highest)],
            "kept_design": None
            if self.kept is None
            else {"status": self.kept.status.value, "regret": known(self.regret)},
            **{name: [_known(row) for row in rows] for name, rows in tables.items()},
        }

    def __str__(self) -> str:
        from planner.study.side_by_side import as_text  # noqa: PLC0415 - rich only when somebody looks

        return as_text([self])

    def __repr__(self) -> str:
        return f"Comparison({self.whatif.name!r}, difference={self.difference!r})"

    def _repr_html_(self) -> str:
        from planner.plan.shown import group_as_html  # noqa: PLC0415 - as above
        from planner.study.side_by_side import renderable  # noqa: PLC0415

        return group_as_html(renderable([self]))


def compare(base: Plan, plan: Plan) -> Comparison:
    """A plan against a base plan.

    Raises:
        InstanceError: they count in different currencies.
    """
    one, other = (each.instance.settings.instance.currency for each in (base, plan))
    if one != other:
        message = "plans in different currencies cannot be compared"
        raise InstanceError([Problem("instance.currency", message, other, one)])
    changes = [words for words in plan.document["changes"] if words not in base.document["changes"]]
    title = "; ".join(changes)
    return Comparison(base, plan, WhatIf(_named(plan), title=title))


def stacked(comparisons: Iterable[Comparison], table: str) -> pd.DataFrame:
    """A table of several comparisons under each other, with a column that says of which what-if a row is."""
    rows = pd.concat([each.tables[table].assign(whatif=each.whatif.name) for each in comparisons])
    return rows[["whatif", *(name for name in rows.columns if name != "whatif")]].reset_index(drop=True)


def outcomes(comparisons: Iterable[Comparison]) -> pd.DataFrame:
    """A row for each what-if: what it costs, how far that is proven, and what keeping today's design costs."""
    rows = [
        {
            "whatif": each.whatif.name,
            "title": each.whatif.title,
            "changes": "; ".join(each.whatif.words),
            "status": each.plan.status.value,
            "objective": each.plan.objective,
            "bound": each.plan.bound,
            "gap": each.plan.gap,
            "difference": each.difference,
            "lowest": each.proven.lowest,
            "highest": each.proven.highest,
            "kept_design": "" if each.kept is None else each.kept.status.value,
            "regret": each.regret,
        }
        for each in comparisons
    ]
    return pd.DataFrame(rows)


def known(figure: float) -> float | None:
    """A figure for JSON, which has no infinity and no nan."""
    return figure if abs(figure) < inf else None


def _known(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): known(cell) if isinstance(cell, float) else cell for name, cell in row.items()}


def _outcome(plan: Plan) -> dict[str, Any]:
    """Where a plan is, and how it ended."""
    return {
        "instance": dict(plan.document["instance"]),
        "folder": None if plan.folder is None else str(plan.folder),
        "status": plan.status.value,
        **{name: known(getattr(plan, name)) for name in ("objective", "bound", "gap")},
    }


def _named(plan: Plan) -> str:
    return plan.folder.name if plan.folder else str(plan.document["instance"]["name"])


def _components(plan: Plan) -> dict[str, float] | None:
    """What the objective of a plan consists of; None without a plan."""
    if not plan.found:
        return None
    parts = {name: amount for name, amount in plan.document["penalty"].items() if name != "total"}
    return plan.totals | {f"{PENALTY}{name}": amount for name, amount in parts.items()}


def _side_by_side(
    keys: str | tuple[str, ...],
    base: Mapping[Any, Any] | None,
    other: Mapping[Any, Any] | None,
    blank: Any = 0.0,
) -> pd.DataFrame:
    """Two columns of figures or texts by key, `blank` for what a plan does not have, nan where there is no plan."""
    names = list(dict.fromkeys([*(base or {}), *(other or {})]))
    columns = [
        [nan] * len(names) if side is None else [side.get(name, blank) for name in names]
        for side in (base, other)
    ]
    index = [keys] if isinstance(keys, str) else list(keys)
    cells = [(name,) if isinstance(keys, str) else name for name in names]
    rows = pd.DataFrame(cells, columns=index).assign(base=columns[0], what_if=columns[1])
    return rows if isinstance(blank, str) else rows.assign(difference=rows["what_if"] - rows["base"])


def _largest_first(rows: pd.DataFrame) -> pd.DataFrame:
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def _open_in(plan: Plan) -> dict[tuple[str, str], str]:
    """By location and option: the periods in which it is open, in words; without the never open."""
    periods = list(plan.instance.settings.horizon.periods)
    states = plan.facilities[plan.facilities["open"] == 1]
    return {
        (str(place), str(option)): spans(rows["period"], periods)
        for (place, option), rows in states.groupby(["location", "option"], sort=False)
    }


def spans(chosen: Iterable[str], periods: list[str]) -> str:
    """Periods in words: `2027 to 2029, 2031`."""
    numbers = sorted(periods.index(period) for period in chosen)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        periods[run[0]] if len(run) == 1 else f"{periods[run[0]]} to {periods[run[-1]]}" for run in runs
    )


def _units(plan: Plan) -> dict[tuple[str, ...], float]:
    """Expected units over the horizon by FLOWS."""
    bought = plan.contracts.assign(kind="bought", deal=plan.contracts["contract"])
    made = plan.production.assign(
        kind="made", deal=plan.production["recipe"], volume=plan.production["quantity"]
    )
    columns = ["kind", "location", "item", "deal", "scenario", "period", "volume"]
    both = pd.concat([bought[columns], made[columns]], ignore_index=True)
    country = plan.instance.tables["locations"].set_index("location")["country"]
    both = both.assign(country=both["location"].map(country), units=both["volume"] * Worth(plan).likely(both))
    return {tuple(map(str, key)): fsum(rows) for key, rows in both.groupby(list(FLOWS), sort=False)["units"]}


def fill_rate(plan: Plan) -> float:
    """Share of the expected demand that is met."""
    likely = Worth(plan).likely(plan.shortages)
    asked = fsum(plan.shortages["demand"] * likely)
    return 1.0 - fsum(plan.shortages["short"] * likely) / asked if asked else 1.0


def _metrics(plan: Plan) -> Iterable[tuple[str, float]]:
    for name, figure in plan.metrics.items():
        if isinstance(figure, Mapping):
            yield from ((f"{name}:{key}", value) for key, value in figure.items())
        elif not isinstance(figure, str):  # the name of the worst scenario is no figure
            yield name, figure
