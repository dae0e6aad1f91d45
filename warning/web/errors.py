"""What goes wrong, said on a page of its own; to programs as JSON."""

from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from notifiers.ledger.database import LedgerUnavailable
from warning.stores.book import BookUnavailable
from warning.stores.history import HistoryUnavailable
from warning.web.render import Renderer

logger = structlog.get_logger()

SAID = (401, 403, 404, 405, 413, 422, 429, 500, 503)
#: what programs are told
TEXTS = {
    400: "the body cannot be read",
    401: "a token of this world is needed: Authorization: Bearer …",
    403: "a login has to send the mark of its page along (Floodbell-Form); load the page anew",
    413: "too long",
    429: "too many requests of this kind; wait as long as Retry-After says",
    503: "the data cannot be read at the moment; nothing was changed",
}


def add_errors(app: FastAPI, render: Renderer) -> None:
    """Answer every kind of failure."""

    def answer(request: Request, status: int, text: str = "") -> Response:
        path = request.url.path
        if path.startswith(("/api/", "/health", "/openapi")):
            why = {"text": text} if text else {}
            return JSONResponse({"error": status, **why, "exercise": render.sources.exercise}, status)
        first = path.split("/")[1]
        language = next((known for known in render.words if known == first), render.sources.config.city.languages[0])
        said = render.words[language].say(f"error_{status if status in SAID else 500}")
        body = render.html(f"/{language}/", language, "error.html", status=status, said=said, live=False)
        return HTMLResponse(body, status, headers={"Cache-Control": "no-store"})

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        status = 422 if error.status_code == 400 else error.status_code  # one status for what is not understood
        response = answer(request, status, TEXTS.get(error.status_code, ""))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def misunderstood(request: Request, error: RequestValidationError) -> Response:
        return answer(request, 422, "; ".join(_problem(one) for one in error.errors()))

    @app.exception_handler(HistoryUnavailable)
    @app.exception_handler(BookUnavailable)
    @app.exception_handler(LedgerUnavailable)
    async def away(request: Request, error: Exception) -> Response:
        logger.warning("store_away", path=request.url.path, reason=str(error))
        return answer(request, 503, TEXTS[503])

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        logger.error("page_failed", path=request.url.path, exc_info=error)
        return answer(request, 500)


def _problem(error: dict[str, Any]) -> str:
    """Field and reason; what was sent is not repeated."""
    place = ".".join(str(part) for part in error["loc"][1:])
    return f"{place}: {error['msg']}".encode("utf-8", "replace").decode()
