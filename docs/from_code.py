"""What the pages of the reference take from the code: each `<!-- from code: NAME -->` gives way to what it names."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from textwrap import indent
from typing import Any

from sphinx.application import Sphinx
from typer.main import get_command

import planner
from planner.cli import app as commands
from planner.instance.dictionary import dictionary, markdown_table
from planner.plan.columns import SAYS, TABLES
from planner_models.build import FAMILIES, LAZY_FAMILIES, PENALTY_FAMILIES
from planner_models.readme import COMPONENTS, Described, describe_amount, describe_rows

MARK = re.compile(r"^<!-- from code: (\w+) -->$", re.M)
TYPE = re.compile(r" <\w+>$")  # recent typer names the type of an argument as well
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def input_tables() -> str:
    """Every key and column of an instance, as in instances/README.md."""
    return dictionary(level=2)


def output_tables() -> str:
    """Every column of a plan."""
    return "\n\n".join(
        f"## {name}.csv\n{SAYS[name].capitalize()}.\n\n"
        + markdown_table(
            ("column", "kind", "meaning"), [(each.name, each.kind, each.meaning) for each in columns]
        )
        for name, columns in TABLES.items()
    )


def command_line() -> str:
    """Every command with its arguments and options."""
    group: Any = get_command(commands)  # a click.Group, in recent typer one of its own
    context = group.context_class(group, info_name="planner")
    return "\n\n".join(_command(context, name, each) for name, each in group.commands.items())


def _command(parent: Any, name: str, command: Any) -> str:
    """A command: how it is called, what it does, what it takes."""
    context = command.context_class(command, info_name=name, parent=parent)
    usage = " ".join(command.get_usage(context).removeprefix("Usage: ").split())
    records = [record for each in command.params if (record := each.get_help_record(context))]
    rows = [(f"`{TYPE.sub('', takes)}`", _literal(says)) for takes, says in records]
    says = _literal(inspect.cleandoc(command.help or ""))
    return "\n\n".join(
        [
            f"## planner {name}\n{says}",
            f"```text\n{usage}\n```",
            markdown_table(("takes", "what it is"), rows),
        ]
    )


def _literal(text: str) -> str:
    """Text in which Markdown finds no marks."""
    return re.sub(r"([<*_`\[])", r"\\\1", text)


def python_names() -> str:
    """Every public name: functions, classes with their members, exceptions."""
    kinds = {name: _directive(getattr(planner, name)) for name in planner.__all__ if name != "errors"}
    titles = {"function": "Functions", "class": "Classes", "exception": "Exceptions"}
    return "\n\n".join(
        f"## {title}\n\n" + "\n\n".join(_documented(name, kind) for name in kinds if kinds[name] == kind)
        for kind, title in titles.items()
    )


def _directive(public: Any) -> str:
    if not inspect.isclass(public):
        return "function"
    return "exception" if issubclass(public, Exception) else "class"


def _documented(name: str, kind: str) -> str:
    members = "" if kind == "function" else "\n   :members:"
    return f"```{{eval-rst}}\n.. auto{kind}:: planner.{name}{members}\n```"


def constraints() -> str:
    """Every constraint family, by the module that it stands in."""
    return _by_module(FAMILIES + PENALTY_FAMILIES + LAZY_FAMILIES, _rows)


def costs() -> str:
    """Every cost component, by the module that it stands in."""
    return _by_module(COMPONENTS, _amount)


def _by_module(functions: Iterable[Callable[..., Any]], described: Callable[..., str]) -> str:
    """What functions are about, under the first sentence of the module that they stand in."""
    parts = defaultdict[str, list[str]](list)
    for function in functions:
        title = (inspect.getdoc(inspect.getmodule(function)) or "").partition(".")[0]
        parts[title].append(described(function))
    return "\n\n".join("\n\n".join([f"### {title}", *members]) for title, members in parts.items())


def _rows(family: Callable[..., Any]) -> str:
    row = describe_rows(family)
    return f"{_formula(row)}\n\nRow in {row.unit}; dual {row.dual}. Source: {row.source}."


def _amount(component: Callable[..., Any]) -> str:
    amount = describe_amount(component)
    return f"{_formula(amount)}\n\nIn {amount.unit}."


def _formula(described: Described) -> str:
    return f"#### `{described.name}`\n{described.says}\n\n$$\n{described.maths}\n$$"


PARTS: dict[str, Callable[[], str]] = {
    part.__name__: part
    for part in (input_tables, output_tables, command_line, python_names, constraints, costs)
}


def fill(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Put what the code says into a page, before it is read."""
    source[0] = MARK.sub(lambda mark: PARTS[mark[1]](), source[0])


def docstring(_app: Sphinx, what: str, _name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    """Make a docstring ready for autodoc, which reads reStructuredText: its blocks of code are Markdown's."""
    turned = FENCE.sub(
        lambda block: f".. code-block:: {block[1]}\n\n{indent(block[2], '   ')}\n", "\n".join(lines)
    )
    # napoleon takes what a property begins with, up to a colon, for its type: let it begin with an empty comment
    lines[:] = [*(["..", ""] if what == "property" else []), *turned.split("\n")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Fill every page before it is read, and every docstring."""
    app.connect("source-read", fill)
    app.connect("autodoc-process-docstring", docstring, priority=400)  # napoleon has 500
    return {"parallel_read_safe": True, "parallel_write_safe": True}
