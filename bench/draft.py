"""From a gauge's reading over MQTT to the draft that people see, with 600 gauges reporting every ten seconds.

The whole service runs: mosquitto, then ingest, worker, record and dispatch as processes of their own under the
supervisor, in an exercise world with the machine's clock. At random moments a pair of gauges jumps over level 2
from one reading to the next. Level 2 of their zone needs both, and two gauges that agree raise at once: the
later of the two readings decides, and no hold time is in the figures. Measured from the moment in which that
reading is handed to the MQTT client, until the row with its draft can be read from the topic, and from the desk.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import msgspec
import numpy as np
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench.city import write_pairs
from bench.ingest import until_tick
from bench.result import Result
from sensors.times import to_utc
from tests.services.kafka import running_kafka
from tests.services.mosquitto import mosquitto
from warning.log.api import Log
from warning.log.topics import WARNINGS
from warning.log.urls import open_log
from warning.messages import DeskRow
from warning.stores.desk import Desk
from warning.supervisor import Supervisor
from warning.ticks import wall_clock_ms
from warning.topics import topics_of
from warning.world import World, exercise

GAUGES, CATCHMENTS, EVERY_S = 600, 12, 10.0
WARM_UP_S, MEASURED_S, DRAIN_S = 20.0, 60.0, 20.0
DRAFTS = 120
CALM_CM, FLOOD_CM, LEVEL = 100.0, 240.0, 2
LOOK_S = 0.05  # how often the desk is looked at, which is part of what is measured there
SEED = 20_210_714
ROLES = ("ingest", "worker", "record", "dispatch")
TARGETS_S = {"embedded": 1.0, "Kafka": 2.0}


class _Said(msgspec.Struct, frozen=True):
    """What is looked for in any message of the topic; only desk rows have drafts."""

    zone: str | None = None
    proposed_level: int = 0


_decode = msgspec.json.Decoder(_Said).decode


def run() -> list[Result]:
    """The embedded log, then Kafka; mosquitto before both."""
    results = []
    for name in TARGETS_S:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            for part in ("mosquitto", "kafka", "city"):
                (Path(folder) / part).mkdir()
            port = stack.enter_context(mosquitto(Path(folder) / "mosquitto", {"floodbell": "bench"}))
            kafka = stack.enter_context(running_kafka(Path(folder) / "kafka")) if name == "Kafka" else None
            mqtt = f"mqtt://floodbell:bench@127.0.0.1:{port}"
            results += results_of(name, asyncio.run(measured(mqtt, kafka, Path(folder) / "city")))
    return results


@dataclass
class Run:
    """What was sent and what came of it; moments are of the monotonic clock, per zone."""

    decided: dict[str, float] = field(default_factory=dict)  # the reading that decides was handed over
    told: dict[str, float] = field(default_factory=dict)  # its draft was on the topic
    shown: dict[str, float] = field(default_factory=dict)  # and on the desk
    sent: int = 0
    took_s: float = 0.0
    cpu_s: dict[str, float] = field(default_factory=dict)  # per role
    load: tuple[float, float] = (0.0, 0.0)  # of the machine over a minute, before and after

    def delays_s(self, seen: Mapping[str, float]) -> list[float]:
        """From the deciding reading to its draft."""
        return [at - self.decided[zone] for zone, at in seen.items() if zone in self.decided]


def results_of(name: str, done: Run) -> list[Result]:
    """The 95th percentile on the topic and on the desk; the rest in the notes."""
    results = []
    cpu = ", ".join(f"{role} {100 * used / done.took_s:.0f} %" for role, used in done.cpu_s.items())
    load = f"load average {done.load[0]:.1f} before, {done.load[1]:.1f} after"
    for place, seen in (("on the topic", done.told), ("on the desk", done.shown)):
        delays = done.delays_s(seen) or [float("inf")]
        p50, p95, p99 = np.percentile(delays, [50, 95, 99])
        note = (
            f"p50 {p50:.2f} s, p95 {p95:.2f} s, p99 {p99:.2f} s, longest {max(delays):.2f} s; "
            f"{len(delays)} of {len(done.decided)} drafts; {done.sent / done.took_s:.0f} readings/s; "
            f"aim: p95 {TARGETS_S[name]:.0f} s; no hold time in it; CPU: {cpu}; {load}"
        )
        results.append(Result(f"draft {place}, {name}", float(p95), None, "s (p95)", note))
    return results


async def measured(mqtt: str, kafka: str | None, folder: Path) -> Run:
    """Run the service and the gauges for a bounded time."""
    pairs = write_pairs(folder / "config.yaml", GAUGES // 2, CATCHMENTS, f"{EVERY_S:.0f} s")
    world = exercise(folder / "config.yaml", folder / "world", None, clock="system")
    world = world.model_copy(
        update={"mqtt": mqtt} | ({} if kafka is None else {"log": f"kafka://{kafka}?prefix=bench."})
    )
    done = Run()
    async with open_log(world.log) as log, Supervisor(world, ROLES, logs=folder / "logs") as service:
        await log.create_topics(topics_of(world.configuration()))
        await until_tick(log)
        before, began = os.getloadavg()[0], time.monotonic()
        used = processor_s(service)
        async with watching(world, log, done):
            with gateways(urlsplit(mqtt), CATCHMENTS) as clients:
                await report_all(clients, pairs, done)
            done.took_s = time.monotonic() - began
            done.cpu_s = {role: now - used.get(role, 0.0) for role, now in processor_s(service).items()}
            done.load = before, os.getloadavg()[0]
            with suppress(TimeoutError):  # what is missing then is told as missing
                async with asyncio.timeout(DRAIN_S):
                    while len(done.shown) < len(done.decided):  # noqa: ASYNC110 - the desk is looked at, it calls nobody
                        await asyncio.sleep(LOOK_S)
    return done


def processor_s(service: Supervisor) -> dict[str, float]:
    """Processor time of every role so far."""
    ticks_per_s = os.sysconf("SC_CLK_TCK")
    used = {}
    for role, process in service.processes.items():
        fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        used[role] = (int(fields[11]) + int(fields[12])) / ticks_per_s
    return used


@contextmanager
def gateways(address: SplitResult, count: int) -> Iterator[list[Client]]:
    """Connected MQTT clients, each of which sends for the gauges of a catchment."""
    clients = [Client(CallbackAPIVersion.VERSION2, client_id=f"gateway-{number}") for number in range(count)]
    try:
        for client in clients:
            client.username_pw_set(address.username, address.password)
            client.connect(str(address.hostname), address.port or 1883)
            client.loop_start()
        yield clients
    finally:
        for client in clients:
            client.disconnect()
            client.loop_stop()


async def report_all(clients: Sequence[Client], pairs: Sequence[tuple[str, str]], done: Run) -> None:
    """Every gauge reports once in ten seconds at a moment of its own; some pairs jump, each once."""
    draw = random.Random(SEED)
    gauges = [(zone, gauge) for zone, pair in enumerate(pairs) for gauge in pair]
    draw.shuffle(gauges)
    first = int(WARM_UP_S / EVERY_S)
    rounds = int((WARM_UP_S + MEASURED_S) / EVERY_S)
    jumps = {zone: draw.randrange(first * len(gauges), (rounds - 2) * len(gauges)) for zone in
             draw.sample(range(len(pairs)), DRAFTS)}  # fmt: skip
    over: dict[int, int] = {}
    began = time.monotonic()
    for number in range(rounds * len(gauges)):
        zone, gauge = gauges[number % len(gauges)]
        await asyncio.sleep(max(0.0, began + number * EVERY_S / len(gauges) - time.monotonic()))
        jumped = number >= jumps.get(zone, rounds * len(gauges))
        value = (FLOOD_CM if jumped else CALM_CM) + draw.randrange(10) / 10
        text = _payload(number // len(gauges), value)
        over[zone] = over.get(zone, 0) + jumped
        if jumped and over[zone] == len(pairs[zone]):  # the other one has jumped before
            done.decided[f"zone-{zone:04d}"] = time.monotonic()
        clients[zone % len(clients)].publish(f"gauges/{gauge}/stage", text, qos=1)
        done.sent += 1


def _payload(seq: int, value: float) -> bytes:
    at = to_utc(wall_clock_ms()).isoformat(timespec="milliseconds")
    return f'{{"v":1,"seq":{seq},"at":"{at}","value":{value:.1f},"unit":"cm"}}'.encode()


@asynccontextmanager
async def watching(world: World, log: Log, done: Run) -> AsyncIterator[None]:
    """Note meanwhile when each draft is on the topic, and when on the desk."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_watch_topic(log, done)), group.create_task(_watch_desk(world, done))]
        yield
        for task in tasks:
            task.cancel()


async def _watch_topic(log: Log, done: Run) -> None:
    async with aclosing(log.read(WARNINGS, await log.ends(WARNINGS))) as batches:  # type: ignore[type-var]
        async for records in batches:
            _note(done.told, [_decode(record.value) for record in records])


async def _watch_desk(world: World, done: Run) -> None:
    desk = Desk.open(world.ledger)
    try:
        while True:
            _note(done.shown, await asyncio.to_thread(desk.rows))
            await asyncio.sleep(LOOK_S)
    finally:
        desk.close()


def _note(seen: dict[str, float], messages: Sequence[_Said | DeskRow]) -> None:
    now = time.monotonic()
    for row in messages:
        if row.zone is not None and row.proposed_level >= LEVEL:
            seen.setdefault(row.zone, now)
