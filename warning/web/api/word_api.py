"""What people know, told to the rules by programs: ``POST /api/v1/words``."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator

from rules.messages import Action, Instruction, Note, NoteReason
from sensors.readings import Series
from sensors.units import UNIT_OF, parse_quantity
from warning.log.api import LogUnavailable
from warning.replies import reply
from warning.telling import Refused, Unconfirmed, catchment_of, tell_to
from warning.web.api.answering import PRIVATE, RESPONSES, failed
from warning.web.api.asked import For, Id, Level, Line, Reasoned, Replied
from warning.web.api.command_api import BEARER, Key
from warning.web.api.problems import Problem
from warning.web.staff.deciding import Deciding, appears, first_of, ident_of, may_say
from warning.web.staff.who import Door

LOOKED_BACK = 200  # notes among which an answer that was given before is looked for


class _Sensor(Reasoned):
    station: Id = Field(description="Its key in config.yaml.", examples=["leimbach"])
    parameter: Literal["stage", "discharge", "rain", "temperature"]


class _Condition(Reasoned):
    zone: Id = Field(description="Its key in config.yaml.", examples=["unterbarmen"])
    hazard: Id = Field(examples=["river-flood"])


class OutOfService(_Sensor):
    """Take a sensor out of service, at most for 7 days: its readings decide nothing, the rest goes on."""

    action: Literal[Action.OUT_OF_SERVICE]
    lasting: For


class InService(_Sensor):
    """Take a sensor back into service."""

    action: Literal[Action.IN_SERVICE]


class Silence(_Condition):
    """Ask for quiet at the present level, at most for 24 hours. Any rise ends it."""

    action: Literal[Action.SILENCE]
    lasting: For
    second_token: Line | None = Field(
        None, description="Level 3 needs a second person who agrees: the token of that person."
    )


class Unsilence(_Condition):
    """End a silence."""

    action: Literal[Action.UNSILENCE]


class Hold(_Condition):
    """Hold a level by hand until it is released."""

    action: Literal[Action.HOLD]
    level: Level


class Release(_Condition):
    """Let go of a level held by hand; what the rules say stands again."""

    action: Literal[Action.RELEASE]


class Report(Reasoned):
    """Report what was read on site or told by telephone. It may raise like a sensor and never lowers.

    Either a value of a sensor (station, parameter, value) or a level that no gauge measures (zone, hazard, level).
    """

    action: Literal[Action.REPORT]
    lasting: For
    station: Id | None = None
    parameter: Literal["stage", "discharge", "rain", "temperature"] | None = None
    value: Line | None = Field(None, description="With its unit.", examples=["2.31 m"])
    zone: Id | None = None
    hazard: Id | None = None
    level: Level | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        measured = [one is not None for one in (self.station, self.parameter, self.value)]
        seen = [one is not None for one in (self.zone, self.hazard, self.level)]
        if not ((all(measured) and not any(seen)) or (all(seen) and not any(measured))):
            raise ValueError("say station, parameter and value, or zone, hazard and level")
        if self.value is not None and parse_quantity(self.value)[1] != UNIT_OF[str(self.parameter)]:
            raise ValueError(f"{self.parameter} is counted in {UNIT_OF[str(self.parameter)]}")
        return self


class Withdraw(Reasoned):
    """Withdraw a report."""

    action: Literal[Action.WITHDRAW]
    place: Id = Field(description="The station or zone that the report was about.", examples=["beyenburg"])
    report: Id = Field(description="The report's id.")


class ConfirmOver(_Condition):
    """Say that the danger of a condition whose gauges are lost has passed."""

    action: Literal[Action.CONFIRM_OVER]


Word = Annotated[
    OutOfService | InService | Silence | Unsilence | Hold | Release | Report | Withdraw | ConfirmOver,
    Field(discriminator="action"),
]


class Told(Replied):
    """What the rules made of it."""

    id: str = Field(description="Its id; of a report, what withdraws it.")
    action: Action
    actor: str = Field(description="Whose token it was.")


def word_api(deciding: Deciding, door: Door) -> APIRouter:
    """The route."""
    responses = RESPONSES | {
        200: {"model": Told, "description": "Done."},
        403: {"model": Told | Problem, "description": RESPONSES[403]["description"]},
        409: {"model": Told | Problem, "description": RESPONSES[409]["description"]},
    }
    router = APIRouter(prefix="/api/v1", tags=["commands"], dependencies=[BEARER], responses=responses)
    telling = _Telling(deciding)

    @router.post("/words", response_model=Told)
    async def words(body: Word, person: str = Depends(door.speaker), key: Key = "") -> Response:
        """Tell the rules what people know: silences, levels held by hand, reports, sensors out of service."""
        second = None
        if isinstance(body, Silence) and body.second_token is not None:
            second = await asyncio.to_thread(door.staff.person_of, body.second_token)
            if second is None:
                return failed(422, "the second token is nobody's", deciding.sources.exercise)
        return await telling.tell(person, second, body, key)

    return router


@dataclass(frozen=True)
class _Telling:
    deciding: Deciding

    async def tell(self, person: str, second: str | None, body: Word, key: str) -> Response:
        """Tell and answer."""
        exercise, ident = self.deciding.sources.exercise, ident_of(person, key)[:24]

        def answer(status: int, done: bool, text: str) -> Response:
            said = self.deciding.replies.told(person, text, None)._asdict()
            told = Told(id=ident, action=body.action, actor=person, done=done, text=text, **said, exercise=exercise)
            return JSONResponse(told.model_dump(mode="json"), status, PRIVATE)

        try:
            note = await self._note(ident, person, second, body, again=bool(key))
        except Unconfirmed as error:
            return failed(504, str(error), exercise)
        except LogUnavailable as error:
            return failed(503, f"the log is away: {error}", exercise)
        except ValueError as error:  # Refused, and what the configuration does not know
            return answer(409 if may_say(self.deciding.sources, person) else 403, False, str(error))
        done = note.reason is not NoteReason.REFUSED
        return answer(200 if done else 409, done, note.text)

    async def _note(self, ident: str, person: str, second: str | None, body: Word, *, again: bool) -> Note:
        known = await asyncio.to_thread(self._known, ident) if again else None
        if known is not None:
            return known
        word = self._instruction(ident, person, second, body)
        telling = tell_to(self.deciding.log, self.deciding.sources.config, word)
        return await first_of(telling, appears(lambda: self._known(ident)))

    def _known(self, ident: str) -> Note | None:
        """The answer to a word that was told before."""
        followed = (NoteReason.FOLLOWED, NoteReason.REFUSED)
        notes = self.deciding.sources.history.notes(LOOKED_BACK)
        return next((note for note in notes if note.origin == ident and note.reason in followed), None)

    def _instruction(self, ident: str, person: str, second: str | None, body: Word) -> Instruction:
        at = self.deciding.sources.now_ms()
        if at is None:
            raise Refused(reply("clock-not-begun"))
        about = body.model_dump(include={"zone", "hazard", "level", "report", "place"}, exclude_none=True)
        station, parameter = getattr(body, "station", None), getattr(body, "parameter", None)
        if station is not None:
            about["series"] = Series(station, str(parameter))
        catchment = catchment_of(self.deciding.sources.config, about)
        about.pop("place", None)
        value, lasting = getattr(body, "value", None), getattr(body, "lasting", None)
        return Instruction(
            id=ident,
            catchment=catchment,
            action=body.action,
            actor=person,
            at=at,
            note=body.reason,
            until=None if lasting is None else at + lasting,
            second=second,
            value=None if value is None else parse_quantity(value)[0],
            **about,
        )
