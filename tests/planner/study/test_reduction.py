"""Scenario reduction by hand, and against the same selection without short cuts."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.spatial.distance import cdist

from planner.study import reduction
from planner.study.reduction import merged, reduced


def points(*rows):
    return sparse.csr_array(np.array(rows, dtype=float))


def test_the_nearest_to_all_comes_first_then_what_lowers_the_distance_most():
    """Distances 7 (first, second), 6 (first, third) and 1; weights 5, 2, 1.

    Alone they cost 2 x 7 + 6 = 20, 5 x 7 + 1 = 36, 5 x 6 + 2 = 32. Beside the first the second gains
    2 x 7 + (6 - 1) = 19, the third 6 + 2 x (7 - 1) = 18, and the third goes to the second.
    """
    found = reduced(points([0, 4], [3, 0], [3, 1]), np.array([5, 2, 1]), 2)

    assert found.kept.tolist() == [0, 1]
    assert found.nearest.tolist() == [0, 1, 1]
    assert found.weight.tolist() == [5, 3]
    assert (found.distance, found.alone) == (1, 20)


def test_a_single_one_stands_for_all():
    found = reduced(points([1], [2], [10]), np.array([1, 1, 1]), 1)

    assert found.kept.tolist() == [1]
    assert found.weight.tolist() == [3]
    assert found.distance == found.alone == 9


def test_what_is_the_same_is_merged():
    first, often = merged(points([0, 1], [2, 0], [0, 1], [0, 2], [2, 0], [0, 1]))

    assert first.tolist() == [0, 1, 3]
    assert often.tolist() == [3, 2, 1]


some = st.lists(
    st.tuples(st.tuples(*[st.sampled_from([0, 0, 0, 1, 2, 5, 30])] * 5), st.integers(1, 9)),
    min_size=1,
    max_size=12,
    unique_by=lambda each: each[0],
)


def given_points(case):
    return np.array([each for each, _ in case], dtype=float), np.array([weight for _, weight in case])


def forward(x, weight, keep):
    """The same selection, every gain worked out every time."""
    cost, kept = cdist(x, x, "cityblock"), []
    while len(kept) < min(keep, len(x)):
        left = [weight @ cost[:, [*kept, at]].min(axis=1) for at in range(len(x))]
        kept.append(int(np.argmin(left)))
    return kept


@settings(deadline=None)
@given(case=some, keep=st.integers(1, 12), batch=st.integers(1, 4))
def test_short_cuts_change_nothing(case, keep, batch):
    x, weight = given_points(case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reduction, "BATCH", batch)
        found = reduced(sparse.csr_array(x), weight, keep)
    cost = cdist(x, x, "cityblock")[:, found.kept]

    assert found.kept.tolist() == forward(x, weight, keep)
    assert found.distance == weight @ cost.min(axis=1)
    assert np.array_equal(found.nearest, np.argmin(cost, axis=1))
    assert np.array_equal(found.weight, np.bincount(found.nearest, weight, len(found.kept)))


@settings(deadline=None)
@given(case=some)
def test_the_distance_falls_to_nothing_as_more_are_kept(case):
    """And each is at least the least that any choice of as many has."""
    x, weight = given_points(case)
    found = [reduced(sparse.csr_array(x), weight, keep) for keep in range(1, len(x) + 1)]
    distance = [each.distance for each in found]

    assert distance == sorted(distance, reverse=True)
    assert distance[0] == found[0].alone
    assert distance[-1] == 0
    assert found[-1].weight.tolist() == weight[found[-1].kept].tolist()
    cost = cdist(x, x, "cityblock")
    if len(x) > 2:
        pairs = [list(pair) for pair in combinations(range(len(x)), 2)]
        assert distance[1] >= min(weight @ cost[:, pair].min(axis=1) for pair in pairs)
