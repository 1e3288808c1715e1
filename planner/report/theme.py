"""Colours and the look of every picture, in light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

BLUE, ORANGE, GREEN, RED = "#2878a8", "#d98a2b", "#2f9073", "#c2503d"
PURPLE, SKY, GOLD, GREY, FAINT = "#7d6bb0", "#6cb2d8", "#bfa12e", "#8794a0", "#b7c0c8"

SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED, GOLD, GREY)
# from little to much; blue to red through yellow stays apart for every kind of colour blindness
SCALE = ("#2f7fb5", "#7fb0c4", "#cdb45c", "#dd8a3c", "#b9432f")

ROLES: Mapping[str, str] = MappingProxyType(
    # in the order in which they are drawn, one over the other
    {"gateway": GREY, "market": GREEN, "supplier": ORANGE, "warehouse": PURPLE, "plant": BLUE}
)
SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "supplier": "circle",
        "plant": "square",
        "warehouse": "diamond",
        "market": "triangle-up",
        "gateway": "cross",
    }
)
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def template(*, dark: bool) -> dict[str, Any]:
    """What is the same in every picture, for a light or a dark page."""
    ink, muted, line = ("#e4e9ee", "#9aa7b3", "#2f3a45") if dark else ("#1d2935", "#5c6975", "#e1e6eb")
    land, coast = ("#26313b", "#3b4854") if dark else ("#eceff2", "#cbd3da")
    axis = {
        "gridcolor": line,
        "zerolinecolor": muted,
        "linecolor": line,
        "tickcolor": line,
        "tickfont": {"color": ink, "size": 12},
        "title": {"font": {"color": muted, "size": 12}},
        "automargin": True,
    }
    return {
        "layout": {
            "font": {"family": FONT, "size": 13, "color": ink},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(SERIES),
            "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
            "hoverlabel": {
                "bgcolor": "#0f151b" if dark else "#ffffff",
                "bordercolor": muted,
                "font": {"color": ink, "family": FONT, "size": 13},
                "align": "left",
            },
            "legend": {"font": {"color": ink}, "bgcolor": "rgba(0,0,0,0)"},
            "xaxis": axis,
            "yaxis": axis,
            "geo": {
                "bgcolor": "rgba(0,0,0,0)",
                "showland": True,
                "landcolor": land,
                "showocean": False,
                "showlakes": False,
                "showcountries": True,
                "countrycolor": coast,
                "countrywidth": 0.5,
                "coastlinecolor": coast,
                "coastlinewidth": 0.5,
                "showframe": False,
            },
        }
    }
