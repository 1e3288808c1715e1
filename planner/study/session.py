"""Many reruns of one instance: what is asked again and again is built and solved once."""

from __future__ import annotations

from collections.abc import Callable

from planner.errors import InstanceError, Problem
from planner.instance import Change, Instance, WhatIf, apply
from planner.plan import Plan
from planner.solve import SolveOptions
from planner.study.kept import kept
from planner.study.solved import Asked, solved, with_audit

Asking = Change | WhatIf


class Session:
    """Reruns of an instance with changes; each is about the instance as it was given, whatever was asked before."""

    def __init__(
        self, instance: Instance, options: SolveOptions | None = None, base: Plan | None = None
    ) -> None:
        self.instance, self.options = instance, options or SolveOptions()
        self._base = base

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

        Raises:
            InstanceError: a change that names what is not there or matches nothing, or whose result is wrong.
            SolverError: HiGHS failed, or its answer cannot be trusted.
        """
        whatif = together(asked)
        changed = apply(self.instance, whatif.changes)
        hold = kept(whatif.fix, self.base, whatif.place) if whatif.fix else None
        plan, _ = solved(changed, Asked(self.options, hold=hold, changes=whatif.words))
        return with_audit(plan)


def together(asked: tuple[Asking, ...]) -> WhatIf:
    """All that is asked as one what-if.

    Raises:
        InstanceError: two what-ifs both keep something of the base plan.
    """
    whatifs = [WhatIf("", (each,)) if isinstance(each, Change) else each for each in asked]
    changes = tuple(change for whatif in whatifs for change in whatif.changes)
    fixing = [whatif for whatif in whatifs if whatif.fix]
    if len(fixing) > 1:
        raise InstanceError(
            [Problem(fixing[1].place, "another what-if keeps something of the base plan too")]
        )
    named = [whatif for whatif in whatifs if whatif.name]
    first = (fixing or named or [WhatIf("")])[0]
    name = "+".join(whatif.name for whatif in named)
    title = "; ".join(whatif.title for whatif in named if whatif.title)
    return WhatIf(name, changes, first.fix, title, first.place)
