"""The report as one HTML file that opens offline: chapters, style, scripts, plotly.js and the shapes of the map."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from planner.plan.versions import versions
from planner.report.chapter import Chapter
from planner.report.lane_styles import TITLES
from planner.report.picture import ROWS
from planner.report.theme import ROLES, template


def page(chapters: Sequence[Chapter], *, title: str, eyebrow: str, currency: str) -> str:
    """The whole file."""
    parts = files("planner.report") / "page"
    scripts = [plotly_js(), f"window.PlotlyGeoAssets = {_json(shapes())};", _text(parts / "page.js")]
    environment = Environment(
        loader=PackageLoader("planner.report", "page"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html").render(
        chapters=chapters,
        title=title,
        eyebrow=eyebrow,
        currency=currency,
        colours=TITLES,
        roles=ROLES,
        rows=ROWS,
        version=versions()["planner"],
        style=Markup(_text(parts / "page.css")),
        data=Markup(_json(_data(chapters))),
        scripts=[Markup(script) for script in scripts],
        hashes=Markup(" ".join(_hash(script) for script in scripts)),
    )


def plotly_js() -> str:
    """plotly.js as the package plotly brings it."""
    return _text(files("plotly") / "package_data" / "plotly.min.js")


def shapes() -> dict[str, Any]:
    """Outlines of coasts and countries, with the version of plotly.js that they belong to."""
    found: dict[str, Any] = json.loads(_text(files("planner.report") / "shapes" / "world_110m.json"))
    return found


def _data(chapters: Sequence[Chapter]) -> dict[str, Any]:
    """Every figure and what the switches of the maps need, by the id of the picture."""
    figures: dict[str, Any] = {}
    maps: dict[str, Any] = {}
    for chapter in chapters:
        pictures = [one for section in chapter.sections for one in section.pictures]
        if chapter.map is not None and chapter.map.picture.figure:
            pictures.append(chapter.map.picture)
            maps[f"{chapter.id}-{chapter.map.picture.name}"] = chapter.map.switches
        figures |= {f"{chapter.id}-{one.name}": one.figure for one in pictures if one.figure}
    themes = {"light": template(dark=False), "dark": template(dark=True)}
    return {"figures": figures, "maps": maps, "themes": themes}


def _json(value: Any) -> str:
    """JSON that can stand in a script: no `<`, so no tag begins or ends in it; nan is an error."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(script: str) -> str:
    """What the content security policy lets run: this script and no other."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _text(file: Any) -> str:
    return str(file.read_text(encoding="utf-8"))
