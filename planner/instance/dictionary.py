"""The data dictionary, in Markdown: `python -m planner.instance.dictionary` rewrites it in instances/README.md."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from planner.instance import fields as f
from planner.instance.fields import number_text
from planner.instance.rows import Column, Table
from planner.instance.schema import TABLES
from planner.instance.schema_whatif import SHEETS
from planner.instance.settings import SECTIONS

README = Path(__file__).parents[2] / "instances" / "README.md"
REQUIRED = "required"
BEGIN, END = "<!-- data dictionary -->", "<!-- end of data dictionary -->"
TEXTS = {name: get_args(kind)[1] for name, kind in (("id", f.Id), ("country", f.Country), ("HS code", f.Hs))}
NUMBERS = {"number": "number", "integer": "whole number"}
SIGNS: dict[type, str] = {Gt: ">", Ge: ">=", Lt: "<", Le: "<="}
WHAT = {"hs": "HS code"}
HOW = {"id": "{what}", "list": "list: {what}", "selector": "selector: {what}"}

CELLS = """\
**How cells are read.** A blank cell means the default. Columns called `source` or `note` are yours, in any table: the
model ignores them. Any other unknown column is an error. Files are UTF-8 with a header row, comma or semicolon
between cells, and a decimal point; or all tables are sheets of one `.xlsx` workbook, with `instance.toml` as a sheet
`instance` of two columns, key and value. A table without rows may be left out, unless it is required.
In a workbook a formula reads as its value; a formula that no spreadsheet program has computed, a cell with an error
such as `#REF!`, and merged cells are errors. Sheets `README` and `_...` are yours; `whatifs` and `changes` keep
what-ifs, which are explained at the end. A text that begins with `=`, `+`, `-` or `@` is written with an apostrophe
before it, which reading takes off. `planner new mine.xlsx` writes a workbook with every sheet and column, explained,
and drop-downs.

- An **id** is case-sensitive text of 1 to 100 printable characters. The key of a table may be given only once.
- A **list** separates entries with `;`.
- A **selector** names a set: an id, `country:MX`, `region:Asia`, `role:plant`, `group:NAME`, `ally:yes`, `ally:no`,
  `*` for all, or several of these separated by `;`. In a column of countries a bare code is a country. Where several
  rows match the same thing one of them wins whole: the most specific (id, then group, country, region, role or ally,
  `*`), compared in the order of the key; a named period beats a blank one. A tie is an error.
- A row with a **period** holds in it; a blank period means every period that has no row of its own.
- **Money** is in the currency of the instance unless the row has a `currency`. Quantities are per period, rates and
  shares are fractions (0.25, not 25), dates are ISO 8601 (2027-01-31), countries ISO 3166-1 alpha-2 (MX).
  Where a unit says `per`, the column `per` of the row says of what: `unit`, `kg` or `m3`.
- A **number** other than 0 has a size of 1e-9 to 1e15. A greater one means no limit where a blank cell does.
- **HS codes** are digits with optional dots; a prefix matches after the dots are dropped."""

WHATIFS = """\
Kept beside the tables as `whatifs/*.toml`, one a file: `title`, a `[[change]]` for each edit (`table`, `where`, and
`set`, `add`, `multiply`, `drop` or `append`), and `[fix]` for what of the base plan is not decided anew (`design`,
`facilities`, `suppliers`). Conditions are equalities; a list means any of, a blank the default. In a workbook they are
two sheets, where `(one or other)` is a list:"""


@dataclass(frozen=True, slots=True)
class Explained:
    """A key or column in words: what may stand there, in what unit, what a blank cell means, what it says."""

    name: str
    kind: str
    unit: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound of a number: `sign` is >, >=, < or <=."""

    sign: str
    value: float


def dictionary(level: int = 3) -> str:
    """Every key of instance.toml and every column of every table, in Markdown with headings of that level."""
    settings = (_section(name, model, level + 1) for name, model in SECTIONS.items())
    tables = (_table(table, level, ".csv") for table in TABLES.values())
    sheets = (_table(table, level + 1) for table in SHEETS.values())
    toml = f"{'#' * level} instance.toml\nThe settings; only `name` is required."
    whatifs = f"{'#' * level} What-ifs\n{WHATIFS}"
    return "\n\n".join([CELLS, toml, *settings, *tables, whatifs, *sheets])


def explained_keys(model: type[BaseModel]) -> list[Explained]:
    """Every key of a section of instance.toml."""
    schema = model.model_json_schema()["properties"]
    return [
        Explained(
            name=key,
            kind=_value(info, schema[key]),
            unit="",
            default=REQUIRED if info.is_required() else _default(info.default),
            meaning=info.description or "",
        )
        for key, info in model.model_fields.items()
    ]


