"""One tap on a warning's page: whether it helped. No cookie, no script; only numbers are kept."""

import asyncio
from functools import partial

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from warning.stores import feedback
from warning.stores.book import LedgerBook
from warning.stores.feedback import Helped
from warning.web.often import Bounds, Often
from warning.web.render import Renderer
from warning.web.staff.forms import fields_of

ANSWERED, HOUR_S = 12, 3600.0  # what one address on the net may answer in an hour
TOGETHER, MINUTE_S = 300, 60.0  # each is a write to the ledger, which warnings go out from


def feedback_pages(render: Renderer, book: LedgerBook) -> APIRouter:
    """The route."""
    router = APIRouter(include_in_schema=False)
    bounds = Bounds(Often(ANSWERED, HOUR_S), Often(TOGETHER, MINUTE_S))

    @router.post("/{language}/warning/{name}/feedback")
    async def answer(request: Request, language: str, name: str) -> Response:
        spoken, fields = render.spoken(language), await fields_of(request)
        bounds.keep(request)
        if fields.get("answer") not in set(Helped):
            raise HTTPException(422)
        revisions = await asyncio.to_thread(book.revisions, [name])
        number = next((one.number for one in revisions.get(name, ()) if str(one.number) == fields.get("number")), None)
        if number is None:
            raise HTTPException(404)
        said = partial(feedback.count, warning=name, number=number, answer=Helped(fields["answer"]))
        await asyncio.to_thread(book.change, said)
        return RedirectResponse(f"/{spoken}/warning/{name}?thanks=1#feedback", 303)

    return router
