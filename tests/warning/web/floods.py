"""A flood at level 2 that waits for people, in the service as it runs, with its pages; and people who hold tokens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from sensors.units import MINUTE_MS
from simulations.exercise import exercise_world
from simulations.pace import Pace
from simulations.play import play_of
from simulations.replay import Outcome, driving
from simulations.synthetic import moment, synthetic
from tests.services.ports import free_port
from tests.warning.test_approval import CONFIG, floodbell
from warning.config.load import load
from warning.messages import DeskRow
from warning.stores.desk import Desk
from warning.supervisor import Supervisor
from warning.world import World

ROLES = ("ingest", "worker", "record", "dispatch", "web")


@dataclass(frozen=True)
class Served:
    """A running world."""

    world: World
    file: Path  # world.json
    outcome: Outcome

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.world.web_port}"

    def token(self, person: str) -> str:
        made = floodbell("token", person, "--world", str(self.file))
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def client(self, token: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.address, headers=headers, timeout=60)

    def row(self, zone: str, hazard: str = "river-flood") -> DeskRow:
        desk = Desk.open(self.world.ledger)
        return next(row for row in desk.rows() if (row.zone, row.hazard) == (zone, hazard))

    def recipients(self, row: DeskRow) -> int:
        return Desk.open(self.world.ledger).audience_of(row)


@asynccontextmanager
async def flood_served(folder: Path) -> AsyncIterator[Served]:
    """The synthetic flood just past level 2, as the shipped configuration releases it."""
    play = play_of(synthetic(), load(CONFIG), moment("14 13:00"), moment("14 16:05"), 5 * MINUTE_MS)
    outcome = Outcome()
    port = free_port()
    world = exercise_world(play, CONFIG, folder, None).model_copy(update={"web_port": port})
    async with (
        Supervisor(world, ROLES, logs=folder / "logs") as supervisor,
        driving(play, supervisor.world, outcome.take) as (driver, _),
    ):
        await driver.run(Pace(play.start, 1e9), lambda _: None)
        yield Served(supervisor.world, supervisor.world_file, outcome)
