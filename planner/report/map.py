"""The network on a world map: places by role, lanes as arcs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance.fields import nearest
from planner.report.arcs import Frame, arc, frame
from planner.report.lane_styles import TITLES, Styles, Stylist
from planner.report.movements import LANE, SUMS, movements, views, weighs
from planner.report.names import Names
from planner.report.picture import Column, Figure, Picture, Table, whole_label
from planner.report.places import Place, places
from planner.report.theme import ROLES, SYMBOLS

if TYPE_CHECKING:
    from planner.plan import Plan

LANES = 150  # that are drawn; more than a reader can tell apart
BASE, HORIZON, COLOUR = "base", "", "status"
COLUMNS = (
    Column("origin", "From"), Column("destination", "To"), Column("mode", "Mode"),
    Column("quantity", "Units", "number"), Column("weight", "Tonnes", "number"),
    Column("freight", "Freight", "money"), Column("handling", "Handling", "money"),
    Column("insurance", "Insurance", "money"), Column("duty", "Duty", "money"), Column("fees", "Fees", "money"),
    Column("claim", "Claims", "money"), Column("pipeline", "On the way", "money"), Column("carbon", "Carbon", "money"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Map:
    """The map of a plan in every view; `switches` is what the page needs to change between them."""

    picture: Picture
    switches: Mapping[str, Any]
    legends: Mapping[str, Sequence[tuple[str, str]]]
    scenarios: Sequence[str]
    periods: Sequence[str]


class Drawing:
    """The lanes and places of a plan on the map."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.names = plan, Names(plan.instance)
        self.currency = plan.instance.settings.instance.currency
        moved = movements(plan)
        self.views = views(plan, moved)
        self.stylist = Stylist(list(self.views.values()), by_weight=weighs(plan.instance, plan.flows["item"]))
        self.places = places(plan, moved)
        self.lanes = self._drawn(moved)

    def _drawn(self, moved: pd.DataFrame) -> pd.DataFrame:
        """The lanes with both ends on the map, those that move most in any scenario first."""
        busiest = moved.groupby([*LANE, "scenario"])[self.stylist.measure].sum().groupby(LANE).max()
        known = {place.name for place in self.places}
        lanes = busiest.sort_values(ascending=False, kind="stable").reset_index()[LANE]
        there = lanes["origin"].isin(known) & lanes["destination"].isin(known)
        return lanes[there].head(LANES).reset_index(drop=True)

    def styles(self, scenario: str, period: str) -> Styles:
        """The looks of the lanes in a view."""
        numbers = self.lanes.assign(lane=np.arange(len(self.lanes)))
        view = self.views[scenario, period].merge(numbers, on=LANE, how="inner")
        return self.stylist.styles(view, view["lane"].to_numpy(dtype=np.int64))

    def figure(self, styles: Styles, colour: str) -> Figure:
        """The map in one view."""
        if not self.places:
            return {"data": [], "layout": {}}
        seen = frame([place.longitude for place in self.places], [place.latitude for place in self.places])
        drawn = [self._lane(number, seen) for number in range(len(self.lanes))]
        seen = seen.with_room(max((max(lane["lat"]) for lane in drawn), default=seen.north) + 2.0)
        colours = self.stylist.colours[colour]
        for at, lane in enumerate(styles.lane.tolist()):
            drawn[lane] |= {"visible": True, "meta": styles.told[at]}
            drawn[lane]["line"] = {
                "width": float(styles.width[at].round(1)), "color": colours[styles.colour[colour][at]],
            }  # fmt: skip
        return {"data": [*drawn, *self._roles()], "layout": _layout(seen)}

    def _lane(self, number: int, seen: Frame) -> Figure:
        """A lane, hidden until a view shows it."""
        origin, destination, mode = (str(self.lanes[name].iloc[number]) for name in LANE)
        at = {place.name: place for place in self.places}
        ends = [(seen.unrolled(at[name].longitude), at[name].latitude) for name in (origin, destination)]
        longitude, latitude = arc(ends[0], ends[1])
        tonnes = ", %{meta[1]:,.1f} t" if self.stylist.unit == "t" else ""
        words = f"{self.names.place(origin)} → {self.names.place(destination)}"
        return {
            "type": "scattergeo",
            "mode": "lines",
            "lon": longitude.round(2).tolist(),
            "lat": latitude.round(2).tolist(),
            "opacity": 0.6,
            "visible": False,
            "text": f"<b>{whole_label(words)}</b><br>{whole_label(mode)}",
            "hovertemplate": f"%{{fullData.text}}<br>%{{meta[0]:,.0f}} units{tonnes}<br>"
            f"%{{meta[2]:,.0f}} {whole_label(self.currency)} to move and clear, of it %{{meta[3]:,.0f}} duty"
            "<br>%{meta[4]}<extra></extra>",
        }

    def _roles(self) -> list[Figure]:
        """The places, a trace for each role; those without traffic are hollow."""
        return [
            _markers(role, mine) for role in ROLES if (mine := [p for p in self.places if p.role == role])
        ]


