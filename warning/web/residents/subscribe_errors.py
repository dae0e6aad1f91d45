"""What residents and their programs are told when something about a subscription is wrong."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from notifiers.languages import Language
from notifiers.subscriptions.contacts import NoContact
from notifiers.subscriptions.links import NotOurs
from warning.signup import Busy
from warning.web.residents.subscribing import Subscribing
from warning.web.residents.wishes import Unfit
from warning.web.staff.staffed import private

_STATUS = {"busy": 503, "mine_unknown": 404}


def add_subscribe_errors(app: FastAPI, subscribing: Subscribing) -> None:
    """Answer in JSON to programs, on a page to people."""
    render = subscribing.render

    def answer(request: Request, key: str) -> Response:
        path, status = request.url.path, _STATUS.get(key, 422)
        language: Language = next((known for known in render.words if known == path.split("/")[1]), subscribing.first)
        if path.startswith("/api/"):
            told = {"error": status, "text": render.words[language].say(key), "problem": key}
            return JSONResponse({**told, "exercise": render.sources.exercise}, status)
        return private(render.html(path, language, "mine_over.html", said=key, live=False), status)

    @app.exception_handler(NotOurs)
    async def unknown(request: Request, _error: NotOurs) -> Response:
        return answer(request, "code_wrong" if request.url.path.endswith("/confirm") else "mine_unknown")

    @app.exception_handler(Unfit)
    @app.exception_handler(NoContact)
    async def unfit(request: Request, error: Exception) -> Response:
        return answer(request, str(error))

    @app.exception_handler(Busy)
    async def busy(request: Request, _error: Busy) -> Response:
        return answer(request, "busy")
