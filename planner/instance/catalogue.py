"""Which instance is meant: a path, a plan folder, or the name of a shipped instance."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from planner.errors import InstanceError, Problem
from planner.instance.fields import nearest
from planner.instance.read import SETTINGS_FILE, parse_toml
from planner.instance.schema import TABLES
from planner.instance.settings import parse_settings

_NAME = re.compile(r'^name = ".*?"', re.MULTILINE)
_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE / "instances_data", _PACKAGE.parent / "instances")


@dataclass(frozen=True, slots=True)
class Shipped:
    """A shipped instance; `size` counts the rows of locations, items and lanes."""

    name: str
    folder: Path
    title: str
    size: dict[str, int]


def shipped() -> tuple[Shipped, ...]:
    """The instances that come with the planner, by name."""
    return tuple(_described(folder) for folder in _folders())


def _folders() -> list[Path]:
    root = next((place for place in _PLACES if place.is_dir()), None)
    if root is None:
        return []
    return sorted(folder for folder in root.iterdir() if (folder / SETTINGS_FILE).is_file())


def _described(folder: Path) -> Shipped:
    settings = parse_toml((folder / SETTINGS_FILE).read_text(encoding="utf-8"), SETTINGS_FILE, []) or {}
    section = settings.get("instance")
    title = section.get("title", "") if isinstance(section, dict) else ""
    size = {name: _rows(folder / f"{name}.csv") for name in ("locations", "items", "lanes")}
    return Shipped(folder.name, folder, str(title), size)


def _rows(file: Path) -> int:
    if not file.is_file():
        return 0
    lines = file.read_text(encoding="utf-8").splitlines()
    return max(sum(1 for line in lines if line.strip()) - 1, 0)


def rename(folder: Path, name: str) -> None:
    """Give the copy of a shipped instance in the folder another name, if that can be one."""
    problems: list[Problem] = []
    parse_settings({"instance": {"name": name}}, "", problems)
    if problems:
        return
    file = folder / SETTINGS_FILE
    text = file.read_text(encoding="utf-8")
    line = f"name = {json.dumps(name, ensure_ascii=False)}"
    file.write_text(_NAME.sub(lambda _: line, text, count=1), encoding="utf-8")


def resolve(instance: str | Path) -> Path:
    """The folder or workbook that is meant.

    A path that exists comes first, and for a plan folder its `instance/`; then the shipped names.

    Raises:
        InstanceError: if it is none of these.
    """
    path = Path(instance)
    if path.is_file() or (path / SETTINGS_FILE).is_file():
        return path
    if (path / "instance" / SETTINGS_FILE).is_file():
        return path / "instance"
    folders = {folder.name: folder for folder in _folders()}
    if str(instance) in folders:
        return folders[str(instance)]
    if path.is_dir() and any((path / f"{table}.csv").is_file() for table in TABLES):
        return path
    expected = "a folder with instance.toml, an .xlsx workbook, a plan folder, or one of: " + ", ".join(
        folders
    )
    message = "nothing in this folder is an instance" if path.is_dir() else "no such instance"
    problem = Problem(str(instance), message, "", expected, nearest(str(instance), folders))
    raise InstanceError([problem])
