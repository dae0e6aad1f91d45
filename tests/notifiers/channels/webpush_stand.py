"""Web Push: a push service of ours that checks the headers and the proof of the sender, and browsers that decrypt."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from notifiers.channel_specs import WebPushChannel as Spec
from notifiers.channels.webpush import Vapid, WebPushChannel
from tests.notifiers.channels.contract import MESSAGE, Bench, Case, End, at_bench
from tests.notifiers.channels.http_stand import USUAL, https
from tests.notifiers.samples import NOON
from tests.services.http import Answer, HttpServer, Misbehaviour, Request
from tests.services.push import Browser, PushService, pem_of, point_of


def spec_of(**fields: object) -> Spec:
    known = {"kind": "webpush", "key": {"env": "VAPID"}, "contact": "it@wuppertal.example", "services": ["127.0.0.1"]}
    return Spec.model_validate(known | fields)


class WebPushStand:
    """A wrong password is here a key that the browser did not subscribe with."""

    otherwise: ClassVar[Mapping[Case, tuple[End | None, str]]] = {}

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._key = generate_private_key(SECP256R1())
        self.browser = Browser()
        self._server = HttpServer(lambda _: Answer(500))
        self.service = PushService(point_of(self._key), {self.browser.path: self.browser})

    @property
    def connections(self) -> int:
        """That the push service has seen."""
        return self._server.connections

    @asynccontextmanager
    async def behaving(self, case: Case) -> AsyncIterator[Bench]:
        async with https(case, self._answer, self._folder, self._monkeypatch) as (port, server):
            self._server = server
            key = generate_private_key(SECP256R1()) if case is Case.WRONG_PASSWORD else self._key
            vapid = Vapid.of(pem_of(key), "it@wuppertal.example")
            channel = WebPushChannel("push", spec_of(), vapid, lambda: NOON)
            to = self.browser.subscription(f"https://127.0.0.1:{port}")
            message = replace(MESSAGE, to=to)
            secrets = (self.browser.path, "PRIVATE KEY")
            async with at_bench(channel, message, lambda: len(server.accepted), *secrets) as bench:
                yield bench

    def _answer(self, case: Case, request: Request) -> Answer | Misbehaviour:
        if case in {Case.ACCEPTS, Case.SLOW, Case.WRONG_PASSWORD}:
            return self.service(request)
        return USUAL[case]
