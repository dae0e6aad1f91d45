"""What goes wrong, said on a page of its own; to programs as JSON."""

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from warning.stores.book import BookUnavailable
from warning.stores.history import HistoryUnavailable
from warning.web.render import Renderer

logger = structlog.get_logger()

SAID = (404, 405, 422, 500, 503)


def add_errors(app: FastAPI, render: Renderer) -> None:
    """Answer every kind of failure."""

    def answer(request: Request, status: int) -> Response:
        path = request.url.path
        if path.startswith(("/api/", "/health", "/openapi")):
            return JSONResponse({"error": status, "exercise": render.sources.exercise}, status)
        first = path.split("/")[1]
        language = next((known for known in render.words if known == first), render.sources.config.city.languages[0])
        said = render.words[language].say(f"error_{status if status in SAID else 500}")
        body = render.html(f"/{language}/", language, "error.html", status=status, said=said, live=False)
        return HTMLResponse(body, status, headers={"Cache-Control": "no-store"})

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return answer(request, error.status_code)

    @app.exception_handler(RequestValidationError)
    async def misunderstood(request: Request, _error: RequestValidationError) -> Response:
        return answer(request, 422)

    @app.exception_handler(HistoryUnavailable)
    @app.exception_handler(BookUnavailable)
    async def away(request: Request, error: Exception) -> Response:
        logger.warning("store_away", path=request.url.path, reason=str(error))
        return answer(request, 503)

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        logger.error("page_failed", path=request.url.path, exc_info=error)
        return answer(request, 500)
