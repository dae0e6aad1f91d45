"""Whether the servers answer that the service talks to; nothing is sent to anybody."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import msgspec

from sensors.mqtt.publisher import BrokerRefused, Publisher
from warning.alone import free_port
from warning.doctor.finding import Finding, failed, good
from warning.log.api import LogUnavailable, Topic
from warning.log.urls import open_log
from warning.world import World

ANSWER_S = 10.0


async def mqtt(url: str, name: str) -> Finding:
    """Connect and log in, under a name of our own: the service's session is left alone."""
    try:
        async with Publisher(url, name):
            return good("broker", "answers and lets us in")
    except ValueError as error:
        return failed("broker", str(error), "correct service.mqtt.url")
    except (BrokerRefused, OSError) as error:
        return failed("broker", str(error), "start the broker, or correct service.mqtt.url")


async def kafka(url: str, topics: Sequence[Topic]) -> Finding:
    """Whether all topics are there with their partitions."""
    wrong = []
    try:
        async with asyncio.timeout(2 * ANSWER_S), open_log(url) as log:
            for topic in topics:
                count = len(await log.ends(topic.name))
                if count != topic.partitions:
                    wrong.append(f"{topic.name} has {count} partitions, configured are {topic.partitions}")
    except (LogUnavailable, TimeoutError) as error:
        told = str(error) or f"no answer within {2 * ANSWER_S:.0f} s"
        return failed("log", told, "start Kafka, or correct service.log; a service that starts makes its topics")
    if wrong:
        return failed("log", "; ".join(wrong), "correct service.partitions: keys would be scattered")
    return good("log", f"Kafka answers, with {len(topics)} topics as configured")


def channels(config: Path) -> list[Finding]:
    """What the mail servers of a configuration answer, asked by a program of its own."""
    command = [sys.executable, "-m", "warning.doctor.greeting", str(config)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no answer"]
        return [failed("channels", f"not checked: {said[-1]}", "give the command once more")]
    return msgspec.json.decode(done.stdout, type=list[Finding])


def pages(world: World) -> tuple[Finding, Mapping[str, Any] | None]:
    """Whose the port is, and what the service there says about itself."""
    address = f"http://{world.web_host}:{world.web_port}"
    try:
        with urlopen(f"{address}/health", timeout=ANSWER_S) as reply:  # noqa: S310 - the operator's own address
            return _ours(address, reply.read())
    except HTTPError as error:
        return _ours(address, error.read())
    except (URLError, OSError, HTTPException):
        pass
    if world.web_port == 0 or free_port(world.web_host, world.web_port) is not None:
        return good("web port", f"{world.web_host}:{world.web_port} is free"), None
    return _taken(address), None


def _ours(address: str, body: bytes) -> tuple[Finding, Mapping[str, Any] | None]:
    try:
        said = json.loads(body)
        parts = said["parts"]
    except (ValueError, KeyError, TypeError):
        return _taken(address), None
    return good("web port", f"{address} is the service, with {len(parts)} parts"), said


def _taken(address: str) -> Finding:
    return failed("web port", f"{address} is another program's", "end that program, or change service.web.port")


def health(said: Mapping[str, Any]) -> list[Finding]:
    """The parts of a running service, as they say themselves."""
    return [_part(part) for part in said["parts"]]


def _part(part: Mapping[str, Any]) -> Finding:
    age = "never reported" if part.get("age_s") is None else f"reported {part['age_s']:.0f} s ago"
    age = "" if part["name"] == "log" else age
    text = "; ".join(filter(None, (part.get("text", ""), age))) or "well"
    about = f"part {part['name']}"
    return good(about, text) if part["ok"] else failed(about, text, "the other lines say why; then the role's log")
