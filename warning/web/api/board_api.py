"""The live desk for programs: everything at a moment in one answer; for staff alone."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Response

from rules.messages import Action, Instruction, NoteReason, Transition
from sensors.times import to_ms, to_utc
from sensors.units import HOUR_MS
from warning.accounts.guard import Guard
from warning.messages import OVER, CommandAction, DeskRow, ShiftEntry, WarningState
from warning.stores.history import HistoryUnavailable
from warning.web.api.answering import PRIVATE
from warning.web.api.answers import Answer
from warning.web.api.board_models import BoardOut, BoardRowOut, PersonOut, SilencedOut
from warning.web.api.board_parts import on_duty_out, stations_out, system_out, why_out, word_out
from warning.web.api.command_api import BEARER
from warning.web.api.desk_rows import row_out
from warning.web.api.facts_api import head_at, head_of, zone_out
from warning.web.api.problems import READING
from warning.web.api.reach_api import reached_out, unreached_out
from warning.web.api.shift_api import entry_out
from warning.web.facts.health import Health, health
from warning.web.facts.picture import Picture
from warning.web.facts.sources import Sources
from warning.web.moment import AT, then
from warning.web.staff.board import by_need, last_told, on_duty, silences, standing, unseen, worst
from warning.web.staff.deciding import Deciding, may_say
from warning.web.staff.desk_facts import ORDER, desk_fact
from warning.web.staff.who import Door, Speaker

ENTRIES = 40
WORDS, STANDS_MS = 1000, 7 * 24 * HOUR_MS  # of people, among which those that still stand are looked for

#: By zone and hazard, the last change of the condition.
Lasts = Mapping[tuple[str, str], Transition]


def board_api(deciding: Deciding, door: Door, guard: Guard) -> APIRouter:
    """The route; ``guard`` knows whose passwords strangers try."""
    router = APIRouter(prefix="/api/v1", tags=["desk"], dependencies=[BEARER], responses=READING)
    who = Depends(door.speaking)
    boards = _Boards(deciding, guard)

    @router.get("/desk/board", response_model=BoardOut)
    async def board(response: Response, at: AT = None, speaker: Speaker = who) -> BoardOut:
        """Everything that the live desk shows to a person.

        Of the past: what was measured, decided, said and written by then. Drafts, who had seen them, deliveries and how
        the parts of the system were are not kept, and no command fits.
        """
        response.headers.update(PRIVATE)
        if at is not None:
            return await asyncio.to_thread(boards.past, speaker, at)
        found = await health(deciding.sources, deciding.log)
        return await asyncio.to_thread(boards.board, speaker, found)

    return router


def _lasts(sources: Sources) -> Lasts:
    """Raises HistoryUnavailable."""
    return {(one.zone, one.hazard): one for one in sources.history.last_transitions()}


class _Boards:
    """Puts answers together; everything is read anew."""

    def __init__(self, deciding: Deciding, guard: Guard) -> None:
        self._guard = guard
        self._deciding, self._sources, self._staff = deciding, deciding.sources, deciding.staff

    def board(self, speaker: Speaker, found: Health) -> BoardOut:
        """Raises BookUnavailable; where the history is away the rest is there."""
        rows, shift = list(self._staff.rows()), self._staff.shift(ENTRIES)
        sources = self._sources
        picture: Picture | None = None
        lasts: Lasts = {}
        try:
            picture = sources.picture(rows)
            lasts = _lasts(sources)
            top = head_of(sources, picture)
        except HistoryUnavailable:
            picture = None
            top = head_at(sources, sources.wall_ms() if sources.clock == "system" else None)
        return BoardOut(
            **top.model_dump(),
            person=self._person(speaker),
            system=system_out(sources, found, picture, self._guard.attacks()),
            rows=[self._row(row, top, lasts.get((row.zone, row.hazard))) for row in by_need(rows)],
            **self._common(sources, picture, lasts, shift, top),
        )

    def past(self, speaker: Speaker, at: str) -> BoardOut:
        """As it stood. Raises BookUnavailable, HistoryUnavailable and HTTPException(422)."""
        moment = then(self._sources, at)
        sources = moment.sources
        rows, shift = sources.book.rows(), self._staff.shift(ENTRIES, moment.past_ms)
        picture = sources.picture(rows)
        top = head_of(sources, picture)
        lasts = _lasts(sources)
        parts = Health(ok=True, exercise=sources.exercise, parts=[], channels=[])
        system = system_out(sources, parts, picture, ()).model_copy(
            update={"channels": [], "lives_by": self._sources.clock}
        )
        return BoardOut(
            **top.model_dump(),
            past=top.now,
            person=self._person(speaker).model_copy(update={"may": [], "tells": []}),
            system=system,
            rows=[self._past_row(row, top, lasts.get((row.zone, row.hazard))) for row in by_need(rows)],
            **self._common(sources, picture, lasts, shift, top),
        )

    def _common(
        self,
        sources: Sources,
        picture: Picture | None,
        lasts: Lasts,
        shift: Sequence[ShiftEntry],
        top: Answer,
    ) -> dict[str, Any]:
        """What is told of the past as of the present."""
        duty = on_duty(self._sources.config, shift, top.now)
        return {
            "zones": [] if picture is None else [zone_out(sources, zone) for zone in picture.zones],
            "stations": [] if picture is None else list(stations_out(sources, picture)),
            "silences": [
                SilencedOut(zone=one.zone, hazard=one.hazard, until=one.until, actor=one.actor)
                for one in silences(lasts.values(), top.now)
            ],
            "on_duty": on_duty_out(duty),
            "words": [] if picture is None else [word_out(one) for one in self._words(sources, top)],
            "shift": [entry_out(one) for one in shift],
        }

    @staticmethod
    def _words(sources: Sources, top: Answer) -> Sequence[Instruction]:
        """Raises HistoryUnavailable."""
        if top.now is None:
            return ()
        now_ms = to_ms(top.now)
        words = sources.history.notes(WORDS, since=now_ms - STANDS_MS, reason=NoteReason.FOLLOWED)
        return standing(words, now_ms)

    def _past_row(self, row: DeskRow, top: Answer, last: Transition | None) -> BoardRowOut:
        over = row.state in OVER
        return BoardRowOut(
            **row_out(self._deciding, row, top.now).model_dump(),
            worst=worst(row),
            unseen=False,
            over=over,
            fits=[],
            why=None if last is None or over else why_out(last),
            title="",
            concerned=0,
            missing=0,
            to_call=0,
            reached=[],
            unreached=[],
        )

    def _person(self, speaker: Speaker) -> PersonOut:
        person, login = speaker
        name = next((one.name for one in self._sources.config.people if one.id == person), person)
        may = [one for one in CommandAction if one is not CommandAction.SEEN and self._deciding.may(person, one)]
        return PersonOut(
            id=person,
            name=name,
            may=may,
            tells=list(Action) if may_say(self._sources, person) else [],
            login=login.mark if login else "",
            login_until=to_utc(login.until_ms) if login else None,
        )

    def _row(self, row: DeskRow, top: Answer, last: Transition | None) -> BoardRowOut:
        sources, staff = self._sources, self._staff
        recipients = staff.recipients(row) if row.proposed_change else 0
        fact = desk_fact(row, sources.config, sources.status, recipients, top.now)
        said = row.revision and row.state is not WarningState.CLOSED
        reached, unreached = staff.reach(row.warning) if said else ([], [])
        return BoardRowOut(
            **row_out(self._deciding, row, top.now).model_dump(),
            worst=worst(row),
            unseen=unseen(row),
            over=fact.over,
            fits=[action for action in ORDER if fact.fits(action)],
            why=None if last is None or fact.over else why_out(last),
            title=fact.title,
            concerned=fact.concerned,
            missing=fact.missing,
            to_call=fact.to_call,
            reached=[reached_out(one) for one in last_told(reached)],
            unreached=[unreached_out(one) for one in unreached],
        )
