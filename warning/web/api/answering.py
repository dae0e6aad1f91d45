"""How the interface says what became of a command."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from sensors.times import to_ms, to_utc
from warning.log.api import LogUnavailable
from warning.messages import CommandAction
from warning.telling import Unconfirmed
from warning.web.api.asked import Decided
from warning.web.staff.deciding import Deciding, Given, KeyTaken, NotAsked

RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"model": Decided, "description": "Done."},
    401: {"description": "No token, or one that is not, or no longer, of this world."},
    403: {"model": Decided, "description": "The role of the person is not enough, or a login did not show its form."},
    409: {"model": Decided, "description": "Refused; the text says why. Nothing was changed."},
    413: {"description": "Too long."},
    422: {"description": "Not understood; the answer names the fields."},
    429: {"description": "Too many tokens that are none; wait."},
    503: {"description": "The log or the ledger is away. Nothing was sent; try again."},
    504: {"description": "Sent, but not confirmed in time: it will be followed. Ask again with the same key."},
}
PRIVATE = {"Cache-Control": "no-store"}


async def answered(deciding: Deciding, person: str, action: CommandAction, giving: Awaitable[Given]) -> Response:
    """Wait for a command and say what became of it."""
    exercise = deciding.sources.exercise
    try:
        answer, _ = await giving
    except NotAsked as error:
        return _decided(deciding, action, _not_asked(action, person, exercise, str(error)))
    except KeyTaken as error:
        return failed(409, str(error), exercise)
    except Unconfirmed as error:
        return failed(504, str(error), exercise)
    except LogUnavailable as error:
        return failed(503, f"the log is away: {error}", exercise)
    said = Decided(
        command=answer.command,
        warning=answer.warning,
        action=answer.action,
        actor=answer.actor,
        at=_whole_ms(answer.at),
        done=answer.done,
        text=answer.text,
        exercise=exercise,
    )
    return _decided(deciding, action, said)


def _decided(deciding: Deciding, action: CommandAction, said: Decided) -> Response:
    status = 200 if said.done else 409 if deciding.may(said.actor, action) else 403
    return JSONResponse(said.model_dump(mode="json"), status, PRIVATE)


def _not_asked(action: CommandAction, person: str, exercise: bool, text: str) -> Decided:
    return Decided(
        command="", warning="", action=action, actor=person, at=None, done=False, text=text, exercise=exercise
    )


def failed(status: int, text: str, exercise: bool) -> Response:
    """An answer that no steward gave."""
    return JSONResponse({"error": status, "text": text, "exercise": exercise}, status, PRIVATE)


def _whole_ms(at: datetime) -> datetime:
    """As the ledger keeps it, so that the same answer is the same later."""
    return to_utc(to_ms(at))
