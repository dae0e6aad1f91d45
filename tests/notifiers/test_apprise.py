"""Everything else, through Apprise, against a real HTTP endpoint."""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from notifiers.channels.api import Channel, DeliveryError, Handover, OutcomeUnknown, Outgoing
from notifiers.channels.apprise_ import AppriseChannel
from notifiers.ledger.database import Ledger
from notifiers.revision import Change, Status
from tests.notifiers.post import Post
from tests.notifiers.samples import FLOOD, NOON, flood, recipient
from tests.services.certificates import certificate, server_context

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]


@dataclass
class Endpoint:
    """Answers with the status that stands in the path, or hangs, or hangs up."""

    port: int = 0
    got: list[dict[str, Any]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            word = self.path.strip("/")
            if word == "hang":
                made.release.wait(10)
            if not word.isdigit():
                self.close_connection = True
                return
            self.send_response(int(word))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.release.set()
    server.shutdown()
    thread.join()
    server.server_close()


def message(to: str) -> Outgoing:
    return Outgoing(
        id="r1-7",
        warning="w1",
        status=Status.ACTUAL,
        change=Change.ISSUED,
        level=2,
        recipient="anna",
        channel="push",
        language="de",
        to=to,
        title="Gefahr, Stufe 2 von 3",
        body="Verlassen Sie den Keller.\n100 % \\n nass",
        sent=NOON,
        expires=FLOOD.expires,
    )


def at(endpoint: Endpoint, path: str) -> Outgoing:
    return message(f"json://127.0.0.1:{endpoint.port}/{path}")


async def test_title_and_body_arrive_as_they_are(endpoint: Endpoint) -> None:
    warned = at(endpoint, "200")
    await AppriseChannel("push").send(warned, Handover())
    await AppriseChannel("push").send(replace(warned, change=Change.ALL_CLEAR), Handover())
    await AppriseChannel("push").send(replace(warned, change=None, silent=True), Handover())
    assert [(got["title"], got["message"], got["type"]) for got in endpoint.got] == [
        (warned.title, warned.body, "warning"),
        (warned.title, warned.body, "success"),
        (warned.title, warned.body, "info"),
    ]


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(400, False), (401, False), (404, False), (410, False), (408, True), (429, True), (500, True), (503, True)],
)
async def test_refusals_are_told_apart_and_sent_once(endpoint: Endpoint, status: int, *, retryable: bool) -> None:
    with pytest.raises(DeliveryError) as caught:
        await AppriseChannel("push").send(at(endpoint, str(status)), Handover())
    assert caught.value.retryable is retryable
    assert f"error={status}" in caught.value.reason
    assert len(endpoint.got) == 1


@pytest.mark.parametrize(
    ("status", "retryable"), [(401, True), (403, True), (404, True), (410, True), (400, False), (422, False)]
)
async def test_the_citys_own_account_may_be_repaired(endpoint: Endpoint, status: int, *, retryable: bool) -> None:
    """An expired token says nothing about the resident, who would never be told again."""
    resident = AppriseChannel("sms", 1, f"json://city:expired@127.0.0.1:{endpoint.port}/{status}?+to={{to}}")
    staff = AppriseChannel("calls", voice=True)
    for channel, warned in ((resident, message("+4915100000001")), (staff, at(endpoint, str(status)))):
        with pytest.raises(DeliveryError) as caught:
            await channel.send(warned, Handover())
        assert caught.value.retryable is retryable


async def test_a_repaired_account_reaches_whom_the_expired_one_did_not(endpoint: Endpoint, ledger: Ledger) -> None:
    def account(status: int) -> dict[str, Channel]:
        return {"sms": AppriseChannel("sms", 1, f"json://city:token@127.0.0.1:{endpoint.port}/{status}?+to={{to}}")}

    office = Post(ledger, [recipient("anna", "sms")], account(401))
    office.say(flood())
    await office.work()
    assert office.states() == ["QUEUED"]
    assert "error=401" in office.delivery.providers.standing("sms").reason
    assert office.delivery.providers.standing("sms").failing_since is not None
    office.channels = account(200)
    office.restart()
    await office.later(60)
    assert office.states() == ["ACCEPTED"]


async def test_an_address_cannot_ask_for_retries_of_its_own(endpoint: Endpoint) -> None:
    with pytest.raises(DeliveryError):
        await AppriseChannel("push").send(at(endpoint, "500?retry=5&wait=0"), Handover())
    assert len(endpoint.got) == 1


async def test_nobody_listens() -> None:
    with pytest.raises(DeliveryError) as caught:
        await AppriseChannel("push").send(message("json://127.0.0.1:1/200"), Handover())
    assert caught.value.retryable


async def test_a_connection_lost_after_the_request_is_doubt(endpoint: Endpoint) -> None:
    with pytest.raises(OutcomeUnknown):
        await AppriseChannel("push").send(at(endpoint, "drop"), Handover())
    assert len(endpoint.got) == 1


async def test_a_service_that_does_not_answer_leaves_doubt(endpoint: Endpoint) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await AppriseChannel("push").send(at(endpoint, "hang"), Handover())
    endpoint.release.set()


async def test_nothing_is_posted_after_the_attempt_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service shakes hands only then: what the thread would post now comes after a retry, or a retraction."""
    file = certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))

    def shaking_hands(line: socket.socket) -> bytes:
        with line, contextlib.suppress(OSError), server_context(file).wrap_socket(line, server_side=True) as tls:
            return tls.recv(1000)
        return b""

    with socket.create_server(("127.0.0.1", 0)) as listening:
        to = f"jsons://127.0.0.1:{listening.getsockname()[1]}/200"
        sending = asyncio.create_task(AppriseChannel("push").send(message(to), Handover()))
        line, _ = await asyncio.to_thread(listening.accept)
        await asyncio.to_thread(line.recv, 1, socket.MSG_PEEK)  # it has begun to shake hands
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert await asyncio.to_thread(shaking_hands, line) == b""


async def test_hanging_services_do_not_hold_up_the_next(endpoint: Endpoint) -> None:
    channel = AppriseChannel("push")
    hanging = [asyncio.create_task(channel.send(at(endpoint, "hang"), Handover())) for _ in range(8)]
    async with asyncio.timeout(5):
        await channel.send(at(endpoint, "200"), Handover())
    endpoint.release.set()
    await asyncio.gather(*hanging, return_exceptions=True)


async def test_what_is_given_up_leaves_its_thread(endpoint: Endpoint) -> None:
    """A service that hangs would otherwise hold it for longer than the attempt, and others would wait in vain."""
    channel = AppriseChannel("push")
    before = set(threading.enumerate())
    sending = asyncio.create_task(channel.send(at(endpoint, "hang"), Handover()))
    await asyncio.to_thread(endpoint.came.wait, 5)
    (thread,) = [one for one in set(threading.enumerate()) - before if one.name.startswith("apprise-push")]
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await channel.send(at(endpoint, "200"), Handover())
    assert thread.is_alive()


async def test_an_address_that_apprise_does_not_know_is_final() -> None:
    with pytest.raises(DeliveryError) as caught:
        await AppriseChannel("push").send(message("carrier-pigeon://loft/7"), Handover())
    assert not caught.value.retryable
    assert "pigeon" not in str(caught.value)


async def test_tokens_do_not_get_into_the_reason(endpoint: Endpoint) -> None:
    to = f"json://user:geheim@127.0.0.1:{endpoint.port}/503?+X-Token=geheim"
    with pytest.raises(DeliveryError) as caught:
        await AppriseChannel("push").send(message(to), Handover())
    assert "geheim" not in caught.value.reason
