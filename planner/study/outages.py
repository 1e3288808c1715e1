"""Outages drawn at random: who is out of work when, and how many days of each period that takes.

The outages of a place, and those of a country with all its places, are Poisson processes that know nothing of each
other: each begins `outage_rate` times in a year of 365 days on average, and nothing is out when the horizon begins.
How long one lasts is exponential with mean `recovery_days`: the one distribution that needs no second figure, and
skewed as the records are, so that a third of the outages outlast the mean and a twentieth take three times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from planner.network.joins import pairs, ranges
from planner.study.failures import Failure
from planner_models.arrays import Floats, Ints

YEAR = 365
DECIMALS = 6  # of a day: below that is what is left of rounding


@dataclass(frozen=True, slots=True)
class Outages:
    """Outages, one a row. They begin and end at midnight, the horizon on day 0; `cause` counts failures."""

    sample: Ints
    cause: Ints
    begin: Ints  # day
    end: Ints  # day

    def of(self, sample: int) -> Outages:
        """Those of one sample, as they begin."""
        mine = np.flatnonzero(self.sample == sample)
        mine = mine[np.lexsort((self.cause[mine], self.begin[mine]))]
        return Outages(self.sample[mine], self.cause[mine], self.begin[mine], self.end[mine])


def drawn(failures: Sequence[Failure], days: float, samples: int, seed: int) -> Outages:
    """The outages of some samples of the first `days`; each failure has a stream of random numbers of its own.

    So the same seed gives the same outages whatever else there is that can fail. With both ends rounded down to
    midnight an outage that begins at any time of the day is as long as it was, on average.
    """
    found = []
    for cause, failure in enumerate(failures):
        rng = np.random.default_rng([seed, *f"{failure.kind} {failure.name}".encode()])
        count = rng.poisson(failure.rate * days / YEAR, samples)
        begin = rng.uniform(0, days, count.sum())
        end = np.minimum(begin + rng.exponential(failure.days, len(begin)), days)
        sample = np.repeat(np.arange(samples), count)
        found.append(np.stack([sample, np.full(len(begin), cause), np.floor(begin), np.floor(end)]))
    sample, cause, begin, end = np.concatenate(found, axis=1).astype(np.int64)
    lasting = end > begin
    return Outages(sample[lasting], cause[lasting], begin[lasting], end[lasting])


def days_out(
    outages: Outages, failures: Sequence[Failure], samples: int, periods: int, days: float
) -> tuple[list[tuple[str, str]], sparse.csr_array]:
    """The places that can fail, and how many days each is out [samples, places x periods of some `days` each].

    A place that fails for two reasons at once is out once.
    """
    places = list(dict.fromkeys(target for failure in failures for target in failure.targets))
    number = {place: at for at, place in enumerate(places)}
    cause = np.repeat(np.arange(len(failures)), [len(failure.targets) for failure in failures])
    place = np.array([number[target] for failure in failures for target in failure.targets], dtype=np.int64)
    row, at = pairs(outages.cause, cause)
    spell = outages.sample[row] * len(places) + place[at]
    spell, begin, end = _once(spell, outages.begin[row], outages.end[row])
    spell, period, out = _by_period(spell, begin, end, periods, days)
    sample, place = np.divmod(spell, len(places))
    shape = (samples, len(places) * periods)
    lost = sparse.csr_array((out, (sample, place * periods + period)), shape=shape)
    lost.data = np.minimum(np.round(lost.data, DECIMALS), days)
    lost.eliminate_zeros()
    return places, lost


def _once(spell: Ints, begin: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Spans that share a spell, cut so that each day is in one of them."""
    order = np.lexsort((begin, spell))
    spell, begin, end = spell[order], begin[order], end[order]
    apart = spell * (
        int(end.max(initial=0)) + 1
    )  # spells one after the other, so that none reaches into the next
    reached = np.maximum.accumulate(end + apart) - apart
    begin[1:] = np.where(spell[1:] == spell[:-1], np.maximum(begin[1:], reached[:-1]), begin[1:])
    left = end > begin
    return spell[left], begin[left], end[left]


def _by_period(spell: Ints, begin: Ints, end: Ints, periods: int, days: float) -> tuple[Ints, Ints, Floats]:
    """The days that each span has in each period that it covers."""
    first = np.floor(begin / days).astype(np.int64)
    last = np.minimum(np.ceil(end / days).astype(np.int64), periods)
    row, after = ranges(last - first)
    period = first[row] + after
    out = np.minimum(end[row], (period + 1) * days) - np.maximum(begin[row], period * days)
    return spell[row], period, np.maximum(out, 0.0)
