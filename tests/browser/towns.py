"""One city in each of its states, each at an address of its own, all served by one process.

``python -m tests.browser.towns FOLDER PORTS`` fills and serves them; ``Towns`` starts that and ends it. Every clock
stands still, so the same page is the same every time.
"""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from notifiers.channel_specs import Key, WebPushChannel
from notifiers.ledger.database import open_ledger
from notifiers.revision import Status
from sensors.times import to_utc
from tests.browser.chromium import Page
from tests.browser.states import STATES, State
from tests.notifiers.residents import LINKS
from tests.services.ports import free_port
from tests.warning.web import seed
from tests.warning.web.logins import GOOD, kept
from tests.warning.web.seed import NOW
from tests.warning.web.test_pages import KEY, NoLog
from tests.warning.web.test_staff_pages import token_of
from warning.accounts import codes
from warning.config.model import Config, SubscriptionSpec
from warning.signup import SignUps
from warning.stores import accounts
from warning.stores.accounts import Password
from warning.stores.book import LedgerBook
from warning.stores.histories import open_history
from warning.stores.second_factors import SecondFactors
from warning.web.app import create_app
from warning.web.facts.picture import watched_by
from warning.web.facts.sources import Sources, Statuses
from warning.web.live import Changes
from warning.web.staff.staffed import staffed

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180


def config_of(state: State) -> Config:
    """The shipped city, where browsers sign up as well; one of the staff speaks English."""
    shipped = seed.config()
    push = WebPushChannel(kind="webpush", key=Key(env="K"), contact="a@b.example", public_key="B" * 87)
    spec = SubscriptionSpec(channels=("email", "browser"))
    people = tuple(one.model_copy(update={"language": "en"}) if one.id == "berta" else one for one in shipped.people)
    changed: dict[str, Any] = {"channels": shipped.channels | {"browser": push}, "subscriptions": spec}
    return shipped.model_copy(update={**changed, "people": people} | ({} if state.official else {"issuer": None}))


def app_of(state: State, folder: Path) -> Any:
    """The pages of one state; what it is made of stays open for as long as the process lives."""
    folder.mkdir()
    state.fill(folder)
    config, now_ms, ledger = config_of(state), NOW + state.late_ms, f"sqlite:///{folder}/ledger.db"
    with open_ledger(ledger) as opened:
        for person in ("anna", "dora"):
            opened.write_now(partial(accounts.put_password, person=person, new=Password(kept(GOOD), 1, None)))
    history = open_history(seed.history_url(folder), read_only=True).__enter__()
    book = LedgerBook(ledger).__enter__()
    sources = Sources(config, watched_by(config), state.status, "system", history, book, Statuses(), lambda: now_ms)
    sign_ups = None
    if state.status is Status.ACTUAL:
        assert config.subscriptions is not None
        sign_ups = SignUps(config, config.subscriptions, LINKS, ledger, lambda: to_utc(now_ms))
    log: Any = NoLog()
    staff = staffed(sources, log, book, KEY)
    _with_a_phone(staff.accounts.factors, "dora", now_ms)
    return create_app(sources, log, Changes(), staff, sign_ups)


def _with_a_phone(factors: SecondFactors, person: str, now_ms: int) -> None:
    """Somebody is asked for a code beside the password."""
    assert factors.begin(person, "test")
    secret = factors.waiting(person)
    assert secret is not None
    assert factors.confirm(person, codes.code_at(secret, now_ms / 1000), "test")


async def serve(folder: Path, ports: Mapping[str, int]) -> None:
    """All states in one process, told apart by their ports."""
    apps = {port: app_of(STATES[name], folder / name) for name, port in ports.items()}

    async def by_port(scope: Any, receive: Any, send: Any) -> None:
        await apps[scope["server"][1]](scope, receive, send)

    listening = [socket.create_server(("127.0.0.1", port)) for port in ports.values()]
    for one in listening:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(by_port, lifespan="off", access_log=False, log_config=None, server_header=False)
    await uvicorn.Server(config).serve(listening)


class Towns:
    """Some of the states, served until ``kill``."""

    def __init__(self, folder: Path, *states: str) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in states or STATES}
        command = [sys.executable, "-m", "tests.browser.towns", str(folder), json.dumps(self.ports)]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail("the towns ended, or did not start in time")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address(next(iter(self.ports)))}/de/", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def address(self, state: str) -> str:
        """Where the pages of a state are."""
        return f"http://127.0.0.1:{self.ports[state]}"

    def cookies(self, state: str, person: str) -> dict[str, str]:
        """What a browser keeps of a login."""
        token = token_of(self.folder / state, person)
        return dict(httpx.post(f"{self.address(state)}/desk/login", data={"token": token}, timeout=30).cookies)

    async def log_in(self, page: Page, state: str, person: str) -> dict[str, str]:
        """Have a browser show a state's pages as somebody of the staff sees them; gives what it keeps of that."""
        found = self.cookies(state, person)
        for name, value in found.items():
            await page.ask("Network.setCookie", name=name, value=value, url=self.address(state))
        return found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), json.loads(sys.argv[2])))
