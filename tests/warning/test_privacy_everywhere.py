"""Nobody's number, topic, hook or place on the net is left behind, whatever goes wrong at whoever carries messages."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from ruamel.yaml import YAML
from sqlalchemy import text

from notifiers.ledger.database import open_ledger
from tests.services.http import Answer, HttpServer, Request
from tests.services.ports import free_port
from tests.services.postgres import Postgres
from tests.services.smpp import INVALID_ADDRESS, MessageCentre
from tests.services.smtp import smtp_server
from tests.services.talk import talking
from tests.warning.dispatching import Home, dispatching, log_of, now_flood, say
from tests.warning.test_privacy import left
from warning.log.api import Log
from warning.stores.histories import open_history
from warning.web import server
from warning.web.residents.subscribing import ASKED
from warning.world import World

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]

TEXTED, CALLED, PASSED_ON = "+4915123456701", "+4915123456702", "+4915123456703"
HERE, BEHIND_A_PROXY = "127.0.0.5", "2001:db8:aaaa:bbbb"
TELLING = (TEXTED, CALLED, PASSED_ON, HERE, BEHIND_A_PROXY, "snipe-topic-27", "plover-9", "teal-4")
WISH = {"zones": ["unterbarmen"], "language": "de", "words": "de", "consent": True}


@asynccontextmanager
async def served(world: World, log: Log, local: str = HERE) -> AsyncIterator[httpx.AsyncClient]:
    """The role that serves the pages, asked from an address of its own."""
    world = world.model_copy(update={"web_port": free_port()})
    open_history(world.history).close()
    stop = asyncio.Event()
    role = asyncio.create_task(server.run(world, log, stop))
    transport = httpx.AsyncHTTPTransport(local_address=local)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{world.web_port}") as client:
        async with asyncio.timeout(60):
            while not await _answers(client):
                assert not role.done()
                await asyncio.sleep(0.02)
        yield client
    stop.set()
    await role


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/de/")).status_code == 200
    except httpx.TransportError:
        return False


def refusing(request: Request) -> Answer:
    """It repeats whatever it was asked."""
    return Answer(400, {}, f"{request.path} {request.body.decode()}".encode())


def with_everything(path: Path, centre: int, other: int) -> None:
    """Residents by text message and call, and neighbours by ntfy and webhook."""
    yaml = YAML()
    tree = yaml.load(path)
    tree["channels"] |= {
        "sms": {"kind": "smpp", "host": "127.0.0.1", "port": centre, "security": "none", "system_id": "floodbell",
                "password_env": "SMPP", "sender": "Wuppertal", "parts": 2},
        "text": {"kind": "apprise", "parts": 2, "resident_env": "TEXTS"},
        "call": {"kind": "apprise", "voice": True, "resident_env": "CALLS"},
        "topic": {"kind": "ntfy", "server": f"http://127.0.0.1:{other}"},
        "hook": {"kind": "webhook", "secret_env": "HOOK"},
    }  # fmt: skip
    tree["subscriptions"]["channels"] = ["email", "sms", "text", "call"]
    fields = {"language": "de", "zones": list(tree["zones"]), "from_level": 1}
    for channel, to in (("topic", "snipe-topic-27"), ("hook", f"http://127.0.0.1:{other}/plover-9?key=teal-4")):
        tree["recipients"].append({"id": channel, **fields, "addresses": [{"channel": channel, "to": to}]})
    with path.open("w") as file:
        yaml.dump(tree, file)


async def test_no_way_of_being_told_leaves_a_trace(
    tmp_path: Path,
    ledger_url: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All of them refuse, and repeat what they were given; the web is asked from an address that is nobody else's."""
    for name in ("TEXTS", "CALLS"):
        monkeypatch.setenv(name, f"json://127.0.0.1:{free_port()}/{{to}}")
    monkeypatch.setenv("SMPP", "gadwall7")
    monkeypatch.setenv("HOOK", "whsec_" + base64.b64encode(b"reed-warbler-in-the-reeds-1985").decode())
    asked = MessageCentre("gadwall7", lambda _: INVALID_ADDRESS)
    other, home = HttpServer(refusing), Home(tmp_path, ledger_url)
    with smtp_server() as smtp:
        async with talking(asked) as centre, talking(other) as port:
            world = home.live(smtp.port, "anna")
            with_everything(world.config, centre, port)
            async with log_of(world) as log, dispatching(world, log), served(world, log) as client:
                await everything_is_asked(client)
                await say(log, now_flood("w0", zone="unterbarmen"))
                async with asyncio.timeout(60):
                    while tried(world) < {"sms", "text", "call", "topic", "hook"}:
                        await asyncio.sleep(0.02)
    told = left(tmp_path)
    if ledger_url.startswith("postgresql"):
        postgres: Postgres = request.getfixturevalue("postgres")
        told["dump"] = postgres.dump(ledger_url.rpartition("/")[2])
    printed = capsys.readouterr()
    told["terminal"] = (printed.out + printed.err).encode()
    assert len(told) > 3
    words = {*TELLING, *(number.removeprefix("+49") for number in (TEXTED, CALLED, PASSED_ON))}
    assert {(name, word) for name, content in told.items() for word in words if word.encode() in content} == set()
    assert any(b"plover-9" in one.path.encode() for one in other.requests)  # it was asked by its whole address


