"""Floods of single gauges and of a polled feed: raised before the crest, and silent where nothing is to be said."""

from datetime import datetime
from functools import cache

import pytest

from rules.messages import ConditionState, NoteReason
from sensors.readings import Series
from simulations.outcome import danger
from simulations.replay import Outcome, replay_in_process
from tests.floods.golden import LEEDS, PLAYS, ms, played, recorded
from tests.records import needs_record

leeds = needs_record("leeds-aire-2025")
ellicott = needs_record("ellicott-2018")
deadrun = needs_record("deadrun-2018")


@cache
def replayed(name: str) -> Outcome:
    return replay_in_process(PLAYS[name].play())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def raised(name: str, zone: str, level: int) -> datetime:
    return next(one.decided_at for one in replayed(name).transitions if one.zone == zone and danger(one.to) >= level)


@ellicott
def test_a_flash_flood_is_at_level_3_before_the_reading_off_the_grid_that_was_its_crest() -> None:
    assert raised("ellicott-2018", "patapsco", 3) < utc("2018-05-27T20:52")


@deadrun
def test_a_steep_stream_below_its_marks_calls_staff_and_nobody_else() -> None:
    outcome = replayed("deadrun-2018")
    assert outcome.revisions == []
    assert {one.to.state for one in outcome.transitions} == {ConditionState.NORMAL}
    assert [one.reason for one in outcome.notes] == [NoteReason.STAFF_RULE] * 7


@leeds
@pytest.mark.parametrize(
    ("zone", "crest"),
    [
        pytest.param("apperley", "2025-09-21T02:15", id="162 cm at Apperley Bridge"),
        pytest.param("crown-point", "2025-09-21T03:30", id="129 cm in the city"),
        pytest.param("knostrop", "2025-09-21T03:30", id="177 cm at Knostrop"),
    ],
)
def test_a_late_and_irregular_feed_raises_level_2_hours_before_the_crest(zone: str, crest: str) -> None:
    assert (utc(crest) - raised("leeds-aire-2025", zone, 2)).total_seconds() > 3 * 3600


@leeds
def test_what_the_feed_says_twice_counts_once() -> None:
    """The same outcome as of the record without its repeats."""
    play = PLAYS["leeds-aire-2025"].play()
    seen: set[tuple[Series, int]] = set()
    once = []
    for arrival in play.record.arrivals:
        key = arrival.reading.series, arrival.reading.at
        if key not in seen:
            once.append(arrival)
        seen.add(key)
    assert len(once) < len(play.record.arrivals)
    alone = played(play.record._replace(arrivals=tuple(once)), LEEDS, "2025-09-20T00:00", "2025-09-24T00:00")
    assert [one.id for one in replay_in_process(alone).events] == [one.id for one in replayed("leeds-aire-2025").events]


@leeds
def test_a_reading_15_metres_below_the_river_says_nothing() -> None:
    """3 October, 20:00: 4.183 m among 19.7 m."""
    play = played(recorded("leeds-aire-2025"), LEEDS, "2025-10-03T12:00", "2025-10-04T02:00")
    readings = [one.reading for one in play.arrivals if one.reading.at == ms("2025-10-03T20:00")]
    assert min(one.value for one in readings if one.value is not None) < -1500
    told = [one for one in replay_in_process(play).events if one.zone == "knostrop" or "aire-l1705a" in str(one)]
    assert [one for one in told if utc("2025-10-03T20:00") <= one.at <= utc("2025-10-03T21:00")] == []
