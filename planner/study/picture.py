"""A picture of a frontier: a line of points with two axes, as SVG that any browser shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 110, 30, 30, 70
TICKS = 5
INK, LINE, GRID = "#1f2933", "#0b6e99", "#d9e2ec"


def picture(points: Sequence[tuple[float, float]], across: str, up: str) -> str:
    """The points (x, y) in order, joined, with their numbers; `across` and `up` name the axes."""
    x, y = (np.array(values, dtype=np.float64) for values in zip(*points, strict=True))
    wide, high = _Axis(x, LEFT, WIDTH - RIGHT), _Axis(y, HEIGHT - BOTTOM, TOP)
    places = list(zip(wide.at(x), high.at(y), strict=True))
    marks = [
        f'<circle cx="{a:.1f}" cy="{b:.1f}" r="5"/><text x="{a + 8:.1f}" y="{b - 8:.1f}">{number}</text>'
        for number, (a, b) in enumerate(places, 1)
    ]
    grid = [
        f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>' for at in wide.at(wide.ticks)
    ] + [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>' for at in high.at(high.ticks)
    ]
    labels = [
        f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{tick}</text>'
        for at, tick in zip(wide.at(wide.ticks), wide.labels, strict=True)
    ] + [
        f'<text x="{LEFT - 10}" y="{at + 4:.1f}" text-anchor="end">{tick}</text>'
        for at, tick in zip(high.at(high.ticks), high.labels, strict=True)
    ]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
    middle = (TOP + HEIGHT - BOTTOM) / 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
            f' font-size="13" fill="{INK}">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            f'<g stroke="{GRID}">' + "".join(grid) + "</g>",
            *labels,
            f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 20}" text-anchor="middle">{escape(across)}</text>',
            f'<text transform="translate(20 {middle}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
            f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="2"/>',
            f'<g fill="{LINE}">' + "".join(marks) + "</g>",
            "</svg>\n",
        ]
    )


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


class _Axis:
    """From values to positions in the picture, with a margin at both ends."""

    def __init__(self, values: np.ndarray, start: float, end: float) -> None:
        low, high = float(values.min()), float(values.max())
        margin = 0.08 * (high - low) or max(abs(high), 1.0) * 0.05
        self.low, self.high, self.start, self.end = low - margin, high + margin, start, end
        self.ticks = np.linspace(low, high, TICKS) if high > low else np.array([low])

    def at(self, values: np.ndarray) -> np.ndarray:
        """Positions."""
        return np.asarray(self.start + (values - self.low) / (self.high - self.low) * (self.end - self.start))

    @property
    def labels(self) -> list[str]:
        """Ticks in words, in millions where they are large."""
        largest = float(np.abs(self.ticks).max())
        unit, name = (1e6, " M") if largest >= 1e7 else (1.0, "")
        digits = max(0, 4 - len(f"{largest / unit:.0f}"))
        return [f"{tick / unit:,.{digits}f}{name}" for tick in self.ticks]
