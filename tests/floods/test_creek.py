"""The creek is the first to rise and the first to be wrong: alone it calls staff, with another gauge the public."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from notifiers.revision import Revision
from rules.messages import Note, NoteReason, Transition
from sensors.readings import Reading, Series
from sensors.records.record import record_of
from sensors.units import HOUR_MS, MINUTE_MS
from simulations.hydrograph import through
from simulations.inprocess import Laboratory, Said
from simulations.outcome import danger
from simulations.play import Play, play_of
from simulations.replay import Outcome, replay_in_process
from tests.floods.golden import WUPPERTAL, cloudburst_2021, false_jump_2021, ms
from tests.records import needs_record
from warning.config.load import load
from warning.messages import DeskRow

recorded = needs_record("wupper-2021")

WATCH_CM = 30.0
STEP_MS = 5 * MINUTE_MS
NOON = ms("2024-06-01T12:00")

#: minutes after noon and cm: half an hour at 55 cm and half an hour at 40 cm, as on 30 October 2021
FALSE_JUMP = ((0, 8.4), (119, 8.4), (120, 55.4), (149, 55.4), (150, 39.5), (179, 39.5), (180, 8.9), (240, 8.9))
#: as on 8 July 2021: the river follows 35 minutes later
CREEK = ((0, 6.0), (120, 6.0), (130, 33.0), (150, 27.0), (180, 19.0), (240, 13.5))
RIVER = ((0, 24.0), (155, 24.0), (175, 80.0), (195, 103.0), (240, 63.0))
STILL = ((0, 24.0), (240, 24.0))

Points = tuple[tuple[int, float], ...]


@cache
def replayed(flood: str) -> Outcome:
    return replay_in_process({"false jump": false_jump_2021, "cloudburst": cloudburst_2021}[flood]())


def creek_at(play: Play, clock: str) -> float:
    series = Series("leimbach", "stage")
    found = [one.reading.value for one in play.arrivals if one.reading.series == series and one.reading.at == ms(clock)]
    assert found[0] is not None
    return found[0]


@recorded
def test_a_jump_of_the_creek_alone_stays_with_staff_though_two_readings_hold_it() -> None:
    assert min(creek_at(false_jump_2021(), f"2021-10-30T{clock}") for clock in ("07:30", "08:00")) >= WATCH_CM
    outcome = replayed("false jump")
    assert outcome.revisions == []
    assert max(danger(one.to) for one in outcome.transitions) == 0
    assert [(one.reason, f"{one.at:%H:%M}", one.text) for one in outcome.notes] == [
        (NoteReason.STAFF_RULE, "07:30", "stage(leimbach) >= flood or suspect(leimbach)"),
        (NoteReason.STAFF_RULE, "07:30", "stage(leimbach) >= attention"),
    ]


@recorded
def test_a_cloudburst_is_told_to_staff_at_the_creeks_first_reading() -> None:
    first = replayed("cloudburst").notes[0]
    assert (first.reason, first.zone, f"{first.decided_at:%H:%M}") == (NoteReason.STAFF_RULE, "leimbachtal", "16:00")


@recorded
def test_level_1_goes_out_for_heavy_rain_when_the_second_gauge_agrees_and_no_flood_warning() -> None:
    outcome = replayed("cloudburst")
    said = [(one.zone, one.hazard, one.change, one.level, f"{one.sent:%H:%M}") for one in outcome.revisions]
    assert said == [
        ("leimbachtal", "heavy-rain", "issued", 1, "16:30"),
        ("leimbachtal", "heavy-rain", "all-clear", 1, "19:30"),
    ]
    raised = next(one for one in outcome.transitions if danger(one.to) == 1)
    assert {edge.station for edge in raised.edges} == {"leimbach", "kluserbruecke"}


def live(leimbach: Points, river: Points, rain_mm: float = 0.0) -> Play:
    """The city as it is shipped, gauges every 5 minutes; so much rain in each of the steps from 13:30 to 14:30."""
    minutes = np.arange(0, 241, 5)
    readings: list[Reading] = []
    for station, points in (("leimbach", leimbach), ("kluserbruecke", river), ("beyenburg", STILL)):
        keys, values = zip(*points, strict=True)
        curve = through(minutes.astype(float), keys, values)
        readings += (
            Reading(Series(station, "stage"), NOON + int(minute) * MINUTE_MS, round(float(cm), 1))
            for minute, cm in zip(minutes, curve, strict=True)
        )
    for minute in minutes:
        depth_mm = rain_mm if 90 < minute <= 150 else 0.0
        readings.append(Reading(Series("barmen", "rain"), NOON + int(minute) * MINUTE_MS, depth_mm))
    return play_of(record_of("creek", readings, 0), load(WUPPERTAL), None, NOON + 4 * HOUR_MS + STEP_MS)


def said_by(play: Play) -> Iterator[Said]:
    laboratory = Laboratory(play.config)
    for step in play.steps():
        yield from laboratory.take(step)


def minute_of(event: Transition | Note) -> int:
    return round(event.decided_at.timestamp() * 1000 - NOON) // MINUTE_MS


def raised_after(play: Play) -> int | None:
    """Minutes after noon at which the creek's zone gets level 1 for heavy rain; None where it does not."""
    raised = [
        minute_of(one)
        for one in said_by(play)
        if isinstance(one, Transition) and one.hazard == "heavy-rain" and one.zone == "leimbachtal" and danger(one.to)
    ]
    return min(raised, default=None)


def test_at_live_steps_the_same_jump_stays_with_staff_as_well() -> None:
    """Not even as a draft: with a draft of level 2 level 1 would go out by itself."""
    said = list(said_by(live(FALSE_JUMP, STILL)))
    assert [one for one in said if isinstance(one, Revision | DeskRow)] == []
    notes = [(one.hazard, minute_of(one)) for one in said if isinstance(one, Note)]
    assert notes == [("river-flood", 120), ("heavy-rain", 120)]


def test_at_live_steps_the_river_agrees_within_half_an_hour_of_its_rise() -> None:
    raised = raised_after(live(CREEK, RIVER))
    assert raised is not None
    assert 155 < raised <= 185


@pytest.mark.parametrize(
    ("rain_mm", "by"),
    [
        pytest.param(0.2, None, id="2.4 mm in an hour say nothing"),
        pytest.param(2.0, 130, id="10 mm were there when the creek rose"),
    ],
)
def test_rain_agrees_with_the_creek_before_the_river_does(rain_mm: float, by: int | None) -> None:
    assert raised_after(live(CREEK, STILL, rain_mm)) == by
