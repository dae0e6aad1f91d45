"""The role that serves the pages."""

import asyncio
import contextlib
import gc
import resource
import socket
from collections.abc import AsyncIterator, Coroutine, Generator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import msgspec
import structlog
import uvicorn
from fastapi import FastAPI

from notifiers.revision import Status
from sensors.times import to_utc
from warning.contacts import links_of
from warning.keys import secret_key
from warning.log.api import Log, LogUnavailable, OutsideLog
from warning.log.store import wall_clock_ms
from warning.log.topics import STATUS
from warning.messages import StatusReport
from warning.signup import SignUps
from warning.status import EVERY_S, reporter
from warning.stores.book import LedgerBook
from warning.stores.histories import open_history
from warning.web.app import create_app
from warning.web.facts.health import version_of
from warning.web.facts.picture import watched_by
from warning.web.facts.sources import Sources, Statuses
from warning.web.live import Changes, watch
from warning.web.staff.staffed import staffed
from warning.world import World

logger = structlog.get_logger()

FILES, FEW_FILES = 65_536, 4096  # every open page keeps one or two connections
STOP_S = 3  # how long open requests may take when the role is told to stop
_STATUS = msgspec.json.Decoder(StatusReport)


async def run(world: World, log: Log, stop: asyncio.Event) -> None:
    """Serve the pages until ``stop`` is set."""
    allow_files()
    config = world.configuration()
    statuses, changes = Statuses(), Changes()
    with open_history(world.history, read_only=True) as history, LedgerBook(world.ledger) as book:
        sources = Sources(config, watched_by(config), world.status, world.clock, history, book, statuses, wall_clock_ms)
        sign_ups = _sign_ups(world, sources)
        staff = staffed(sources, log, book, secret_key(world.data))
        app = create_app(sources, log, changes, staff, sign_ups, world.video, drawn=world.map)
        gc.collect()
        gc.freeze()  # what stays until the end is not looked through again and again, which holds up everybody
        listening = socket.create_server((world.web_host, world.web_port))
        listening.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # inherited; else 40 ms lie between head and body
        logger.info("web_listening", host=world.web_host, port=listening.getsockname()[1])
        async with _beside(follow(log, statuses), watch(changes, partial(version_of, sources)), _report(log, statuses)):
            await _serve(app, listening, changes, stop, config.service.web.proxies)
        if sign_ups is not None:
            sign_ups.close()


def _sign_ups(world: World, sources: Sources) -> SignUps | None:
    """None in an exercise, which reaches no resident, and where the key to their addresses is missing."""
    spec, links = sources.config.subscriptions, None
    if spec is not None and world.status is Status.ACTUAL:
        links = links_of(world)
    if spec is None or links is None:
        return None
    return SignUps(sources.config, spec, links, world.ledger, lambda: to_utc(sources.now_ms() or 0))


async def _serve(
    app: FastAPI, listening: socket.socket, changes: Changes, stop: asyncio.Event, proxies: Sequence[object]
) -> None:
    config = uvicorn.Config(
        app,
        lifespan="off",
        access_log=False,
        log_config=None,
        http="httptools",
        server_header=False,
        timeout_graceful_shutdown=STOP_S,
        forwarded_allow_ips=[str(one) for one in proxies],
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    changes.close()
    server.should_exit = True
    await serving


class _Server(uvicorn.Server):
    """Signals belong to the process that runs the role."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def allow_files() -> None:
    """Take as many open files as the machine grants; with few of them late readers would find no page."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(FILES, hard if hard != resource.RLIM_INFINITY else FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < FEW_FILES:
        advice = f"pages are kept open by fewer people than that; raise the hard limit, LimitNOFILE={FILES}"
        logger.warning("few_open_files", most=most, advice=advice)


async def follow(log: Log, statuses: Statuses) -> None:
    """Keep the last report of every role; an unreadable log is asked again."""
    while True:
        try:
            async for records in log.read(STATUS, {}):
                for record in records:
                    try:
                        statuses.take(_STATUS.decode(record.value))
                    except msgspec.MsgspecError as error:
                        logger.warning("status_unreadable", key=record.key, reason=str(error))
        except (LogUnavailable, OutsideLog, KeyError) as error:
            logger.warning("statuses_wait", reason=str(error))
        await asyncio.sleep(1)


async def _report(log: Log, statuses: Statuses) -> None:
    report = reporter(log, "web")
    while True:
        try:
            await report(True, {}, "")
            statuses.unwritable = ""
        except LogUnavailable as error:
            statuses.unwritable = str(error)
            logger.warning("status_not_sent", reason=str(error))
        await asyncio.sleep(EVERY_S)


@asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work that goes on while the block runs; it ends with the block."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
