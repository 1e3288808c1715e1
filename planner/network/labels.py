"""The frames: the network with names instead of numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.codes import Codes, texts
from planner.network.connected import Network
from planner.network.frames import Frames

_ARCS = (
    "lane", "t", "offer", "demand", "from_place", "to_place", "facility", "upper",
    "purchase", "conversion", "freight", "handling", "insurance", "pipeline", "emission",
)  # fmt: skip


def frames(
    network: Network,
    arcs: pd.DataFrame,
    offers: pd.DataFrame,
    suppliers: pd.DataFrame,
    uses: pd.DataFrame,
) -> Frames:
    """Label the tables of the network."""
    known = network.parts
    codes, goods = known.codes, network.sources.goods
    options = known.facilities.options
    good = arcs["source_good"].to_numpy(dtype=np.int64)
    labelled = arcs[list(_ARCS)].assign(
        origin=codes.location[arcs["origin"]],
        destination=codes.location[arcs["destination"]],
        mode=texts(known.ways.lanes["mode"])[arcs["lane"]],
        item=codes.item[arcs["item"]],
        source=np.append(codes.location, "")[goods["location"].to_numpy(dtype=np.int64)[good]],
        deal=texts(goods["deal"])[good],
        time=arcs["t"],
    )
    return Frames(
        arcs=labelled,
        runs=_runs(codes, network.made.runs),
        offers=_named(codes, offers, ("t", "hold", "supplier", "unit_cost", "capacity", "minimum")).assign(
            contract=offers["deal"]
        ),
        options=options[
            ["option", "facility", "initially_open", "decided", "open_cost", "expands", "setup_periods"]
        ].assign(location=codes.location[options["location"]]),
        suppliers=suppliers[["candidate", "qualify_cost"]].assign(
            location=codes.location[suppliers["location"]]
        ),
        demands=_named(codes, known.demands, ("t", "quantity", "may_short")).rename(
            columns={"location": "market"}
        ),
        uses=uses,
    )


def _runs(codes: Codes, runs: pd.DataFrame) -> pd.DataFrame:
    figures = ("t", "facility", "capacity_use", "upper")
    return _named(codes, runs, figures).assign(
        recipe=runs["deal"], conversion=runs["unit_cost"], emission=runs["emission"].fillna(0.0)
    )


def _named(codes: Codes, frame: pd.DataFrame, figures: tuple[str, ...]) -> pd.DataFrame:
    """Some columns of a frame, with the names of its locations and items."""
    return frame[list(figures)].assign(
        location=codes.location[frame["location"]], item=codes.item[frame["item"]], time=frame["t"]
    )
