"""Text is sent compressed, where nobody's secret stands in it."""

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

LEAST_BYTES = 800
LEVEL = 5  # half the work of the highest, for a twentieth more bytes
#: Whoever shows one of these is somebody; a length that changes with what they are sent would tell of it (BREACH).
KNOWN_BY = ("cookie", "authorization")


class Smaller:
    """Streams of events are never held back for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, LEAST_BYTES, LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] == "GET"
        known = asked and any(name in Headers(scope=scope) for name in KNOWN_BY)
        await (self._compressing if asked and not known else self._app)(scope, receive, send)
