"""Which instance is meant: a path, a plan folder, or the name of a shipped instance."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from planner.errors import InstanceError, Problem
from planner.instance.fields import nearest
from planner.instance.read import SETTINGS_FILE, parse_toml
from planner.instance.schema import TABLES
from planner.instance.settings import parse_settings

README_FILE = "README.md"
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


def adopted_name(title: str, source: str) -> str:
    """What a copy of a shipped instance is called: by the title of its folder or file, if that can be a name."""
    problems: list[Problem] = []
    parse_settings({"instance": {"name": title}}, "", problems)
    return source if problems else title


def adopt(folder: Path, source: str) -> None:
    """Make a copy of a shipped instance speak of its own folder: in its name, if that can be one, and its README."""
    title = folder.resolve().name
    name = adopted_name(title, source)
    line = f"name = {json.dumps(name, ensure_ascii=False)}"
    _rewrite(folder / SETTINGS_FILE, lambda text: _NAME.sub(lambda _: line, text, count=1))
    _rewrite(folder / README_FILE, lambda text: _retitled(text, source, title, name))


def _retitled(text: str, source: str, title: str, name: str) -> str:
    """The README of a shipped instance as that of its copy: with its title, commands and plans."""
    where = f"A copy of the shipped instance `{source}`. Run the commands in the folder above this one."
    text = text.replace(f"# {source}\n", f"# {title}\n\n{where}\n", 1)
    same = rf"{re.escape(source)}(?![\w-])"
    text = re.sub(rf"(?<=planner )([a-z]+) {same}", lambda found: f"{found[1]} {shlex.quote(title)}", text)
    text = re.sub(rf"(?<=plans/){same}", lambda _: name, text)
    # what lies beside a shipped instance does not lie beside its copy
    return re.sub(r"\[([^\]]*)\]\(\.\./[^)]*\)", r"\1", text)


def _rewrite(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def resolve(instance: str | Path) -> Path:
    """The folder or workbook that is meant.

    A path that exists comes first, and for a plan folder its `instance/`; then the shipped names.

    Raises:
        InstanceError: if it is none of these.
        TypeError: if it is neither text nor a path.
    """
    if not isinstance(instance, str | PathLike):
        expected = "a folder, a workbook or a shipped name; tables go to Instance.from_tables"
        raise TypeError(f"an instance is loaded from {expected}, not from {type(instance).__name__}")
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
