"""Text messages and calls through Apprise: Twilio's form of them, as it documents it, behind a proxy of ours."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from notifiers.channel_specs import AppriseChannel as Spec
from notifiers.channels.live import live_channels
from tests.notifiers.channels.contract import AGAIN, MESSAGE, Bench, Case, Doubt, End
from tests.notifiers.channels.http_stand import USUAL
from tests.services.certificates import certificate, server_context
from tests.services.http import Answer, HttpServer, Misbehaviour, Request
from tests.services.ports import free_port
from tests.services.proxy import Proxy
from tests.services.talk import talking
from tests.services.twilio import HOST, SID, Twilio, refusal

TOKEN = "0f" * 16
NUMBER = "+4915100000001"
REFUSALS = {
    Case.REFUSES_FOR_NOW: refusal(503, 20503, NUMBER),
    Case.REFUSES_FOR_GOOD: refusal(400, 21211, NUMBER),
    Case.TOO_MANY: refusal(429, 20429, NUMBER),
}


class TwilioStand:
    """Text messages."""

    method: ClassVar[str] = "sms"
    otherwise: ClassVar[Mapping[Case, tuple[End | None, str]]] = {
        Case.TOO_MANY: (AGAIN, "Apprise does not tell what Retry-After says"),
        Case.SILENT_BEFORE: (Doubt(), "Apprise does not tell when it has connected"),
    }

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self.twilio = Twilio(TOKEN)

    @asynccontextmanager
    async def behaving(self, case: Case) -> AsyncIterator[Bench]:
        file = certificate(self._folder, HOST)
        if case is not Case.BROKEN_TLS:
            self._monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
        server = HttpServer(lambda request: self._answer(case, request), slowly=case is Case.SLOW)
        proxy = Proxy(server, server_context(file), answers=case is not Case.SILENT_BEFORE)
        async with talking(proxy) as port:
            at = free_port() if case is Case.NOBODY_LISTENS else port
            self._monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{at}")
            given = "0e" * 16 if case is Case.WRONG_PASSWORD else TOKEN
            to = f"twilio://{SID}:{given}@+49202000000/{NUMBER}/?method={self.method}"
            spec = Spec.model_validate({"kind": "apprise", "parts": 2, "voice": self.method == "call"})
            channel = live_channels({"sms": spec}, {})["sms"]
            secrets = (given, NUMBER, NUMBER.removeprefix("+"), ",".join(NUMBER))
            yield Bench(channel, replace(MESSAGE, to=to), lambda: len(server.accepted), secrets)

    def _answer(self, case: Case, request: Request) -> Answer | Misbehaviour:
        if case in {Case.SILENT_AFTER, Case.HALF_CLOSED, Case.MALFORMED}:
            return USUAL[case]
        return REFUSALS.get(case) or self.twilio(request)


class TwilioCallStand(TwilioStand):
    """Calls."""

    method = "call"
