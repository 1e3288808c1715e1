"""What a terminal shows, for a notebook: words and tables as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

WORDS = "white-space: pre-wrap; line-height: 1.4; margin: 0"
SIDES = {"left": "text-align: left; padding: 0 1em 0 0", "right": "text-align: right; padding: 0 0 0 1em"}


def group_as_html(shown: Group) -> str:
    """Words and tables as HTML without scripts; names are escaped."""
    return f"<div>{''.join(map(_part, shown.renderables))}</div>"


def _part(part: RenderableType) -> str:
    if isinstance(part, Table):
        return table_as_html(part)
    assert isinstance(part, Text)
    words = escape(part.plain) or " "
    bold = part.style == "bold" or any(span.style == "bold" for span in part.spans)
    return f'<p style="{WORDS}">{f"<strong>{words}</strong>" if bold else words}</p>'


def table_as_html(table: Table) -> str:
    """A table of a terminal: each cell on the side of its column; a row is bold where the terminal has it so."""
    sides = [SIDES["right" if column.justify == "right" else "left"] for column in table.columns]
    head = _row("th", [column.header for column in table.columns], sides)
    rows = zip(*(column.cells for column in table.columns), strict=True)
    body = [
        _row("th" if row.style == "bold" else "td", cells, sides)
        for row, cells in zip(table.rows, rows, strict=True)
    ]
    return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"


def _row(tag: str, cells: Iterable[RenderableType], sides: list[str]) -> str:
    written = (
        f'<{tag} style="{side}">{escape(str(cell))}</{tag}>' for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"
