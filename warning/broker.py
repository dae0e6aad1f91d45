"""The broker that starts with the service when none is configured: for trying out only.

It runs in a child process (iotcore, around rumqttd), listens on loopback alone, keeps everything in
memory and knows no access rules: who has its one login may write as any gauge. A city runs
mosquitto or another broker of its own, see deploy/mosquitto.conf.
"""

import secrets
import socket
from pathlib import Path
from typing import Self

import structlog
from iotcore import Broker

logger = structlog.get_logger(__name__)

#: A payload of 1 MB must come through, so that it can be refused whole and with its reason.
LARGEST_PAYLOAD = 2 * 1024 * 1024

#: rumqttd's own defaults but for address, login and payload. The log budget (10 segments of 100 MB)
#: is left alone: cut to 10 MB it forgets queued messages without a word.
CONFIG = """\
id = 0

[router]
id = 0
max_connections = 10010
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10

[v4.1]
name = "floodbell"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1

[v4.1.connections]
connection_timeout_ms = 60000
max_payload_size = {payload}
max_inflight_count = 200
dynamic_filters = true

[v4.1.connections.auth]
{user} = "{password}"
"""


class EmbeddedBroker:
    """A context: inside it a broker answers at ``url``, with a login made up for this start.

    ``folder`` gets the broker's configuration, readable by its owner only. A broker that died is
    started again, under the same address and login, by ``start``; what it held in memory is gone.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._file = folder / "broker.toml"
        self._password = secrets.token_urlsafe(24)
        self._port = port
        self._broker: Broker | None = None

    @property
    def url(self) -> str:
        """Address with login, for the processes of this service."""
        return f"mqtt://floodbell:{self._password}@127.0.0.1:{self._port}"

    @property
    def is_running(self) -> bool:
        """Whether the child process lives."""
        return self._broker is not None and self._broker.is_running

    @property
    def pid(self) -> int | None:
        """The child process."""
        process = self._broker and self._broker._process  # noqa: SLF001 - iotcore has no public name for it
        return process.pid if process else None

    def start(self) -> None:
        """Return once the broker answers.

        Raises:
            OSError: the wanted port is taken.
            RuntimeError: the broker does not start.
        """
        self.stop()
        port = self._port or _free_port()
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        self._file.chmod(0o600)
        self._file.write_text(
            CONFIG.format(port=port, payload=LARGEST_PAYLOAD, user="floodbell", password=self._password)
        )
        self._broker = Broker(config_path=str(self._file)).start()
        self._port = port
        logger.warning(
            "embedded_broker_started",
            address=f"127.0.0.1:{port}",
            note="for trying out only: no access rules, everything in memory, this computer only",
        )

    def stop(self) -> None:
        """End the child process; safe to call twice."""
        if self._broker is not None:
            self._broker.stop()
            self._broker = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
