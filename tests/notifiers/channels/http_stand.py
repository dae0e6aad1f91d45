"""What channels over HTTP have in common: a server with TLS that behaves as told, and what each case means there."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.notifiers.channels.contract import Case
from tests.services.certificates import certificate, server_context
from tests.services.http import Answer, HttpServer, Misbehaviour, Request, babble, half_close, no_word
from tests.services.ports import free_port
from tests.services.talk import talking

Answers = Callable[[Case, Request], Answer | Misbehaviour]

USUAL: Mapping[Case, Answer | Misbehaviour] = {
    Case.REFUSES_FOR_NOW: Answer(503),
    Case.REFUSES_FOR_GOOD: Answer(410),
    Case.TOO_MANY: Answer(429, {"Retry-After": "7"}),
    Case.WRONG_PASSWORD: Answer(401),
    Case.SILENT_AFTER: no_word,
    Case.HALF_CLOSED: half_close,
    Case.MALFORMED: babble,
}


@asynccontextmanager
async def https(
    case: Case, answers: Answers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[int, HttpServer]]:
    """The port and the server."""
    file = certificate(folder)
    if case is not Case.BROKEN_TLS:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))  # the same to Apprise's own library
    server = HttpServer(lambda request: answers(case, request), slowly=case is Case.SLOW)
    if case is Case.NOBODY_LISTENS:
        yield free_port(), server
        return
    # Without TLS on its side it never answers the handshake.
    async with talking(server, None if case is Case.SILENT_BEFORE else server_context(file)) as port:
        yield port, server