def draw(plan: Plan) -> Map:
    """The map of a plan, with all that its switches need."""
    drawing = Drawing(plan)
    every = {key: drawing.styles(*key) for key in drawing.views}
    figure = drawing.figure(every[BASE, HORIZON], COLOUR) if drawing.places else None
    switches = {
        "colours": {name: list(colours) for name, colours in drawing.stylist.colours.items()},
        "views": {f"{scenario}\n{period}": _compact(styles) for (scenario, period), styles in every.items()},
        "lanes": len(drawing.lanes),
    }
    return Map(
        picture=_picture(plan, drawing, figure),
        switches=switches,
        legends=drawing.stylist.legends(drawing.currency),
        scenarios=list(dict.fromkeys(scenario for scenario, _ in drawing.views)),
        periods=[period for scenario, period in drawing.views if scenario == BASE and period],
    )


def figure(plan: Plan, scenario: str = BASE, period: str = HORIZON, colour: str = COLOUR) -> Figure:
    """The map of a plan in one view, coloured by `cost`, `duty` or `status`.

    Raises:
        InstanceError: no such scenario, period or colour.
    """
    drawing = Drawing(plan)
    scenarios, periods = zip(*drawing.views, strict=True)
    asked = (
        ("scenario", scenario, scenarios),
        ("period", period, periods),
        ("colour", colour, tuple(TITLES)),
    )
    wrong = [
        Problem(
            what, f"no such {what}", name, ", ".join(dict.fromkeys(filter(None, known))), nearest(name, known)
        )
        for what, name, known in asked
        if name not in known
    ]
    if wrong:
        raise InstanceError(wrong)
    return drawing.figure(drawing.styles(scenario, period), colour)


def _picture(plan: Plan, drawing: Drawing, figure: Figure | None) -> Picture:
    """The map with its lanes as a table."""
    rows = drawing.views[BASE, HORIZON]
    used, unit = drawing.stylist.measure, "tonnes" if drawing.stylist.unit == "t" else "units"
    total, drawn = rows[used].sum(), rows.merge(drawing.lanes, on=LANE)[used].sum()
    words = f"A lane is as wide as the {unit} that move on it; places without traffic are hollow."
    lost = len(plan.instance.tables["locations"]) - sum(place.role != "gateway" for place in drawing.places)
    note = "" if not lost else f"{lost} places have no latitude and longitude and are not drawn."
    if len(rows) > LANES:
        note += f" The {len(drawing.lanes)} busiest lanes are drawn, with {drawn / total:.1%} of the {unit}."
    columns = tuple(c for c in COLUMNS if c.kind == "text" or c.name == "quantity" or rows[c.name].any())
    table = Table(columns, rows.sort_values(used, ascending=False)[[*LANE, *SUMS]])
    return Picture("network", "What moves where", words, table, figure, note.strip())


def _compact(styles: Styles) -> dict[str, Any]:
    """The looks of a view for the page."""
    return {
        "lane": styles.lane.tolist(),
        "width": styles.width.round(1).tolist(),
        "colour": {name: numbers.tolist() for name, numbers in styles.colour.items()},
        "told": styles.told,
    }


def _markers(role: str, mine: list[Place]) -> Figure:
    """The places of a role."""
    colour = ROLES[role]
    return {
        "type": "scattergeo",
        "mode": "markers",
        "name": role,
        "lon": [place.longitude for place in mine],
        "lat": [place.latitude for place in mine],
        "marker": {
            "symbol": [SYMBOLS[role] if place.used else f"{SYMBOLS[role]}-open" for place in mine],
            "size": [place.size for place in mine],
            "color": colour,
            "opacity": [0.95 if place.used else 0.45 for place in mine],
            "line": {"color": [colour if not place.used else "#ffffff" for place in mine], "width": 0.8},
        },
        "text": [place.words for place in mine],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _layout(seen: Frame) -> Figure:
    """The part of the world that is seen."""
    return {
        "geo": {
            "projection": {"type": "miller", "rotation": {"lon": (seen.middle + 180) % 360 - 180}},
            "lonaxis": {"range": [seen.west, seen.east]},
            "lataxis": {"range": [seen.south, seen.north]},
            "resolution": 110,
            "scope": "world",
            "fitbounds": False,
        },
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "meta": {"aspect": seen.aspect},
    }
