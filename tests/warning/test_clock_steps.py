"""The wall clock is set by an hour in the middle of a flood: time goes on evenly, for all who live by it."""

import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.revision import Change, Revision
from rules.messages import ConditionState
from sensors.readings import Tick
from sensors.times import to_ms, to_utc
from tests.warning.dispatching import live_world
from tests.warning.lifecycle.city import NOON, City
from tests.warning.test_ticks import Machine
from warning.lifecycle.wanted import PROLONG_BEFORE
from warning.ticks import Beat
from warning.world_clock import WorldClock, start_ms

HOUR_MS = 3_600_000
EVERY_MS = 60_000
START_MS = to_ms(NOON)
STEPS = pytest.mark.parametrize("step_ms", [HOUR_MS, -HOUR_MS], ids=["forward", "back"])


def beats(step_ms: int, at_hour: float, hours: int) -> list[Beat]:
    """A beat a minute; the wall clock is set by ``step_ms`` after some hours."""
    machine = Machine(START_MS)
    clock = machine.clock(Beat(0, 0))
    found = []
    for minute in range(hours * 60):
        machine.passes(EVERY_MS)
        if minute == at_hour * 60:
            machine.wall += step_ms
        found.append(clock.beat())
    return found


def flood(ticks: list[Beat]) -> list[Revision]:
    """What is said of a warning of level 1 that just stands, with these ticks."""
    city = City()
    city.moves(0, ConditionState.PENDING, 1)
    city.moves(0, ConditionState.ACTIVE, 1)
    said: list[Revision] = [one for one in city.said if isinstance(one, Revision)]
    for beat in ticks:
        assert said[-1].expires > to_utc(beat.at_ms)  # never run out
        said += [one for one in city.take(Tick("wupper", beat.at_ms)) if isinstance(one, Revision)]
    return said


@STEPS
def test_ticks_go_on_evenly_and_staff_are_told(step_ms: int) -> None:
    found = beats(step_ms, 1, 2)
    gaps = {later.at_ms - before.at_ms for before, later in itertools.pairwise(found)}
    assert gaps == {EVERY_MS, EVERY_MS + EVERY_MS // 10 * (1 if step_ms > 0 else -1)}
    assert [beat.jumped for beat in found] == [False] * 60 + [True] * 60


@STEPS
def test_ticks_and_wall_clock_agree_again_in_the_end(step_ms: int) -> None:
    assert beats(step_ms, 0, 12)[-1].off_ms == 0


@STEPS
def test_a_worker_that_starts_after_the_step_goes_on_where_it_was(step_ms: int) -> None:
    """A start is no reason to believe the clock: an hour that never passed would silence every gauge."""
    machine = Machine(START_MS)
    clock = machine.clock(Beat(0, 0))
    machine.passes(EVERY_MS)
    machine.wall += step_ms
    known = clock.beat()
    machine.passes(EVERY_MS)
    beat = machine.clock(known).beat()
    assert beat.at_ms - known.at_ms == EVERY_MS
    assert beat.jumped


@settings(deadline=None, max_examples=50)
@given(st.integers(-HOUR_MS, HOUR_MS), st.floats(0, 24))
def test_a_warning_neither_runs_out_nor_is_prolonged_twice(step_ms: int, at_hour: float) -> None:
    """However the clock is set, also in the minute in which the warning is prolonged."""
    said = flood(beats(step_ms, round(at_hour * 60) / 60, 26))
    assert [one.change for one in said] == [Change.ISSUED, *[Change.EXTENDED] * (len(said) - 1)]
    lasts = said[0].expires - said[0].sent
    for before, later in itertools.pairwise(said):
        assert lasts - PROLONG_BEFORE <= later.sent - before.sent <= lasts
    assert len(said) == 3


@STEPS
def test_dispatch_lives_by_the_ticks_and_starts_by_them(tmp_path: Path, step_ms: int) -> None:
    """Its deadlines do not move with the wall clock, neither while it runs nor when it starts again."""
    world, monotonic = live_world(tmp_path, 25, "anna"), [0.0]
    clock = WorldClock(world, START_MS, lambda: monotonic[0])
    for beat in beats(step_ms, 1, 2):
        monotonic[0] += EVERY_MS / 1000
        clock.see(to_utc(beat.at_ms), new=True)
        assert abs(clock.now() - to_utc(beat.at_ms)) <= timedelta(minutes=7)  # what 10 % of an hour may leave
    assert start_ms(world, beat.at_ms, beat, beat.wall_ms) == beat.at_ms
