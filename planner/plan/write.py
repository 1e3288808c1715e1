"""The output folder: written whole or not at all, and read back as it was."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import StorageError
from planner.instance import load
from planner.instance.raw import FORMULA
from planner.plan.columns import TABLES, frame
from planner.plan.plan import Plan

DOCUMENT = "plan.json"
INSTANCE = "instance"
# files that a folder of ours may hold beside its tables: those that the planner itself puts there later
OURS = frozenset({DOCUMENT, INSTANCE, "report.html", "plan.xlsx", *(f"{name}.csv" for name in TABLES)})
SHIELD = f"^'(?={FORMULA})"

Audit = Callable[[Path], Mapping[str, Any]]
Add = Callable[[Plan, Path], None]


def write(plan: Plan, folder: Path, audit: Audit | None = None, adds: Sequence[Add] = ()) -> Plan:
    """Write a plan to `folder`, plan.json last; `audit` recomputes it before the folder gets its name.

    Each of `adds` then writes a file more, which may show the audit too. Where one fails the plan is kept without
    it, and what went wrong is raised at the end: a solve may have taken hours.
    An existing plan folder is replaced, once the new one is whole; any other that is not empty is refused.

    Raises:
        StorageError: the folder is refused, or cannot be written.
    """
    plan.raise_for_status()
    folder = Path(folder)
    refuse_foreign(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        inside = folder.is_dir() and not is_plan(folder)
        staging = Path(tempfile.mkdtemp(prefix=".plan-", dir=folder if inside else folder.parent))
        try:
            _open_to_others(staging)
            written = _fill(plan, staging, audit)
            failure = _add(written, staging, adds)
            _move_in(staging, folder) if inside else _take_place(staging, folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise StorageError(f"cannot write the plan to {folder}: {error.strerror or error}") from error
    if failure is not None:
        raise failure
    return written.with_(folder=folder)


def audited(plan: Plan, audit: Audit) -> Plan:
    """The plan with its audit, without keeping a folder."""
    with tempfile.TemporaryDirectory(prefix="plan-") as folder:
        return _fill(plan, Path(folder), audit)


def refuse_foreign(folder: Path) -> None:
    """Raise StorageError unless a plan may be written to `folder`."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise StorageError(f"{folder} is a file; give a folder that is new, empty or a plan")
    entries = sorted(entry.name for entry in folder.iterdir())
    if not entries:
        return
    remedy = "give a folder that is new, empty or a plan"
    if not is_plan(folder):
        raise StorageError(f"{folder} is not empty and holds no plan; {remedy}")
    foreign = [name for name in entries if name not in OURS and not _is_litter(folder / name)]
    if foreign:
        raise StorageError(
            f"{folder} holds {', '.join(foreign[:3])} beside its plan, which is not ours; {remedy}"
        )


def refuse_unwritable(folder: Path) -> None:
    """Raise StorageError unless a plan can be written to `folder`: to be asked before anything is solved."""
    try:
        refuse_foreign(folder)
        place = folder if folder.is_dir() and not is_plan(folder) else folder.parent
        there = next(above for above in (place, *place.parents) if above.exists())
        tempfile.TemporaryDirectory(prefix=".plan-", dir=there).cleanup()
    except OSError as error:
        raise StorageError(f"cannot write the plan to {folder}: {error.strerror or error}") from error


def read(folder: str | Path) -> Plan:
    """Read a plan's folder.

    Raises:
        StorageError: it is not a whole plan folder.
        InstanceError: its instance was changed and is not valid.
    """
    folder = Path(folder)
    if not (folder / DOCUMENT).is_file():
        raise StorageError(f"{folder} is not a plan: it has no {DOCUMENT}")
    try:
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
        tables = {name: read_table(folder / f"{name}.csv", name) for name in TABLES}
    except (OSError, ValueError) as error:
        raise StorageError(f"cannot read the plan in {folder}: {error}") from error
    return Plan(load(folder / INSTANCE), document, tables, tuple(document.get("warnings", ())), folder)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a CSV file: numbers so that they read back exactly, text so that no spreadsheet runs it."""
    safe = table.copy()
    for name in table.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in table.dtypes]]:
        text = table[name]
        risky = text.str.match(FORMULA)
        if risky.any():
            safe[name] = text.where(~risky, "'" + text)
    safe.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def read_table(path: Path, table: str) -> pd.DataFrame:
    """Read a table of a plan as it was before it was written."""
    text = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    missing = [column.name for column in TABLES[table] if column.name not in text.columns]
    if missing:
        raise StorageError(f"{path.name} has no column {', '.join(missing)}")
    columns: dict[str, Any] = {}
    for column in TABLES[table]:
        cells = text[column.name]
        if column.kind == "text":
            columns[column.name] = cells.str.replace(SHIELD, "", regex=True)
        else:
            # float() of Python reads every number back exactly, in every version of pandas
            columns[column.name] = [float(cell or "nan") for cell in cells]
    return frame(table, columns)


def _fill(plan: Plan, folder: Path, audit: Audit | None) -> Plan:
    """Write everything into an empty folder; the plan with its audit."""
    plan.instance.write(folder / INSTANCE)
    for name, table in plan.tables.items():
        write_table(table, folder / f"{name}.csv")
    _write_document(plan, folder)
    if audit is None:
        return plan
    plan = plan.with_(audit=dict(audit(folder)))
    _write_document(plan, folder)
    return plan


def _add(plan: Plan, folder: Path, adds: Sequence[Add]) -> Exception | None:
    """Write what is added to a plan, and plan.json once more, so that it stays the last; what went wrong."""
    try:
        for add in adds:
            add(plan, folder)
    except OSError as error:
        return StorageError(f"cannot add to the plan: {error.strerror or error}")
    except Exception as error:
        return error
    finally:
        _write_document(plan, folder)
    return None


def _write_document(plan: Plan, folder: Path) -> None:
    """Write plan.json; json writes the shortest text that reads back as the same number."""
    text = json.dumps(plan.document, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / DOCUMENT).write_text(text + "\n", encoding="utf-8")


def _is_litter(path: Path) -> bool:
    """Whether a file manager or spreadsheet left it behind."""
    return path.name.startswith(".") and path.is_file()


def is_plan(folder: Path) -> bool:
    """Whether a folder holds a plan of ours."""
    try:
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(document, dict) and "format" in document and (folder / INSTANCE).is_dir()


def _take_place(staging: Path, folder: Path) -> None:
    """Give the staged folder its name; an older plan steps aside until that has worked."""
    if not folder.exists():
        os.replace(staging, folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=".plan-old-", dir=folder.parent))
    os.replace(folder, aside / "plan")
    try:
        os.replace(staging, folder)
    except OSError:
        os.replace(aside / "plan", folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move_in(staging: Path, folder: Path) -> None:
    """Fill an empty folder that exists (it may be a mount, or the current one): plan.json last."""
    for entry in sorted(staging.iterdir(), key=lambda entry: entry.name == DOCUMENT):
        os.replace(entry, folder / entry.name)


def _open_to_others(folder: Path) -> None:
    """Give a temporary folder the rights of an ordinary one."""
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)
