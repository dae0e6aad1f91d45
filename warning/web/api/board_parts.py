"""Parts of the live desk's answer: the state of the system, stations on their rivers, words of people that stand."""

from collections.abc import Iterator, Sequence

from rules.messages import Instruction, Transition
from sensors.times import to_utc
from sensors.units import UNIT_OF
from warning.accounts.guard import Attack
from warning.web.api.board_models import (
    AttackOut,
    BoardStationOut,
    EvidenceOut,
    OnDutyOut,
    QuietOut,
    SystemOut,
    WhyOut,
    WordOut,
)
from warning.web.api.facts_api import station_out
from warning.web.api.reach_api import channels_out
from warning.web.api.river_api import below_out
from warning.web.facts.gauges import StationFact
from warning.web.facts.health import Health
from warning.web.facts.picture import Picture
from warning.web.facts.river import rivers
from warning.web.facts.sources import Sources
from warning.web.staff.board import OnDuty, heard, quiet


def system_out(sources: Sources, found: Health, picture: Picture | None, attacks: Sequence[Attack]) -> SystemOut:
    """Whether what the desk shows can be relied on; without a picture the history is away."""
    counters = {part.name: part.counters for part in found.parts}
    ledger = counters.get("ledger", {})
    waiting = [ledger[name] for name in ("queued", "leased") if name in ledger]
    stations = () if picture is None else picture.stations
    tick = None if picture is None else picture.clock.decided
    return SystemOut(
        ok=found.ok and picture is not None and picture.stalled_since is None,
        parts=found.parts,
        channels=channels_out(sources),
        series=len(stations),
        heard=heard(stations),
        quiet=[_quiet(fact) for fact in quiet(stations)],
        lag=counters.get("record", {}).get("lag"),
        backlog=sum(waiting) if waiting else None,
        wall=to_utc(sources.wall_ms()),
        tick=None if tick is None else to_utc(tick),
        lives_by=sources.clock,
        history_away=picture is None,
        attacks=[AttackOut(person=one.person, tries=one.tries) for one in attacks],
    )


def stations_out(sources: Sources, picture: Picture) -> Iterator[BoardStationOut]:
    """As they stand on the river strip."""
    for river in rivers(sources.config.stations, picture.stations):
        for reach in river.reaches:
            for fact in reach.facts:
                main = fact is reach.main
                yield BoardStationOut(
                    **station_out(fact).model_dump(),
                    river=river.name or None,
                    river_km=reach.river_km,
                    shade=fact.shade,
                    main=main,
                    below=below_out(reach) if main else None,
                )


def why_out(last: Transition) -> WhyOut:
    """The last change of a condition."""
    evidence = [
        EvidenceOut(
            station=edge.station, parameter=edge.parameter, value=edge.value, unit=edge.unit, at=edge.at, rule=edge.atom
        )
        for edge in last.edges
    ]
    return WhyOut(reason=last.reason, at=last.at, actor=last.actor, evidence=evidence)


def _quiet(fact: StationFact) -> QuietOut:
    at = None if fact.now is None else to_utc(fact.now.point.at)
    return QuietOut(station=fact.series.station, name=fact.name, parameter=fact.series.parameter, since=at)


def word_out(word: Instruction) -> WordOut:
    """What somebody has told the rules, and still stands."""
    station, parameter = (None, None) if word.series is None else word.series
    return WordOut(
        id=word.id,
        action=word.action,
        actor=word.actor,
        reason=word.note,
        until=None if word.until is None else to_utc(word.until),
        station=station,
        parameter=parameter,
        zone=word.zone,
        hazard=word.hazard,
        level=word.level,
        value=word.value,
        unit="" if parameter is None else UNIT_OF[parameter],
    )


def on_duty_out(duty: OnDuty) -> OnDutyOut:
    """Who is called, and who will be."""
    return OnDutyOut(
        people=list(duty.people), since=duty.since, instead=duty.instead, next=list(duty.next), next_at=duty.next_at
    )
