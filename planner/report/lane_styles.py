"""How a lane looks on the map: its width by what moves, its colour by cost, duty or customs status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from planner.plan.labels import ratio
from planner.report.movements import MONEY
from planner.report.theme import BLUE, GREY, ORANGE, SCALE, SKY
from planner_models.arrays import Floats, Ints

THINNEST, WIDEST = 0.7, 7.0  # pixels
DUTY_STEPS = (0.0, 0.025, 0.10, 0.25)
CUSTOMS = ("no border", "free under an agreement", "free without one", "pays duty")
CUSTOMS_COLOURS = (GREY, BLUE, SKY, ORANGE)
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "status": "How goods cross the border",
        "duty": "Duty, of the value that enters",
        "cost": "Cost of moving and clearing",
    }
)


@dataclass(frozen=True, slots=True)
class Styles:
    """Width, colour and tooltip of each lane of a view; colours are numbers of `colours`."""

    lane: Ints  # number of the lane on the map
    width: Floats  # pixels
    colour: Mapping[str, Ints]
    told: list[list[Any]]  # what the tooltip says


class Stylist:
    """Gives lanes their looks, the same in every view."""

    def __init__(self, views: Sequence[pd.DataFrame], *, by_weight: bool) -> None:
        self.measure = "weight" if by_weight else "quantity"
        self.unit = "t" if by_weight else "unit"
        self.most = max((float(view[self.measure].max()) for view in views if len(view)), default=0.0) or 1.0
        rates = np.concatenate([self._rate(view) for view in views] or [np.zeros(1)])
        self.steps = _steps(rates)
        self.colours: Mapping[str, Sequence[str]] = {
            "cost": SCALE[: len(self.steps) + 1],
            "duty": SCALE,
            "status": CUSTOMS_COLOURS,
        }

    def legends(self, currency: str) -> dict[str, list[tuple[str, str]]]:
        """Colour and meaning of each step, by what colours stand for."""
        words = {
            "status": list(CUSTOMS),
            "duty": ["none", *_ranges([f"{step:.3g}%" for step in np.multiply(DUTY_STEPS[1:], 100)], "")],
            "cost": _ranges([f"{step:,.4g}" for step in self.steps], f" {currency} a {self.unit}"),
        }
        return {name: list(zip(self.colours[name], said, strict=True)) for name, said in words.items()}

    def styles(self, view: pd.DataFrame, lane: Ints) -> Styles:
        """The looks of the lanes of a view."""
        share = view[self.measure].to_numpy(dtype=np.float64) / self.most
        value, duty = (view[name].to_numpy(dtype=np.float64) for name in ("value", "duty"))
        status = _status(view)
        cost = view[MONEY].sum(axis=1)
        told = zip(
            view["quantity"].tolist(),
            view["weight"].tolist(),
            cost.tolist(),
            duty.tolist(),
            [CUSTOMS[number] for number in status],
            strict=True,
        )
        return Styles(
            lane=lane,
            width=THINNEST + (WIDEST - THINNEST) * np.sqrt(share),
            colour={
                "cost": np.searchsorted(self.steps, self._rate(view), side="left").astype(np.int64),
                "duty": np.searchsorted(DUTY_STEPS, ratio(duty, value), side="left").astype(np.int64),
                "status": status,
            },
            told=[[_short(entry) for entry in row] for row in told],
        )

    def _rate(self, view: pd.DataFrame) -> Floats:
        """Money for a unit of the measure."""
        money, units = view[MONEY].sum(axis=1), view[self.measure]
        return ratio(money.to_numpy(dtype=np.float64), units.to_numpy(dtype=np.float64))


def _status(view: pd.DataFrame) -> Ints:
    """Which of CUSTOMS each lane is: one that pays any duty pays duty."""
    crosses, duty, claimed = (view[name].to_numpy() for name in ("crosses", "duty", "claimed"))
    free = np.where(claimed > 0, 1, 2)
    return np.where(crosses.astype(bool), np.where(duty > 0, 3, free), 0).astype(np.int64)


def _steps(rates: Floats) -> Floats:
    """Round figures that split the lanes into parts of about the same size."""
    positive = rates[rates > 0]
    if not len(positive):
        return np.zeros(0)
    cuts = np.quantile(positive, [0.2, 0.4, 0.6, 0.8])
    size = 10.0 ** (np.floor(np.log10(cuts)) - 1)
    return np.unique(np.round(cuts / size) * size)


def _ranges(steps: Sequence[str], unit: str) -> list[str]:
    """`up to 5`, `5 to 10`, `over 10`, the unit with the last."""
    if not steps:
        return [f"0{unit}"]
    between = [f"{low} to {high}" for low, high in pairwise(steps)]
    return [f"up to {steps[0]}", *between, f"over {steps[-1]}{unit}"]


def _short(entry: Any) -> Any:
    """A figure for a tooltip, which shows no more than this of it."""
    return float(f"{entry:.8g}") if isinstance(entry, float) else entry
