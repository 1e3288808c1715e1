"""Outages by hand, and against what their rates and durations say they are on average."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.study.failures import Failure
from planner.study.outages import YEAR, Outages, days_out, drawn

S = Failure("supplier", "s", 30.0, ("s",), (), 0.5)
MX = Failure("country", "MX", 60.0, ("s", "z"), ("g",), 0.1)
STANDARD_ERRORS = 4  # of a mean: one in 16,000 is further off, and the seed is fixed


def outages(*rows):
    """Outages from rows of sample, cause, begin, end."""
    return Outages(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def out(found, failures, samples, periods, days):
    """Days out by place [samples, periods]."""
    places, lost = days_out(found, failures, samples, periods, days)
    dense = lost.toarray().reshape(samples, len(places), periods)
    return {name: dense[:, at].tolist() for at, (_, name) in enumerate(places)}


def test_an_outage_takes_its_days_of_each_period_that_it_covers():
    """From day 8 to day 25 in periods of 10 days; a whole horizon; one that begins on the first day of a period."""
    found = outages((0, 0, 8, 25), (1, 0, 0, 30), (2, 0, 10, 14))

    assert out(found, [S], 3, 3, 10.0) == {"s": [[2, 10, 5], [10, 10, 10], [0, 4, 0]]}


def test_a_country_takes_all_its_places_at_the_same_time_and_a_place_is_out_once():
    """s from 8 to 13, Mexico from 12 to 15: s is out from 8 to 15; in the other sample from 1 to 3 and 2 to 3."""
    found = outages((0, 0, 8, 13), (0, 1, 12, 15), (1, 0, 1, 3), (1, 0, 2, 3))

    assert out(found, [S, MX], 2, 2, 10.0) == {
        "s": [[2, 5], [2, 0]],
        "z": [[0, 3], [0, 0]],
        "g": [[0, 3], [0, 0]],
    }


def test_outages_of_a_place_add_up_to_no_more_than_the_period():
    found = outages((0, 0, 0, 6), (0, 0, 4, 9), (0, 0, 9, 12))

    assert out(found, [S], 1, 2, 10.0) == {"s": [[10, 2]]}


def test_events_are_kept_in_the_order_in_which_they_begin():
    found = outages((1, 0, 5, 6), (0, 1, 9, 12), (0, 0, 3, 8)).of(0)

    assert found.begin.tolist() == [3, 9]
    assert found.cause.tolist() == [0, 1]


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**31 - 1),
    days=st.sampled_from([1.0, 7.0, 30.0, 30.4, 91.25, 365.25]),
    periods=st.integers(1, 5),
)
def test_days_out_are_the_days_on_which_something_is_out(seed, days, periods):
    """Against a calendar with a cell a day; a period may end within a day."""
    failures = [
        Failure("supplier", "s", 20.0, ("s",), (), 6.0),
        Failure("country", "MX", 9.0, ("s",), (), 3.0),
    ]
    found = drawn(failures, days * periods, 5, seed)
    _, lost = days_out(found, failures, 5, periods, days)

    calendar = np.zeros((5, int(days * periods) + 1))
    for sample, begin, end in zip(found.sample, found.begin, found.end, strict=True):
        calendar[sample, begin:end] = 1
    assert lost.sum(axis=1) == pytest.approx(calendar.sum(axis=1), abs=1e-5)
    assert lost.data.size == 0 or (lost.data.min() > 1e-6 and lost.data.max() <= days)


def test_the_same_seed_gives_a_place_the_same_outages_whatever_else_can_fail():
    alone, among = drawn([MX], 1095, 200, 7), drawn([S, MX], 1095, 200, 7)
    mine = among.cause == 1

    assert np.array_equal(alone.sample, among.sample[mine])
    assert np.array_equal(alone.begin, among.begin[mine])
    assert np.array_equal(alone.end, among.end[mine])
    assert not np.array_equal(drawn([MX], 1095, 200, 8).begin, alone.begin)


def near(figures, expected):
    """Whether the mean of a sample may well be that of a distribution."""
    error = figures.std() / np.sqrt(len(figures))
    return abs(figures.mean() - expected) < STANDARD_ERRORS * error


@pytest.mark.parametrize(("rate", "mean"), [(0.1, 30.0), (0.5, 90.0), (4.0, 60.0), (1.0, 0.4)])
def test_the_days_out_are_rate_times_duration(rate, mean):
    """At time t a place is out if one of the outages begun before lasts until then, which are Poisson.

    Their mean number is rate x mean x (1 - exp(-t / mean)): nothing is out when the horizon begins.
    """
    days, samples = 3 * YEAR, 10_000
    failure = Failure("gateway", "g", mean, (), ("g",), rate)
    _, lost = days_out(drawn([failure], days, samples, 1), [failure], samples, 3, YEAR)
    t = (np.arange(days * 20) + 0.5) / 20
    busy = rate / YEAR * mean * (1 - np.exp(-t / mean))

    assert near(lost.sum(axis=1), (1 - np.exp(-busy)).sum() / 20)


def test_how_many_samples_have_no_outage_and_how_long_one_lasts():
    """Of the outages those are left that a midnight lies in; each is as long as it was, on average."""
    samples, mean = 10_000, 30.0
    failure = Failure("gateway", "g", mean, (), ("g",), 0.4)
    found = drawn([failure], 2 * YEAR, samples, 3)
    seen = mean * (1 - np.exp(-1 / mean))
    none = np.bincount(found.sample, minlength=samples) == 0
    early = found.begin < YEAR  # the horizon cuts the others short

    assert near(none.astype(float), np.exp(-0.4 * 2 * seen))
    assert near((found.end - found.begin)[early], mean / seen)
