"""The instance: checked tables and settings, the one thing that everything else starts from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance import write as canonical
from planner.instance.catalogue import resolve
from planner.instance.check import check
from planner.instance.frozen import FrozenTables
from planner.instance.money import Floats, fill_from_other_cells, in_instance_currency
from planner.instance.notebook import as_html
from planner.instance.parse import parse
from planner.instance.raw import RawInstance, RawTable
from planner.instance.read import read
from planner.instance.read_frames import read_frames
from planner.instance.remembered import Known
from planner.instance.schema import TABLES
from planner.instance.selectors import MEMBER_COLUMNS
from planner.instance.settings import Settings, filled, parse_settings
from planner.instance.suspicious import warn

SETTINGS = "instance"
WORKBOOK = ".xlsx"
CHECKED_AGAINST = {
    # what tables are checked against: the settings that say it, "" standing for all of them
    "period": ("", "horizon", "horizon.periods"),
    "days": ("", "horizon", "horizon.days_per_period"),
    "currency": ("", "instance", "instance.currency"),
}


@dataclass(frozen=True, eq=False)
class Instance:
    """A checked instance, frozen. Make one with `load` or `Instance.from_tables`.

    `tables` holds every table of the format with every column, rows in canonical order, indexed by the
    row number of the user's file (header = 1); blank cells have their defaults. `settings` has base_date
    and starts filled in. `given` and `given_settings` are the same before what is blank was filled from
    other cells; editing a table that one has taken from them does not change the instance. `files` says
    where each table, and under `instance` the settings, come from; `warnings` what is suspicious, not wrong.
    """

    settings: Settings
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    given: Mapping[str, pd.DataFrame] = field(repr=False)
    given_settings: Settings = field(repr=False)
    files: Mapping[str, str] = field(repr=False)
    warnings: tuple[Problem, ...] = field(default=(), repr=False)
    known: Known = field(default_factory=dict, init=False, repr=False)  # see `remembered`

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", FrozenTables(self.tables))
        object.__setattr__(self, "given", FrozenTables(self.given))

    @classmethod
    def from_tables(cls, tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Instance:
        """Build an instance from DataFrames, lists of row mappings, or mappings of columns.

        `settings` is nested as in instance.toml. Row numbers in messages are position + 2, as in a file.

        Raises:
            InstanceError: with every problem found.
        """
        return build(read_frames(tables, settings))

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"known": {}}  # another process works it out sooner than it reads it

    def _repr_html_(self) -> str:
        return as_html(self)

    @cached_property
    def sha256(self) -> str:
        """The hash of the canonical form."""
        return canonical.sha256(self.given_settings, self.given)

    def money(self, table: str, column: str) -> Floats:
        """A money column in the instance currency, in the order of `tables[table]`."""
        return in_instance_currency(self.tables, table, column)

    def renamed(self, name: str) -> Instance:
        """The same instance under another name, which has to be valid."""

        def named(settings: Settings) -> Settings:
            return settings.model_copy(
                update={"instance": settings.instance.model_copy(update={"name": name})}
            )

        return replace(self, settings=named(self.settings), given_settings=named(self.given_settings))

    def write(self, target: str | Path) -> None:
        """Write the canonical form: a folder, with instance.toml and a CSV file per table, or an .xlsx workbook.

        Raises:
            InstanceError: a cell or table is too large for a workbook; with every one that is.
            StorageError: the folder or a file cannot be written.
        """
        target = Path(target)
        if target.suffix.lower() == WORKBOOK:
            from planner.instance.write_excel import write_workbook  # noqa: PLC0415 - xlsxwriter only when needed

            write_workbook(target, self.given_settings, self.given)
        else:
            canonical.write(target, self.given_settings, self.given)


def load(instance: str | Path) -> Instance:
    """Read and check an instance: a folder, an .xlsx workbook, a plan folder, or a shipped name.

    Raises:
        InstanceError: with every problem found.
        StorageError: if a file cannot be read.
    """
    return build(read(resolve(instance)))


def build(raw: RawInstance) -> Instance:
    """From text to an instance.

    Raises:
        InstanceError: with every problem found, in the order of the tables.
    """
    problems = list(raw.problems)
    if raw.settings is None:
        settings = parse_settings({"instance": {"name": "unnamed"}}, raw.settings_place, [])
    else:
        settings = parse_settings(raw.settings, raw.settings_place, problems)
    given: dict[str, pd.DataFrame] = {}
    files = {SETTINGS: raw.settings_place}
    broken: set[str] = set()
    for name, table in TABLES.items():
        text = raw.tables.get(name) or RawTable(raw.place_of(name), broken=True)
        files[name] = text.place
        if table.required and name not in raw.tables:
            needed = ", ".join(column.name for column in table.columns.values() if column.required)
            expected = f"a table with at least the columns {needed}"
            problems.append(Problem(text.place, "the table is missing", expected=expected))
        given[name] = canonical.in_canonical_order(table, parse(table, text, problems))
        broken.update({name} if text.broken and (table.required or name in raw.tables) else ())
    broken |= _uncertain(problems, files)
    draft = Instance(settings, given, given, settings, files)
    return assemble(draft, problems, frozenset(broken), raw.tables)


def assemble(
    draft: Instance,
    problems: list[Problem],
    broken: frozenset[str] = frozenset(),
    written: Mapping[str, RawTable] = MappingProxyType({}),
) -> Instance:
    """Check the given tables and settings of a draft, and fill in what follows from them.

    `written` are the tables as text, to quote from.

    Raises:
        InstanceError: with the `problems` known already and every problem found.
    """
    given, settings = draft.given, draft.given_settings
    instance = replace(draft, settings=filled(settings), tables=fill_from_other_cells(given), warnings=())
    found = [*problems, *check(instance, broken, [problem.place for problem in problems], written)]
    if found:
        raise InstanceError(_in_file_order(found, draft.files))
    return replace(instance, warnings=warn(instance, written))


def _uncertain(problems: list[Problem], files: Mapping[str, str]) -> set[str]:
    """What cannot be checked against: settings that are not known, `selectors` without their members."""
    columns = [f"{files[table]}:{name}" for table, names in MEMBER_COLUMNS.items() for name in names]
    cells = {re.sub(r":[0-9]+:", ":", problem.place) for problem in problems}
    faulty = {key for problem in problems for key in _keys(problem, files[SETTINGS])}
    uncertain = {"selectors"} if cells.intersection(columns) else set()
    return uncertain | {what for what, keys in CHECKED_AGAINST.items() if faulty.intersection(keys)}


def _keys(problem: Problem, place: str) -> tuple[str, ...]:
    """The settings that a problem leaves unknown; a misspelt one, or one in a wrong section, is meant."""
    file, _, key = problem.place.partition(":")
    if file != place:
        return ()
    section = key.rpartition(".")[0]
    return key, problem.nearest, f"{section}.{problem.nearest}"


def _in_file_order(problems: list[Problem], files: Mapping[str, str]) -> list[Problem]:
    rank = {place: number for number, place in enumerate(files.values())}

    def position(problem: Problem) -> tuple[int, int]:
        place, _, rest = problem.place.partition(":")
        row = rest.partition(":")[0]
        return rank.get(place, -1), int(row) if row.isdigit() else 0

    return sorted(dict.fromkeys(problems), key=position)
