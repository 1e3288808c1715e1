"""A table of the format: its row model, its key, and its columns as derived from the model."""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import inf
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter
from pydantic.fields import FieldInfo

from planner.instance.fields import Id, Names, Unit, figure, limit

IGNORED = ("source", "note")


class Row(BaseModel):
    """One row of a table; the fields are the columns of the data dictionary."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Column:
    """One column: how it is stored, checked and explained.

    `storage` is the Python type of a cell; `default` what a blank cell means (None: no value).
    """

    name: str
    storage: type
    required: bool
    default: Any
    meaning: str
    unit: Unit | None
    names: Names | None
    choices: tuple[str, ...]
    adapter: TypeAdapter[list[Any]] = field(repr=False, compare=False)

    @property
    def money(self) -> bool:
        """Whether the figures are in the currency of their row."""
        return self.unit is not None and self.unit.money


@dataclass(frozen=True)
class Table:
    """One table of the format."""

    name: str
    row: type[Row]
    key: tuple[str, ...]
    required: bool = False
    in_file_order: bool = False

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The columns, in the order of the format; tables with money also have `currency`."""
        columns = {name: _column(name, info) for name, info in self.row.model_fields.items()}
        if "currency" not in columns and any(column.money for column in columns.values()):
            columns["currency"] = _CURRENCY
        return columns


def _column(name: str, info: FieldInfo) -> Column:
    kind: Any = _without_none(info.annotation)
    marks = [*_marks(kind), *info.metadata]
    checked: Any = Annotated[(kind, *info.metadata)] if info.metadata else kind
    plain = _plain(kind)
    if plain is float:
        checked = Annotated[checked, AfterValidator(limit if info.default == inf else figure)]
    choices = tuple(str(value) for value in get_args(plain)) if get_origin(plain) is Literal else ()
    return Column(
        name=name,
        storage=str if choices else plain,
        required=info.is_required(),
        default=None if info.is_required() else info.default,
        meaning=info.description or "",
        unit=next((mark for mark in reversed(marks) if isinstance(mark, Unit)), None),
        names=next((mark for mark in reversed(marks) if isinstance(mark, Names)), None),
        choices=choices,
        adapter=TypeAdapter(list[checked]),
    )


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _marks(kind: Any) -> list[Any]:
    if get_origin(kind) is Annotated:
        inner, *marks = get_args(kind)
        return [*_marks(inner), *marks]
    return []


def _plain(kind: Any) -> Any:
    return _plain(get_args(kind)[0]) if get_origin(kind) is Annotated else kind


def _currency() -> Column:
    names = Names("currency")
    meaning = "currency of the money in the row; blank: the instance currency"
    return Column("currency", str, False, "", meaning, None, names, (), TypeAdapter(list[Id]))


_CURRENCY = _currency()
STORAGES: dict[type, str] = {str: "str", float: "float64", int: "int64", bool: "bool", date: "datetime64[s]"}
