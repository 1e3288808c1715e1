"""Joins of whole numbers."""

import numpy as np

from planner.network.joins import find, number, pairs, ranges, take

NONE = np.empty(0, dtype=np.int64)


def ints(*values):
    return np.array(values, dtype=np.int64)


def test_pairs_are_all_equal_positions_by_left_then_right():
    left, right = pairs(ints(5, 7, 5, 9), ints(7, 5, 5))
    assert list(zip(left, right, strict=True)) == [(0, 1), (0, 2), (1, 0), (2, 1), (2, 2)]


def test_pairs_with_nothing_are_none():
    for left, right in ((NONE, ints(1)), (ints(1), NONE), (NONE, NONE)):
        assert [len(side) for side in pairs(left, right)] == [0, 0]


def test_find_gives_the_first_position_or_none():
    assert find(ints(3, 4, 1), ints(1, 3, 3)).tolist() == [1, -1, 0]
    assert find(ints(3), NONE).tolist() == [-1]


def test_number_counts_distinct_rows_in_their_order_without_the_negative():
    groups, first = number(ints(2, -1, 0, 2, 2), ints(1, 5, 9, 0, 1))
    assert groups.tolist() == [2, -1, 0, 1, 2]
    assert first.tolist() == [2, 3, 0]
    assert [len(part) for part in number(NONE, NONE)] == [0, 0]


def test_ranges_count_within_each_position():
    rows, within = ranges(ints(2, 0, 3))
    assert (rows.tolist(), within.tolist()) == ([0, 0, 2, 2, 2], [0, 1, 0, 1, 2])


def test_take_fills_what_is_missing():
    assert take(np.array([1.5, 2.5]), ints(1, -1), 9.0).tolist() == [2.5, 9.0]
    assert take(np.empty(0), ints(-1), 9.0).tolist() == [9.0]
