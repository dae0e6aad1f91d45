"""All checks of one world, in the order in which one would look: the machine, its files, its servers."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from notifiers.revision import Status
from sensors.times import to_ms
from warning.check import problems_of
from warning.config.load import ConfigError
from warning.config.model import Config
from warning.doctor import clock, machine, servers
from warning.doctor.contacts import contacts
from warning.doctor.desk import live_desk
from warning.doctor.factors import factors
from warning.doctor.files import Files
from warning.doctor.finding import Finding, Verdict, failed, good
from warning.doctor.signature import signature
from warning.messages import StatusReport
from warning.status import SILENT_S
from warning.ticks import wall_clock_ms
from warning.topics import topics_of
from warning.web.desk import built
from warning.world import World

MEMINFO = Path("/proc/meminfo")
MQTT_NAME = "floodbell-doctor"


def examine(world: World, within_s: float) -> list[Finding]:
    """Everything about a world; ``within_s`` bounds the check of each file's inside."""
    findings = [*_machine(), configuration(world.config)]
    port, said = servers.pages(world)
    files = Files(world, within_s)
    findings += _folders(world, files)
    findings += files.findings()
    config = _readable(world)
    if config is not None:
        findings += _servers(world, config, said is not None)
        findings.append(clock.time_zone(config.city.time_zone))
    findings += _clock(files, said is not None)
    findings += [port, live_desk(there=built.there(), fresh=built.fresh())]
    findings += _running(said, files.reports)
    return findings


def configuration(path: Path) -> Finding:
    """What ``floodbell check`` says of it."""
    try:
        problems = problems_of(path)
    except ConfigError as error:
        problems = str(error).splitlines()
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return failed(
            "configuration", f"{problems[0]}{more}", f"correct it; floodbell check {path} names every mistake"
        )
    return good("configuration", str(path))


def _readable(world: World) -> Config | None:
    try:
        return world.configuration()
    except ConfigError:
        return None


def _machine() -> Iterator[Finding]:
    yield machine.python()
    yield machine.memory(MEMINFO.read_text() if MEMINFO.exists() else "")
    yield machine.open_files()


def _folders(world: World, files: Files) -> Iterator[Finding]:
    """The data folder, and each other folder in which a store lies."""
    for folder in dict.fromkeys([world.data, *(path.parent for path in files.paths.values())]):
        if not folder.is_dir():
            yield good(f"folder {folder.name}", f"{folder} does not exist yet: the first start of the service makes it")
            folder = next(parent for parent in folder.parents if parent.is_dir())  # noqa: PLW2901 - its disk
        name = folder.name or "/"
        left = machine.space(f"disk of {name}", folder, machine.space_of(folder))
        yield left
        wrote = machine.writable(f"folder {name}", folder)
        if left.verdict is not Verdict.FAILED or not wrote.remedy.startswith(machine.DISK_FULL):
            yield wrote  # a full disk is told once
    if world.data.is_dir():
        yield machine.secrets(world.data)
        yield machine.owners(world.data, [path for path in world.data.iterdir() if path.is_file()])


def _servers(world: World, config: Config, running: bool) -> Iterator[Finding]:
    if config.service.mqtt.url == "embedded" and not running:
        yield good("broker", "embedded: it starts with the service")
    else:
        yield asyncio.run(servers.mqtt(world.mqtt, f"{MQTT_NAME}-{os.getpid()}"))
    if world.log.startswith("kafka:"):
        yield asyncio.run(servers.kafka(world.log, topics_of(config)))
    if world.status is not Status.ACTUAL:
        yield good("channels", "an exercise reaches nobody")
        return
    yield signature(world.signing, os.environ, datetime.now(UTC))
    yield contacts(world, os.environ)
    yield from factors(world, config)
    yield from machine.variables(dict(_variables(config, ())), os.environ)
    yield from servers.channels(world.config)


def _variables(part: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Environment variables that any part of a configuration names: keys that end in ``_env``."""
    if isinstance(part, BaseModel):
        part = {name: getattr(part, name) for name in type(part).model_fields}
    if isinstance(part, Mapping):
        for name, value in part.items():
            if str(name).endswith("_env") and isinstance(value, str):
                yield value, ".".join((*path, str(name)))
            else:
                yield from _variables(value, (*path, str(name)))
    elif isinstance(part, tuple | list):
        for number, value in enumerate(part):
            yield from _variables(value, (*path, str(number)))


def _clock(files: Files, running: bool) -> Iterator[Finding]:
    now = wall_clock_ms()
    ticks = [report.counters.get("tick_ms", 0) for report in files.reports if report.role == "worker"]
    if files.world.clock == "system":
        yield clock.against_tick(now, max(ticks, default=0), running)
    times = [path.stat().st_mtime_ns // 1_000_000 for path in files.paths.values() if path.exists()]
    future = clock.against_files(now, max(times, default=0))
    if future.verdict is not Verdict.GOOD:
        yield future
    yield clock.time_server(clock.kernel_state())


def _running(said: Mapping[str, Any] | None, reports: list[StatusReport]) -> Iterator[Finding]:
    if said is None:
        yield good("service", "is not running here")
        return
    yield from servers.health(said)
    now_ms = time.time() * 1000
    newest: dict[str, StatusReport] = {}
    for report in reports:
        if report.role not in newest or report.at > newest[report.role].at:
            newest[report.role] = report
    for role, report in sorted(newest.items()):
        age_s = (now_ms - to_ms(report.at)) / 1000
        if abs(age_s) > SILENT_S:
            yield failed(f"process {role}", f"silent for {age_s:.0f} s", "look at its log; the supervisor restarts it")
        else:
            yield good(f"process {role}", f"reported {age_s:.0f} s ago")
