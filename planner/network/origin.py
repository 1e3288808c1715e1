"""Rules of origin on the runs that have a status: what they may take that does not originate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.errors import InstanceError
from planner.network.agreements import shifts
from planner.network.codes import Texts, texts
from planner.network.goods import Sources
from planner.network.joins import pairs
from planner.network.parts import Parts
from planner.network.production import Production
from planner.network.values import blank_value
from planner_models.arrays import Flags, Ints
from planner_models.trade_data import REGIONAL_VALUE, TARIFF_SHIFT, Criteria


def criteria(parts: Parts, sources: Sources, made: Production, places: pd.DataFrame) -> Criteria:
    """What each run with a status must keep to, and the feeds that count against it; `places` of the flows.

    Raises:
        InstanceError: a value that a rule of origin needs and that is blank.
    """
    found = _criteria(parts, made.runs)
    content = contents(parts, sources, made, places, found)
    _check(parts, made, found, content)
    return Criteria(
        run=found["run"].to_numpy(dtype=np.int64),
        measure=found["measure"].to_numpy(dtype=np.int64),
        allowance=(found["share"] * found["value"]).to_numpy(dtype=np.float64),
        content_criterion=content["criterion"].to_numpy(dtype=np.int64),
        content_feed=content["feed"].to_numpy(dtype=np.int64),
        content_value=content["value"].to_numpy(dtype=np.float64),
    )


def _criteria(parts: Parts, runs: pd.DataFrame) -> pd.DataFrame:
    """A row a run and measure of its test: run, agreement, test, measure, value (money a unit), share (allowed)."""
    run = np.flatnonzero(runs["test"] >= 0)
    tested = runs.iloc[run]
    test = parts.rules.tests.iloc[tested["test"]]
    row, t = (tested[name].to_numpy(dtype=np.int64) for name in ("row", "t"))
    value, cost = (parts.events.money("production", name, row, t) for name in ("customs_value", "net_cost"))
    base = pd.DataFrame(
        {
            "run": run,
            "agreement": tested["agreement"].to_numpy(dtype=np.int64),
            "test": tested["test"].to_numpy(dtype=np.int64),
            "value": np.where(test["net_cost"].to_numpy(dtype=np.bool_), cost, value),
            "rvc": test["rvc"].to_numpy(dtype=np.float64),
            "de_minimis": test["de_minimis"].to_numpy(dtype=np.float64),
            "digits": test["digits"].to_numpy(dtype=np.int64),
        }
    )
    by_value = base.assign(measure=REGIONAL_VALUE, share=1 - base["rvc"])
    by_shift = base.assign(measure=TARIFF_SHIFT, share=base["de_minimis"])
    every = pd.concat([by_value[base["rvc"].notna()], by_shift[base["digits"] > 0]])
    return every.sort_values(["run", "measure"], kind="stable", ignore_index=True)


def contents(
    parts: Parts, sources: Sources, made: Production, places: pd.DataFrame, criteria: pd.DataFrame
) -> pd.DataFrame:
    """The feeds that count against each criterion: criterion, feed, value (money a unit)."""
    run_of_feed = made.needs["run"].to_numpy(dtype=np.int64)[made.feeds["need"]]
    criterion, feed = pairs(criteria["run"].to_numpy(dtype=np.int64), run_of_feed)
    place = made.feeds["place"].to_numpy(dtype=np.int64)[feed]
    good, t = (places[name].to_numpy(dtype=np.int64)[place] for name in ("good", "t"))
    agreement = criteria["agreement"].to_numpy(dtype=np.int64)[criterion]
    counts = ~originating(parts, sources, good, agreement, t)
    shift = np.flatnonzero(criteria["measure"].to_numpy()[criterion] == TARIFF_SHIFT)
    run, test = (criteria[name].to_numpy(dtype=np.int64)[criterion[shift]] for name in ("run", "test"))
    component = made.needs["component"].to_numpy(dtype=np.int64)[made.feeds["need"].to_numpy()[feed[shift]]]
    item = made.runs["item"].to_numpy(dtype=np.int64)[run]
    counts[shift] &= ~shifted(parts, component, item, test)
    return pd.DataFrame(
        {"criterion": criterion[counts], "feed": feed[counts], "value": sources.value[good, t][counts]}
    )


def originating(parts: Parts, sources: Sources, good: Ints, agreement: Ints, t: Ints) -> Flags:
    """Whether goods originate under the agreements: in their status, in force, and a good of a member."""
    status, known = sources.goods["status"].to_numpy(dtype=object)[good], parts.agreements
    home = known.countries(sources.home[good, t])
    named = [known.name[number] in cell.split(";") for number, cell in zip(agreement, status, strict=True)]
    return np.array(named, dtype=np.bool_) & known.member[agreement, home, t]


def shifted(parts: Parts, component: Ints, item: Ints, test: Ints) -> Flags:
    """Whether making the item changes the classification of the component, as the test asks."""
    hs: Texts = texts(parts.instance.tables["items"]["hs_code"])
    tests = parts.rules.tests
    digits, never = tests["digits"].to_numpy(dtype=np.int64)[test], texts(tests["except_hs"])[test]
    asked = zip(hs[component], hs[item], digits, never, strict=True)
    return np.array([shifts(*each) for each in asked], dtype=np.bool_)


def _check(parts: Parts, made: Production, criteria: pd.DataFrame, content: pd.DataFrame) -> None:
    """Refuse blank values that a rule of origin needs."""
    feed = content.loc[content["value"].isna(), "feed"].to_numpy(dtype=np.int64)
    run = criteria.loc[criteria["value"].isna(), "run"].to_numpy(dtype=np.int64)
    need = made.feeds["need"].to_numpy(dtype=np.int64)[feed]
    bare = made.runs["item"].to_numpy(dtype=np.int64)[run]
    parts_without = made.needs["component"].to_numpy(dtype=np.int64)[need]
    message = "a rule of origin asks for the value of {}, which is blank"
    problems = [
        blank_value(parts.instance, item, message.format(item))
        for item in parts.codes.item[np.unique(np.concatenate([bare, parts_without]))]
    ]
    if problems:
        raise InstanceError(problems)
