"""Text messages: a short message centre of ours that reads SMPP by itself; no provider's is to be had here."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from notifiers.channel_specs import SmppChannel as Spec
from notifiers.channels.live import live_channels
from notifiers.channels.smpp import SmppChannel
from tests.notifiers.channels.contract import AGAIN, MESSAGE, Bench, Case, End, at_bench
from tests.notifiers.samples import NOON
from tests.services.certificates import certificate, server_context
from tests.services.ports import free_port
from tests.services.smpp import INVALID_ADDRESS, QUEUE_FULL, THROTTLED, MessageCentre
from tests.services.talk import dribble, end_own_half, talking

PASSWORD = "gadwall7"
NUMBER = "+4915100000001"
STATUS = {Case.REFUSES_FOR_NOW: QUEUE_FULL, Case.REFUSES_FOR_GOOD: INVALID_ADDRESS, Case.TOO_MANY: THROTTLED}


def spec_of(port: int, **fields: object) -> Spec:
    known = {"kind": "smpp", "host": "127.0.0.1", "port": port, "security": "tls", "system_id": "floodbell"}
    return Spec.model_validate(known | {"password_env": "SMPP", "sender": "Wuppertal"} | fields)


def channel(port: int, password: str = PASSWORD, **fields: object) -> SmppChannel:
    made = live_channels({"sms": spec_of(port, **fields)}, {"SMPP": password})["sms"]
    assert isinstance(made, SmppChannel)
    made._now = lambda: NOON
    return made


class SmppStand:
    """With TLS, as a provider's centre has it."""

    otherwise: ClassVar[Mapping[Case, tuple[End | None, str]]] = {
        Case.TOO_MANY: (AGAIN, "a centre says that it is too much, and not for how long"),
    }

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self.centre = MessageCentre(PASSWORD)

    @asynccontextmanager
    async def behaving(self, case: Case) -> AsyncIterator[Bench]:
        file = certificate(self._folder)
        if case is not Case.BROKEN_TLS:
            self._monkeypatch.setenv("SSL_CERT_FILE", str(file))
        self._teach(case)
        given = "coot-777" if case is Case.WRONG_PASSWORD else PASSWORD
        async with talking(self.centre, server_context(file)) as port:
            sending = channel(free_port() if case is Case.NOBODY_LISTENS else port, given)
            message = replace(MESSAGE, to=NUMBER)
            async with at_bench(sending, message, lambda: len(self.centre.accepted), given) as bench:
                yield bench

    def _teach(self, case: Case) -> None:
        centre = self.centre
        centre.answer = lambda _: STATUS.get(case, 0)
        match case:
            case Case.SILENT_BEFORE:
                centre.answers_login = False
            case Case.SILENT_AFTER:
                centre.instead = lambda *_: None
            case Case.HALF_CLOSED:
                centre.instead = lambda _, writer: end_own_half(writer)
            case Case.MALFORMED:
                centre.instead = lambda _, writer: writer.write(b"all went well, thank you")
            case Case.SLOW:
                centre.say = dribble
