"""New instances to start from: copies, as a folder or as a workbook, of what is shipped or of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from planner.errors import StorageError
from planner.instance.catalogue import adopt, adopted_name, resolve, shipped
from planner.instance.dictionary import dictionary
from planner.instance.example import WHATIFS, example
from planner.instance.instance import WORKBOOK, Instance, load
from planner.instance.whatif import WhatIf, kept_whatifs
from planner.instance.write_excel import write_workbook
from planner.instance.write_whatifs import write_whatifs

STARTER = "starter"
COLUMNS = "COLUMNS.md"


def begin(target: Path, source: str | Path) -> Path:
    """Write a new instance; where it is.

    A target that ends in .xlsx is a workbook, anything else a folder with COLUMNS.md. A copy of what is shipped is
    called like its target, one of the user's own stays what it is. Without a source a folder is a copy of the
    starter, a workbook has an example in every sheet.

    Raises:
        InstanceError: the source is no valid instance.
        StorageError: there is something at the target already, or it cannot be written.
    """
    if target.suffix.lower() == WORKBOOK:
        if target.exists():
            raise StorageError(f"{target} exists; give a new file")
        made, whatifs = _own(target, source) if source else (_named(example(), target, "example"), WHATIFS)
        write_workbook(target, made.given_settings, made.given, whatifs)
        return target
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StorageError(f"{target} exists and is not empty; give a new folder")
    found = resolve(source or STARTER)
    whatifs = kept_whatifs(found)
    try:
        if name := _shipped_name(found):
            shutil.copytree(found, target, dirs_exist_ok=True)
            adopt(target, name)
        else:
            load(found).write(target)
            write_whatifs(whatifs, target)
        (target / COLUMNS).write_text(f"# Every table and column\n\n{dictionary(2)}\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"cannot write {target}: {error.strerror or error}") from error
    return target


def _own(target: Path, source: str | Path) -> tuple[Instance, tuple[WhatIf, ...]]:
    """The instance of a source, which is called like its target if it is a shipped one, and its what-ifs."""
    found = resolve(source)
    name, read = _shipped_name(found), load(found)
    return _named(read, target, name) if name else read, kept_whatifs(found)


def _shipped_name(found: Path) -> str:
    return next((entry.name for entry in shipped() if entry.folder == found), "")


def _named(instance: Instance, target: Path, source: str) -> Instance:
    """The instance with the name of its target, if that can be one."""
    return instance.renamed(adopted_name(target.stem, source))
