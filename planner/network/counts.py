"""Which (supplier, item, period) may count as a supplier, for the policies that count them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.network import joins
from planner.network.reference import reference_volume
from planner.network.scope import Network, Scope
from planner_models.arrays import Ints
from planner_models.policy_data import Counts

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Counting:
    """What one rule counts: pairs of its scope, from a share of the reference volume; capped under a maximum."""

    scope: Scope
    min_share: float
    capped: bool


def counted(network: Network, rules: Sequence[Counting]) -> tuple[Counts, tuple[Ints, ...]]:
    """Make one binary for each (supplier, item, period) and threshold that a rule counts.

    Returns:
        COUNTS with the arcs that add to each, and the rows of COUNTS that each rule counts.
    """
    if not rules:
        none = np.zeros(0, dtype=np.int64)
        return Counts(
            (), (), none, np.zeros(0), np.zeros(0), np.zeros(0), none.astype(np.bool_), none, none
        ), ()
    pairs, arcs = _pairs(network)
    able = pd.concat([_able(pairs, rule) for rule in rules], keys=range(len(rules)), names=["rule"])
    keys = able.groupby(["pair", "share", "threshold"])
    members = keys.ngroup().to_numpy(dtype=np.int64)
    rule = able.index.get_level_values("rule").to_numpy()
    counts = keys["capped"].any().reset_index()
    found = counts.join(pairs, on="pair")
    return _counts(found, arcs), tuple(members[rule == position] for position in range(len(rules)))


def _counts(found: pd.DataFrame, arcs: pd.DataFrame) -> Counts:
    threshold = found["threshold"].to_numpy(dtype=np.float64)
    count, arc = joins.pairs(found["pair"].to_numpy(dtype=np.int64), arcs["pair"].to_numpy(dtype=np.int64))
    return Counts(
        location=tuple(found["location"]),
        item=tuple(found["item"]),
        period=found["time"].to_numpy(dtype=np.int64),
        share=found["share"].to_numpy(dtype=np.float64),
        threshold=threshold,
        bound=np.maximum(found["bound"].to_numpy(dtype=np.float64), threshold),
        capped=found["capped"].to_numpy(dtype=np.bool_),
        counted_count=count,
        counted_arc=arcs["arc"].to_numpy(dtype=np.int64)[arc],
    )


def _able(pairs: pd.DataFrame, rule: Counting) -> pd.DataFrame:
    """The pairs in the scope of a rule whose largest volume reaches the threshold: pair, share, threshold, capped."""
    network = rule.scope.network
    inside = (
        rule.scope.who[network.codes.locations(pairs["location"])]
        & rule.scope.items[network.codes.items(pairs["item"])]
        & np.isin(pairs["time"], rule.scope.periods)
    )
    least = rule.min_share * pairs["reference"].to_numpy(dtype=np.float64)
    pair = np.flatnonzero(inside & (pairs["bound"].to_numpy() >= least * (1 - ROUNDING)))
    return pd.DataFrame(
        {"pair": pair, "share": rule.min_share, "threshold": least[pair], "capped": rule.capped}
    )


def _pairs(network: Network) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every (supplier, item, period) with arcs in base: location, item, time, bound and reference in units.

    The bound: at most one contract is held, and it ships no more than its capacity and its arcs can take.
    Also the arcs that buy for a pair: arc, pair.
    """
    frames = network.frames
    rows = np.flatnonzero((frames.arcs["offer"] >= 0) & (frames.arcs["time"] < network.codes.periods))
    offer = frames.arcs["offer"].to_numpy()[rows]
    arcs = np.bincount(
        offer, frames.arcs["upper"].to_numpy(dtype=np.float64)[rows], minlength=len(frames.offers)
    )
    offers = frames.offers[["location", "item", "time"]].assign(
        bound=np.minimum(arcs, frames.offers["capacity"])
    )
    grouped = offers.iloc[np.unique(offer)].groupby(["location", "item", "time"], as_index=False)
    pairs = grouped["bound"].max()
    reference = reference_volume(network.instance).rename(columns={"t": "time", "volume": "reference"})
    pairs = pairs.merge(reference, on=["item", "time"], how="left")
    key = ["location", "item", "time"]
    number = pd.Series(np.arange(len(pairs)), index=pd.MultiIndex.from_frame(pairs[key]))
    pair_of_offer = number.reindex(pd.MultiIndex.from_frame(offers[key])).fillna(-1).to_numpy(dtype=np.int64)
    return pairs, pd.DataFrame({"arc": rows, "pair": pair_of_offer[offer]})
