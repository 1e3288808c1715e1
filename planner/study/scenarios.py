"""Scenarios from yearly rates: samples of what fails when, and the few that stand for them as rows of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from planner.errors import InstanceError, Problem
from planner.instance import Change, Instance, apply
from planner.instance.fields import column
from planner.instance.findings import Findings
from planner.instance.settings import Count, Section, overridden
from planner.network.times import BASE, NEGLIGIBLE
from planner.study.failures import ROLES, Failure, failures
from planner.study.outages import YEAR, Outages, days_out, drawn
from planner.study.reduction import merged, reduced

MOST_OUTAGES = 5_000_000
NAMED = 3  # outages in a title
THIN = 0.5  # share of the days of outage below which the scenarios say too little of the samples
RATED = ("locations", "gateways", "countries")


class Sampling(Section):
    """How many scenarios are made, of how many samples."""

    samples: Count = column("samples that are drawn", 1000, gt=0, le=10_000)
    keep: Count = column("most scenarios that are kept of them, base aside", 10, gt=0, le=200)
    seed: Count = column("random seed: the same one gives the same scenarios", 0, le=2_147_483_647)


@dataclass(frozen=True, eq=False)
class Generated:
    """An instance with new scenarios, and how well they stand for the samples.

    The distance is in days: how many days of outage a sample has and its scenario has not, or the other way round,
    over all places and on average.
    """

    instance: Instance
    table: pd.DataFrame  # scenario, probability, title; base first
    samples: int
    disturbed: int  # samples in which something fails
    distinct: int  # of these, without those that are the same
    distance: float  # Kantorovich distance between samples and scenarios
    relative: float  # the same as a share of what it is if only one scenario is kept
    sampled_days: float  # days of outage of a sample, over all places and on average
    kept_days: float  # the same of a scenario
    warnings: tuple[Problem, ...]  # about what the scenarios are made from


def generate(instance: Instance, **asked: int) -> Generated:
    """The instance with scenarios made from the outage rates of its locations, gateways and countries.

    `asked` are keys of `Sampling`. A sample in which nothing fails is base; the others are reduced by themselves, so
    that it stays as likely as it was that something fails. The scenarios that are there already stay as they are,
    and the new ones share what these leave to base.

    Raises:
        InstanceError: no rates, no probability left, or a figure of `asked` that is not valid; all `problems` at once.
    """
    sampling = overridden(Sampling(), asked)
    horizon = instance.settings.horizon
    days, periods = horizon.days_per_period, horizon.periods
    causes = [cause for cause in failures(instance) if cause.targets and cause.rate > 0 and cause.days > 0]
    _refuse(instance, causes, sampling.samples)
    outages = drawn(causes, days * len(periods), sampling.samples, sampling.seed)
    places, lost = days_out(outages, causes, sampling.samples, len(periods), days)
    failing = np.flatnonzero(np.diff(lost.indptr)).astype(np.int64)
    if not len(failing):
        problem = Problem("samples", "nothing fails in any sample", str(sampling.samples), "more samples")
        raise InstanceError([problem])
    distinct, often = merged(lost[failing])
    found = reduced(lost[failing[distinct]], often, sampling.keep)
    likely = np.lexsort((found.kept, -found.weight))
    sample, share = failing[distinct[found.kept[likely]]], found.weight[likely] / sampling.samples
    table = pd.DataFrame(
        {
            "scenario": _ids(instance, len(sample)),
            "probability": share * _left_to_base(instance),
            "title": [_title(instance, causes, outages.of(each)) for each in sample.tolist()],
        }
    )
    sampled_days, kept_days = float(lost.sum()) / sampling.samples, float(share @ lost[sample].sum(axis=1))
    distance = found.distance / sampling.samples
    relative = found.distance / found.alone if found.alone else 0.0
    source = (
        f"planner scenarios: {sampling.samples} samples, seed {sampling.seed}, distance {distance:.4g} days"
    )
    rows = table.assign(source=source).to_dict("records")
    events = list(_events(table["scenario"].tolist(), places, lost[sample], periods))
    made = apply(instance, [Change("scenarios", append=rows), Change("events", append=events)])  # type: ignore[arg-type]
    return Generated(
        instance=made,
        table=_with_base(made, table),
        samples=sampling.samples,
        disturbed=len(failing),
        distinct=len(distinct),
        distance=distance,
        relative=relative,
        sampled_days=sampled_days,
        kept_days=kept_days,
        warnings=(*_warnings(instance), *_thinned(sampled_days, kept_days)),
    )


def _refuse(instance: Instance, causes: Sequence[Failure], samples: int) -> None:
    """Raise an InstanceError with everything that leaves nothing to make scenarios from, or too much."""
    horizon, problems = instance.settings.horizon, []
    years = horizon.days_per_period * len(horizon.periods) / YEAR
    if not causes:
        message = "nothing ever fails: no place or country has both an outage_rate and recovery_days"
        expected = "an outage_rate above 0 in " + ", ".join(instance.files[table] for table in RATED)
        problems.append(Problem(f"{instance.files['locations']}:outage_rate", message, "", expected))
    if _left_to_base(instance) < NEGLIGIBLE:
        message = "the scenarios leave nothing to base for new ones to share"
        expected = "probabilities that sum to less than 1"
        problems.append(Problem(f"{instance.files['scenarios']}:probability", message, "", expected))
    outages = samples * years * sum(cause.rate * len(cause.targets) for cause in causes)
    if outages > MOST_OUTAGES:
        expected = f"about {MOST_OUTAGES:,} at most: fewer samples, or lower outage rates"
        problems.append(Problem("samples", "too many outages to draw", f"{outages:,.0f}", expected))
    if problems:
        raise InstanceError(problems)


def _left_to_base(instance: Instance) -> float:
    """The probability that no scenario takes."""
    return 1.0 - float(instance.tables["scenarios"]["probability"].sum())


def _ids(instance: Instance, wanted: int) -> list[str]:
    """Ids that no scenario has."""
    taken = set(instance.tables["scenarios"]["scenario"])
    width = len(str(wanted + len(taken)))
    free = (name for number in count(1) if (name := f"outage-{number:0{width}}") not in taken)
    return [next(free) for _ in range(wanted)]


def _title(instance: Instance, causes: Sequence[Failure], outages: Outages) -> str:
    """What fails, for how long and from when: the longest outages, as they begin."""
    horizon, places = instance.settings.horizon, instance.tables["locations"]
    names = dict(zip(places["location"], places["name"], strict=True))
    length = outages.end - outages.begin
    told = np.sort(np.argsort(-length, kind="stable")[:NAMED]).tolist()
    parts = []
    for at in told:
        cause = causes[outages.cause[at]]
        who = f"all of {cause.name}" if cause.kind == "country" else names.get(cause.name) or cause.name
        period = horizon.periods[int(outages.begin[at] // horizon.days_per_period)]
        parts.append(f"{who} out for {_counted(int(length[at]), 'day')} from {period}")
    if len(length) > NAMED:
        parts.append(f"and {_counted(len(length) - NAMED, 'shorter outage')}")
    return "; ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _events(
    scenarios: Sequence[str],
    places: Sequence[tuple[str, str]],
    lost: sparse.csr_array,
    periods: Sequence[str],
) -> Iterator[dict[str, Any]]:
    """A row for each place and period that a scenario loses days of."""
    for name, start, stop in zip(scenarios, lost.indptr[:-1], lost.indptr[1:], strict=True):
        for at, days in zip(lost.indices[start:stop], lost.data[start:stop], strict=True):
            kind, target = places[at // len(periods)]
            yield {
                "scenario": name,
                "kind": kind,
                "target": target,
                "field": "capacity",
                "value": 0,
                "first_period": periods[at % len(periods)],
                "periods": 1,
                "days": float(days),
            }


def _with_base(made: Instance, table: pd.DataFrame) -> pd.DataFrame:
    """The new scenarios below base, which holds what is left."""
    titles = made.tables["scenarios"].set_index("scenario")["title"]
    left = max(0.0, _left_to_base(made))
    base = {"scenario": BASE, "probability": left if left >= NEGLIGIBLE else 0.0}
    base["title"] = titles.get(BASE, "") or "nothing fails"
    return pd.concat([pd.DataFrame([base]), table], ignore_index=True)


def _warnings(instance: Instance) -> tuple[Problem, ...]:
    """Rates that nothing comes of, and demand that may leave the scenarios without a plan."""
    findings = Findings(instance)
    places, demand = instance.given["locations"], instance.given["demand"]
    markets = ~places["role"].isin(ROLES) & (places["outage_rate"] > 0)
    message = "a market has no capacity to lose: its rate is not used"
    findings.flag_once("locations", markets, "outage_rate", message)
    for table in RATED:
        frame = instance.given[table]
        idle = (frame["outage_rate"] > 0) & (frame["recovery_days"] == 0)
        findings.flag_once(table, idle, "recovery_days", "an outage of no days: its rate is not used")
    if instance.settings.instance.objective == "cost":
        message = "this must be met in every scenario: where nothing else can serve it, there is no plan"
        findings.flag_once(
            "demand",
            demand["shortage_cost"].isna(),
            "shortage_cost",
            message,
            expected="a cost of a shortage",
        )
    return tuple(findings.problems)


def _thinned(sampled: float, kept: float) -> list[Problem]:
    """A warning where few scenarios leave out much: the nearest of them is often one in which less fails."""
    if kept >= THIN * sampled:
        return []
    message = (
        f"the scenarios hold {kept / sampled:.0%} of the days of outage of the samples, so little of the risk"
    )
    return [Problem("keep", message, expected="more scenarios, or fewer things that fail")]
