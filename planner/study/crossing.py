"""Targets of a break-even: a facility that opens or closes, or a share of what is bought that crosses a level."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from planner.errors import InstanceError, Problem
from planner.instance import Instance, selectors_of
from planner.instance.fields import nearest
from planner.study.outline import Outline

PLACE = "--target"
ROUNDING = 1e-7  # of a share
FORMS = "facility=ID, or share:SELECTOR:ITEM=0.5"
_FACILITY = re.compile(r"\s*facility\s*=\s*(?P<name>.+?)\s*")
_SHARE = re.compile(r"\s*share:(?P<who>.+?):(?P<item>[^:=]+)=\s*(?P<level>[^=]+?)\s*")


@dataclass(frozen=True, slots=True)
class Target:
    """Something of a plan, as a figure, and the level that it may cross."""

    text: str
    words: str
    level: float
    of: Callable[[Outline], float]

    def reached(self, plan: Outline) -> bool:
        """Whether the figure is at or above the level."""
        return self.met(self.of(plan))

    def met(self, figure: float) -> bool:
        """Whether a figure is at or above the level, but for rounding."""
        return figure >= self.level - ROUNDING


def target(instance: Instance, text: str) -> Target:
    """The target that a text names.

    Args:
        instance: the data.
        text: `facility=ID`: whether it can be used in any period; or `share:SELECTOR:ITEM=LEVEL`: the share of the
            units bought of an item, in base, that comes from the suppliers that a selector names.

    Raises:
        InstanceError: with all that is wrong.
    """
    facility, share = _FACILITY.fullmatch(text), _SHARE.fullmatch(text)
    if facility is not None:
        return _facility(instance, text, facility["name"])
    if share is not None:
        return _share(instance, text, share)
    raise InstanceError([Problem(PLACE, "no such target", text, FORMS)])


def _facility(instance: Instance, text: str, name: str) -> Target:
    known = sorted(set(instance.tables["facilities"]["location"]))
    if name not in known:
        problem = Problem(
            PLACE, "no such facility", name, "a location of facilities.csv", nearest(name, known)
        )
        raise InstanceError([problem])
    return Target(text, f"{name} is open", 0.5, lambda plan: float(name in plan.open))


def _share(instance: Instance, text: str, match: re.Match[str]) -> Target:
    who, item = match["who"].strip(), match["item"].strip()
    select, offers = selectors_of(instance), instance.tables["offers"]
    problems = []
    suppliers = frozenset(select.members(who, "location")) & set(offers["location"])
    if not suppliers:
        problems.append(
            Problem(
                PLACE, "names no supplier", who, "a selector of suppliers", select.nearest(who, "location")
            )
        )
    sold = sorted(set(offers["item"]))
    if item not in sold:
        problems.append(
            Problem(PLACE, "nobody sells this", item, "an item of offers.csv", nearest(item, sold))
        )
    level = _level(match["level"])
    if level is None:
        problems.append(Problem(PLACE, "not a share", match["level"], "a number above 0, at most 1"))
    if problems or level is None:
        raise InstanceError(problems)
    words = f"{who} sells {level:.0%} of {item} or more"
    return Target(text, words, level, lambda plan: plan.share(item, suppliers))


def _level(text: str) -> float | None:
    try:
        level = float(text)
    except ValueError:
        return None
    return level if 0 < level <= 1 else None