def explained_columns(table: Table) -> list[Explained]:
    """Every column of a table."""
    properties = table.row.model_json_schema()["properties"]
    return [
        Explained(
            name=name,
            kind=_kind(column, table.row.model_fields.get(name), properties.get(name, {})),
            unit=column.unit.name if column.unit else "",
            default=REQUIRED if column.required else _default(column.default),
            meaning=column.meaning,
        )
        for name, column in table.columns.items()
    ]


def _section(name: str, model: type[BaseModel], level: int) -> str:
    rows = [(f"`{key.name}`", key.kind, key.default, key.meaning) for key in explained_keys(model)]
    says, rules = docstring(model)
    heading = f"{'#' * level} [{name}]\n{says}"
    return "\n\n".join([heading, markdown_table(("key", "type", "default", "meaning"), rows), *rules])


def _table(table: Table, level: int, suffix: str = "") -> str:
    rows = [
        (f"**{each.name}**" if each.name in table.key else each.name, *astuple(each)[1:])
        for each in explained_columns(table)
    ]
    says, rules = docstring(table.row)
    key = f"Key: {', '.join(table.key)}." if table.key else "No key; the order of the rows counts."
    required = " The table is required." if table.required else ""
    heading = f"{'#' * level} {table.name}{suffix}\n{says} {key}{required}"
    return "\n\n".join(
        [heading, markdown_table(("column", "type", "unit", "default", "meaning"), rows), *rules]
    )


def docstring(model: type[BaseModel]) -> tuple[str, list[str]]:
    """What a table or section is: its first line, and the paragraphs after that."""
    says, *rules = (inspect.getdoc(model) or "").split("\n\n")
    return says, rules


def _kind(column: Column, info: FieldInfo | None, schema: dict[str, Any]) -> str:
    """What may stand in a cell of a column, in words."""
    if column.names:
        # the roles say more than that it is a location
        what = " or ".join(column.names.roles) or WHAT.get(column.names.what, column.names.what)
        return HOW[column.names.how].format(what=what)
    if info is None:
        return "text"
    return _value(info, schema)


def _value(info: FieldInfo, schema: dict[str, Any]) -> str:
    """What a field takes, in words."""
    schema = next((part for part in schema.get("anyOf", ()) if part.get("type") != "null"), schema)
    marks = list(_marks(info))
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    if schema["type"] in NUMBERS:
        return NUMBERS[schema["type"]] + _limits(info)
    if schema["type"] == "array":
        return f"list: {schema['items'].get('format', 'id')}"
    if schema["type"] == "boolean":
        return "yes/no"
    return schema.get("format") or next((name for name, kind in TEXTS.items() if kind in marks), "text")


def _marks(info: FieldInfo) -> Iterator[Any]:
    """All that limits a field, whether its type says so or the field itself."""
    kinds = (info.annotation, *get_args(info.annotation))
    nested = (mark for kind in kinds for mark in getattr(kind, "__metadata__", ()))
    for mark in (*nested, *info.metadata):
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)


def limits(info: FieldInfo) -> list[Limit]:
    """The bounds of a number; an open one hides the closed one beside it."""
    bounds = {type(mark): mark for mark in _marks(info) if isinstance(mark, Ge | Gt | Le | Lt)}
    given = bounds.get(Gt, bounds.get(Ge)), bounds.get(Lt, bounds.get(Le))
    return [
        Limit(sign, float(getattr(bound, kind.__name__.lower())))
        for kind, sign in SIGNS.items()
        for bound in given
        if isinstance(bound, kind)
    ]


def _limits(info: FieldInfo) -> str:
    """The bounds in words: ` 0 to 1`, ` >= 0`."""
    known = {limit.sign: _number(limit.value) for limit in limits(info)}
    if known.keys() == {">=", "<="}:
        return f" {known['>=']} to {known['<=']}"
    said = [f"{sign} {value}" for sign, value in known.items()]
    return f" {', '.join(said)}" if said else ""


def _number(value: Any) -> str:
    return number_text(float(value))


def _default(value: Any) -> str:
    if value is None or value is PydanticUndefined or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return "no limit" if math.isinf(value) else _number(value)
    if isinstance(value, tuple):
        return ", ".join(map(_default, value))
    return value.isoformat() if isinstance(value, date) else f"`{value}`"


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def rewritten(text: str) -> str:
    """A README with its data dictionary brought up to date."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{dictionary()}\n\n{END}{after or chr(10)}"


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
