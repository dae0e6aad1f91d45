"""From transitions to rows: raised, cleared, peak and lead."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from rules.messages import ConditionState, Reason, Standing, Transition
from sensors.readings import Reading, Series
from sensors.records.record import record_of
from sensors.times import to_ms
from simulations.outcome import Episode, Lead, episodes
from simulations.play import Play, play_of
from simulations.table import span
from warning.config.load import load

CONFIG = Path(__file__).parents[2] / "config.yaml"
LEIMBACH = Series("leimbach", "stage")
NORMAL = Standing(ConditionState.NORMAL, 0)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2021-07-14T{clock}:00+00:00")


def play(stage_cm: dict[str, float]) -> Play:
    readings = [Reading(LEIMBACH, to_ms(at(clock)), cm) for clock, cm in stage_cm.items()]
    return play_of(record_of("brook", readings, 0), load(CONFIG), None, None)


def transition(clock: str, before: Standing, after: Standing, *lost: str) -> Transition:
    return Transition(
        id=clock,
        city="wuppertal",
        catchment="wupper",
        zone="leimbachtal",
        hazard="river-flood",
        from_=before,
        to=after,
        at=at(clock),
        decided_at=at(clock),
        reason=Reason.STAGE_ABOVE,
        evidence=(),
        edges=(),
        rules_version="",
        gauge_lost=lost,
    )


def active(level: int) -> Standing:
    return Standing(ConditionState.ACTIVE, level)


def leads(episode: Episode) -> dict[str, timedelta | None]:
    return {lead.mark: lead.lead for lead in episode.leads}


BROOK = {"15:00": 20.0, "15:10": 33.0, "15:20": 47.0, "15:30": 50.0, "15:40": 28.0, "15:50": 12.0}


def test_a_level_raised_before_its_mark_has_a_lead_and_one_raised_after_is_late() -> None:
    said = [
        transition("15:15", NORMAL, active(1)),
        transition("15:18", active(1), active(2)),
        transition("15:55", active(2), NORMAL),
    ]
    first, second = episodes(play(BROOK), said)
    assert (first.level, first.raised_at, first.cleared_at) == (1, at("15:15"), at("15:55"))
    assert leads(first) == {"watch": timedelta(minutes=-5), "flood": timedelta(minutes=5), "danger": None}
    assert leads(second) == {"flood": timedelta(minutes=2), "danger": None}
    assert [(peak.value, peak.at) for peak in first.peaks] == [(50.0, at("15:30"))]


def test_the_crossing_of_an_earlier_wave_is_not_taken_for_this_one() -> None:
    waves = {"12:00": 31.0, "12:10": 20.0, **BROOK}
    said = [transition("15:15", NORMAL, active(1))]
    (episode,) = episodes(play(waves), said)
    assert episode.cleared_at is None
    assert episode.leads[0] == Lead("leimbach", "watch", 30.0, "cm", at("15:10"), timedelta(minutes=-5))


def test_a_pending_level_is_no_danger_yet_and_a_lost_gauge_keeps_the_level() -> None:
    said = [
        transition("15:10", NORMAL, Standing(ConditionState.PENDING, 1)),
        transition("15:20", Standing(ConditionState.PENDING, 1), active(1)),
        transition("15:40", active(1), Standing(ConditionState.STALE, 1), "leimbach"),
    ]
    (episode,) = episodes(play(BROOK), said)
    assert (episode.raised_at, episode.cleared_at, episode.lost) == (at("15:20"), None, ("leimbach",))


def test_leads_are_written_with_their_sign() -> None:
    assert span(timedelta(minutes=95)) == "+1:35"
    assert span(timedelta(minutes=-5)) == "−0:05"
    assert span(timedelta(0)) == "+0:00"
    assert at("15:00").tzinfo == UTC
