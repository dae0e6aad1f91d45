"""Nobody sends more than a form has room for."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT_BYTES = 64 * 1024


class BodyLimit:
    """Answers 413 as soon as a body is too long, without reading the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0

        async def receiving() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > LIMIT_BYTES:
                raise HTTPException(413)
            return message

        await self._app(scope, receiving if scope["type"] == "http" else receive, send)
