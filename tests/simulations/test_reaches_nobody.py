"""A replay of a city with real recipients: their servers hear nothing, the captures hold it all."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from notifiers.revision import Status
from sensors.units import MINUTE_MS
from simulations.exercise import DEMO, exercise_world
from simulations.play import play_of
from simulations.replay import replay_for_real
from simulations.synthetic import moment, synthetic
from warning.config.load import load

CONFIG = Path(__file__).parents[2] / "config.yaml"


class Doorbell:
    """A server that counts who connects, whatever they want to say."""

    def __init__(self) -> None:
        self.rings = 0

    async def answer(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.rings += 1
        writer.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """Gives the port."""
        server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        async with server:
            yield int(server.sockets[0].getsockname()[1])


def with_recipients_at(smtp: int, http: int, folder: Path) -> Path:
    """The shipped city, its mail server and push addresses on the given ports."""
    city = YAML(typ="safe").load(CONFIG.read_text(encoding="utf-8"))
    city["channels"]["email"]["port"] = smtp
    for recipient in (*city["recipients"], *city["institutions"]):
        for address in recipient["addresses"]:
            if address["channel"] == "push":
                address["to"] = f"json://127.0.0.1:{http}/{recipient['id']}"
    path = folder / "config.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(city, file)
    return path


@pytest.mark.asyncio
async def test_replay_reaches_nobody_but_the_captures(tmp_path: Path) -> None:
    mail, push = Doorbell(), Doorbell()
    async with mail.listening() as smtp, push.listening() as http:
        config = with_recipients_at(smtp, http, tmp_path)
        play = play_of(synthetic(), load(config, DEMO), moment("14 15:30"), moment("14 16:40"), 5 * MINUTE_MS)
        world = exercise_world(play, config, tmp_path / "world")
        outcome = await replay_for_real(play, world, speed=1e9)
        _, writer = await asyncio.open_connection("127.0.0.1", smtp)  # the doorbell rings when somebody comes
        writer.close()
        await writer.wait_closed()
    assert (mail.rings, push.rings) == (1, 0)

    captured = [json.loads(line) for line in (tmp_path / "world" / "captures.jsonl").read_text("utf-8").splitlines()]
    assert {one.status for one in outcome.revisions} == {Status.EXERCISE}
    assert {one["channel"] for one in captured} == {"email", "push"}
    about = {one["warning"] for one in captured} - {""}  # pages to staff may be about a gauge alone
    assert about == {one.warning for one in outcome.revisions}
    assert all("ÜBUNG" in one["title"] and "ÜBUNG" in one["body"] for one in captured)
    assert len({one["id"] for one in captured}) == len(captured)  # nobody is told twice


def test_an_overlay_cannot_make_an_exercise_real(tmp_path: Path) -> None:
    play = play_of(synthetic(), load(CONFIG, DEMO), None, None)
    world = exercise_world(play, CONFIG, tmp_path)
    assert world.status is Status.EXERCISE
    assert all(str(tmp_path) in place for place in (world.log, world.history, world.ledger, str(world.data)))
