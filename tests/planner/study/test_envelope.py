"""Lower envelopes of lines, and what bounds at some values prove at others."""

import numpy as np
import pytest

from planner.study.envelope import Course, Envelope

SIZE = 100.0


def course(constant, slope):
    return Course(0.0, constant, slope, SIZE, np.empty(0))


def known(*lines, low=0.0, high=10.0):
    envelope = Envelope(low, high)
    for constant, slope in lines:
        envelope.offer(course(constant, slope))
    return envelope


def stretches(envelope):
    return [(each.low, each.high, each.course.slope) for each in envelope.stretches()]


def test_the_cheapest_lines_follow_one_another():
    """1 + 3 v, 4 + v and 8 cross at 1.5 and 4; 20 is never the cheapest."""
    assert stretches(known((8, 0), (1, 3), (20, 0), (4, 1))) == [(0, 1.5, 3), (1.5, 4, 1), (4, 10, 0)]


def test_lines_through_one_point_leave_out_the_one_in_the_middle():
    assert stretches(known((0, 2), (2, 1), (4, 0))) == [(0, 2, 2), (2, 10, 0)]


def test_what_is_cheaper_by_rounding_only_is_no_plan_of_its_own():
    assert stretches(known((4, 1), (4 - 1e-9, 1), (4 + 1e-10, 1 - 1e-10))) == [(0, 10, 1)]
    # 1 + 1.5 v touches where 3 v and 2 + v cross, which is less than rounding below
    assert stretches(known((0, 3), (2, 1), (1 - 1e-8, 2))) == [(0, 1, 3), (1, 10, 1)]


def test_a_tie_at_the_low_end_goes_to_the_line_that_stays_the_cheapest():
    assert stretches(known((5, 2), (5, -1))) == [(0, 10, -1)]


@pytest.mark.parametrize("seed", range(20))
def test_envelopes_of_random_lines_are_their_least(seed):
    rng = np.random.default_rng(seed)
    lines = list(zip(rng.uniform(0, 50, 12), rng.uniform(-5, 5, 12), strict=True))
    envelope = known(*lines)

    found = envelope.stretches()
    assert [each.low for each in found[1:]] == [each.high for each in found[:-1]]
    for value in np.linspace(0, 10, 41):
        here = next(each for each in found if each.low <= value <= each.high)
        assert here.course.cost(value) == pytest.approx(min(a + b * value for a, b in lines), abs=1e-5)


def test_a_chord_of_two_bounds_is_a_bound():
    """The least cost is concave: 2 at 0 and 6 at 10 give 4 at 5; a bound of 5 there lifts the chords beside it."""
    envelope = known((9, 0))
    assert envelope.bound(5) == -np.inf
    envelope.bounds = {0.0: 2.0, 10.0: 6.0}
    assert envelope.bound(5) == 4
    assert envelope.lack(5) == pytest.approx(5 / 9)
    envelope.bounds[5.0] = 5.0
    assert [envelope.bound(value) for value in (0, 2.5, 5, 7.5)] == [2, 3.5, 5, 5.5]
    # a lower one proves nothing that the others do not
    envelope.bounds[7.5] = 1.0
    assert envelope.bound(7.5) == 5.5


def test_no_plan_is_steeper_than_the_steepest():
    """From one value on, costs grow by at least the least slope, and back from it fall by at most the largest."""
    envelope = known((9, 0))
    envelope.slopes = (0.0, 2.0)
    envelope.bounds = {5.0: 8.0}

    assert [envelope.bound(value) for value in (4, 5, 10)] == [6, 8, 8]
