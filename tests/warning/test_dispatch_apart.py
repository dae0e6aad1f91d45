"""One channel, one recipient or one template that fails stops no other: each through the whole role."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.faults.receivers import receiving
from tests.services.smtp import Mailbox, serving
from tests.warning.dispatching import city, dispatching, log_of, now_flood, say, states, trouble, until_states
from warning.world import live

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]


class Choosy(Mailbox):
    """Knows everybody but one."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address == "nobody@people.example":
            return "550 no such user"
        return await super().handle_RCPT(server, session, envelope, address, options)


@asynccontextmanager
async def hanging() -> AsyncIterator[tuple[int, list[int]]]:
    """The port of a mail server that takes every connection and never says a word; and its connections."""
    taken: list[int] = []
    over = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(1)
        await over.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], taken
        over.set()


async def test_a_mail_server_that_hangs_stops_no_push_message(tmp_path: Path) -> None:
    """More mails hang than may be on their way at a time, and further warnings are pushed meanwhile."""
    people = [f"p{number}" for number in range(20)]
    with receiving(0.0) as receivers:
        async with hanging() as (port, taken):
            pushes = [f"json://127.0.0.1:{receivers.http_port}/{name}" for name in ("one", "two")]
            world = live(city(tmp_path, port, *people, pushes=pushes))
            async with log_of(world) as log, dispatching(world, log):
                await say(log, now_flood("w1"))
                async with asyncio.timeout(20):
                    while not taken:
                        await asyncio.sleep(0.01)
                    await say(log, now_flood("w2"))
                    while len(receivers.pushes) < 4:
                        await asyncio.sleep(0.01)
                assert Counter(states(world))["ACCEPTED"] <= 4  # the mails have not: their server hangs
    assert Counter(push.recipient for push in receivers.pushes) == {"one": 2, "two": 2}


async def test_a_recipient_refused_for_good_stops_no_other(tmp_path: Path) -> None:
    mailbox = Choosy()
    with serving(mailbox) as port:
        world = live(city(tmp_path, port, "anna", "nobody", "ben"))
        async with log_of(world) as log, dispatching(world, log):
            await say(log, now_flood("w1"), now_flood("w2"))
            await until_states(world, *["ACCEPTED", "ACCEPTED", "DEAD"] * 2)  # in the order of their names
    assert sorted(mailbox.recipients) == ["anna@people.example"] * 2 + ["ben@people.example"] * 2
    assert "nobody" in trouble(world)


async def test_a_template_that_raises_stops_no_other(tmp_path: Path) -> None:
    """The German words divide by zero at one rate of rise only, which no check can foresee."""
    mailbox = Mailbox()
    with serving(mailbox) as port:
        config = city(tmp_path, port, "anna", "ben")
        yaml = YAML()
        tree = yaml.load(config)
        tree["recipients"][1]["language"] = "en"
        tree["texts"]["rising"]["de"] = "steigt um {{ rate }} cm/h{{ 1 // 0 if rate.startswith('34') else '' }}"
        with config.open("w") as file:
            yaml.dump(tree, file)
        world = live(config)
        async with log_of(world) as log, dispatching(world, log):
            await say(log, now_flood("w1"), now_flood("w2", measurements=()))
            await until_states(world, "DEAD", "ACCEPTED", "ACCEPTED", "ACCEPTED")
    assert sorted(mailbox.recipients) == ["anna@people.example"] + ["ben@people.example"] * 2
    assert "rising" in trouble(world)
