"""The code of a Markdown page: its fenced blocks, and the commands within its text."""

import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from markdown_it import MarkdownIt

CHANGE = re.compile(r"(?:--set ')?(\w+(?:\[[^]]*\])?\.\w+ [+*]?= [^':]+)'?")
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b|\.\.\.")


@dataclass(frozen=True)
class Block:
    """Code and where it stands; `language` is "" for a command within the text."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A line of a shell: its words, and the exit code that a comment after it names."""

    words: tuple[str, ...]
    code: int

    @property
    def line(self) -> str:
        return shlex.join(self.words)


def fenced(page: Path) -> list[Block]:
    """The fenced blocks of a page, without those that are directives of Sphinx."""
    return [
        Block(page, token.map[0] + 1, token.info.strip(), token.content)
        for token in MarkdownIt().parse(page.read_text(encoding="utf-8"))
        if token.type == "fence" and not token.info.startswith("{")
    ]


def inline(page: Path) -> list[Block]:
    """All code within the text and the tables of a page."""
    line, found = 0, []
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")):
        line = token.map[0] + 1 if token.map else line  # the cells of a table have no line of their own
        codes = (code for code in token.children or () if code.type == "code_inline")
        found += [Block(page, line, "", code.content) for code in codes]
    return found


def within_text(page: Path) -> list[Block]:
    """The whole commands that stand within the text of a page; one with a placeholder is none."""
    return [
        block
        for block in inline(page)
        if block.text.startswith("planner ") and not PLACEHOLDER.search(re.sub(r"'[^']*'", "", block.text))
    ]


def changes(page: Path) -> list[Block]:
    """The changes to cells that stand within the text of a page: `table[...].column = value`, `--set` before or not."""
    found = [(block, CHANGE.fullmatch(block.text)) for block in inline(page)]
    return [replace(block, text=match[1]) for block, match in found if match]


def commands(block: Block) -> list[Command]:
    """The lines of a block for the shell; `# exit code 3` after one says how it ends."""
    found = []
    for line in block.text.replace("\\\n", " ").splitlines():
        said = re.search(r"# exit code (\d+)$", line)
        words = shlex.split(line, comments=True)
        if words:
            found.append(Command(tuple(words), int(said[1]) if said else 0))
    return found
