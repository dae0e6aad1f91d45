"""The live clock goes forward evenly."""

from hypothesis import given
from hypothesis import strategies as st

from warning.ticks import TickClock


def test_follows_a_true_wall_clock() -> None:
    """With both clocks in step, a tick is the wall clock's time."""
    clock, beat = TickClock(1_000_000, 0).beat(1_010_000, 10_000)
    assert (beat.at_ms, beat.off_ms, beat.jumped) == (1_010_000, 0, False)
    assert clock == TickClock(1_010_000, 10_000)


def test_a_leap_of_the_wall_clock_is_told_and_not_followed() -> None:
    """An hour forward in ten seconds moves the ticks by eleven seconds and raises the alarm."""
    _, beat = TickClock(0, 0).beat(3_600_000, 10_000)
    assert beat.at_ms == 11_000
    assert beat.jumped


@given(st.lists(st.tuples(st.integers(-(10**7), 10**7), st.integers(0, 10**6)), max_size=30))
def test_never_goes_back(steps: list[tuple[int, int]]) -> None:
    """Whatever the wall clock does, ticks do not run backwards."""
    clock, monotonic = TickClock(0, 0), 0
    for wall, passed in steps:
        monotonic += passed
        before = clock.at_ms
        clock, beat = clock.beat(wall, monotonic)
        assert before <= beat.at_ms <= before + passed + passed // 10
