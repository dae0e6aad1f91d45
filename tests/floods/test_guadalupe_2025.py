"""4 July 2025: Hunt's gauge drowns at its crest and is silent for 34 hours; at Kerrville water leaps by 3.2 m."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from notifiers.revision import Change, Revision
from rules.messages import ConditionState, Reason, Transition
from sensors.readings import Flag
from simulations.exercise import DEMO
from simulations.outcome import danger
from simulations.replay import Outcome, replay_in_process
from tests.floods.golden import GUADALUPE, guadalupe_2025, guadalupe_2025_first, ms
from tests.records import needs_record
from warning.config.load import load

pytestmark = needs_record("guadalupe-2025")

HUNT = "usgs-08165500"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


CREST, BACK = utc("2025-07-04T10:10"), utc("2025-07-05T20:35")


@cache
def replayed() -> Outcome:
    return replay_in_process(guadalupe_2025())


def hunt() -> list[Transition]:
    return [one for one in replayed().transitions if one.zone == "hunt"]


def revisions() -> list[Revision]:
    return [one for one in replayed().revisions if one.zone == "hunt"]


def test_level_3_stands_before_the_gauge_is_lost() -> None:
    assert next(one.decided_at for one in hunt() if danger(one.to) == 3) < CREST


def test_silence_marks_the_condition_as_lost_and_never_lowers_it() -> None:
    silent = [one for one in hunt() if CREST < one.decided_at < BACK]
    assert [(one.reason, one.to.state, one.to.level) for one in silent] == [
        (Reason.GAUGE_LOST, ConditionState.STALE, 3)
    ]
    assert silent[0].gauge_lost == (HUNT,)


def test_the_warning_says_that_the_gauge_is_lost_and_is_kept_in_force() -> None:
    # 09:35, then nothing until the crest at 10:10, then nothing for 34 hours: the loss is told once,
    # after 15 minutes and the 5 that usually lie between two readings.
    told = [one for one in revisions() if one.change is Change.UPDATED and one.gauge_lost]
    assert [(one.level, one.gauge_lost) for one in told] == [(3, ("Hunt",))]
    assert utc("2025-07-04T09:55") <= told[0].sent <= utc("2025-07-04T09:57")
    silent = [one for one in revisions() if told[0].sent <= one.sent < BACK]
    assert {one.change for one in silent[1:]} == {Change.EXTENDED}
    assert {(one.level, one.gauge_lost) for one in silent} == {(3, ("Hunt",))}
    ends = [one.expires for one in silent]
    assert all(one.sent < end for one, end in zip(silent[1:], ends, strict=False))  # prolonged before it runs out
    assert ends[-1] > BACK


def test_it_is_cleared_only_by_readings_of_the_repaired_gauge() -> None:
    lowered = [one for one in hunt() if danger(one.to) < danger(one.from_) and one.decided_at > CREST]
    assert lowered
    assert all(one.decided_at > BACK for one in lowered)
    cleared = [one.sent for one in revisions() if one.change is Change.ALL_CLEAR]
    assert cleared
    assert min(cleared) > BACK


LEAP = utc("2025-07-04T11:35")  # 728 cm, and 1,049 cm five minutes later: 3,840 cm/h
RATE = "quality: {rate: 2000 cm/h}"


def bear_creek(folder: Path, *, rate: str) -> list[Transition]:
    """What becomes of the zone with this limit in the gauge's quality control, or none."""
    text = GUADALUPE.read_text(encoding="utf-8")
    assert RATE in text
    city = folder / "city.yaml"
    city.write_text(text.replace(RATE, rate), encoding="utf-8")
    play = replace(guadalupe_2025(), city=load(city, DEMO), start=ms("2025-07-04T06:00"), until=ms("2025-07-04T14:00"))
    return [one for one in replay_in_process(play).transitions if one.zone == "bear-creek"]


@pytest.mark.parametrize(
    ("rate", "flag"),
    [
        pytest.param("quality: {}", Flag.PASS, id="no limit"),
        pytest.param("quality: {rate: 2000 cm/h}", Flag.SUSPECT, id="half of it is the limit"),
        pytest.param("quality: {rate: 300 cm/h, spike: 50 cm}", Flag.SUSPECT, id="limits of a tame river"),
    ],
)
def test_a_rise_of_3840_cm_per_hour_counts_and_raises_the_highest_level(tmp_path: Path, rate: str, flag: Flag) -> None:
    said = bear_creek(tmp_path, rate=rate)
    raised = next(one for one in said if danger(one.to) == 3)
    assert raised.decided_at == LEAP
    leap = next(edge for edge in raised.edges if edge.atom == "stage(usgs-08166140) >= danger")
    assert leap.value == pytest.approx(1048.5, abs=0.2)
    assert leap.flag == flag


def test_the_first_retrieval_knew_nothing_of_that_crest() -> None:
    """It was put in afterwards; and there every other reading is an old one, so level 2 takes longer."""
    first, later = (
        {danger(one.to): one.decided_at for one in reversed(said) if one.zone == "bear-creek"}
        for said in (replay_in_process(guadalupe_2025_first()).transitions, replayed().transitions)
    )
    assert 3 in later
    assert 3 not in first
    assert timedelta(0) < first[2] - later[2] <= timedelta(minutes=15)
