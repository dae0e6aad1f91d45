"""Pages under load: 2,000 requests per second beside 1,000 open streams of events, viewers on the same two cores.

A flood is played through the whole service first. Then its web role alone serves what is in log, ledger and history,
while readings and a tick are written every two seconds, as the recorder does: each is a change that every open page
hears of, and after which every page has to be made anew. Peers give the same pages to the same viewers.
"""

import asyncio
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np

from bench.load import Load, listening, under_load
from bench.page_peers import NGINX, copied, fetched, flask, nginx
from bench.result import Result
from bench.visitors import Task
from rules.messages import Assessment
from sensors.readings import Series, Tick
from sensors.units import MINUTE_MS
from simulations.exercise import exercise_world
from simulations.pace import Pace
from simulations.play import play_of
from simulations.replay import driving
from simulations.synthetic import moment, synthetic
from tests.services.ports import free_port
from tests.warning.web.seed import CONFIG
from warning.config.load import load
from warning.config.model import Config
from warning.stores.histories import open_history
from warning.stores.history import Batch
from warning.supervisor import Supervisor
from warning.world import World

PLAYED = ("ingest", "worker", "record", "dispatch")
VIEWERS, STREAMS, RATE = 1000, 1000, 2000
SECONDS, PEER_SECONDS, PATIENCE_S = 30.0, 10.0, 20.0
FRESH = 0.2  # of all requests by people who have no page yet, over connections of their own
TARGET_MS = 200
EVERY_S, TICK_MS = 2.0, 10_000
LANGUAGES = {"de": 6, "en": 1, "de-simple": 1}
PAGES = {"start": 8, "zone": 2, "station": 1}  # how often people look at the start page, a zone, a station


def run() -> list[Result]:
    """Ours and the peers, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        world = asyncio.run(played(Path(folder)))
        return asyncio.run(measured(world))


async def played(folder: Path) -> World:
    """The synthetic flood until level 2 has been released; it is in log, ledger and history then."""
    play = play_of(synthetic(), load(CONFIG), moment("14 13:00"), moment("14 16:30"), 5 * MINUTE_MS)
    world = exercise_world(play, CONFIG, folder)
    async with (
        Supervisor(world, PLAYED, logs=folder / "logs") as supervisor,
        driving(play, supervisor.world, lambda _: None) as (driver, _),
    ):
        await driver.run(Pace(play.start, 1e9), lambda _: None)
        return supervisor.world


async def measured(world: World) -> list[Result]:
    """All of them in one run."""
    world = world.model_copy(update={"web_port": free_port()})
    task = Task(world.web_port, paths(world.configuration()), VIEWERS, STREAMS, RATE, SECONDS, FRESH, PATIENCE_S)
    alone = changed(task, streams=0, seconds=PEER_SECONDS)
    files = world.data / "nginx"
    async with Supervisor(world, ("web",), logs=world.data / "logs") as supervisor:
        await listening(world.web_port)
        news = News(world)
        ours = await under_load(task, supervisor.processes["web"].pid, news.come)
        fetched(files, world.web_port, task.paths)
        served = supervisor.world
    of_files = None
    if NGINX is not None:
        async with nginx(files) as (port, pid):
            of_files = await under_load(changed(alone, port=port), pid)
    async with flask(copied(served)) as (port, pid):
        made = await under_load(changed(alone, port=port), pid)
    return results(ours, of_files, made, news.delays(ours))


def paths(config: Config) -> dict[str, int]:
    """Every page with how often it is asked for."""
    found = {}
    for language, spoken in LANGUAGES.items():
        found[f"/{language}/"] = spoken * PAGES["start"] * len(config.zones)
        found |= {f"/{language}/zone/{zone}": spoken * PAGES["zone"] for zone in config.zones}
        found |= {f"/{language}/station/{station}": spoken * PAGES["station"] for station in config.stations}
    return found


def results(ours: Load, of_files: Load | None, made: Load, delays: list[float]) -> list[Result]:
    """What is printed."""
    if ours.lost or len(delays) % STREAMS:
        raise RuntimeError(f"{ours.lost} streams were lost; {len(delays)} events came, of {STREAMS} each")
    name = f"pages, {RATE:,} requests/s beside {STREAMS:,} streams"
    p50, p99 = np.percentile(delays, [50, 99])
    heard = (
        f"p50 {p50:.2f} s, longest {max(delays):.2f} s; {len(delays) // STREAMS} changes, each came to all {STREAMS:,}"
    )
    slow = f"peer: Flask on gunicorn, each page made for whoever asks, no streams: {made.said}"
    found = [
        Result(name, ours.p99, None, "ms (p99)", f"aim {TARGET_MS} ms; {ours.said}"),
        Result("pages, the same asked of Flask: answered", ours.rate, made.rate, "requests/s", slow),
        Result("pages, the same asked of Flask: waited", ours.p99, made.p99, "ms (p99)", "peer: the same"),
        Result("a change on 1,000 open pages", float(p99), None, "s (p99)", heard),
    ]
    if of_files is not None:
        fast = f"peer: nginx, files that never change, no streams: {of_files.said}"
        found.insert(1, Result(f"{name}, beside files by nginx", ours.p99, of_files.p99, "ms (p99)", fast))
    return found


def changed(task: Task, **fields: int | float) -> Task:
    """The same with something else."""
    return msgspec.structs.replace(task, **fields)


class News:
    """Readings and a tick, again and again, until it is cancelled."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._published: list[float] = []

    async def come(self) -> None:
        """Write them as the recorder does."""
        with open_history(self._world.history) as history:
            now = history.last_tick() or 0
            while True:
                await asyncio.sleep(EVERY_S)
                now += TICK_MS
                await asyncio.to_thread(history.write, _batch(now, len(self._published)))
                self._published.append(time.time())

    def delays(self, load: Load) -> list[float]:
        """Seconds until each stream had heard of each change, of those whose event came before the end."""
        found: list[float] = []
        for published in self._published:
            told = next((event for event in load.events if min(event.values()) >= published), None)
            if told is not None:
                found += [at - published for at in told.values()]
        return found


def _batch(now: int, number: int) -> Batch:
    assessment = Assessment(
        catchment="wupper",
        received_at=now,
        series=(Series("kluserbruecke", "stage"), Series("beyenburg", "stage")),
        index=(0, 1),
        at=(now - 1000,) * 2,
        value=(243.0 + number, 203.0 + number),
        flag=(1, 1),
        signal_names=((), ()),
        signals=((), ()),
        rules_version="1",
    )
    return Batch((), (assessment,), (), (Tick("wupper", now),))
