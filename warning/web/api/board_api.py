"""The live desk for programs: everything at a moment in one answer; for staff alone."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Response

from rules.messages import Transition
from sensors.times import to_utc
from warning.messages import OVER, CommandAction, DeskRow, ShiftEntry
from warning.stores.history import HistoryUnavailable
from warning.web.api.answering import PRIVATE, RESPONSES
from warning.web.api.answers import Answer
from warning.web.api.board_models import (
    BoardOut,
    BoardRowOut,
    BoardStationOut,
    EvidenceOut,
    OnDutyOut,
    PersonOut,
    QuietOut,
    SilencedOut,
    SystemOut,
    WhyOut,
)
from warning.web.api.command_api import BEARER
from warning.web.api.desk_api import channels_out, entry_out, reached_out, row_out, unreached_out
from warning.web.api.facts_api import head_at, head_of, station_out, zone_out
from warning.web.api.river_api import below_out
from warning.web.facts.gauges import StationFact
from warning.web.facts.health import Health, health
from warning.web.facts.picture import Picture
from warning.web.facts.river import rivers
from warning.web.moment import AT, then
from warning.web.staff.board import by_need, heard, last_of_each, on_duty, quiet, silences, unseen, worst
from warning.web.staff.deciding import Deciding
from warning.web.staff.desk_facts import ORDER, desk_fact
from warning.web.staff.who import Door

ENTRIES = 40
TRANSITIONS = 200  # among which the last one of every condition is looked for


def board_api(deciding: Deciding, door: Door) -> APIRouter:
    """The routes."""
    responses: dict[int | str, dict[str, Any]] = {status: RESPONSES[status] for status in (401, 422, 429, 503)}
    router = APIRouter(prefix="/api/v1", tags=["desk"], dependencies=[BEARER], responses=responses)
    who = Depends(door.speaker)
    boards = _Boards(deciding)

    @router.get("/desk/board", response_model=BoardOut)
    async def board(response: Response, at: AT = None, person: str = who) -> BoardOut:
        """Everything that the live desk shows to a person.

        Of the past: what was measured, decided, said and written by then. Drafts, who had seen them, deliveries and how
        the parts of the system were are not kept, and no command fits.
        """
        response.headers.update(PRIVATE)
        if at is not None:
            return await asyncio.to_thread(boards.past, person, at)
        found = await health(deciding.sources, deciding.log)
        return await asyncio.to_thread(boards.board, person, found)

    return router


class _Boards:
    """Puts answers together; everything is read anew."""

    def __init__(self, deciding: Deciding) -> None:
        self._deciding, self._sources, self._staff = deciding, deciding.sources, deciding.staff

    def board(self, person: str, found: Health) -> BoardOut:
        """Raises BookUnavailable; where the history is away the rest is there."""
        rows, shift = list(self._staff.rows()), self._staff.shift(ENTRIES)
        sources = self._sources
        picture: Picture | None = None
        changes: Sequence[Transition] = ()
        try:
            picture = sources.picture(rows)
            changes = sources.history.transitions(TRANSITIONS)
            top = head_of(sources, picture)
        except HistoryUnavailable:
            picture = None
            top = head_at(sources, sources.wall_ms() if sources.clock == "system" else None)
        lasts = last_of_each(changes)
        return BoardOut(
            **top.model_dump(),
            person=self._person(person),
            system=self._system(found, picture),
            rows=[self._row(row, top, lasts.get((row.zone, row.hazard))) for row in by_need(rows)],
            **self._common(picture, lasts, shift, top),
        )

    def past(self, person: str, at: str) -> BoardOut:
        """As it stood. Raises BookUnavailable, HistoryUnavailable and HTTPException(422)."""
        moment = then(self._sources, at)
        sources = moment.sources
        rows, shift = sources.book.rows(), self._staff.shift(ENTRIES, moment.past_ms)
        picture = sources.picture(rows)
        top = head_of(sources, picture)
        lasts = last_of_each(sources.history.transitions(TRANSITIONS))
        parts = Health(ok=True, exercise=sources.exercise, parts=[], channels=[])
        system = self._system(parts, picture).model_copy(update={"channels": [], "lives_by": self._sources.clock})
        return BoardOut(
            **top.model_dump(),
            past=top.now,
            person=self._person(person).model_copy(update={"may": []}),
            system=system,
            rows=[self._past_row(row, top, lasts.get((row.zone, row.hazard))) for row in by_need(rows)],
            **self._common(picture, lasts, shift, top),
        )

    def _common(
        self,
        picture: Picture | None,
        lasts: Mapping[tuple[str, str], Transition],
        shift: Sequence[ShiftEntry],
        top: Answer,
    ) -> dict[str, Any]:
        """What is told of the past as of the present."""
        duty = on_duty(self._sources.config, shift, top.now)
        return {
            "zones": [] if picture is None else [zone_out(self._sources, zone) for zone in picture.zones],
            "stations": [] if picture is None else list(self._stations(picture)),
            "silences": [
                SilencedOut(zone=one.zone, hazard=one.hazard, until=one.until, actor=one.actor)
                for one in silences(lasts.values(), top.now)
            ],
            "on_duty": OnDutyOut(people=list(duty.people), since=duty.since),
            "shift": [entry_out(one) for one in shift],
        }

    def _past_row(self, row: DeskRow, top: Answer, last: Transition | None) -> BoardRowOut:
        over = row.state in OVER
        return BoardRowOut(
            **row_out(self._deciding, row, top.now).model_dump(),
            worst=worst(row),
            unseen=False,
            over=over,
            fits=[],
            why=None if last is None or over else _why(last),
            title="",
            concerned=0,
            missing=0,
            to_call=0,
            reached=[],
            unreached=[],
        )

    def _person(self, person: str) -> PersonOut:
        name = next((one.name for one in self._sources.config.people if one.id == person), person)
        may = [one for one in CommandAction if one is not CommandAction.SEEN and self._deciding.may(person, one)]
        return PersonOut(id=person, name=name, may=may)

    def _system(self, found: Health, picture: Picture | None) -> SystemOut:
        counters = {part.name: part.counters for part in found.parts}
        ledger = counters.get("ledger", {})
        waiting = [ledger[name] for name in ("queued", "leased") if name in ledger]
        stations = () if picture is None else picture.stations
        tick = None if picture is None else picture.clock.decided
        return SystemOut(
            ok=found.ok and picture is not None and picture.stalled_since is None,
            parts=found.parts,
            channels=channels_out(self._sources),
            series=len(stations),
            heard=heard(stations),
            quiet=[_quiet(fact) for fact in quiet(stations)],
            lag=counters.get("record", {}).get("lag"),
            backlog=sum(waiting) if waiting else None,
            wall=to_utc(self._sources.wall_ms()),
            tick=None if tick is None else to_utc(tick),
            lives_by=self._sources.clock,
            history_away=picture is None,
        )

    def _row(self, row: DeskRow, top: Answer, last: Transition | None) -> BoardRowOut:
        sources, staff = self._sources, self._staff
        recipients = staff.recipients(row) if row.proposed_change else 0
        fact = desk_fact(row, sources.config, sources.status, recipients, top.now)
        reached, unreached = staff.reach(row.warning) if row.revision and not fact.over else ([], [])
        return BoardRowOut(
            **row_out(self._deciding, row, top.now).model_dump(),
            worst=worst(row),
            unseen=unseen(row),
            over=fact.over,
            fits=[action for action in ORDER if fact.fits(action)],
            why=None if last is None or fact.over else _why(last),
            title=fact.title,
            concerned=fact.concerned,
            missing=fact.missing,
            to_call=fact.to_call,
            reached=[reached_out(one) for one in reached if one.number == row.revision],
            unreached=[unreached_out(one) for one in unreached],
        )

    def _stations(self, picture: Picture) -> Iterator[BoardStationOut]:
        """As they stand on the river strip."""
        for river in rivers(self._sources.config.stations, picture.stations):
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


def _why(last: Transition) -> WhyOut:
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
