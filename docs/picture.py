"""Draw docs/solve.svg, the summary of a solved plan as the terminal shows it: `python docs/picture.py`."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

import planner

TARGET = Path(__file__).with_name("solve.svg")
# rich's template fetches its font from the network; a picture must open offline
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def main() -> None:
    """Solve the flagship instance and keep what is printed."""
    plan = planner.solve("tv-north-america", gap=1e-3)
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    console.print(plan)
    drawn = console.export_svg(title="planner solve tv-north-america", unique_id="plan")
    TARGET.write_text(FONT_FACE.sub("", drawn), encoding="utf-8")


if __name__ == "__main__":
    main()
