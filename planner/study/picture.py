"""Pictures of a study as SVG that any browser shows: a line of points, and the frame that every picture has."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil
from typing import Any, Self

import numpy as np

from planner_models.arrays import Floats

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 110, 30, 30, 70
TICKS = 5
INK, LINE, GRID = "#1f2933", "#0b6e99", "#d9e2ec"
LETTER = 7.5  # points that a letter is wide
LONGEST = 14  # letters of a name beside its tick
LONGEST_NAME = 50  # letters of the name of an axis


class Scale:
    """From values to positions in the picture, with a margin at both ends."""

    def __init__(self, ends: tuple[float, float], start: float, end: float) -> None:
        self.low, self.high = ends
        self.start, self.end = start, end
        self.ticks: Floats = np.array(ends)
        self.labels: Sequence[str] = in_words(self.ticks)

    @classmethod
    def of(cls, values: Floats, start: float, end: float) -> Self:
        """The scale that the values need, with some round ticks."""
        low, high = float(values.min()), float(values.max())
        margin = 0.08 * (high - low) or max(abs(high), 1.0) * 0.05
        made = cls((low - margin, high + margin), start, end)
        made.ticks = np.linspace(low, high, TICKS) if high > low else np.array([low])
        made.labels = in_words(made.ticks)
        return made

    @classmethod
    def of_names(cls, names: Sequence[str], start: float, end: float) -> Self:
        """Names at 0, 1, 2 ..., of which as many have a tick as there is room for."""
        made = cls((-0.5, len(names) - 0.5), start, end)
        labels = [_shortened(name, LONGEST) for name in names]
        # along the bottom labels stand side by side, along the side one above the other
        need = LETTER * (max(map(len, labels)) + 1) if start < end else 2 * LETTER
        each = ceil(len(names) * need / abs(end - start))
        made.ticks = np.arange(0, len(names), each, dtype=np.float64)
        made.labels = labels[::each]
        return made

    def at(self, values: Floats) -> Floats:
        """Positions."""
        return np.asarray(self.start + (values - self.low) / (self.high - self.low) * (self.end - self.start))


def across(values: Floats) -> Scale:
    """The scale of values along the bottom."""
    return Scale.of(values, LEFT, WIDTH - RIGHT)


def upwards(values: Floats) -> Scale:
    """The scale of values along the side."""
    return Scale.of(values, HEIGHT - BOTTOM, TOP)


def picture(points: Sequence[tuple[float, float]], wide: str, high: str) -> str:
    """The points (x, y) in order, joined, with their numbers; `wide` and `high` name the axes."""
    x, y = (np.array(values, dtype=np.float64) for values in zip(*points, strict=True))
    scales = across(x), upwards(y)
    places = list(zip(scales[0].at(x).tolist(), scales[1].at(y).tolist(), strict=True))
    numbers = [
        f'<text x="{a + 8:.1f}" y="{b - 8:.1f}">{number}</text>' for number, (a, b) in enumerate(places, 1)
    ]
    return framed(scales, (wide, high), [joined(places), dots(places), *numbers])


def joined(places: Sequence[tuple[float, float]]) -> str:
    """A line from place to place."""
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
    return f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="2"/>'


def dots(places: Sequence[tuple[float, float]], told: Sequence[str] = ()) -> str:
    """A dot at each place; `told` is what each says to a pointer."""
    titles = [f"<title>{escape(text)}</title>" for text in told] or [""] * len(places)
    marks = [
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="5">{title}</circle>'
        for (a, b), title in zip(places, titles, strict=True)
    ]
    return f'<g fill="{LINE}">' + "".join(marks) + "</g>"


def framed(scales: tuple[Scale, Scale], names: tuple[str, str], inside: Sequence[str], note: str = "") -> str:
    """A picture with a grid, ticks and the names of its two axes; `note` stands above it."""
    wide, high = scales
    across_name, up_name = (escape(_shortened(name, LONGEST_NAME)) for name in names)
    grid = [
        f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>' for at in wide.at(wide.ticks)
    ] + [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>' for at in high.at(high.ticks)
    ]
    labels = [
        f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{escape(tick)}</text>'
        for at, tick in zip(wide.at(wide.ticks), wide.labels, strict=True)
    ] + [
        f'<text x="{LEFT - 10}" y="{at + 4:.1f}" text-anchor="end">{escape(tick)}</text>'
        for at, tick in zip(high.at(high.ticks), high.labels, strict=True)
    ]
    centre, middle = (LEFT + WIDTH - RIGHT) / 2, (TOP + HEIGHT - BOTTOM) / 2
    above = [f'<text x="{LEFT}" y="{TOP - 10}" font-size="11">{escape(note)}</text>'] if note else []
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
            f' font-size="13" fill="{INK}">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            f'<g stroke="{GRID}">' + "".join(grid) + "</g>",
            *labels,
            f'<text x="{centre}" y="{HEIGHT - 20}" text-anchor="middle">{across_name}</text>',
            f'<text transform="translate(20 {middle}) rotate(-90)" text-anchor="middle">{up_name}</text>',
            *above,
            *inside,
            "</svg>\n",
        ]
    )


def in_words(values: Floats) -> list[str]:
    """Figures of one size, in millions where they are large."""
    largest = float(np.abs(values).max())
    unit, name = (1e6, " M") if largest >= 1e7 else (1.0, "")
    digits = max(0, 4 - len(f"{largest / unit:.0f}"))
    return [f"{value / unit:,.{digits}f}{name}" for value in values.tolist()]


def plotted(points: Sequence[tuple[float, float]], across: str, up: str) -> dict[str, Any]:
    """The same for plotly: `data` and `layout` of a figure; plotly reads a little HTML in the names of the axes."""
    x, y = zip(*points, strict=True)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers+text",
                "x": list(x),
                "y": list(y),
                "text": [str(number) for number in range(1, len(points) + 1)],
                "textposition": "top left",
                "line": {"color": LINE, "width": 2},
                "marker": {"color": LINE, "size": 9},
                "hovertemplate": "plan %{text}<br>%{x:,.6~g}<br>%{y:,.6~g}<extra></extra>",
            }
        ],
        "layout": {
            "height": 360,
            "showlegend": False,
            "xaxis": {"title": {"text": across}, "fixedrange": True},
            "yaxis": {"title": {"text": up}, "fixedrange": True},
        },
    }


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