async def everything_is_asked(client: httpx.AsyncClient) -> None:
    """Also what is refused, of an unknown page, and too often."""
    for channel, number in (("sms", TEXTED), ("call", CALLED), ("text", PASSED_ON)):
        begun = await client.post("/api/v1/subscriptions", json=WISH | {"channel": channel, "address": number})
        assert begun.status_code == 202, begun.text
        code = {"ref": begun.json()["ref"], "code": "000000"}
        assert (await client.post("/api/v1/subscriptions/confirm", json=code)).status_code == 422
    assert (await client.get("/de/nothing")).status_code == 404
    assert (await client.get("/desk", headers={"Authorization": "Bearer none"})).status_code in {200, 303, 401}
    assert await stopped_after(client, [f"{BEHIND_A_PROXY}::{number:x}" for number in range(1, 60)]) == ASKED


async def stopped_after(client: httpx.AsyncClient, places: list[str]) -> int:
    """After how many requests that are said to come from these places there were too many."""
    for number, place in enumerate(places):
        wrong = {"address": "nobody", "channel": "sms"}
        answer = await client.post("/api/v1/subscriptions", json=WISH | wrong, headers={"X-Forwarded-For": place})
        if answer.status_code == 429:
            return number
    return len(places)


def tried(world: World) -> set[str]:
    """Channels on which something was tried and failed."""
    query = text("SELECT channel FROM deliveries WHERE attempt > 0 AND reason <> ''")
    with open_ledger(world.ledger) as ledger:
        return set(ledger.read_now(lambda connection: connection.execute(query).scalars().all()))


@pytest.mark.parametrize(
    ("proxies", "answered"),
    [
        pytest.param(["127.0.0.5"], ASKED + 5, id="a proxy of ours says who asks"),
        pytest.param(["127.0.0.6", "10.0.0.0/8"], ASKED, id="nobody else is believed"),
    ],
)
async def test_a_proxy_is_believed_where_it_is_named(tmp_path: Path, proxies: list[str], answered: int) -> None:
    world = Home(tmp_path, f"sqlite:///{tmp_path}/ledger.db").live(free_port(), "anna")
    yaml = YAML()
    tree = yaml.load(world.config)
    tree["service"]["web"]["proxies"] = proxies
    with world.config.open("w") as file:
        yaml.dump(tree, file)
    async with log_of(world) as log, served(world, log) as client:
        assert await stopped_after(client, [f"192.0.2.{number}" for number in range(ASKED + 5)]) == answered
