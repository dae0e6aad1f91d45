"""14 July 2021 at Kluserbrücke: in time, kept through the dip, ended late enough."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from notifiers.cap.judge import judge
from notifiers.cap.message import to_cap
from notifiers.revision import Change, Revision
from rules.messages import Transition
from sensors.units import MINUTE_MS
from simulations.inprocess import Laboratory
from simulations.outcome import danger
from simulations.replay import Outcome, replay_in_process
from tests.floods.golden import WUPPERTAL, ms, wupper_2021
from tests.records import needs_record
from warning.config.load import load
from warning.content import content_of
from warning.messages import DeskRow

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
    """Of the river; heavy rain is over an hour after each burst."""
    return [one for one in outcome.revisions if one.change is Change.ALL_CLEAR and one.hazard == "river-flood"]


def test_every_message_is_clean_and_names_all_that_it_follows() -> None:
    """As CAP, by the rules of OASIS, Google and Germany, read one by one and together; heavy rain has no code yet."""
    content = content_of(load(WUPPERTAL))
    said = replayed().revisions
    messages = [(f"{one.hazard} {one.change} {one.sent}", to_cap(one, content)) for one in said]
    found = {f"{each.file}: {wrong.rule}" for each in judge(messages) for wrong in each.findings}
    uncoded = {each for each in found if each.startswith("heavy-rain") and each.endswith(": event-code")}
    assert {one.change for one in said} >= {Change.ISSUED, Change.UPDATED, Change.ALL_CLEAR}
    assert any(len(one.references) > 1 for one in said)
    assert sorted(found - uncoded) == []


@pytest.mark.parametrize(
    ("level", "by"),
    [
        pytest.param(1, "2021-07-14T12:00", id="125 cm"),
        pytest.param(2, "2021-07-14T15:30", id="half an hour before 224 cm"),
        pytest.param(3, "2021-07-14T16:30", id="265 cm"),
    ],
)
def test_each_level_is_raised_in_time_and_a_lag_delays_it_by_no_more_than_itself(level: int, by: str) -> None:
    at = raised(replayed(), level)
    assert at <= utc(by)
    assert timedelta(0) <= raised(replayed(30 * MINUTE_MS), level) - at <= LAG


def test_level_2_is_raised_by_both_gauges_at_once_before_kluserbruecke_would_alone() -> None:
    by = next(one for one in flood(replayed()) if danger(one.to) == 2)
    assert by.decided_at == utc("2021-07-14T14:30")
    values = {edge.atom: edge.value for edge in by.edges}
    assert 157 <= (values["stage(kluserbruecke) >= mhw"] or 0) < 224
    assert values["stage(beyenburg) >= flood"] == pytest.approx(185, abs=0.5)


def test_left_to_people_level_2_waits_as_a_draft_from_then_on() -> None:
    play = replace(wupper_2021(), city=load(WUPPERTAL), until=ms("2021-07-14T16:00"))
    laboratory = Laboratory(play.config)
    rows = [one for step in play.steps() for one in laboratory.take(step) if isinstance(one, DeskRow)]
    drafts = [one for one in rows if (one.zone, one.proposed_level) == ("unterbarmen", 2)]
    assert drafts[0].waiting_since == utc("2021-07-14T14:30") <= utc("2021-07-14T15:30")
    assert {one.level for one in drafts} == {1}, "what goes out by itself stays at level 1"


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
