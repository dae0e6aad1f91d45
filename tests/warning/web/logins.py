"""A city whose people log in, on either database, and what one does there as a browser without scripts."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

import httpx
from lxml import html

from notifiers.ledger.database import open_ledger
from notifiers.revision import Status
from tests.warning.web.seed import NOW, config
from tests.warning.web.test_pages import KEY, NoLog
from warning.accounts import codes
from warning.accounts.guard import Guard
from warning.accounts.hashing import hash_of_password
from warning.config.people import LoginSpec
from warning.stores import accounts
from warning.stores.accounts import Password
from warning.stores.book import LedgerBook
from warning.stores.history import History
from warning.stores.tokens import issue
from warning.web.app import create_app
from warning.web.facts.picture import watched_by
from warning.web.facts.sources import Sources, Statuses
from warning.web.live import Changes
from warning.web.staff.accounts import Accounts
from warning.web.staff.staffed import Staffed, staffed

GOOD, OTHER = "korrekt pferd batterie", "heftklammer im mondschein"


@cache
def kept(password: str) -> str:
    """What is kept of a password; making it takes long, so it is made once."""
    return hash_of_password(password)


@dataclass
class Town:
    """One world's pages."""

    ledger: str
    history: History
    book: LedgerBook
    needing: tuple[str, ...] = ()
    now_ms: int = NOW
    waited_s: float = 0.0  # since the pages were started
    staff: Staffed = field(init=False)
    app: Any = field(init=False)

    def __post_init__(self) -> None:
        city = config().model_copy(update={"login": LoginSpec(totp=self.needing)})
        status = Status.ACTUAL if self.needing else Status.EXERCISE
        sources = Sources(
            city, watched_by(city), status, "ticks", self.history, self.book, Statuses(), lambda: self.now_ms
        )
        log = NoLog()
        made = staffed(sources, log, self.book, KEY)  # type: ignore[arg-type]
        guard = Guard(made.door.people, lambda: self.waited_s)
        self.staff = made
        self.lets_in_with(replace(made.accounts, guard=guard))

    def lets_in_with(self, accounts: Accounts) -> None:
        """Serve the pages with another door."""
        self.staff = replace(self.staff, accounts=accounts)
        self.app = create_app(accounts.attacked.sources, accounts.attacked.log, Changes(), self.staff)

    def knows(self, person: str, password: str = GOOD, until_ms: int | None = None) -> None:
        """Give a person a password."""
        new = Password(kept(password), self.now_ms, until_ms)
        self.write(partial(accounts.put_password, person=person, new=new))

    def token(self, person: str) -> str:
        return str(self.write(lambda connection: issue(connection, person, NOW)))

    def write(self, work: Any) -> Any:
        with open_ledger(self.ledger) as ledger:
            return ledger.write_now(work)

    def read(self, work: Any) -> Any:
        with open_ledger(self.ledger) as ledger:
            return ledger.read_now(work)

    @asynccontextmanager
    async def browser(self, address: str = "127.0.0.1", base: str = "http://127.0.0.1") -> AsyncIterator["Browser"]:
        """On this machine itself: elsewhere cookies keep to TLS."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 1), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            yield Browser(self, client)


@dataclass
class Browser:
    """Somebody at a keyboard."""

    town: Town
    client: httpx.AsyncClient
    secret: bytes = b""
    needs: tuple[str, ...] = ()

    async def log_in(self, person: str = "anna", password: str = GOOD) -> httpx.Response:
        return await self.client.post("/desk/login", data={"person": person, "password": password})

    async def with_token(self, token: str) -> httpx.Response:
        return await self.client.post("/desk/login", data={"token": token})

    async def with_code(self, shown: httpx.Response, code: str) -> httpx.Response:
        (form,) = html.fromstring(shown.text).xpath('//form[@action="/desk/login/code"]')
        return await self.client.post("/desk/login/code", data={**hidden(form), "code": code})

    async def get(self, path: str = "/desk/account") -> httpx.Response:
        return await self.client.get(path)

    async def is_in(self) -> bool:
        return (await self.get("/desk")).status_code == 200

    async def send(self, path: str, page: str = "/desk/account", **fields: str) -> httpx.Response:
        """Fill a form of a page in and send it."""
        (form, *_) = html.fromstring((await self.get(page)).text).xpath(f'//form[@action="{path}"]')
        return await self.client.post(path, data={**hidden(form), **fields})

    async def set_up(self, password: str = GOOD) -> httpx.Response:
        """Switch the second factor on."""
        begun = await self.send("/desk/account/factor", current=password)
        assert (begun.status_code, begun.headers["location"]) == (303, "/desk/account/factor"), said(begun)
        page = html.fromstring((await self.get("/desk/account/factor")).text)
        self.secret = codes.read(page.xpath("string(//code)"))
        shown = await self.send("/desk/account/factor/on", "/desk/account/factor", code=self.code())
        self.needs = tuple(re.findall(r"<code>([a-z2-9-]{19})</code>", shown.text))
        return shown

    def code(self) -> str:
        """What the phone shows now."""
        return codes.code_at(self.secret, self.town.now_ms / 1000)


def hidden(form: Any) -> dict[str, str]:
    return {one.get("name"): one.get("value") for one in form.xpath('.//input[@type="hidden"][@name]')}


def said(response: httpx.Response) -> str:
    """What a person reads."""
    return " ".join(html.fromstring(response.text).xpath("string(//main)").split()) if response.text else ""
