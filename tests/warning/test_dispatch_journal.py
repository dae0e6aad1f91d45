"""kill -9 while many are leased: only what was in the air is in doubt, on both databases, at servers slow and fast."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from notifiers.channel_specs import ChannelLimits
from notifiers.journal import Became, Key, what_became
from notifiers.ledger.database import open_ledger
from notifiers.ledger.tables import State, deliveries
from tests.services.smtp import Mailbox, serving
from tests.warning.dispatching import Home, doubts, left_behind, log_of, now_flood, say, states
from tests.warning.test_dispatch_killed import reached, start
from warning.world import World

PEOPLE = 40
PARALLEL = ChannelLimits().parallel
KILLS = 3


class Slow(Mailbox):
    """Accepts and answers a moment later: in between nobody but this server knows."""

    def __init__(self, answer_s: float) -> None:
        super().__init__()
        self._answer_s = answer_s

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self._answer_s)
        return answer

    def times(self) -> Counter[int]:
        """How often each delivery was accepted."""
        ids = (str(letter["Message-ID"]).strip("<>").partition("@")[0] for letter in self.letters)
        return Counter(int(ident.rpartition("-")[2]) for ident in ids)


@contextmanager
def slow(answer_s: float):  # type: ignore[no-untyped-def]
    mailbox = Slow(answer_s)
    with serving(mailbox) as port:
        yield port, mailbox


@dataclass(frozen=True)
class Dead:
    """What a killed dispatch had leased, by what its journal says."""

    in_the_air: set[Key]
    ended: set[Key]
    accepted: set[Key]  # of these
    not_begun: set[Key]


def left_by_the_dead(world: World) -> Dead:
    with open_ledger(world.ledger) as ledger:
        columns = (deliveries.c.id, deliveries.c.attempt, deliveries.c.leased_by)
        query = select(*columns).where(deliveries.c.leased_until.is_not(None))
        rows = ledger.read_now(lambda connection: connection.execute(query).all())
    content = (world.data / "delivery.journal").read_bytes()
    became = what_became(content, msgspec.json.decode(content.partition(b"\n")[0])[1])
    assert isinstance(became, Became)
    leased = {(row.id, row.attempt) for row in rows if row.leased_by == became.holder}
    ended = leased & became.ended.keys()
    accepted = {key for key in ended if became.ended[key].state is State.ACCEPTED}
    return Dead(leased & became.begun.keys() - ended, ended, accepted, leased - became.begun.keys() - ended)


@pytest.mark.asyncio
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
@pytest.mark.parametrize("answer_s", [0.0, 0.3], ids=["fast", "slow"])
async def test_only_what_was_in_the_air_is_in_doubt(tmp_path: Path, ledger_url: str, answer_s: float) -> None:
    dice, dead = random.Random(11), []
    with slow(answer_s) as (port, mailbox):
        world = Home(tmp_path, ledger_url).live(port, *(f"p{number}" for number in range(PEOPLE)))
        file = tmp_path / "world.json"
        file.write_text(world.model_dump_json())
        async with log_of(world) as log:
            for round_ in range(KILLS):
                before = len(mailbox.letters)
                process = await start(file)
                await say(log, now_flood(f"flood{round_}"))
                await reached(more(mailbox, before + dice.randrange(1, PEOPLE)), process)
                process.kill()
                await process.wait()
                dead.append(left_by_the_dead(world))
            process = await start(file)
            await reached(lambda: states(world) == ["ACCEPTED"] * PEOPLE * KILLS, process)
            process.kill()
            await process.wait()
    times, doubted = mailbox.times(), doubts(world)
    assert len(times) == PEOPLE * KILLS
    assert all(count <= 1 + doubted.get(row, 0) for row, count in times.items())
    for each in dead:
        assert len(each.in_the_air) <= PARALLEL
        assert all(times[row] == 1 for row, attempt in each.accepted if attempt == 1)
    in_the_air = {key for each in dead for key in each.in_the_air}  # who dies at once leaves the journal before his
    assert Counter(left_behind(world)) == Counter(row for row, _ in in_the_air)  # nothing else, and all of it
    assert sum(times.values()) <= PEOPLE * KILLS + len(in_the_air)


def more(mailbox: Slow, wanted: int) -> Callable[[], bool]:
    return lambda: len(mailbox.letters) >= wanted
