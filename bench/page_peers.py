"""Servers of the same pages: files by nginx, and Flask under gunicorn, which makes each page for whoever asks."""

import asyncio
import gzip
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing, suppress
from getpass import getuser
from pathlib import Path
from sqlite3 import connect
from urllib.request import urlopen

from bench.load import family, listening
from tests.services.ports import free_port
from warning.world import World

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
WORKERS, THREADS = 2, 8
STOP_S = 20

#: Its workers are the user who starts it: as root they would be somebody else, who may not read the folder.
CONFIGURATION = """
user {user}; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 2;
events {{ worker_connections 4096; }}
http {{
  access_log off; default_type text/html; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=2048; root {folder}/pages; index index; etag on; gzip_static on;
    add_header Cache-Control "public, max-age=10";
  }}
}}
"""


def fetched(folder: Path, port: int, paths: Iterable[str]) -> None:
    """The pages as files, compressed beside as they are sent."""
    for path in paths:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            body = answer.read()
        file = folder / "pages" / (f"{path}index" if path.endswith("/") else path).lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(body, 5))


@asynccontextmanager
async def nginx(folder: Path) -> AsyncIterator[tuple[int, int]]:
    """Port and process. What it costs to send what never changes."""
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, user=getuser()))
    async with _running(port, str(NGINX), "-c", str(configuration)) as pid:
        yield port, pid


def copied(world: World) -> Path:
    """The world for Flask, on copies: gunicorn's threads that outlive their worker write a byte into whatever file has
    got the number of the worker's pipe.
    """
    folder = world.data / "flask"
    folder.mkdir()
    for name in ("history", "ledger"):
        with closing(connect(world.data / f"{name}.db")) as source, closing(connect(folder / f"{name}.db")) as target:
            source.backup(target)
    urls = {name: f"sqlite:///{folder}/{name}.db" for name in ("history", "ledger")}
    file = folder / "world.json"
    file.write_text(world.model_copy(update=urls).model_dump_json())
    return file


@asynccontextmanager
async def flask(world_file: Path) -> AsyncIterator[tuple[int, int]]:
    """Port and process, with a worker for each core."""
    port = free_port()
    given = ("--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "75")
    quiet = (
        "--log-level",
        "error",
        "--backlog",
        "2048",
        "--graceful-timeout",
        "5",
        "--worker-connections",
        "4096",
        "--timeout",
        "120",
    )
    application = f"bench.peers.rendered:application({str(world_file)!r})"
    async with _running(port, sys.executable, "-m", "gunicorn", *given, *quiet, application) as pid:
        yield port, pid


@asynccontextmanager
async def _running(port: int, *command: str) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.DEVNULL)
    try:
        await listening(port)
        yield process.pid
    finally:
        members = family(process.pid)
        process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            for member in members:
                with suppress(ProcessLookupError):
                    os.kill(member, signal.SIGKILL)
            await process.wait()
