"""The live clock goes forward evenly."""

from hypothesis import given
from hypothesis import strategies as st

from warning.ticks import Beat, LiveClock, TickClock


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


class Machine:
    """A wall clock and a monotonic one."""

    def __init__(self, wall: int) -> None:
        self.wall, self.monotonic = wall, 0

    def clock(self, known: Beat) -> LiveClock:
        return LiveClock(known, lambda: self.wall, lambda: self.monotonic)

    def passes(self, ms: int) -> None:
        self.wall += ms
        self.monotonic += ms


def test_starts_at_the_wall_clock_where_nothing_later_is_known() -> None:
    assert Machine(1_000_000).clock(Beat(900_000, 0)).beat() == Beat(1_000_000, 0)


def test_goes_on_from_a_tick_of_the_future_and_says_so() -> None:
    machine = Machine(1_000_000)
    clock = machine.clock(Beat(10**9, 0))
    assert clock.beat().jumped
    machine.passes(10_000)
    assert clock.beat().at_ms == 10**9 + 9000


def test_many_small_steps_are_led_to_the_wall_clock_too() -> None:
    machine = Machine(1_000_000)
    clock = machine.clock(Beat(0, 0))
    machine.wall += 3_600_000
    for _ in range(10_000):
        machine.passes(1)
        last = clock.beat()
    assert last.at_ms == 1_011_000
