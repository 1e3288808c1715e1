"""Which (supplier, item, period) may count as a supplier, for the policies that count them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.errors import NotSupportedError
from planner.network.reference import reference_volume
from planner.network.scope import Network, Scope
from planner_models.arrays import Flags, Floats, Ints
from planner_models.policy_data import Counts

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Counting:
    """What one rule counts: pairs of its scope, from a share of the reference volume; capped under a maximum."""

    scope: Scope
    min_share: float
    capped: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """COUNTS, the rows of it that each rule counts, and the row that each arc adds to (-1: none)."""

    counts: Counts
    members: tuple[Ints, ...]
    count_of_arc: Ints


def counted(network: Network, rules: Sequence[Counting]) -> Counted:
    """Make one binary for each (supplier, item, period) that a rule counts.

    Raises:
        NotSupportedError: two rules count the same pair from different shares.
    """
    pairs, pair_of_arc = _pairs(network)
    threshold, capped = np.full(len(pairs), np.nan), np.zeros(len(pairs), dtype=np.bool_)
    chosen = []
    for rule in rules:
        mine = _able(pairs, rule)
        least = rule.min_share * pairs["reference"].to_numpy()[mine]
        before = threshold[mine]
        if (~np.isnan(before) & (before != least)).any():
            raise NotSupportedError(
                ["policies that count the same supplier and item from different min_share"]
            )
        threshold[mine] = least
        capped[mine] |= rule.capped
        chosen.append(mine)
    used = np.flatnonzero(~np.isnan(threshold))
    position = np.full(len(pairs) + 1, -1)  # the last entry is for pair -1, none
    position[used] = np.arange(len(used))
    counts = _counts(pairs.iloc[used], threshold[used], capped[used])
    return Counted(counts, tuple(position[mine] for mine in chosen), position[pair_of_arc])


def _counts(pairs: pd.DataFrame, threshold: Floats, capped: Flags) -> Counts:
    return Counts(
        location=tuple(pairs["location"]),
        item=tuple(pairs["item"]),
        period=pairs["time"].to_numpy(dtype=np.int64),
        threshold=threshold,
        bound=np.maximum(pairs["bound"].to_numpy(dtype=np.float64), threshold),
        capped=capped,
    )


def _able(pairs: pd.DataFrame, rule: Counting) -> Ints:
    """The pairs in the scope of a rule whose largest volume reaches the threshold."""
    network = rule.scope.network
    inside = (
        rule.scope.who[network.codes.locations(pairs["location"])]
        & rule.scope.items[network.codes.items(pairs["item"])]
        & np.isin(pairs["time"], rule.scope.times)
    )
    least = rule.min_share * pairs["reference"].to_numpy() * (1 - ROUNDING)
    return np.flatnonzero(inside & (pairs["bound"].to_numpy() >= least))


def _pairs(network: Network) -> tuple[pd.DataFrame, Ints]:
    """Every (supplier, item, period) with arcs in base: location, item, time, bound and reference in units.

    The bound: at most one contract is held, and it ships no more than its capacity and its arcs can take.
    Also the pair of each arc, -1 for none.
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
    pair_of_arc = np.full(len(frames.arcs), -1)
    pair_of_arc[rows] = pair_of_offer[offer]
    return pairs, pair_of_arc
