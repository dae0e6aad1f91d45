"""One order of readings and ticks."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.readings import Reading, Series
from sensors.records import Arrival
from simulations.schedule import Step, between, schedule

STAGE = Series("mill", "stage")


def arrival(arrived_at: int, at: int | None = None) -> Arrival:
    return Arrival(arrived_at, Reading(STAGE, arrived_at if at is None else at, 1.0))


def plan(steps: list[Step]) -> list[tuple[int, int]]:
    """Time and number of readings of each step."""
    return [(step.at, len(step.readings)) for step in steps]


def test_a_tick_stands_on_the_grid_and_before_each_arrival() -> None:
    #   tick 0 ....... 60 .. 75(2) ....... 120 . until 150
    steps = list(schedule([arrival(75), arrival(75)], start=0, until=150, tick_ms=60))
    assert plan(steps) == [(0, 0), (60, 0), (75, 2), (120, 0), (150, 0)]


def test_the_first_tick_is_the_start_and_comes_before_what_arrived_until_then() -> None:
    steps = list(schedule([arrival(-5), arrival(0)], start=0, until=60, tick_ms=60))
    assert plan(steps) == [(0, 2), (60, 0)]


def test_ticks_go_on_when_readings_end() -> None:
    steps = list(schedule([arrival(10)], start=0, until=200, tick_ms=60))
    assert plan(steps) == [(0, 0), (10, 1), (60, 0), (120, 0), (180, 0), (200, 0)]


def test_what_arrives_at_the_end_is_left_out_so_that_the_last_tick_closes() -> None:
    steps = list(schedule([arrival(10), arrival(60), arrival(61)], start=0, until=60, tick_ms=60))
    assert plan(steps) == [(0, 0), (10, 1), (60, 0)]


@pytest.mark.parametrize(
    ("start", "until", "tick_ms"),
    [pytest.param(0, 60, 0, id="no tick"), pytest.param(60, 60, 60, id="no time")],
)
def test_times_that_give_no_sequence_are_refused(start: int, until: int, tick_ms: int) -> None:
    with pytest.raises(ValueError, match="nothing to play"):
        list(schedule([], start, until, tick_ms))


def test_arrivals_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="comes after one of 80"):
        list(schedule([arrival(80), arrival(70)], 0, 200, 60))


def test_readings_are_chosen_by_event_time_not_by_arrival() -> None:
    late = arrival(130, at=90)
    assert list(between([arrival(90, at=80), late, arrival(210, at=200)], 90, 200)) == [late]


@settings(deadline=None)  # a loaded machine is no wrong order
@given(
    arrivals=st.lists(st.integers(0, 500), max_size=30).map(sorted),
    until=st.integers(1, 600),
    tick_ms=st.integers(1, 90),
)
def test_nothing_is_lost_time_rises_and_the_grid_is_kept(arrivals: list[int], until: int, tick_ms: int) -> None:
    steps = list(schedule([arrival(at) for at in arrivals], 0, until, tick_ms))
    times = [step.at for step in steps]
    assert all(earlier < later for earlier, later in itertools.pairwise(times))
    assert {*range(0, until, tick_ms), until} <= set(times)
    played = [(step.at, reading.at) for step in steps for reading in step.readings]
    assert played == [(at, at) for at in arrivals if at < until]
    assert not steps[-1].readings
