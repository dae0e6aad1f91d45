"""An exercise is not able to reach anybody: what could do so is not even in its process."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.services.smtp import smtp_server
from tests.warning.dispatching import city
from tests.warning.ways_out import ADAPTERS
from warning.world import exercise

EXERCISE = """
import asyncio, json, sys
from pathlib import Path
from notifiers.revision import Status
from tests.warning.dispatching import dispatching, log_of, now_flood, say, until_states
from warning.world import World

async def main():
    world = World.model_validate_json(Path(sys.argv[1]).read_bytes())
    async with log_of(world) as log, dispatching(world, log):
        await say(log, now_flood("w1", status=Status.EXERCISE))
        await until_states(world, "ACCEPTED", "ACCEPTED")

asyncio.run(main())
print(json.dumps(sorted(sys.modules)))
"""


def test_real_servers_hear_nothing_and_their_adapters_are_not_loaded(tmp_path: Path) -> None:
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def handle(self) -> None:
            heard.append(str(self.client_address))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        with smtp_server() as mail:
            config = city(tmp_path, mail.port, "anna", pushes=[f"json://127.0.0.1:{server.server_port}/"])
            world = exercise(config, tmp_path / "exercise", None, clock="system")
            modules = run(tmp_path, world.model_dump_json())
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    lines = [json.loads(line) for line in (world.data / "captures.jsonl").read_text().splitlines()]
    assert {(line["recipient"], line["channel"]) for line in lines} == {("anna", "email"), ("push0", "push")}
    assert heard == []
    assert mail.mailbox.connections == 0
    assert "notifiers.channels.captured" in modules
    assert ADAPTERS.isdisjoint(modules)


def run(folder: Path, world: str) -> set[str]:
    """Hold the exercise in a process of its own; gives the modules it had loaded."""
    file = folder / "world.json"
    file.write_text(world)
    done = subprocess.run([sys.executable, "-c", EXERCISE, str(file)], check=True, capture_output=True, text=True)
    names: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return set(names)
