"""When readings arrive: clocks that jump, batches, and how long a silence is usual."""

import numpy as np
import pytest

from rules.messages import NoteReason
from rules.signals.silence import usual_gap
from sensors.times import to_ms
from tests.rules.bell import Bell, ms

DAY = 24 * 60


def run(bell: Bell, minutes: range, value: float = 110, ingest_off: float = 0) -> Bell:
    """A tick every minute and a reading every five, with ingest's clock so many minutes off."""
    for minute in minutes:
        bell.ticks(minute)
        if minute % 5 == 0:
            bell.says(minute, value, arrives=minute + ingest_off)
    return bell


@pytest.mark.parametrize("off", [-DAY, -60, 60, DAY])
def test_a_jump_of_ingests_clock_neither_blinds_nor_silences(off: int) -> None:
    bell = run(run(Bell(), range(120), 50), range(120, 360), ingest_off=off)
    assert {each.flag for each in bell.assessments} == {(1,)}
    assert bell.path == ["NORMAL 0", "PENDING 1", "ACTIVE 1"]
    for minute in range(360, 375):
        bell.ticks(minute)
    assert bell.standing == "ACTIVE 1"
    bell.ticks(376.1)  # the last reading came at 355, or until the tick of 356
    assert bell.standing == "STALE 1"


def test_nothing_is_decided_before_the_last_tick() -> None:
    bell = run(run(Bell(), range(120), 50), range(120, 141), ingest_off=-60)
    assert (bell.path[1], to_ms(bell.transitions[1].decided_at)) == ("PENDING 1", ms(120))


def test_what_queued_while_no_worker_made_ticks_is_neither_from_the_future_nor_old() -> None:
    bell = run(Bell(), range(60))
    for minute in range(60, 180, 5):
        bell.says(minute, 110)
    bell.ticks(180)
    assert {each.flag for each in bell.assessments} == {(1,)}
    assert bell.standing == "ACTIVE 1"
    bell.ticks(190.5)
    assert bell.standing == "ACTIVE 1"


def test_regular_readings_are_missed_after_their_usual_gap_more() -> None:
    bell = run(Bell(), range(61))
    bell.ticks(80)
    assert bell.standing == "ACTIVE 1"
    bell.ticks(80.1)
    assert (bell.standing, to_ms(bell.last.at)) == ("STALE 1", ms(80))


def hourly_batches(bell: Bell, hours: range) -> Bell:
    """Readings every 5 minutes that come twelve at a time."""
    for hour in hours:
        for minute in range(60):
            bell.ticks(60 * hour + minute)
        for minute in range(5, 65, 5):
            bell.says(60 * hour + minute, 110, arrives=60 * hour + 60)
    return bell


def test_batches_are_no_silence_once_their_gap_is_known() -> None:
    bell = hourly_batches(Bell(), range(4))
    assert bell.standing == "ACTIVE 1"
    known = len(bell.transitions)
    hourly_batches(bell, range(4, 28))
    assert bell.path[known:] == []
    for minute in range(28 * 60, 30 * 60):
        bell.ticks(minute)
    assert bell.path[known:] == ["STALE 1"]
    assert to_ms(bell.last.at) == ms(28 * 60 + 15 + 60)


@pytest.mark.parametrize("before", [0, 1, 2, 10, 60])
def test_an_outage_of_a_day_is_not_what_is_usual_afterwards(before: int) -> None:
    bell = run(Bell(), range(5 * before + 1))
    back = 5 * before + DAY
    run(bell, range(back, back + 6))
    bell.ticks(back + 25.1)
    assert bell.standing == "STALE 1"


@pytest.mark.parametrize(
    ("gaps", "usual"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([999], 0, id="one, perhaps an outage"),
        pytest.param([999, 5], 5, id="two"),
        pytest.param([5, 999, 5], 5, id="few: the median"),
        pytest.param([*[5] * 10, *[999] * 9], 5, id="nineteen: still the median"),
        pytest.param([*[5] * 19, 999], 5, id="one outage in twenty"),
        pytest.param([*[5] * 18, 12, 999], 12, id="two in twenty: the shorter one"),
        pytest.param([*[5] * 38, 999, 999], 5, id="two outages in forty"),
        pytest.param([*[5] * 37, 12, 999, 999], 12, id="the third longest of forty"),
        pytest.param([*[5] * 33, 360, 360, 360], 15, id="three outages: no more than three medians"),
        pytest.param([*[14] * 10, *[28] * 26, 81, 81, 94, 999], 81, id="polled: median 28, 95 % 81"),
    ],
)
def test_the_usual_gap(gaps: list[int], usual: int) -> None:
    assert usual_gap(np.array(gaps, np.int32), len(gaps)) == usual


def test_outages_of_yesterday_do_not_delay_the_news_of_a_lost_gauge() -> None:
    """Three of six hours among an hour's readings each, then silence for good while a level stands."""
    bell = Bell()
    for start in (0, 420, 840):
        run(bell, range(start, start + 60), 50)
        for minute in range(start + 60, start + 420):
            bell.ticks(minute)
    run(bell, range(1260, 1286))
    assert bell.standing == "ACTIVE 1"
    bell.ticks(1285 + 10 + 15)
    assert NoteReason.GAUGE_SILENT not in bell.reasons
    bell.ticks(1285 + 10 + 15.1)
    assert NoteReason.GAUGE_SILENT in bell.reasons
    bell.ticks(1285 + 15 + 15.1)
    assert bell.standing == "STALE 1"


def test_a_feed_polled_now_and_then_is_not_stale_all_the_time() -> None:
    """Readings of 15 minutes that come 30 to 80 minutes apart; none is missed once 20 gaps are known."""
    bell, at = Bell(step="15 min"), 0
    apart = [30, 30, 30, 45, 30, 30, 80, 30, 30, 30]
    for gap in apart * 6:
        for minute in range(at + 1, at + gap + 1):
            bell.ticks(minute)
        for minute in range(at - at % 15 + 15, at + gap + 1, 15):
            bell.says(minute, 110, arrives=at + gap)
        at += gap
    known = ms(2 * sum(apart))  # 20 gaps
    assert [each.to.state for each in bell.transitions if to_ms(each.at) > known] == []
    assert bell.standing == "ACTIVE 1"


def test_only_the_newest_gaps_are_remembered() -> None:
    bell = run(Bell(), range(1000))
    number = bell.book.series["a/stage"].number
    assert bell.state.arrays.cursors["gaps"][number] == 40
    assert set(bell.state.arrays.gaps[number].tolist()) == {300_000}
