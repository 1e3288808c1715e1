"""Many reruns of one instance: what is asked again and again is built and solved once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from planner.errors import InstanceError, Problem, SolverError
from planner.instance import Change, Fix, Instance, WhatIf, apply, load
from planner.network import build
from planner.plan import Plan, assemble
from planner.plan.ledger import totals
from planner.solve import Outcome, SolveOptions, Status
from planner.solve.arrays import Solution
from planner.solve.compile import Compiled, compile_model
from planner.solve.hold import held
from planner.solve.outcome import outcome_of
from planner.solve.run import Run
from planner.study.afterwards import priced
from planner.study.design import design_of
from planner.study.edits import edits
from planner.study.first import carried_bound, first
from planner.study.kept import kept, refuse_other_base
from planner.study.operated import Operated
from planner.study.patches import Built, built, patched
from planner.study.solved import Asked, options_of, solved, with_audit
from planner_models import build_model
from planner_models.data import Data

Asking = Change | WhatIf

KNOWN = 8  # designs that are kept for first answers
SAME = 1e-6  # relative: how near the same figure is, found in two ways


@dataclass(frozen=True, eq=False)
class Repriced:
    """What the design of the base plan costs after some changes: `objective` in discounted money, inf for never."""

    status: Status
    objective: float
    _outcome: Callable[[], Outcome] = field(repr=False)
    _plan: Callable[[], Plan] = field(repr=False)
    _data: Data = field(repr=False)

    @property
    def found(self) -> bool:
        """Whether the design can be operated."""
        return self.status is Status.OPTIMAL

    @cached_property
    def costs(self) -> dict[str, float]:
        """Expected discounted money by ledger component; empty if the design cannot be operated."""
        return totals(self._data, self._outcome()) if self.found else {}

    def plan(self) -> Plan:
        """The whole plan, audited, solved from the start.

        Raises:
            SolverError: it does not cost what was said.
        """
        plan = self._plan()
        if plan.found != self.found or (
            self.found and abs(plan.objective - self.objective) > SAME * max(1.0, abs(self.objective))
        ):
            raise SolverError(
                f"the design was said to cost {self.objective:.10g}, and costs {plan.objective:.10g} when solved "
                "from the start: please report this instance"
            )
        return plan


class Session:
    """Reruns of an instance with changes; each is about the instance as it was given, whatever was asked before.

    What is kept: the plan of the instance, its built model and loaded linear program, and the designs of the plans
    found so far, from which first answers are taken (with `learn=False` only that of the base plan). `options` are
    those of the instance where left out; `base` is the plan of the instance, where it is known already (InstanceError
    if it is another one).

    ```python
    session = planner.Session("tv-north-america")
    for rate in (0.2, 0.4, 0.6):
        change = planner.change("tariffs", where={"origin": "CN", "programme": "S301"}, set={"rate": rate})
        print(rate, session.reprice(change).objective, session.solve(change, prove=False).gap)
    ```
    """

    def __init__(
        self,
        instance: Instance | str | Path,
        options: SolveOptions | None = None,
        base: Plan | None = None,
        *,
        learn: bool = True,
    ) -> None:
        self.instance = instance if isinstance(instance, Instance) else load(instance)
        self.options, self.learn = options or options_of(self.instance), learn
        if base is not None:
            refuse_other_base(self.instance, base)
        self._base = base
        self._found: list[Plan] = []

    @property
    def base(self) -> Plan:
        """The plan of the instance as it is."""
        if self._base is None:
            self._base = with_audit(solved(self.instance, Asked(self.options))[0])
        return self._base

    def solve(
        self, *asked: Asking, on_first: Callable[[Plan], None] | None = None, prove: bool = True
    ) -> Plan:
        """The plan of the instance with some changes made, in order.

        Args:
            asked: changes and what-ifs.
            on_first: is called with the first answer, if there is one: the best design known, at least cost under the
                changed data, with its proven bound and gap; neither audited nor with scenarios of probability 0.
            prove: whether to go on to the plan within the gap asked for; else the first answer is the plan.

        Raises:
            InstanceError: a change that names what is not there or matches nothing, or whose result is wrong.
            SolverError: HiGHS failed, or its answer cannot be trusted.
        """
        whatif = together(asked)
        changed = apply(self.instance, whatif.changes)
        if on_first is not None or not prove:
            early = self._first(changed, whatif)
            if early is not None:
                if on_first is not None:
                    on_first(early)
                if not prove or early.status is Status.OPTIMAL:
                    return with_audit(priced(early))
        plan = self._solved(changed, whatif)
        if self.learn and plan.found:
            self._found = [plan, *self._found][:KNOWN]
        return with_audit(plan)

    def reprice(self, *changes: Change) -> Repriced:
        """What the design of the base plan costs with some changes made, in order: much sooner than a plan.

        Raises:
            InstanceError: a change that names what is not there or matches nothing, or whose result is wrong.
            SolverError: HiGHS failed with all its options.
        """
        numbers = edits(self.instance, changes)
        known = patched(self._built, numbers) if numbers is not None else None
        if known is None:
            known = built(apply(self.instance, changes))
            found = Operated(known, design_of(self.base, known.data)).first
        else:
            found = self._operated.run(known)
        whatif = WhatIf("", changes, Fix(design=True))
        return Repriced(
            status=found.status,
            objective=found.objective,
            _outcome=lambda: _outcome(known, found),
            _plan=lambda: with_audit(self._solved(apply(self.instance, changes), whatif)),
            _data=known.data,
        )

    @cached_property
    def _built(self) -> Built:
        return built(self.instance)

    @cached_property
    def _operated(self) -> Operated:
        return Operated(self._built, design_of(self.base.raise_for_status(), self._built.data))

    def _solved(self, changed: Instance, whatif: WhatIf) -> Plan:
        hold = kept(whatif.fix, self.base, whatif.place) if whatif.fix else None
        return solved(changed, Asked(self.options, hold=hold, changes=whatif.words))[0]

    def _first(self, changed: Instance, whatif: WhatIf) -> Plan | None:
        """The first answer; None where no design that is known can be operated."""
        data = build(changed)
        compiled = compile_model(build_model(data))
        hold = kept(whatif.fix, self.base, whatif.place) if whatif.fix else None
        if hold is not None:
            compiled = held(compiled, hold(data))
        outcome = first(data, compiled, self._designs(), self.options, self._carried(compiled))
        return None if outcome is None else assemble(changed, data, outcome, changes=whatif.words)

    def _designs(self) -> list[Plan]:
        return [plan for plan in (self.base, *self._found) if plan.found]

    def _carried(self, compiled: Compiled) -> float:
        """What the bound of the base plan proves of the changed model."""
        return carried_bound(self._built.compiled.arrays, self.base.bound, compiled.arrays)


def _outcome(known: Built, found: Run) -> Outcome:
    solution = Solution(
        Status.OPTIMAL,
        found.x,
        found.objective,
        found.bound,
        0.0,
        row_dual=found.row_dual,
        col_dual=found.col_dual,
    )
    return outcome_of(known.data, known.compiled, solution)


def together(asked: tuple[Asking, ...]) -> WhatIf:
    """All that is asked as one what-if.

    Raises:
        InstanceError: two what-ifs both keep something of the base plan.
    """
    whatifs = [WhatIf("", (each,)) if isinstance(each, Change) else each for each in asked]
    changes = tuple(change for whatif in whatifs for change in whatif.changes)
    fixing = [whatif for whatif in whatifs if whatif.fix]
    if len(fixing) > 1:
        message = "another what-if keeps something of the base plan too"
        raise InstanceError([Problem(fixing[1].place, message)])
    named = [whatif for whatif in whatifs if whatif.name]
    chosen = (fixing or named or [WhatIf("")])[0]
    name = "+".join(whatif.name for whatif in named)
    title = "; ".join(whatif.title for whatif in named if whatif.title)
    return WhatIf(name, changes, chosen.fix, title, chosen.place)
