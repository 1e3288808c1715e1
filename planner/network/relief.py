"""Duty given back: for goods of a class, the duty on what went into them, and the regimes that give it back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.network.codes import names
from planner.network.joins import find, number, pairs
from planner.network.parts import Parts
from planner.network.production import Production
from planner.network.reach import Reach
from planner.network.times import Times
from planner_models.arrays import Flags, Floats, Ints
from planner_models.trade_data import Regimes, Reliefs


def smallest_duty(times: Times, reach: Reach, places: pd.DataFrame, inbound: pd.DataFrame) -> pd.DataFrame:
    """The smallest duty on a unit of each good at a plant, over all its entries so far: place, regime, covered, whole.

    `inbound` as from `entries`. Where the plant may keep the item, a unit may have come in an earlier period.
    """
    spots, into = reach.spots, places.iloc[inbound["place"]]
    columns = (into["good"], into["spot"], inbound["regime"])
    group, first = number(*(column.to_numpy(dtype=np.int64) for column in columns))
    good, spot = (into[name].to_numpy(dtype=np.int64)[first] for name in ("good", "spot"))
    regime, t = inbound["regime"].to_numpy(dtype=np.int64)[first], into["t"].to_numpy(dtype=np.int64)
    here = places[np.isin(places["spot"], spot)]
    size = len(spots.keys)
    row, entry = pairs((here["good"] * size + here["spot"]).to_numpy(dtype=np.int64), good * size + spot)
    when = here["t"].to_numpy(dtype=np.int64)[row]
    found = {"place": here.index.to_numpy(dtype=np.int64)[row], "regime": regime[entry]}
    for name in ("covered", "whole"):
        smallest = np.full((len(first), len(times)), np.inf)
        np.minimum.at(smallest, (group, t), inbound[name].to_numpy(dtype=np.float64))
        kept = spots.stocked[spot]
        smallest[kept] = times.onward(smallest[kept], np.minimum)
        found[name] = smallest[entry, when]
    duty: pd.DataFrame = pd.DataFrame(found)
    there: pd.DataFrame = duty[np.isfinite(duty["covered"])]
    return there.reset_index(drop=True)


def relieved(parts: Parts, made: Production, duty: pd.DataFrame) -> pd.DataFrame:
    """What may be given back on each feed of a run for a foreign country.

    A row a feed and regime: feed, run, output (place), regime, covered, whole (money a unit fed).
    """
    run_of_feed = made.needs["run"].to_numpy(dtype=np.int64)[made.feeds["need"]]
    abroad = np.flatnonzero(made.runs["foreign"].to_numpy(dtype=np.bool_)[run_of_feed])
    place = made.feeds["place"].to_numpy(dtype=np.int64)[abroad]
    at, row = pairs(place, duty["place"].to_numpy(dtype=np.int64))
    feed = abroad[at]
    run = run_of_feed[feed]
    found = pd.DataFrame(
        {
            "feed": feed,
            "run": run,
            "output": made.runs["output"].to_numpy(dtype=np.int64)[run],
            "regime": duty["regime"].to_numpy(dtype=np.int64)[row],
            "covered": duty["covered"].to_numpy(dtype=np.float64)[row],
            "whole": duty["whole"].to_numpy(dtype=np.float64)[row],
        }
    )
    gives = parts.regimes.rows["rate"].to_numpy(dtype=np.float64)[found["regime"]] > 0
    return found[gives & (found["covered"] > 0)].reset_index(drop=True)


def reliefs(parts: Parts, made: Production, back: pd.DataFrame, regimes: pd.DataFrame) -> Reliefs:
    """The table of the model; `back` as from `relieved`, `regimes` as from `paid_regimes`."""
    relief, first = number(*(back[name].to_numpy(dtype=np.int64) for name in ("output", "regime")))
    output, regime = (back[name].to_numpy(dtype=np.int64)[first] for name in ("output", "regime"))
    place = np.unique(output)
    rows = parts.regimes.rows.iloc[regime]
    run = back["run"].to_numpy(dtype=np.int64)[first]
    t = made.runs["t"].to_numpy(dtype=np.int64)[run]
    entered = _entered(back, output, place)
    return Reliefs(
        relieved=np.searchsorted(place, output),
        row=rows["row"].to_numpy(dtype=np.int64),
        regime=find(
            _key(parts, regime, parts.codes.times.period[t]),
            _key(parts, regimes["regime"].to_numpy(), regimes["period"].to_numpy()),
        ),
        rate=rows["rate"].to_numpy(dtype=np.float64),
        upper=relief_bound(made, back, relief) * rows["rate"].to_numpy(dtype=np.float64),
        lesser_of_two=rows["lesser_of_two"].to_numpy(dtype=np.bool_) & _inside_agreement(parts, made, run),
        relieved_place=place,
        covered_relief=relief,
        covered_feed=back["feed"].to_numpy(dtype=np.int64),
        covered_duty=back["covered"].to_numpy(dtype=np.float64),
        entered_relieved=np.searchsorted(place, entered["output"].to_numpy(dtype=np.int64)),
        entered_feed=entered["feed"].to_numpy(dtype=np.int64),
        entered_duty=entered["whole"].to_numpy(dtype=np.float64),
    )


def _entered(back: pd.DataFrame, output: Ints, place: Ints) -> pd.DataFrame:
    """The feeds of goods on which several regimes give duty back, with their whole duty."""
    several = place[np.bincount(np.searchsorted(place, output), minlength=len(place)) > 1]
    return back[back["output"].isin(several)].drop_duplicates("feed")


def relief_bound(made: Production, back: pd.DataFrame, relief: Ints) -> Floats:
    """Most covered duty on what goes into a good: each component from the dearest good, the largest run [reliefs]."""
    feed = back["feed"].to_numpy(dtype=np.int64)
    duty = pd.DataFrame(
        {
            "relief": relief,
            "run": back["run"],
            "need": made.feeds["need"].to_numpy()[feed],
            "money": back["covered"] * made.feeds["upper"].to_numpy()[feed],
        }
    )
    of_need = duty.groupby(["relief", "run", "need"], as_index=False)["money"].max()
    of_run = of_need.groupby(["relief", "run"], as_index=False)["money"].sum()
    # the tests by which a good may qualify are runs of one recipe: together they make what one of them could
    bound: Floats = of_run.groupby("relief")["money"].max().to_numpy(dtype=np.float64)
    return bound


def _inside_agreement(parts: Parts, made: Production, run: Ints) -> Flags:
    """Whether the plant and the country that a run is for are members of one agreement in force."""
    known, runs = parts.agreements, made.runs.iloc[run]
    plant = known.countries(parts.codes.country[runs["location"].to_numpy(dtype=np.int64)])
    country = known.countries(runs["destination"].to_numpy(dtype=object))
    t = runs["t"].to_numpy(dtype=np.int64)
    return np.asarray((known.member[:, plant, t] & known.member[:, country, t]).any(axis=0))


def paid_regimes(parts: Parts, made: Production, arcs: pd.DataFrame, back: pd.DataFrame) -> pd.DataFrame:
    """Regimes with a fixed cost that something may use, by period: regime, period."""
    runs = made.runs["t"].to_numpy(dtype=np.int64)
    uses = pd.DataFrame(
        {
            "regime": np.concatenate(
                [arcs["regime"].to_numpy(dtype=np.int64), back["regime"].to_numpy(np.int64)]
            ),
            "t": np.concatenate([arcs["t"].to_numpy(dtype=np.int64), runs[back["run"]]]),
        }
    )
    uses["period"] = parts.codes.times.period[uses.pop("t")]
    uses = uses[uses["regime"] >= 0].drop_duplicates()
    paid = parts.regimes.rows["fixed_cost"].to_numpy()[uses["regime"]] > 0
    return uses[paid].sort_values(["regime", "period"], ignore_index=True)


def regimes_data(parts: Parts, regimes: pd.DataFrame) -> Regimes:
    """The table of the model."""
    rows = parts.regimes.rows.iloc[regimes["regime"]]
    return Regimes(
        location=names(parts.codes.location[rows["location"]]),
        programme=names(rows["programme"]),
        period=regimes["period"].to_numpy(dtype=np.int64),
        fixed_cost=rows["fixed_cost"].to_numpy(dtype=np.float64),
        row=rows["row"].to_numpy(dtype=np.int64),
    )


def regime_of(parts: Parts, arcs: pd.DataFrame, regimes: pd.DataFrame) -> Ints:
    """Row of REGIMES that each arc needs; -1 for none [arcs]."""
    period = parts.codes.times.period[arcs["t"]]
    wanted = np.where(arcs["regime"] >= 0, _key(parts, arcs["regime"].to_numpy(), period), -1)
    known = _key(parts, regimes["regime"].to_numpy(), regimes["period"].to_numpy())
    return find(wanted.astype(np.int64), known)


def _key(parts: Parts, regime: Ints, period: Ints) -> Ints:
    return np.asarray(regime * parts.codes.periods + period, dtype=np.int64)
