"""Entries: the ways in which a good may pass the customs of a border, each an arc, so that the solve chooses.

A good may enter without a claim, under each agreement of its status, and at the lower rate of a duty regime that has
a fixed cost. An entry that costs no less than another, unit for unit, is left out, unless the duty on it counts
towards what is given back at the plant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.errors import InstanceError, Problem
from planner.instance.fields import number_text
from planner.network.codes import Texts, texts
from planner.network.duties import charges
from planner.network.goods import Sources
from planner.network.joins import pairs, ranges
from planner.network.parts import Parts
from planner_models.arrays import Flags, Floats, Ints

ALWAYS = -1  # the regime of an entry that needs none


@dataclass(frozen=True, slots=True)
class Entries:
    """Arcs by entry, what each is charged, and what was charged on every entry into a plant with relief."""

    arcs: (
        pd.DataFrame
    )  # the columns given; agreement (claimed under; blank), regime (of a plant; -1), claim (money)
    charges: pd.DataFrame  # as from `duties.charges`, arc by number
    inbound: pd.DataFrame  # the duty on every entry into a plant with relief: see `_inbound`


def entries(parts: Parts, sources: Sources, arcs: pd.DataFrame, *, beaten: bool = False) -> Entries:
    """Each arc that crosses a border as one arc for each entry that may be worth it; with `beaten`, for each entry."""
    every = _every(parts, sources, arcs)
    charged = charges(parts.events, _crossings(parts, sources, arcs, every), _reductions(parts, arcs, every))
    base = every["base"].to_numpy(dtype=np.int64)
    kept = np.flatnonzero(beaten | _worth(every, charged) | _limits_relief(parts, sources, arcs)[base])
    made = arcs.iloc[base[kept]].reset_index(drop=True)
    for name in ("agreement", "regime", "claim"):
        made[name] = every[name].to_numpy()[kept]
    number = np.full(len(every), -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    arc = number[charged["arc"].to_numpy(dtype=np.int64)]
    came = every.assign(source=sources.goods["location"].to_numpy()[arcs["good"]][base])
    return Entries(
        made, charged.assign(arc=arc)[arc >= 0].reset_index(drop=True), _inbound(parts, arcs, came, charged)
    )


def _every(parts: Parts, sources: Sources, arcs: pd.DataFrame) -> pd.DataFrame:
    """Every entry: base (the arc), agreement, preferential_rate, claim, regime; by arc, normal entries first."""
    plain = pd.DataFrame(
        {"base": np.arange(len(arcs)), "agreement": "", "preferential_rate": 0.0, "claim": 0.0}
    )
    claimed = _claims(parts, sources, arcs)
    every = pd.concat([plain, claimed], ignore_index=True) if len(claimed) else plain
    every["regime"] = ALWAYS
    lower = _paid_regimes(parts, arcs)
    entry, chosen = pairs(every["base"].to_numpy(dtype=np.int64), lower["base"].to_numpy(dtype=np.int64))
    if len(entry):
        more = every.iloc[entry].assign(regime=lower["regime"].to_numpy()[chosen])
        every = pd.concat([every, more], ignore_index=True)
    return every.sort_values("base", kind="stable", ignore_index=True)


def _claims(parts: Parts, sources: Sources, arcs: pd.DataFrame) -> pd.DataFrame:
    """Arcs on which a good may be claimed under an agreement of its status that could waive something."""
    known, rules, codes = parts.agreements, parts.rules, parts.codes
    holds, under = _statuses(parts, sources.goods["status"])
    across = np.flatnonzero(arcs["crosses"])
    at, row = pairs(arcs["good"].to_numpy(dtype=np.int64)[across], holds)
    base, agreement = across[at], under[row]
    good, t, item = (arcs[name].to_numpy(dtype=np.int64)[base] for name in ("good", "t", "item"))
    importer = codes.country[arcs["destination"].to_numpy(dtype=np.int64)[base]]
    home = sources.home[good, t]
    into, of = known.countries(importer), known.countries(home)
    possible = known.member[agreement, into, t] & known.member[agreement, of, t] & (importer != home)
    possible &= known.waives[agreement, into, item]
    base, agreement, item, t = base[possible], agreement[possible], item[possible], t[possible]
    rule = rules.row[agreement, item]
    claim, ruled = np.zeros(len(base)), rule >= 0
    claim[ruled] = parts.events.money("origin_rules", "claim_cost", rule[ruled], t[ruled])
    return pd.DataFrame(
        {
            "base": base,
            "agreement": np.array([*known.name, ""], dtype=object)[agreement],
            "preferential_rate": rules.preferential_rate[agreement, item],
            "claim": claim,
        }
    )


def _statuses(parts: Parts, status: pd.Series) -> tuple[Ints, Ints]:
    """Every pair of a good and an agreement in its status."""
    numbers = {cell: parts.agreements.numbers(cell) for cell in status.unique()}
    counts = status.map({cell: len(found) for cell, found in numbers.items()}).to_numpy(dtype=np.int64)
    good, _ = ranges(counts)
    under = [number for cell in status for number in numbers[cell]] if counts.any() else []
    return good, np.array(under, dtype=np.int64)


def _paid_regimes(parts: Parts, arcs: pd.DataFrame) -> pd.DataFrame:
    """Arcs into a plant that may pay for a lower rate: base, regime.

    Raises:
        InstanceError: two such regimes of a plant lower the rate of one item.
    """
    regimes = parts.regimes
    reduced = regimes.of_kind(reduced=True)
    paid = reduced[regimes.rows["fixed_cost"].to_numpy()[reduced] > 0]
    found = _entering(parts, arcs, paid)
    both = found.merge(found, on="base", suffixes=("", "_later")).query("regime < regime_later")
    if len(both):
        raise InstanceError(_rivals(parts, arcs, both))
    return found


def _rivals(parts: Parts, arcs: pd.DataFrame, both: pd.DataFrame) -> list[Problem]:
    """A problem for each two rows of the relief table that meet on an arc, with the first item that they meet on."""
    table, rows = parts.instance.tables["relief"], parts.regimes.rows
    problems = []
    for base, *pair in both.drop_duplicates(["regime", "regime_later"]).itertuples(index=False):
        plant = parts.codes.location[rows["location"].iloc[pair[0]]]
        item = parts.codes.item[arcs["item"].iloc[base]]
        earlier, later = sorted(rows["row"].iloc[pair], key=lambda row: table.index[row])
        problems.append(
            Problem(
                f"{parts.instance.files['relief']}:{table.index[later]}:fixed_cost",
                f"{item} enters {plant} under this reduced regime and that of row {table.index[earlier]}, "
                "both with a fixed cost, and one entry can use only one",
                number_text(float(table["fixed_cost"].iloc[later])),
                "a fixed cost in one of the two, or items that are not in both",
            )
        )
    return problems


def _entering(parts: Parts, arcs: pd.DataFrame, chosen: Ints) -> pd.DataFrame:
    """Arcs across a border into the plant of a regime, with an item that it relieves: base, regime."""
    regimes = parts.regimes
    across = np.flatnonzero(arcs["crosses"]) if len(chosen) else np.arange(0)
    at, row = pairs(
        arcs["destination"].to_numpy(dtype=np.int64)[across],
        regimes.rows["location"].to_numpy(dtype=np.int64)[chosen],
    )
    base, regime = across[at], chosen[row]
    relieved = regimes.items[regime, arcs["item"].to_numpy(dtype=np.int64)[base]]
    return pd.DataFrame({"base": base[relieved], "regime": regime[relieved]})


def _reductions(parts: Parts, arcs: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """The regimes that lower the rate of each entry: crossing, regime, rate, covers."""
    rows = parts.regimes.rows
    reduced = parts.regimes.of_kind(reduced=True)
    free = reduced[rows["fixed_cost"].to_numpy()[reduced] == 0]
    always = _entering(parts, arcs, free)
    crossing, row = pairs(every["base"].to_numpy(dtype=np.int64), always["base"].to_numpy(dtype=np.int64))
    paid = np.flatnonzero(every["regime"] >= 0)
    regime = np.concatenate([always["regime"].to_numpy()[row], every["regime"].to_numpy()[paid]]).astype(
        np.int64
    )
    return pd.DataFrame(
        {
            "crossing": np.concatenate([crossing, paid]),
            "regime": regime,
            "rate": rows["rate"].to_numpy()[regime],
            "covers": texts(rows["covers"])[regime],
        }
    )


def _crossings(parts: Parts, sources: Sources, arcs: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """The entries across a border, as `duties.charges` asks for them; the index is the number of the entry."""
    base = every["base"].to_numpy(dtype=np.int64)
    rows = np.flatnonzero(arcs["crosses"].to_numpy()[base])
    across, codes = arcs.iloc[base[rows]], parts.codes
    lanes = parts.ways.lanes.iloc[across["lane"]]
    good, t = across["good"].to_numpy(dtype=np.int64), across["t"].to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "arc": rows.astype(np.int64),
            "importer": codes.country[across["destination"]],
            "origin": sources.country[good, t],
            "item": codes.item[across["item"]],
            "mode": texts(lanes["mode"]),
            "t": t,
            "value": across["value"].to_numpy(dtype=np.float64),
            "freight": across["freight"].to_numpy(dtype=np.float64),
            "insurance": across["insurance"].to_numpy(dtype=np.float64),
            "value_per_entry": parts.events.money(
                "lanes", "value_per_entry", lanes["row"].to_numpy(dtype=np.int64), t
            ),
            "agreement": texts(every["agreement"])[rows],
            "preferential_rate": every["preferential_rate"].to_numpy(dtype=np.float64)[rows],
        },
        index=rows,
    )


def _worth(every: pd.DataFrame, charged: pd.DataFrame) -> Flags:
    """Entries that are not beaten: no other one of their arc costs at most as much in every case, and needs no more."""
    several = np.flatnonzero(every["base"].duplicated(keep=False))
    worth = np.ones(len(every), dtype=np.bool_)
    least, most = _costs(every, charged)
    regime, base = every["regime"].to_numpy(dtype=np.int64), every["base"].to_numpy(dtype=np.int64)
    one, two = pairs(base[several], base[several])
    one, two = several[one], several[two]
    no_more = (regime[two] == ALWAYS) | (regime[two] == regime[one])
    # of two equal ones the earlier is kept
    better = (most[two] < least[one]) | ((most[two] == least[one]) & ((two < one) | (least[two] < most[one])))
    worth[one[no_more & better & (one != two)]] = False
    return worth


def _limits_relief(parts: Parts, sources: Sources, arcs: pd.DataFrame) -> Flags:
    """Arcs whose duty limits the relief on their good: a dearer entry may raise it more than it costs [arcs]."""
    regimes = parts.regimes.rows
    lesser = regimes.loc[regimes["lesser_of_two"] & (regimes["kind"] != "reduced"), "location"]
    good, origin = arcs["good"].to_numpy(dtype=np.int64), arcs["origin"].to_numpy(dtype=np.int64)
    leaves = sources.foreign[good] & (sources.goods["location"].to_numpy()[good] == origin)
    return np.asarray(leaves & np.isin(origin, lesser), dtype=np.bool_)


def _costs(every: pd.DataFrame, charged: pd.DataFrame) -> tuple[Floats, Floats]:
    """Money a unit of each entry within and above all quotas, the claim included."""
    arc = charged["arc"].to_numpy(dtype=np.int64)
    within = charged["amount"].to_numpy(dtype=np.float64)
    above = charged["over_amount"].fillna(charged["amount"]).to_numpy(dtype=np.float64)
    claim = every["claim"].to_numpy(dtype=np.float64)
    least, most = (np.bincount(arc, amount, len(every)) + claim for amount in (within, above))
    return least.astype(np.float64), most.astype(np.float64)


def _inbound(parts: Parts, arcs: pd.DataFrame, every: pd.DataFrame, charged: pd.DataFrame) -> pd.DataFrame:
    """The duty on each entry into a plant, by regime of the plant that may give it back.

    A row an entry and regime: place, regime, covered (money a unit of covered duty), whole (of all duty). Nothing
    is given back on what the plant itself makes, as it may be fed without ever having entered.
    """
    regimes = parts.regimes
    back = regimes.of_kind(reduced=False)
    base = every["base"].to_numpy(dtype=np.int64)
    destination, item = (arcs[name].to_numpy(dtype=np.int64)[base] for name in ("destination", "item"))
    source = every["source"].to_numpy(dtype=np.int64)
    entry, row = pairs(destination, regimes.rows["location"].to_numpy(dtype=np.int64)[back])
    regime = back[row]
    relieved = regimes.items[regime, item[entry]] & (source[entry] != destination[entry])
    entry, regime = entry[relieved], regime[relieved]
    duty = charged[charged["programme"].str.startswith("duty:")]
    at, charge = pairs(entry, duty["arc"].to_numpy(dtype=np.int64))
    amount = duty["amount"].to_numpy(dtype=np.float64)[charge]
    names: Texts = duty["programme"].str.removeprefix("duty:").to_numpy(dtype=object)[charge]
    covered = regimes.covers(regime[at], pd.Series(names))
    return pd.DataFrame(
        {
            "place": arcs["to_place"].to_numpy(dtype=np.int64)[base[entry]],
            "regime": regime,
            "covered": np.bincount(at, amount * covered, len(entry)),
            "whole": np.bincount(at, amount, len(entry)),
        }
    )
