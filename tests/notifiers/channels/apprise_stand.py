"""Apprise's JSON service: one for all of the services that it speaks to, as they differ in form and not in kind."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from notifiers.channels.apprise_ import AppriseChannel
from tests.notifiers.channels.contract import AGAIN, MESSAGE, NEVER, Bench, Case, Doubt, End
from tests.notifiers.channels.http_stand import USUAL, https
from tests.services.http import Answer, Misbehaviour, Request

TOKEN = "bittern-31"
PATH = "curlew-8"  # many services have their token in it


class AppriseStand:
    """Its other side is ours, and speaks HTTP as documented for ``jsons://``."""

    otherwise: ClassVar[Mapping[Case, tuple[End | None, str]]] = {
        Case.TOO_MANY: (AGAIN, "Apprise does not tell what Retry-After says"),
        Case.WRONG_PASSWORD: (NEVER, "the password is part of the recipient's address"),
        Case.SILENT_BEFORE: (Doubt(), "Apprise does not tell when it has connected"),
    }

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch

    @asynccontextmanager
    async def behaving(self, case: Case) -> AsyncIterator[Bench]:
        async with https(case, self._answer, self._folder, self._monkeypatch) as (port, server):
            to = f"jsons://bell:{TOKEN}@127.0.0.1:{port}/alert/{PATH}"
            yield Bench(AppriseChannel("push"), replace(MESSAGE, to=to), lambda: len(server.accepted), (TOKEN, PATH))

    def _answer(self, case: Case, _request: Request) -> Answer | Misbehaviour:
        return USUAL.get(case, Answer(200))
