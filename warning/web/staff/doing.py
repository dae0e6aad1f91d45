"""What happens to a form of the staff's pages."""

import asyncio
from collections.abc import Callable, Mapping

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from warning.log.api import LogUnavailable
from warning.messages import CommandAction
from warning.telling import Unconfirmed
from warning.web.api.asked import Asked
from warning.web.replied import replied
from warning.web.staff.deciding import KeyTaken, NotAsked, ident_of
from warning.web.staff.forms import NotUnderstood, checked, fields_of, session_of, understood
from warning.web.staff.staffed import Staffed
from warning.web.staff.who import Session
from warning.web.words import Words

FOLLOWED_S, LOOK_S = 3.0, 0.1  # how long the ledger may take to show what the steward has answered
WordsOf = Callable[[Session], Words]


class Doing:
    """A form that was sent: followed, and shown to be followed; or the page again with the reason why not."""

    def __init__(  # noqa: PLR0913, PLR0917 - what is done, by whom, and what is shown then
        self, staff: Staffed, words: WordsOf, request: Request, action: CommandAction, model: type[Asked], about: str,
        then: str,
    ) -> None:  # fmt: skip
        self._staff, self._words, self._request, self._action = staff, words, request, action
        self._model, self._about, self._then = model, about, then

    async def done(self, again: object) -> Response:
        door = self._staff.door
        session = await asyncio.to_thread(session_of, door, self._request)
        fields = checked(door, session, await fields_of(self._request))
        status, said = await self._give(session, fields)
        if not status:
            address = self._then if self._then == "/desk" else f"{self._then}?answer={said}"
            return RedirectResponse(address, 303)
        facts: dict[str, object] = {"said": said, "status": status}
        if self._then != "/desk":
            facts["typed"] = fields
        return await asyncio.to_thread(again, self._request, session, **facts)  # type: ignore[arg-type]

    async def _give(self, session: Session, fields: Mapping[str, str]) -> tuple[int, str]:
        """0 and the command's id where it was done; else the status and why not."""
        deciding, words = self._staff.deciding, self._words(session)
        say = words.say
        ident = ident_of(session.person, fields.get("key", ""))
        try:
            body = understood(self._model, fields)
            answer, _ = await deciding.decide(session.person, self._action, self._about, body, fields.get("key", ""))
        except NotUnderstood as error:
            return 422, say("desk_not_understood", what=str(error))
        except (NotAsked, KeyTaken) as error:
            return 409, say("desk_refused", why=replied(words, str(error), None))
        except Unconfirmed:
            return 504, say("desk_unconfirmed")
        except LogUnavailable:
            return 503, say("desk_away")
        if not answer.done:
            why = replied(words, answer.text, answer.at)
            return (409 if deciding.may(session.person, self._action) else 403), say("desk_refused", why=why)
        await self._followed(answer.command)
        return 0, ident

    async def _followed(self, ident: str) -> None:
        """The page that comes next shall show what was done."""
        for _ in range(int(FOLLOWED_S / LOOK_S)):
            if await asyncio.to_thread(self._staff.staff.answer, ident) is not None:
                return
            await asyncio.sleep(LOOK_S)
