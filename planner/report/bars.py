"""Pictures of horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from planner.report.picture import Figure

BARS = 18  # of a picture: more than a reader looks at; its table has all


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each name: its length in the unit of the axis, its tooltip, and what is written beside it."""

    lengths: Sequence[float]
    told: Sequence[str]
    colours: str | Sequence[str]
    written: Sequence[str] = ()


def bars(labels: Sequence[str], parts: Sequence[Bars], axis: str, height: int = 26, **more: Any) -> Figure:
    """Bars from the top down, `height` pixels a name; several parts are stacked, or side by side if written beside.

    They stand at numbers, so that names which look like dates, or like each other, stay what they are.
    """
    written = any(part.written for part in parts)
    across = {"title": {"text": axis}, "fixedrange": True, "zeroline": True, "nticks": 6} | more
    if written:
        across["range"] = _room([length for part in parts for length in part.lengths])
    places = list(range(len(labels)))
    return {
        "data": [_trace(part, places) for part in parts],
        "layout": {
            "height": height * max(len(labels), 1) + 56,
            "barmode": "group" if written else "relative",
            "bargap": 0.34,
            "showlegend": False,
            "xaxis": across,
            "yaxis": names_axis(labels),
        },
    }


def names_axis(labels: Sequence[str]) -> Figure:
    """The axis of the names, the first on top."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "range": [len(labels) - 0.4, -0.6],
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "ticklabelstandoff": 5,
        "fixedrange": True,
    }


def _trace(part: Bars, places: Sequence[int]) -> Figure:
    beside = (
        {"text": list(part.written), "textposition": "outside", "cliponaxis": False} if part.written else {}
    )
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(places),
        "x": [length if isfinite(length) else None for length in part.lengths],
        "marker": {"color": part.colours if isinstance(part.colours, str) else list(part.colours)},
        "customdata": list(part.told),
        "hovertemplate": "%{customdata}<extra></extra>",
        **beside,
    }


def _room(lengths: Sequence[float]) -> list[float]:
    """The range of an axis on which bars have room for what is written beside them."""
    low, high = (end([0.0, *filter(isfinite, lengths)]) for end in (min, max))
    beside = 0.36 * (high - low) or 1.0
    return [low - beside if low < 0 else 0.0, high + beside]
