"""Pictures of a sweep: the objective along one varied quantity, or over two of them, and where the design changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import combinations, pairwise

import numpy as np

from planner.study.cases import Outcome
from planner.study.grid import Axis, Case
from planner.study.picture import (
    BOTTOM,
    HEIGHT,
    INK,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Scale,
    across,
    dots,
    framed,
    in_words,
    joined,
    upwards,
)

LIGHT, DARK, NOTHING = (0xE8, 0xF1, 0xF5), (0x0B, 0x6E, 0x99), "#c8ccd0"
ROOM = 60  # points that a figure needs in a cell
PARTED = "dashed lines: another set of facilities is open"

Found = tuple[Case, Outcome]


def pictures(
    axes: Sequence[Axis], cases: Sequence[Case], outcomes: Mapping[int, Outcome], unit: str
) -> dict[str, str]:
    """SVG by name: a line for one varied quantity, a heat map for each pair of several.

    Quantities that a picture does not show are at their first alternative. `unit` is that of the objective.
    """
    found = [
        (case, outcomes[case.number])
        for case in cases
        if outcomes.get(case.number, {}).get("objective") is not None
    ]
    if not found:
        return {}
    if len(axes) == 1:
        return {"outcomes": _line(axes[0], found, unit)}
    drawn = {}
    for pair in combinations(range(len(axes)), 2):
        others = [(at, axis.labels[0]) for at, axis in enumerate(axes) if at not in pair]
        shown = [each for each in found if all(each[0].labels[at] == label for at, label in others)]
        held = ", ".join(axes[at].at(label) for at, label in others)
        if shown:
            name = "outcomes" if len(axes) == 2 else f"outcomes-{pair[0] + 1}-{pair[1] + 1}"
            drawn[name] = _heat_map(axes, pair, shown, f"{unit}; {held}" if held else unit)
    return drawn


def _line(axis: Axis, found: Sequence[Found], unit: str) -> str:
    """The objective along a quantity; a dashed line where another set of facilities is open."""
    numbers = axis.numbers
    value = dict(zip(axis.labels, numbers or range(len(axis.labels)), strict=True))
    x = np.array([value[case.labels[0]] for case, _ in found], dtype=np.float64)
    y = np.array([outcome["objective"] for _, outcome in found])
    wide = across(x) if numbers else Scale.of_names(axis.labels, LEFT, WIDTH - RIGHT)
    scales = wide, upwards(y)
    order = np.argsort(x)
    places = [
        (a, b) for a, b in zip(wide.at(x)[order].tolist(), scales[1].at(y)[order].tolist(), strict=True)
    ]
    designs = [found[at][1]["open"] for at in order.tolist()]
    parts = [
        _edge((a[0] + b[0]) / 2, (a[0] + b[0]) / 2, TOP, HEIGHT - BOTTOM)
        for (a, b), (one, other) in zip(pairwise(places), pairwise(designs), strict=True)
        if one != other
    ]
    told = [_told([axis], found[at]) for at in order.tolist()]
    return framed(
        scales,
        (axis.name, f"objective, {unit}"),
        [joined(places), dots(places, told), *parts],
        PARTED if parts else "",
    )


def _heat_map(axes: Sequence[Axis], pair: tuple[int, int], found: Sequence[Found], unit: str) -> str:
    """The objective over two quantities; a dashed line between cells in which other facilities are open."""
    x, y = axes[pair[0]], axes[pair[1]]
    scales = Scale.of_names(x.labels, LEFT, WIDTH - RIGHT), Scale.of_names(y.labels, HEIGHT - BOTTOM, TOP)
    at = {
        (x.labels.index(each[0].labels[pair[0]]), y.labels.index(each[0].labels[pair[1]])): each
        for each in found
    }
    low, high = (pick(outcome["objective"] for _, outcome in found) for pick in (min, max))
    figures = dict(zip(at, in_words(np.array([each[1]["objective"] for each in at.values()])), strict=True))
    cells: list[str] = []
    for column in range(len(x.labels)):
        for row in range(len(y.labels)):
            box = _Box(scales, column, row)
            if (column, row) not in at:
                cells.append(box.filled(NOTHING, "no plan"))
                continue
            depth = (at[column, row][1]["objective"] - low) / (high - low) if high > low else 0.0
            cells.append(box.filled(_colour(depth), _told(axes, at[column, row])))
            if box.width >= ROOM:
                cells.append(box.text(figures[column, row], "white" if depth > 0.55 else INK))
    ends = " to ".join(in_words(np.array([low, high])))
    note = f"objective from {ends} {unit}, the darker the higher; {PARTED}"
    return framed(scales, (x.name, y.name), [*cells, *_borders(scales, at)], note)


def _borders(scales: tuple[Scale, Scale], at: Mapping[tuple[int, int], Found]) -> list[str]:
    """Lines between neighbours whose facilities differ."""
    lines = []
    for (column, row), (_, outcome) in at.items():
        box = _Box(scales, column, row)
        right, above = at.get((column + 1, row)), at.get((column, row + 1))
        if right is not None and right[1]["open"] != outcome["open"]:
            lines.append(_edge(box.right, box.right, box.top, box.bottom))
        if above is not None and above[1]["open"] != outcome["open"]:
            lines.append(_edge(box.left, box.right, box.top, box.top))
    return lines


class _Box:
    """A cell of a heat map."""

    def __init__(self, scales: tuple[Scale, Scale], column: int, row: int) -> None:
        self.left, self.right = scales[0].at(np.array([column - 0.5, column + 0.5])).tolist()
        self.bottom, self.top = scales[1].at(np.array([row - 0.5, row + 0.5])).tolist()

    @property
    def width(self) -> float:
        """In points."""
        return float(self.right - self.left)

    def filled(self, colour: str, told: str) -> str:
        """The cell in a colour, and what it says to a pointer."""
        size = f'width="{self.width:.1f}" height="{self.bottom - self.top:.1f}"'
        return (
            f'<rect x="{self.left:.1f}" y="{self.top:.1f}" {size} fill="{colour}">'
            f"<title>{escape(told)}</title></rect>"
        )

    def text(self, words: str, colour: str) -> str:
        """Words in the middle."""
        x, y = (self.left + self.right) / 2, (self.top + self.bottom) / 2 + 4
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{colour}" font-size="11">{words}</text>'


def _edge(left: float, right: float, top: float, bottom: float) -> str:
    ends = f'x1="{left:.1f}" x2="{right:.1f}" y1="{top:.1f}" y2="{bottom:.1f}"'
    return f'<line {ends} stroke="{INK}" stroke-width="1.5" stroke-dasharray="5 3"/>'


def _colour(depth: float) -> str:
    """From light (0) to dark (1)."""
    return "#" + "".join(f"{round(a + (b - a) * depth):02x}" for a, b in zip(LIGHT, DARK, strict=True))


def _told(axes: Sequence[Axis], found: Found) -> str:
    """A case in words."""
    case, outcome = found
    varied = ", ".join(axis.at(label) for axis, label in zip(axes, case.labels, strict=True))
    return f"case {case.number}: {varied}: {outcome['objective']:,.2f}; open: {', '.join(outcome['open']) or 'none'}"
