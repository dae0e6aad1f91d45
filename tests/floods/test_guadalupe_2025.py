"""4 July 2025 at Hunt: the gauge drowns at its crest and is silent for 34 hours."""

from datetime import datetime
from functools import cache

from notifiers.revision import Change, Revision
from rules.messages import ConditionState, Reason, Transition
from simulations.outcome import danger
from simulations.replay import Outcome, replay_in_process
from tests.floods.golden import guadalupe_2025
from tests.records import needs_record

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
