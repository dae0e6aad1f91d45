"""The actual service, as a city starts it: a gauge rises, and mail and push really arrive."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from ruamel.yaml import YAML

from sensors.mqtt.publisher import Publisher
from tests.services.ports import free_port
from tests.services.smtp import smtp_server
from warning.world import World

ROOT = Path(__file__).parents[2]
FLOODBELL = Path(sys.executable).with_name("floodbell")
WITHIN_S = 60


@contextmanager
def webhook() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """An endpoint for Apprise's json:// scheme; keeps what it is sent."""
    got: list[dict[str, Any]] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def write_config(path: Path, smtp: int, push: int) -> int:
    """The shipped configuration with servers of this test; gives back the port of the pages."""
    yaml = YAML()
    tree = yaml.load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    port = free_port()
    tree["service"]["web"]["port"] = port
    tree["service"]["tick"] = "1 s"
    tree["channels"]["email"]["port"] = smtp
    for recipient in (*tree["recipients"], *tree["institutions"]):
        for address in recipient["addresses"]:
            if address["channel"] == "push":
                address["to"] = f"json://127.0.0.1:{push}/{recipient['id']}"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
    return port


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something another process does."""
    deadline = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < deadline, f"not within {WITHIN_S} s: {what}"
        time.sleep(0.1)


def healthy(port: int) -> bool:
    """Whether every part of the service says that it is well."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as reply:
            return bool(json.load(reply)["ok"])
    except (URLError, OSError):
        return False


def page(port: int) -> str:
    """The start page."""
    with urlopen(f"http://127.0.0.1:{port}/de/", timeout=5) as reply:
        return str(reply.read().decode())


async def rises(world: World, start_cm: float) -> None:
    """Kluserbrücke over the last 25 minutes, five minutes between readings."""
    async with Publisher(world.mqtt, "gauge") as gauge:
        now = datetime.now(UTC)
        for number in range(6):
            at = now - timedelta(minutes=25 - 5 * number)
            value = start_cm + 2 * number
            reading = {"v": 1, "seq": number, "at": at.isoformat(), "value": value, "unit": "cm"}
            await gauge.publish("gauges/kluserbruecke/stage", json.dumps(reading).encode())
        await gauge.flush()


@pytest.mark.asyncio
async def test_the_actual_service_warns_people_and_asks_a_person_for_more(tmp_path: Path) -> None:
    """Level 1 goes out by mail and push in seconds; level 2 waits; the end is clean."""
    with smtp_server() as mail, webhook() as (push, pushed):
        port = write_config(tmp_path / "config.yaml", mail.port, push)
        command = [FLOODBELL, "run", "--config", tmp_path / "config.yaml"]
        with (tmp_path / "err").open("wb") as errors:
            service = subprocess.Popen(command, stdout=errors, stderr=errors, cwd=tmp_path)
        try:
            until(lambda: healthy(port), "every part is well")
            world = World.model_validate_json((tmp_path / "var" / "world.json").read_bytes())

            await rises(world, 124.0)
            until(lambda: mail.mailbox.letters and pushed, "mail and push of level 1")
            until(lambda: "Unterbarmen: Hochwasser" in page(port), "the page shows the warning")
            assert "ÜBUNG" not in page(port)
            assert all("Gefahreninformation" in one["title"] and "ÜBUNG" not in one["message"] for one in pushed)

            again = subprocess.run(
                [FLOODBELL, "run", "-c", tmp_path / "config.yaml"], capture_output=True, text=True, check=False
            )
            assert again.returncode == 1
            assert "is taken by another program" in again.stderr

            service.send_signal(signal.SIGTERM)
            assert service.wait(30) == 0
            until(lambda: not healthy(port), "the pages are gone")
        finally:
            if service.poll() is None:
                os.kill(service.pid, signal.SIGKILL)
                service.wait()
    # Of level 1 the control room is told by mail, its first choice, and the residents by push.
    assert (len(mail.mailbox.letters), len(pushed)) == (1, 1)
    assert (tmp_path / "err").read_text(encoding="utf-8").count('"level": "critical"') == 0
