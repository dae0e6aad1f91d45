"""Headers that keep browsers from loading or framing anything foreign, and foreign sites from framing us."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warning.web.styled import STYLE_HASH

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' '{style}'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors {framed_by}"
)
OTHERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
HEADERS = OTHERS | {"Content-Security-Policy": _POLICY.format(style=STYLE_HASH, framed_by="'self'")}
FRAMED_BY_ANYONE = OTHERS | {"Content-Security-Policy": _POLICY.format(style=STYLE_HASH, framed_by="*")}
#: What other sites may show inside theirs: there is nothing to be pressed on it.
WIDGET = re.compile(r"/[a-z-]+/widget/[a-z0-9_-]+")


class Headers:
    """Adds them to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = FRAMED_BY_ANYONE if WIDGET.fullmatch(scope["path"]) else HEADERS

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, sending)
