"""Every process of the embedded service is killed in the flood: nothing is lost, nothing said twice."""

import re
import sqlite3
from pathlib import Path

import msgspec
import pytest

from notifiers.channels.captured import CAPTURES
from sensors.units import MINUTE_MS
from simulations.exercise import DEMO, exercise_world
from simulations.pace import Pace
from simulations.play import play_of
from simulations.replay import ROLES, Outcome, driving, replay_in_process
from simulations.synthetic import moment, synthetic
from tests.floods.failover import Killer
from warning.config.load import load
from warning.supervisor import Supervisor
from warning.world import World

CONFIG = Path(__file__).parents[2] / "config.yaml"
SIGNED = re.compile(r'(/ack/|/seen/|"mark":")[\w.~-]+')
KILLS = {"ingest": "14 14:00", "worker": "14 16:03", "record": "14 16:10", "dispatch": "14 16:32"}


def captured(world: World, spared: set[str]) -> list[str]:
    """Every message a channel was given, in a fixed order: one given twice would stand here twice.

    Links to confirm and marks of letters are signed by each world with a key of its own.
    """
    texts = (path.read_text(encoding="utf-8") for path in world.data.rglob(CAPTURES))
    lines = [line for text in texts for line in text.splitlines() if msgspec.json.decode(line)["id"] not in spared]
    return sorted(SIGNED.sub(r"\1", line) for line in lines)


def spared(world: World) -> set[str]:
    """Messages that were not needed, as another channel had told the same person.

    Five minutes go by with each tick: what is due a minute after the first choice is due together with it where
    dispatch takes both at once, and goes out or is spared, whichever channel is quicker.
    """
    with sqlite3.connect(world.ledger.removeprefix("sqlite:///")) as ledger:
        rows = ledger.execute("SELECT said, id, recipient FROM deliveries WHERE state = 'SPARED'").fetchall()
        told = set(ledger.execute("SELECT said, recipient FROM deliveries WHERE state = 'ACCEPTED'"))
    assert {(said, recipient) for said, _, recipient in rows} <= told
    return {f"{said}-{number}" for said, number, _ in rows}


def history(world: World) -> list[tuple[object, ...]]:
    """All readings kept."""
    with sqlite3.connect(world.history.removeprefix("sqlite:///")) as kept:
        return kept.execute(
            "SELECT station, parameter, at, value, flag FROM readings JOIN series ON series = id ORDER BY 1, 2, 3"
        ).fetchall()


async def played(folder: Path, kills: dict[str, str]) -> tuple[Outcome, World]:
    """The synthetic flood around its crest, with roles killed on the way."""
    play = play_of(synthetic(), load(CONFIG, DEMO), moment("14 13:00"), moment("14 17:00"), 5 * MINUTE_MS)
    outcome = Outcome()
    async with Supervisor(exercise_world(play, CONFIG, folder), ROLES, logs=folder / "logs") as supervisor:
        killer = Killer(supervisor, {role: moment(at) for role, at in kills.items()})
        async with driving(play, supervisor.world, outcome.take) as (driver, _):
            await driver.run(Pace(play.start, 1e9), killer.on_step)
        assert set(killer.killed) == set(kills)
        assert all(supervisor.restarts[role] >= 1 for role in kills)
    assert replay_in_process(play).revisions == outcome.revisions
    return outcome, supervisor.world


@pytest.mark.asyncio
async def test_killing_every_process_changes_nothing(tmp_path: Path) -> None:
    """Same warnings, same deliveries, same history as the undisturbed run."""
    calm, calm_world = await played(tmp_path / "calm", {})
    wild, wild_world = await played(tmp_path / "wild", KILLS)
    assert wild.transitions == calm.transitions
    either = spared(wild_world) | spared(calm_world)
    assert captured(wild_world, either) == captured(calm_world, either)
    assert captured(wild_world, either)
    assert history(wild_world) == history(calm_world)
