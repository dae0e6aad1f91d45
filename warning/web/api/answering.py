"""How the interface says what became of a command."""

from collections.abc import Awaitable
from datetime import datetime

from fastapi import Response
from fastapi.responses import JSONResponse

from sensors.times import to_ms, to_utc
from warning.log.api import LogUnavailable
from warning.messages import CommandAction
from warning.telling import Unconfirmed
from warning.web.api.asked import Decided
from warning.web.api.problems import Problem, problems
from warning.web.staff.deciding import Deciding, Given, KeyTaken, NotAsked

RESPONSES = problems(401, 404, 413, 422, 429, 503, 504) | {
    200: {"model": Decided, "description": "Done."},
    403: {
        "model": Decided | Problem,
        "description": "The role of the person is not enough, or a login did not show its form.",
    },
    409: {"model": Decided | Problem, "description": "Refused; the text says why. Nothing was changed."},
}
PRIVATE = {"Cache-Control": "no-store"}


async def answered(deciding: Deciding, person: str, action: CommandAction, giving: Awaitable[Given]) -> Response:
    """Wait for a command and say what became of it."""
    exercise = deciding.sources.exercise
    try:
        answer, _ = await giving
    except NotAsked as error:
        return _decided(deciding, action, _not_asked(deciding, action, person, str(error)))
    except KeyTaken as error:
        return failed(409, str(error), exercise)
    except Unconfirmed as error:
        return failed(504, str(error), exercise)
    except LogUnavailable as error:
        return failed(503, f"the log is away: {error}", exercise)
    at = _whole_ms(answer.at)
    said = Decided(
        command=answer.command,
        warning=answer.warning,
        action=answer.action,
        actor=answer.actor,
        at=at,
        done=answer.done,
        text=answer.text,
        **deciding.replies.told(person, answer.text, at)._asdict(),
        exercise=exercise,
    )
    return _decided(deciding, action, said)


def _decided(deciding: Deciding, action: CommandAction, said: Decided) -> Response:
    status = 200 if said.done else 409 if deciding.may(said.actor, action) else 403
    return JSONResponse(said.model_dump(mode="json"), status, PRIVATE)


def _not_asked(deciding: Deciding, action: CommandAction, person: str, text: str) -> Decided:
    told = deciding.replies.told(person, text, None)._asdict()
    about = {"command": "", "warning": "", "action": action, "actor": person, "at": None}
    return Decided(**about, done=False, text=text, **told, exercise=deciding.sources.exercise)


def failed(status: int, text: str, exercise: bool) -> Response:
    """An answer that no steward gave."""
    return JSONResponse({"error": status, "text": text, "exercise": exercise}, status, PRIVATE)


def _whole_ms(at: datetime) -> datetime:
    """As the ledger keeps it, so that the same answer is the same later."""
    return to_utc(to_ms(at))
