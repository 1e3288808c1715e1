"""The plan: what the solve decided, as tidy tables, and what is known about how good it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import fsum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.errors import NO_PLAN, InfeasibleError, NoSolutionError
from planner.plan import (
    design_tables,
    landed,
    ledger,
    operation_tables,
    origin_tables,
    policy_tables,
    relief_tables,
    trade_tables,
)
from planner.plan.columns import TABLES, empty
from planner.plan.metrics import metrics
from planner.plan.unpool import unpooled
from planner.plan.versions import versions
from planner.solve.arrays import Status
from planner_models.data import Data

if TYPE_CHECKING:
    from rich.console import RenderableType

    from planner.instance import Instance
    from planner.solve.outcome import Outcome

Table = Callable[["Instance", Data, "Outcome"], pd.DataFrame]

MAKERS: Mapping[str, Table] = MappingProxyType(
    {
        "facilities": design_tables.facilities,
        "suppliers": design_tables.suppliers,
        "contracts": design_tables.contracts,
        "production": operation_tables.production,
        "feeds": operation_tables.feeds,
        "flows": trade_tables.flows,
        "duties": trade_tables.duties,
        "origin": origin_tables.origin,
        "relief": relief_tables.relief,
        "regimes": relief_tables.regimes,
        "stock": operation_tables.stock,
        "shortages": operation_tables.shortages,
        "lanes": design_tables.lanes,
        "policies": policy_tables.policies,
        "scenarios": ledger.scenarios,
        "costs": ledger.costs,
        "landed_cost": landed.landed_cost,
        "duals": operation_tables.duals,
    }
)


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """A plan, or why there is none; frozen.

    `document` is plan.json, `tables` the output tables by name (`planner.plan.columns.TABLES` documents the
    columns). Without a plan (`status` INFEASIBLE or NO_SOLUTION) the tables are empty, the objective is nan.
    `folder` is where it was written or read, if it was.
    """

    instance: Instance
    document: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    warnings: tuple[str, ...] = ()
    folder: Path | None = None

    @property
    def status(self) -> Status:
        """OPTIMAL (within the gap asked for), FEASIBLE, INFEASIBLE or NO_SOLUTION."""
        return Status(self.document["status"])

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)

    @property
    def objective(self) -> float:
        """Expected landed cost plus penalty, discounted instance currency."""
        return self._number("objective")

    @property
    def bound(self) -> float:
        """No plan is cheaper than this, discounted instance currency; -inf if nothing is known."""
        return self._number("bound", unknown=float("-inf"))

    @property
    def gap(self) -> float:
        """(objective - bound) / objective; inf if nothing is known."""
        return self._number("gap", unknown=float("inf"))

    @property
    def stopped_by(self) -> str:
        """What ended the search early: `time limit`, `interrupt`, or blank."""
        return str(self.document.get("stopped_by", ""))

    @property
    def expected_landed_cost(self) -> float:
        """The ledger's sum, discounted instance currency."""
        return self._number("expected_landed_cost")

    @property
    def totals(self) -> dict[str, float]:
        """Expected discounted money by ledger component."""
        return dict(self.document["costs"])

    @property
    def metrics(self) -> dict[str, Any]:
        """allied_share, fill_rate, hhi by item, share_by_country; worst_scenario where there are several."""
        return dict(self.document["metrics"])

    @property
    def audit(self) -> dict[str, Any] | None:
        """passed, checks, worst_violation; None where the plan was not audited."""
        found = self.document.get("audit")
        return dict(found) if found else None

    def __getattr__(self, name: str) -> pd.DataFrame:
        """The output tables as attributes: `plan.costs`, `plan.facilities`, `plan.flows`, ..."""
        if name in TABLES and "tables" in self.__dict__:
            return self.tables[name]
        raise AttributeError(f"a plan has no {name!r}; its tables are {', '.join(TABLES)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *TABLES]

    def raise_for_status(self) -> Plan:
        """Return the plan, or raise InfeasibleError or NoSolutionError if there is none."""
        if self.status is Status.INFEASIBLE:
            raise InfeasibleError(f"{NO_PLAN}; planner.explain_infeasible says what would have to change")
        if self.status is Status.NO_SOLUTION:
            raise NoSolutionError(f"stopped by {self.stopped_by or 'a limit'} before a plan was found")
        return self

    def with_(self, folder: Path | None = None, **changed: Any) -> Plan:
        """The same plan with other entries in its document, or another folder."""
        return replace(self, document=dict(self.document) | changed, folder=folder or self.folder)

    def write(self, folder: str | Path) -> Plan:
        """Write the plan's folder (see `planner.plan.write.write`) and return the plan that knows it."""
        from planner.plan.write import write  # noqa: PLC0415 - writing needs reading, which needs Plan

        return write(self, Path(folder))

    def __str__(self) -> str:
        from planner.plan.summary import as_text  # noqa: PLC0415 - rich only when somebody looks

        return as_text(self)

    def _repr_html_(self) -> str:
        from planner.plan.notebook import as_html  # noqa: PLC0415 - rich only when somebody looks

        return as_html(self)

    def __rich__(self) -> RenderableType:
        from planner.plan.summary import renderable  # noqa: PLC0415 - rich only when somebody looks

        return renderable(self)

    def __repr__(self) -> str:
        name = self.document["instance"]["name"]
        return f"Plan({name!r}, {self.status.value}, objective={self.objective!r}, gap={self.gap!r})"

    def _number(self, key: str, unknown: float = float("nan")) -> float:
        value = self.document.get(key)
        return unknown if value is None else float(value)


def assemble(
    instance: Instance,
    data: Data,
    outcome: Outcome,
    seconds: Mapping[str, float] | None = None,
    changes: tuple[str, ...] = (),
) -> Plan:
    """The plan of an outcome: every table, and plan.json without the audit.

    `seconds` adds to the outcome's own (`read`); `changes` are what was changed in the instance, in words.
    """
    found = outcome.solution.found
    split = unpooled(data, outcome)
    # policies are stated over the rows of the model, everything else names each source
    made = {
        name: maker(instance, *((data, outcome) if name == "policies" else split))
        for name, maker in MAKERS.items()
        if found
    }
    tables = {name: made[name] if found else empty(name) for name in TABLES}
    document = _identity(instance, changes) | _outcome(outcome) | _money(data, outcome)
    document["metrics"] = metrics(instance, data, outcome) if found else {}
    document["size"] = dict(outcome.size) | {
        "goods": len(data.goods.item),
        "arcs": len(data.arcs.lane),
        "scenarios": len(data.periods.scenario_name),
    }
    spent = {"read": 0.0} | dict(outcome.seconds) | dict(seconds or {})
    spent.pop("total", None)
    document["seconds"] = spent | {"total": fsum(spent.values())}
    document["audit"] = None
    document["versions"] = versions()
    return Plan(instance, document, tables, tuple(outcome.solution.warnings))


def _identity(instance: Instance, changes: tuple[str, ...]) -> dict[str, Any]:
    """What was solved."""
    name = instance.settings.instance.name
    return {
        "format": 1,
        "instance": {"name": name, "sha256": instance.sha256},
        "changes": list(changes),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    """How the solve ended."""
    solution = outcome.solution
    return {
        "status": solution.status.value,
        "proven": solution.status is Status.OPTIMAL,
        "confirmed": solution.confirmed,
        "stopped_by": solution.stopped_by,
        "warnings": list(solution.warnings),
        "objective": _finite(solution.objective) if solution.found else None,
        "bound": _finite(solution.bound),
        "gap": _finite(solution.gap),
    }


def _money(data: Data, outcome: Outcome) -> dict[str, Any]:
    """The ledger's totals and the penalty."""
    if not outcome.solution.found:
        return {"expected_landed_cost": None, "penalty": {}, "costs": {}}
    costs = ledger.totals(data, outcome)
    penalty = {"total": fsum(outcome.penalty.values()), **outcome.penalty}
    return {"expected_landed_cost": fsum(costs.values()), "penalty": penalty, "costs": costs}


def _finite(value: float) -> float | None:
    """JSON has no infinity: what is not known is null."""
    return float(value) if abs(value) < float("inf") else None
