"""Every block of code in README.md and docs/ runs, from the top of its page to the bottom, and shows what it says.

Where a page names `tv-north-america` the folder of that name is found, its first year (see conftest.py). What is
shown of it has other figures then, so only the words that its lines begin with are compared, but for places,
programmes and break-evens: another plant may open, another duty be due, and nothing change in a range.
"""

import re
import shlex

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import planner
from planner.cli import app
from planner.instance import apply, parse_set
from planner.solve import highs
from planner.solve.confirm import QUICK
from tests.docs.blocks import changes, commands, fenced, within_text
from tests.docs.conftest import FLAGSHIP, ROOT

PAGES = [ROOT / "README.md", ROOT / "models" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOTS = re.escape("...")
NAMED = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))

GIVEN = planner.load(FLAGSHIP).tables
NAMES = {*GIVEN["locations"]["location"], *GIVEN["tariffs"]["programme"], "at"}
# what runs, but not from here
ELSEWHERE = {
    "python3 -m venv": ".ci/run",
    ".venv/bin/pip install 'sourcing-planner[dask]'": "the extra `test` of .ci/run",
    ".venv/bin/python -m sphinx": "tests/docs/test_site.py",
}


class Reader:
    """Somebody who follows a page to the letter, and keeps what was shown last."""

    def __init__(self, folder, capsys, monkeypatch):
        self.folder, self.capsys, self.monkeypatch = folder, capsys, monkeypatch
        self.names = {"__name__": "__main__"}
        self.shown = ""
        self.flagship = False

    def shell(self, block):
        for command in commands(block):
            program, *words = command.words
            assert program == "planner", f"{block}: {program} is no command of ours"
            self.about(FLAGSHIP.name in command.line)
            result = CliRunner().invoke(app, words)
            assert result.exit_code == command.code, f"{block}: {command.line}\n{result.output}"
            self.shown = result.output

    def python(self, block):
        self.about(self.flagship or FLAGSHIP.name in block.text)
        self.capsys.readouterr()
        exec(compile("\n" * block.line + block.text, str(block.page), "exec"), self.names)
        self.shown = self.capsys.readouterr().out

    def about(self, flagship):
        """Say whether this is about the flagship, whose second solves are left out: tests/planner/solve has them."""
        self.flagship = flagship
        self.monkeypatch.setattr(highs, "QUICK", 0.0 if flagship else QUICK)

    def file(self, block):
        """A file that the reader writes; its first line is a comment with the name."""
        name = re.match(r"# (\S+\.toml)\n", block.text)
        assert name, f"{block}: the first line names no file"
        (self.folder / name[1]).write_text(block.text, encoding="utf-8")

    def compare(self, block):
        """What is shown is what was printed; three dots stand for any lines, or for the rest of one."""
        if not self.flagship:
            escaped = (re.escape(line) for line in block.text.rstrip().splitlines())
            lines = [".*" if line == DOTS else line.replace(DOTS, "[^\n]*") for line in escaped]
            printed = "\n".join(line.rstrip() for line in self.shown.splitlines())
            assert re.search("\n".join(lines), printed, re.S), f"{block} is not what was printed:\n{printed}"
        else:
            unknown = beginnings(block.text) - beginnings(self.shown) - NAMES
            assert not unknown, f"{block}: no line begins with {unknown}:\n{self.shown}"


def beginnings(text):
    """The words that lines begin with, figures aside."""
    first = {line.split()[0] for line in text.splitlines() if line.strip() not in ("", "...")}
    return {word for word in first if not word[0].isdigit()}


@NAMED
def test_every_block_runs_and_shows_what_it_says(page, folder, capsys, monkeypatch):
    reader = Reader(folder, capsys, monkeypatch)
    for block in fenced(page):
        if any(block.text.startswith(start) for start in ELSEWHERE):
            continue
        if block.language in ("bash", "sh"):
            reader.shell(block)
        elif block.language == "python":
            reader.python(block)
        elif block.language == "toml":
            reader.file(block)
        else:
            assert block.language == "text", f"{block}: nobody knows how to run {block.language or 'this'}"
            reader.compare(block)


def test_what_runs_elsewhere_stands_on_a_page():
    texts = [block.text for page in PAGES for block in fenced(page)]
    assert {start for start in ELSEWHERE if any(text.startswith(start) for text in texts)} == set(ELSEWHERE)


@NAMED
def test_every_command_within_the_text_is_understood(page):
    """By the parser of the command line; what is run stands in blocks."""
    group = get_command(app)
    for block in within_text(page):
        _, name, *words = [*shlex.split(block.text), ""]
        assert name in group.commands, f"{block}: {block.text}"
        if words != [""]:
            group.commands[name].make_context(name, words[:-1], parent=None)


@NAMED
def test_every_change_within_the_text_changes_an_instance(page):
    for block in changes(page):
        assert any(changes_it(name, block.text) for name in ("starter", FLAGSHIP.name)), (
            f"{block}: {block.text}"
        )


def changes_it(name, change):
    instance = planner.load(name)
    try:
        return apply(instance, [parse_set(change)]).sha256 != instance.sha256
    except planner.InstanceError:
        return False
