"""Killing workers in the middle of the flood: two of them, Kafka, mosquitto, four catchments.

The short form is a test. The long form plays the record of July 2021, or the synthetic flood where that
is not there, at 600 times real time::

    python -m tests.floods.failover
"""

import argparse
import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sensors.records import Record, open_record
from simulations.exercise import exercise_world
from simulations.pace import Pace
from simulations.play import Play, play_of
from simulations.replay import Outcome, driving, rejected, replay_in_process
from simulations.schedule import Step
from simulations.synthetic import moment, synthetic
from tests.floods.golden import WUPPERTAL, lines
from tests.records import FLOODS
from tests.services.kafka import running_kafka
from tests.services.mosquitto import mosquitto
from warning.config.load import load
from warning.supervisor import Supervisor

HERE = Path(__file__).parent
FOUR_CATCHMENTS = HERE / "four-catchments.yaml"
SESSION_TIMEOUT_S = 6.0
ROLES = ("ingest", "worker", "worker-2", "record", "dispatch")


class Servers(NamedTuple):
    """Addresses."""

    kafka: str
    mqtt: str


@dataclass
class Killer:
    """Kills a role with SIGKILL as soon as virtual time has come to the given ms; by its own pid only."""

    supervisor: Supervisor
    at: Mapping[str, int]
    killed: dict[str, int] = field(default_factory=dict)  # role → pid

    def on_step(self, step: Step) -> None:
        """Look whether somebody's time has come."""
        for role, at in self.at.items():
            if step.at >= at and role not in self.killed:
                process = self.supervisor.processes[role]
                os.kill(process.pid, signal.SIGKILL)
                self.killed[role] = process.pid


def flood(start: str, until: str, tick_ms: int, record: Record | None = None) -> Play:
    """A part of a record, else of the synthetic flood, against the four catchments."""
    city = load(WUPPERTAL, FOUR_CATCHMENTS)
    return play_of(record or synthetic(), city, moment(start), moment(until), tick_ms)


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """A Kafka and a mosquitto of our own, for the long form."""
    for name in ("kafka", "mosquitto"):
        (folder / name).mkdir()
    with running_kafka(folder / "kafka") as kafka, mosquitto(folder / "mosquitto", {"replay": "flood"}) as port:
        yield Servers(f"kafka://{kafka}", f"mqtt://replay:flood@127.0.0.1:{port}")


async def with_kills(play: Play, folder: Path, outside: Servers, speed: float, at: Mapping[str, int]) -> Outcome:
    """What is said when workers are killed on the way. Raises RuntimeError where a kill did not happen."""
    outcome = Outcome()
    world = exercise_world(play, WUPPERTAL, folder, FOUR_CATCHMENTS, log=outside.kafka, mqtt=outside.mqtt)
    world = world.model_copy(update={"session_timeout_s": SESSION_TIMEOUT_S})
    async with Supervisor(world, ROLES, logs=folder / "logs") as supervisor:
        killer = Killer(supervisor, at)
        async with driving(play, supervisor.world, outcome.take) as (driver, listener):
            await driver.run(Pace(play.start, speed), killer.on_step)
        outcome.repeats, outcome.rejected = listener.repeats, await rejected(supervisor.world)
        if set(killer.killed) != set(at) or any(supervisor.restarts[role] == 0 for role in at):
            raise RuntimeError(f"killed {killer.killed}, restarts {supervisor.restarts}")
    return outcome


def released(outcome: Outcome) -> list[str]:
    """Released revisions as lines, by name: between catchments there is no order."""
    return sorted(lines(Outcome(revisions=outcome.revisions)))


def main() -> None:
    """The long form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", type=float, default=600.0, help="times real time")
    speed = parser.parse_args().speed
    recorded = FLOODS / "wupper-2021"
    record = open_record(recorded) if recorded.exists() else synthetic()
    play = flood("14 09:00", "16 00:00", 60_000, record)
    kills = {"worker": moment("14 16:05"), "worker-2": moment("14 17:05")}
    with tempfile.TemporaryDirectory(prefix="floodbell-failover-") as folder, servers(Path(folder)) as outside:
        outcome = asyncio.run(with_kills(play, Path(folder) / "world", outside, speed, kills))
    expected = released(replay_in_process(play))
    same = released(outcome) == expected
    print(  # noqa: T201 - the result of a script
        f"{record.name} at {speed:g} times real time, both workers killed in the flood: "
        f"{len(outcome.revisions)} revisions released, {outcome.repeats} repeats on the log recognised by their ids; "
        f"{'the same as' if same else 'NOT the same as'} the {len(expected)} of the undisturbed run"
    )
    raise SystemExit(0 if same else 1)


if __name__ == "__main__":
    main()
