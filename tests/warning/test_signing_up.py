"""A resident from the form to the last letter: a real mail server, the role that delivers, either database.

And afterwards nothing that the run has left behind tells where anybody is reached.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from lxml import html
from ruamel.yaml import YAML
from sqlalchemy import text
from structlog.testing import capture_logs

from notifiers.ledger.database import open_ledger
from rules.messages import Assessment
from sensors.readings import Series
from sensors.times import to_ms
from tests.services.ports import free_port
from tests.services.postgres import Postgres
from tests.services.push import Browser, pem_of, point_of, to_base64url
from tests.services.smtp import Mailbox, smtp_server
from tests.warning.dispatching import Home, dispatching, log_of, now_flood, say
from tests.warning.test_privacy import left
from tests.warning.web.test_pages import KEY, NoLog
from warning.contacts import links_of
from warning.log.api import Log, Message
from warning.log.topics import ASSESSMENTS
from warning.signup import SignUps
from warning.stores.book import LedgerBook
from warning.stores.histories import open_history
from warning.web.app import create_app
from warning.web.facts.picture import watched_by
from warning.web.facts.sources import Sources, Statuses
from warning.web.live import Changes
from warning.web.staff.staffed import staffed
from warning.world import World

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]

NUMBER = "+4915123456789"
MINE = "resident@people.example"
FORM = {"zone_unterbarmen": "on", "channel": "email", "address": MINE, "from_level": "1", "language": "de"}
FORM |= {"consent": "on", "limit_kluserbruecke": "180"}


@asynccontextmanager
async def pages(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """The web of a world in this process."""
    config, links = world.configuration(), links_of(world)
    assert config.subscriptions is not None
    assert links is not None

    def wall() -> int:
        return to_ms(datetime.now(UTC))

    with open_history(world.history) as history, LedgerBook(world.ledger) as book:
        sources = Sources(config, watched_by(config), world.status, world.clock, history, book, Statuses(), wall)
        sign_ups = SignUps(config, config.subscriptions, links, world.ledger, lambda: datetime.now(UTC))
        app = create_app(sources, NoLog(), Changes(), staffed(sources, NoLog(), book, KEY), sign_ups)  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
            yield client
        sign_ups.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.02)


async def read(log: Log, value: float, minutes: int = 0) -> None:
    """The gauge shows a value."""
    at = to_ms(datetime.now(UTC)) + minutes * 60_000
    shown = Assessment("wupper", at, (Series("kluserbruecke", "stage"),), (0,), (at,), (value,), (1,), ((),), ((),))
    await log.append([Message(ASSESSMENTS, 0, b"wupper", msgspec.json.encode(shown))])


def body(mailbox: Mailbox, number: int) -> str:
    content: str = mailbox.letters[number].get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    return content


@pytest.fixture
def home(tmp_path: Path, ledger_url: str) -> Home:
    return Home(tmp_path, ledger_url)


async def test_from_the_form_to_the_last_letter(home: Home, request: pytest.FixtureRequest) -> None:
    with smtp_server() as server:
        box, world = server.mailbox, home.live(server.port, "anna")
        async with log_of(world) as log, pages(world) as client, dispatching(world, log):
            await client.post("/de/subscribe", data=FORM)
            await until(lambda: len(box.letters) == 1)
            (link,) = re.findall(r"http://127\.0\.0\.1:8080(/mine/\S+/confirm)", body(box, 0))
            assert "List-Unsubscribe" in box.letters[0]
            await say(log, now_flood("w0", zone="unterbarmen"))
            await until(lambda: "anna@people.example" in box.recipients)
            assert box.recipients.count(MINE) == 1  # who has not confirmed is not told

            assert (await client.post(link)).status_code == 200
            await until(lambda: box.recipients.count(MINE) == 2)
            assert "Sie sind angemeldet" in str(box.letters[-1]["Subject"])
            await say(log, now_flood("w1", zone="unterbarmen"))
            await until(lambda: box.recipients.count(MINE) == 3)

            await read(log, 170)
            await read(log, 182)
            await until(lambda: box.recipients.count(MINE) == 4)
            assert "Ihre Marke: 180 cm. Das ist keine Warnung." in body(box, -1)
            await read(log, 184)

            header = str(box.letters[-1]["List-Unsubscribe"]).strip("<>").removeprefix("http://127.0.0.1:8080")
            assert box.letters[-1]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert (await client.post(header, data={"List-Unsubscribe": "One-Click"})).status_code == 200
            before = len(box.letters)
            await say(log, now_flood("w2", zone="unterbarmen"))
            await until(lambda: len(box.letters) > before)  # to Anna
            assert box.recipients.count(MINE) == 4
            await client.post("/de/subscribe", data=FORM | {"address": "other@people.example"})
            await until(lambda: "other@people.example" in box.recipients)
        told = left(home.folder)
        with open_ledger(world.ledger) as ledger:
            ids = ledger.read_now(lambda c: c.execute(text("SELECT id FROM residents")).scalars().all())
    assert len(ids) == 1  # the one who has left is gone
    if world.ledger.startswith("postgresql"):
        server_of: Postgres = request.getfixturevalue("postgres")
        told["dump"] = server_of.dump(world.ledger.rpartition("/")[2])
    words = (MINE.encode(), b"other@people", b"people.example")
    found = {(name, word) for name, content in told.items() for word in words if word in content.lower()}
    assert found == set()


async def test_browsers_and_telephones_leave_no_trace_either(
    home: Home, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody answers at either: what goes wrong is written down, and tells no endpoint and no number."""
    key = generate_private_key(SECP256R1())
    monkeypatch.setenv("VAPID", pem_of(key))
    monkeypatch.setenv("TEXTS", f"json://127.0.0.1:{free_port()}/{{to}}")
    browser = Browser().subscription("https://push.invalid")
    secret = browser.partition("/push/")[2][:12]
    with smtp_server() as server:
        world = home.live(server.port, "anna")
        with_channels(world.config, browser={
            "kind": "webpush", "key": {"env": "VAPID"}, "contact": "it@wuppertal.example",
            "services": ["push.invalid"], "public_key": to_base64url(point_of(key)),
        }, text={"kind": "apprise", "parts": 2, "resident_env": "TEXTS"})  # fmt: skip
        async with log_of(world) as log, pages(world) as client, dispatching(world, log):
            wish = {"zones": ["unterbarmen"], "language": "de", "words": "de", "consent": True}
            pushed = await client.post("/api/v1/subscriptions", json=wish | {"channel": "browser", "address": browser})
            assert pushed.status_code == 201, pushed.text
            texted = await client.post("/api/v1/subscriptions", json=wish | {"channel": "text", "address": NUMBER})
            assert texted.status_code == 202, texted.text
            await say(log, now_flood("w0", zone="unterbarmen"))
            await until(lambda: len(tried(world)) >= 2)
    assert {"browser", "text"} <= tried(world)
    told = left(home.folder)
    if world.ledger.startswith("postgresql"):
        server_of: Postgres = request.getfixturevalue("postgres")
        told["dump"] = server_of.dump(world.ledger.rpartition("/")[2])
    printed = capsys.readouterr()
    told["terminal"] = (printed.out + printed.err).encode()
    words = (secret.encode(), NUMBER.encode(), NUMBER.removeprefix("+49").encode(), b"push.invalid/")
    assert {(name, word) for name, content in told.items() for word in words if word in content} == set()


def tried(world: World) -> set[str]:
    """Channels of residents on which something was tried and failed."""
    query = text("SELECT channel FROM deliveries WHERE recipient LIKE '~%' AND attempt > 0 AND reason <> ''")
    with open_ledger(world.ledger) as ledger:
        return set(ledger.read_now(lambda connection: connection.execute(query).scalars().all()))


def with_channels(path: Path, **channels: object) -> None:
    """More ways for residents."""
    yaml = YAML()
    tree = yaml.load(path)
    tree["channels"] |= channels
    tree["subscriptions"]["channels"] = ["email", *channels]
    with path.open("w") as file:
        yaml.dump(tree, file)


async def test_a_place_that_was_looked_for_is_in_no_file_and_no_log(home: Home) -> None:
    with smtp_server() as server, capture_logs() as logged:
        world = home.live(server.port, "anna")
        async with log_of(world), pages(world) as client:
            answer = await client.post("/de/subscribe", data={"find": "1", "place": "Quellenweg 17"})
            assert html.fromstring(answer.text).xpath("//input[@name='place']/@value") == ["Quellenweg 17"]
    told = left(home.folder) | {"log": str(logged).encode()}
    assert [name for name, content in told.items() if b"quellenweg" in content.lower()] == []
