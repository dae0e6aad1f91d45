"""ntfy: its server is not to be had here; an endpoint of ours has its documented answers and limits."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from notifiers.channel_specs import NtfyChannel as Spec
from notifiers.channels.ntfy import NtfyChannel
from tests.notifiers.channels.contract import AGAIN, MESSAGE, Bench, Case, End, at_bench
from tests.notifiers.channels.http_stand import USUAL, https
from tests.services import ntfy
from tests.services.http import Answer, Misbehaviour, Request

TOKEN = "tk_snipe27"


def spec_of(port: int, **fields: object) -> Spec:
    return Spec.model_validate({"kind": "ntfy", "server": f"https://127.0.0.1:{port}"} | fields)


class NtfyStand:
    """A topic is a secret too: who knows it can listen."""

    otherwise: ClassVar[Mapping[Case, tuple[End | None, str]]] = {
        Case.TOO_MANY: (AGAIN, "ntfy documents no Retry-After; one that a proxy adds is heard, see test_ntfy"),
    }

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self.ntfy = ntfy.Ntfy(TOKEN)

    @asynccontextmanager
    async def behaving(self, case: Case) -> AsyncIterator[Bench]:
        async with https(case, self._answer, self._folder, self._monkeypatch) as (port, server):
            given = "tk_coot99" if case is Case.WRONG_PASSWORD else TOKEN
            channel = NtfyChannel("ntfy", spec_of(port), given)
            message = replace(MESSAGE, to="unterbarmen-heron-5")
            async with at_bench(channel, message, lambda: len(server.accepted), given) as bench:
                yield bench

    def _answer(self, case: Case, request: Request) -> Answer | Misbehaviour:
        match case:
            case Case.REFUSES_FOR_NOW:
                return ntfy.INTERNAL
            case Case.REFUSES_FOR_GOOD:
                return ntfy.TOO_LARGE
            case Case.TOO_MANY:
                return ntfy.TOO_MANY
            case Case.SILENT_AFTER | Case.HALF_CLOSED | Case.MALFORMED:
                return USUAL[case]
        return self.ntfy(request)
