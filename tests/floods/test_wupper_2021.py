"""14 July 2021 at Kluserbrücke: in time, kept through the dip, ended late enough."""

from datetime import datetime, timedelta
from functools import cache

import pytest

from notifiers.revision import Change, Revision
from rules.messages import Transition
from sensors.units import MINUTE_MS
from simulations.outcome import danger
from simulations.replay import Outcome, replay_in_process
from tests.floods.golden import wupper_2021
from tests.records import needs_record

pytestmark = needs_record("wupper-2021")

LAG = timedelta(minutes=30)
FIRST_WAVE = "2021-07-14T04:30"
FLOOD = "2021-07-14T09:00"  # that wave has passed


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@cache
def replayed(lag_ms: int = 0) -> Outcome:
    return replay_in_process(wupper_2021(lag_ms))


def flood(outcome: Outcome) -> list[Transition]:
    return [one for one in outcome.transitions if one.zone == "unterbarmen" and one.decided_at >= utc(FLOOD)]


def raised(outcome: Outcome, level: int) -> datetime:
    return next(one.decided_at for one in flood(outcome) if danger(one.to) >= level)


def lowered(outcome: Outcome) -> datetime:
    """When level 3 ended."""
    return next(one.decided_at for one in flood(outcome) if danger(one.from_) == 3 > danger(one.to))


def all_clears(outcome: Outcome) -> list[Revision]:
    return [one for one in outcome.revisions if one.change is Change.ALL_CLEAR]


@pytest.mark.parametrize(
    ("level", "by"),
    [
        pytest.param(1, "2021-07-14T12:00", id="125 cm"),
        pytest.param(2, "2021-07-14T16:00", id="224 cm"),
        pytest.param(3, "2021-07-14T16:30", id="265 cm"),
    ],
)
def test_each_level_is_raised_in_time_and_a_lag_delays_it_by_no_more_than_itself(level: int, by: str) -> None:
    at = raised(replayed(), level)
    assert at <= utc(by)
    assert timedelta(0) <= raised(replayed(30 * MINUTE_MS), level) - at <= LAG


def test_the_dip_between_the_two_crests_does_not_lower_level_3() -> None:
    at = lowered(replayed())
    assert at >= utc("2021-07-15T11:30")
    assert timedelta(0) <= lowered(replayed(30 * MINUTE_MS)) - at <= LAG


@pytest.mark.parametrize("lag_ms", [0, 30 * MINUTE_MS])
def test_no_all_clear_for_anybody_before_the_16th(lag_ms: int) -> None:
    """Not after the first wave, which was followed by the flood, and not between its two crests."""
    assert [one.sent for one in all_clears(replayed(lag_ms)) if one.sent < utc("2021-07-16T00:00")] == []


def test_every_released_level_is_said_once_and_rises_at_once() -> None:
    said = [one for one in replayed().revisions if one.zone == "unterbarmen"]
    rises = [one for one in said if one.level > one.previous_level and one.change is not Change.ALL_CLEAR]
    assert [(one.level, one.sent) for one in rises] == [
        (1, utc(FIRST_WAVE)),
        (2, raised(replayed(), 2)),
        (3, raised(replayed(), 3)),
    ]
    assert len({one.warning for one in said}) == 1


def test_the_all_clear_comes_for_all_zones_at_once_when_the_river_is_back() -> None:
    cleared = {one.zone: one.sent for one in all_clears(replayed())}
    assert set(cleared) == {"unterbarmen", "beyenburg", "leimbachtal"}
    assert set(cleared.values()) == {utc("2021-07-17T17:30")}
