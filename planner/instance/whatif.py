"""What-ifs: named lists of changes, and what of the base plan may not be decided anew; kept as TOML files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Annotated, Any, TypedDict, Unpack

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from planner.errors import InstanceError, Problem, StorageError, gathered
from planner.instance.changes import Change
from planner.instance.expressions import written
from planner.instance.fields import nearest
from planner.instance.read import parse_toml
from planner.instance.settings import told

FOLDER, FILE = "whatifs", ".toml"  # beside the tables of an instance


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


def _plain(number: Any) -> Any:
    return number.item() if isinstance(number, np.generic) else number


def _cell(value: Any) -> Any:
    if isinstance(value, float) and isnan(value):
        raise PydanticCustomError("nan", "a value, or '' for a blank cell")
    return value


Cell = Annotated[Any, AfterValidator(_cell)]
Step = Annotated[float, BeforeValidator(_plain), Field(allow_inf_nan=False)]


class _Edit(_Strict):
    table: str
    where: dict[str, Any] = {}
    set: dict[str, Cell] = {}
    add: dict[str, Step] = {}
    multiply: dict[str, Step] = {}
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


_SECTIONS: Mapping[str, type[BaseModel]] = {"change": _Edit, "fix": _Kept}


class Edits(TypedDict, total=False):
    """What a change does: new values by column, steps and factors by column, rows dropped, new rows."""

    set: Mapping[str, Any]
    add: Mapping[str, float]
    multiply: Mapping[str, float]
    drop: bool
    append: Sequence[Mapping[str, Any]]


def change(table: str, where: Mapping[str, Any] | None = None, **edits: Unpack[Edits]) -> Change:
    """One change, for `apply`, `planner.whatif` and `Session.solve`.

    Args:
        table: a table of the format, or `instance` for settings.
        where: what its rows have in which column; a list means any of, a blank the default; all rows where left out.
        edits: `set={"rate": 0.25}`, `add=`, `multiply=`, `drop=True` or `append=[{...}]`.

    Raises:
        InstanceError: it does not say what to change; with every problem found.
    """
    try:
        edit = _Edit.model_validate({"table": table, "where": dict(where or {}), **edits})
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise InstanceError(
            [_explained(fault, f"change:{_at(fault['loc'])}", _Edit) for fault in faults]
        ) from error
    made = Change(**edit.model_dump())
    if problems := [*_idle(made)]:
        raise InstanceError(problems)
    return made


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
        faults = error.errors(include_url=False)
        raise InstanceError([_of_file(fault, place) for fault in faults]) from error
    changes = [
        Change(**edit.model_dump(), place=f"{place}:change {number}")
        for number, edit in enumerate(file.change, 1)
    ]
    problems = [problem for change in changes for problem in _idle(change)]
    fix = Fix(file.fix.design, tuple(file.fix.facilities), tuple(file.fix.suppliers))
    if not changes and not fix:
        problems.append(Problem(place, "changes nothing", expected="at least one [[change]], or a [fix]"))
    if problems:
        raise InstanceError(problems)
    return WhatIf(name, tuple(changes), fix, file.title, place)


def kept_whatifs(instance: Path) -> tuple[WhatIf, ...]:
    """The what-ifs kept beside the tables of an instance, or in its workbook, by name.

    Raises:
        InstanceError: with every problem of every one.
    """
    if instance.is_file():
        from planner.instance.whatif_sheets import whatifs_of_workbook  # noqa: PLC0415 - only here is calamine needed

        return whatifs_of_workbook(instance)
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


def named_whatifs(names: Sequence[str], instance: Path) -> list[WhatIf]:
    """What-ifs by name: files, which end in .toml, and those that are kept with an instance.

    Raises:
        InstanceError: there is no such file or what-if; with every problem.
        StorageError: a file cannot be read.
    """
    problems: list[Problem] = []
    kept: Mapping[str, WhatIf] = {}
    if not all(name.endswith(FILE) for name in names):
        kept = {each.name: each for each in kept_whatifs(instance)}
    expected = f"a {FILE} file, or one of: {', '.join(kept) or 'none is kept with the instance'}"
    found: list[WhatIf | None] = []
    for name in names:
        if name.endswith(FILE):
            found.append(gathered(problems, read_whatif, name))
        elif name in kept:
            found.append(kept[name])
        else:
            near = nearest(name, kept)
            problems.append(Problem(instance.name, "no such what-if", name, expected, near))
    if problems:
        raise InstanceError(problems)
    return [each for each in found if each is not None]


def _idle(change: Change) -> Iterator[Problem]:
    """What of a change would have no effect: all of it, edits of rows that it drops, conditions on a new row."""
    edits = change.set or change.add or change.multiply
    if not (edits or change.drop or change.append):
        yield Problem(change.place, "changes nothing", expected="set, add, multiply, drop or append")
    if change.drop and edits:
        yield Problem(change.place, "edits the rows that it drops", expected="drop, or set, add, multiply")
    if change.append and change.where and not (edits or change.drop):
        yield Problem(change.place, "has conditions, which a new row does not need", expected="append alone")


def _of_file(fault: Any, place: str) -> Problem:
    where = fault["loc"]
    section = _File if len(where) == 1 else _SECTIONS[str(where[0])]
    return _explained(fault, f"{place}:{_at(where)}", section)


def _explained(fault: Any, place: str, section: type[BaseModel]) -> Problem:
    if fault["type"] == "extra_forbidden":
        key = str(fault["loc"][-1])
        return Problem(place, "no such key", key, nearest=nearest(key, section.model_fields))
    if fault["type"] == "missing":
        return Problem(place, "the key is missing", expected=f"{fault['loc'][-1]} = ...")
    expected = fault["msg"].removeprefix("Input should be ").removeprefix("a valid ")
    return Problem(place, "not what it should be", told(fault["input"]), expected)


def _at(where: tuple[int | str, ...]) -> str:
    """`change 2:where.origin`."""
    if len(where) > 1 and isinstance(where[1], int):
        return ":".join([f"{where[0]} {where[1] + 1}", ".".join(map(str, where[2:]))]).rstrip(":")
    return ".".join(map(str, where))
