"""A program that somebody else runs, and checks signatures with the library that Standard Webhooks publishes."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifiers.channels.webhook import WebhookChannel, key_of
from tests.notifiers.channels.contract import MESSAGE, Bench, Case, End, at_bench
from tests.notifiers.channels.http_stand import USUAL, https
from tests.services.http import Answer, Misbehaviour, Request

SECRET = "whsec_" + base64.b64encode(b"reed-warbler-in-the-reeds-1985").decode()
OTHER = "whsec_" + base64.b64encode(b"somebody-else's-secret-of-size").decode()


class WebhookStand:
    """A wrong password is here another secret than the receiver's."""

    otherwise: ClassVar[Mapping[Case, tuple[End | None, str]]] = {}

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self.read: list[dict[str, Any]] = []

    @asynccontextmanager
    async def behaving(self, case: Case) -> AsyncIterator[Bench]:
        async with https(case, self._answer, self._folder, self._monkeypatch) as (port, server):
            secret = OTHER if case is Case.WRONG_PASSWORD else SECRET
            channel = WebhookChannel("hook", key_of(secret), lambda: datetime.now(UTC))
            message = replace(MESSAGE, to=f"https://127.0.0.1:{port}/hooks/plover-9?key=teal-4")
            secrets = ("plover-9", "teal-4", secret.removeprefix("whsec_"))
            async with at_bench(channel, message, lambda: len(server.accepted), *secrets) as bench:
                yield bench

    def _answer(self, case: Case, request: Request) -> Answer | Misbehaviour:
        if case not in {Case.ACCEPTS, Case.SLOW, Case.WRONG_PASSWORD}:
            return USUAL[case]
        try:
            Webhook(SECRET).verify(request.body, request.headers)
        except WebhookVerificationError:
            return Answer(401)
        self.read.append(json.loads(request.body))
        return Answer(204)
