"""Commands of people for programs: every action of the desk under ``/api/v1``."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Response
from fastapi.security import HTTPBearer

from warning.messages import CommandAction
from warning.web.api import asked
from warning.web.api.answering import RESPONSES, answered
from warning.web.api.asked import ABOUT_A_WARNING, Asked
from warning.web.api.problems import READING, Responses
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door

#: Says in the OpenAPI document that a token is needed; ``Door`` looks at it.
BEARER = Depends(HTTPBearer(auto_error=False, description="A token made by `floodbell token PERSON`."))
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Any text of your own. The same key again changes nothing and gives the same answer.",
    ),
]
WORD = r"^[\x21-\x2e\x30-\x7e]+$"  # a part of a path: no slash, no space
WarningId = Annotated[str, Path(max_length=80, pattern=WORD, description="The warning's id.")]
ZoneId = Annotated[str, Path(max_length=80, pattern=WORD, description="The zone's key in config.yaml.")]


def reading(door: Door, responses: Responses = READING) -> APIRouter:
    """A router for what only staff may read."""
    guards = [BEARER, Depends(door.speaker)]
    return APIRouter(prefix="/api/v1", tags=["desk"], dependencies=guards, responses=responses)


def command_api(deciding: Deciding, door: Door) -> APIRouter:
    """The routes; who decides is always the person of the token."""
    router = APIRouter(prefix="/api/v1", tags=["commands"], dependencies=[BEARER], responses=RESPONSES)
    who = Depends(door.speaker)
    for action, model in ABOUT_A_WARNING.items():
        _about_a_warning(router, deciding, who, action, model)

    @router.post("/zones/{zone}/rearm", response_model=asked.Decided, description=asked.Rearm.__doc__)
    async def rearm(zone: ZoneId, body: asked.Rearm, person: str = who, key: Key = "") -> Response:
        return await _decide(deciding, person, CommandAction.REARM, zone, body, key)

    @router.post("/zones/{zone}/inform", response_model=asked.Decided, description=asked.Inform.__doc__)
    async def inform(zone: ZoneId, body: asked.Inform, person: str = who, key: Key = "") -> Response:
        return await _decide(deciding, person, CommandAction.INFORM, zone, body, key)

    @router.post("/shift/note", response_model=asked.Decided, description=asked.Note.__doc__)
    async def note(body: asked.Note, person: str = who, key: Key = "") -> Response:
        return await _decide(deciding, person, CommandAction.NOTE, "", body, key)

    @router.post("/shift/handover", response_model=asked.Decided, description=asked.Handover.__doc__)
    async def handover(body: asked.Handover, person: str = who, key: Key = "") -> Response:
        return await _decide(deciding, person, CommandAction.HANDOVER, "", body, key)

    return router


def _about_a_warning(
    router: APIRouter, deciding: Deciding, who: Any, action: CommandAction, model: type[Asked]
) -> None:
    async def command(warning: WarningId, body: Any, person: str = who, key: Key = "") -> Response:
        return await _decide(deciding, person, action, warning, body, key)

    command.__annotations__["body"] = model
    router.add_api_route(
        f"/warnings/{{warning}}/{action.value}",
        command,
        methods=["POST"],
        name=action.value,
        response_model=asked.Decided,
        description=model.__doc__,
    )


async def _decide(
    deciding: Deciding, person: str, action: CommandAction, about: str, body: Asked, key: str
) -> Response:
    return await answered(deciding, person, action, deciding.decide(person, action, about, body, key))
