"""A real Apache Kafka for the tests: one KRaft node on loopback, its data in a temporary folder.

The jars come from Maven once and stay in the user's cache folder.
"""

import asyncio
import base64
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from tests.services.ports import free_port

VERSION = "4.1.0"
POM = Path(__file__).with_name("maven") / "pom.xml"
READY_WITHIN_S = 180  # on a machine that does much else
PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{broker}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
default.replication.factor=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
"""


class ServiceMissing(Exception):
    """A program the tests need is not installed; they fail and say which."""


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running Kafka, host:port."""
    with running_kafka(tmp_path_factory.mktemp("kafka")) as address:
        yield address


@dataclass
class Kafka:
    """A node that can be killed and started again over the same data, on the same port.

    What it has acknowledged lies in the page cache at least, which outlives the process.
    """

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Return once it answers; safe to call while it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        log = self.folder / "kafka.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*java(), "kafka.Kafka", str(self.folder / "server.properties")],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        wait_until_ready(self.address, self.process, log)

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@contextmanager
def running_kafka(folder: Path) -> Iterator[str]:
    """Address of a node that runs in the context: see ``kafka_node``."""
    with kafka_node(folder) as node:
        yield node.address


@contextmanager
def kafka_node(folder: Path) -> Iterator[Kafka]:
    """Start a node, wait until it answers, stop it by its pid."""
    broker, controller = free_port(), free_port()
    properties = folder / "server.properties"
    properties.write_text(PROPERTIES.format(broker=broker, controller=controller, data=folder / "data"))
    tool = [*java(), "kafka.tools.StorageTool", "format", "-t", cluster_id(), "-c", str(properties)]
    subprocess.run(tool, check=True, capture_output=True, cwd=folder)
    node = Kafka(folder, broker)
    try:
        node.start()
        yield node
    finally:
        node.kill()  # the data folder is temporary


def java() -> list[str]:
    """The command before a class of Kafka."""
    return [program("java", "default-jre-headless"), "-Xmx512m", "-cp", f"{installed()}/*"]


def wait_until_ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Ask until it answers."""
    deadline = time.monotonic() + READY_WITHIN_S
    while not asyncio.run(answers(address)):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServiceMissing(f"kafka did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.2)


async def answers(address: str) -> bool:
    """Whether a broker is there and knows its cluster."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=2000)
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()


def installed() -> Path:
    """The folder with Kafka's jars, fetched by Maven where they are missing."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    jars = cache / "floodbell" / f"kafka-{VERSION}"
    if not jars.exists():
        partial = jars.with_name(f"{jars.name}.{uuid4().hex}")
        fetch = ["dependency:copy-dependencies", f"-DoutputDirectory={partial}", "-DincludeScope=runtime"]
        done = subprocess.run(
            [program("mvn", "maven"), "-q", "-B", "-f", str(POM), *fetch], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ServiceMissing(f"maven could not fetch kafka {VERSION}:\n{done.stdout[-3000:]}")
        try:
            partial.rename(jars)
        except OSError:  # another run was faster
            shutil.rmtree(partial)
    return jars


def program(name: str, package: str) -> str:
    """Where a program is; its absence is a failure, never a skip."""
    found = shutil.which(name)
    if found is None:
        raise ServiceMissing(f"{name} is missing: apt-get install {package}")
    return found


def cluster_id() -> str:
    """22 characters of URL-safe base64, the first one a capital: Kafka's tool takes a leading "-" for an option."""
    first, *rest = uuid4().bytes
    return base64.urlsafe_b64encode(bytes((first % 64, *rest))).decode().rstrip("=")
