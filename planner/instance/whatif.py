"""What-ifs: named lists of changes, and what of the base plan may not be decided anew; kept as TOML files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from planner.errors import InstanceError, Problem, StorageError
from planner.instance.changes import Change
from planner.instance.expressions import written
from planner.instance.fields import nearest
from planner.instance.read import parse_toml
from planner.instance.settings import told

FOLDER = "whatifs"  # beside the tables of an instance


@dataclass(frozen=True, slots=True)
class Fix:
    """What is kept from the base plan: its whole design, or the options of some facilities, some suppliers."""

    design: bool = False
    facilities: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.design or bool(self.facilities or self.suppliers)

    @property
    def words(self) -> tuple[str, ...]:
        """What is kept, a line each."""
        named = (("facilities", self.facilities), ("suppliers", self.suppliers))
        return (("fix design",) if self.design else ()) + tuple(
            f"fix {kind} {', '.join(names)}" for kind, names in named if names
        )


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Changes that are asked about together, in order; `place` says where they were read, for messages."""

    name: str
    changes: tuple[Change, ...] = ()
    fix: Fix = Fix()
    title: str = ""
    place: str = "what-if"

    @property
    def words(self) -> tuple[str, ...]:
        """What is changed and kept, a line each."""
        edits = (edit for change in self.changes for edit in written(change))
        return (*edits, *self.fix.words)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)


class _Edit(_Strict):
    table: str
    where: dict[str, Any] = {}
    set: dict[str, Any] = {}
    add: dict[str, float] = {}
    multiply: dict[str, float] = {}
    drop: bool = False
    append: list[dict[str, Any]] = []


class _Kept(_Strict):
    design: bool = False
    facilities: list[str] = []
    suppliers: list[str] = []


class _File(_Strict):
    title: str = ""
    change: list[_Edit] = []
    fix: _Kept = _Kept()


KEYS: Mapping[str, type[BaseModel]] = {"": _File, "change": _Edit, "fix": _Kept}


def read_whatif(path: str | Path) -> WhatIf:
    """Read a what-if file.

    Raises:
        InstanceError: it does not say what to change; with every problem found.
        StorageError: it cannot be read.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InstanceError([Problem(path.name, "not a UTF-8 text file", expected="UTF-8")]) from error
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    problems: list[Problem] = []
    read = parse_toml(text, path.name, problems)
    if read is None:
        raise InstanceError(problems)
    return whatif_of(read, path.stem, path.name)


def whatif_of(values: Mapping[str, Any], name: str, place: str) -> WhatIf:
    """A what-if from the content of its file.

    Raises:
        InstanceError: with every problem found.
    """
    try:
        file = _File.model_validate(values)
    except ValidationError as error:
        raise InstanceError(
            [_explained(detail, place) for detail in error.errors(include_url=False)]
        ) from error
    changes = [
        Change(**edit.model_dump(), place=f"{place}:change {number}")
        for number, edit in enumerate(file.change, 1)
    ]
    problems = [
        Problem(change.place, "changes nothing", expected="set, add, multiply, drop or append")
        for change in changes
        if not written(change)
    ]
    if not changes and not values.get("fix"):
        problems.append(Problem(place, "changes nothing", expected="at least one [[change]]"))
    if problems:
        raise InstanceError(problems)
    fix = Fix(file.fix.design, tuple(file.fix.facilities), tuple(file.fix.suppliers))
    return WhatIf(name, tuple(changes), fix, file.title, place)


def kept_whatifs(instance: Path) -> tuple[WhatIf, ...]:
    """The what-ifs kept beside an instance, by name.

    Raises:
        InstanceError: with every problem of every file.
    """
    found: list[WhatIf] = []
    problems: list[Problem] = []
    for path in sorted((instance / FOLDER).glob("*.toml")):
        try:
            found.append(read_whatif(path))
        except InstanceError as error:
            problems.extend(error.problems)
    if problems:
        raise InstanceError(problems)
    return tuple(found)


def _explained(detail: Any, place: str) -> Problem:
    where = detail["loc"]
    table = KEYS["" if len(where) == 1 else str(where[0])]
    at = f"{place}:{_at(where)}"
    if detail["type"] == "extra_forbidden":
        key = str(where[-1])
        return Problem(at, "no such key", key, nearest=nearest(key, table.model_fields))
    if detail["type"] == "missing":
        return Problem(at, "the key is missing", expected=f"{where[-1]} = ...")
    expected = detail["msg"].removeprefix("Input should be ").removeprefix("a valid ")
    return Problem(at, "not what it should be", told(detail["input"]), expected)


def _at(where: tuple[int | str, ...]) -> str:
    """`change 2:where.origin`."""
    if len(where) > 1 and isinstance(where[1], int):
        return ":".join([f"{where[0]} {where[1] + 1}", ".".join(map(str, where[2:]))]).rstrip(":")
    return ".".join(map(str, where))
