"""One paho client in its own thread, with its state said in plain words.

paho's names and exceptions stay in this folder.
"""

import threading
from collections.abc import Callable
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sensors.mqtt.address import Address

logger = structlog.get_logger(__name__)

KEEPALIVE_S = 30
FIRST_PAUSE_S = 1
LONGEST_PAUSE_S = 30

CHECK_LOGIN = "check user and password"
NOT_YET = "not connected yet"
LOST = "connection lost"


class Connection:
    """A client that stays connected; ``generation`` counts its connections.

    Callbacks run in paho's thread. ``on_login`` is told after each login whether the broker has
    kept our session; ``on_change`` every new trouble, and "" when all is well.
    """

    def __init__(
        self, address: Address, client_id: str, *, keep_session: bool, on_change: Callable[[str], None]
    ) -> None:
        self.address = address
        self.generation = 0
        self.trouble = NOT_YET
        self.on_login: Callable[[bool], None] = lambda _session_present: self.say("")
        self._on_change = on_change
        self._answered = False  # whether the broker has answered this connection's login
        self._lock = threading.Lock()
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=not keep_session, manual_ack=True
        )
        if address.user is not None:
            self.client.username_pw_set(address.user, address.password)
        if address.tls:
            self.client.tls_set()
        self.client.reconnect_delay_set(FIRST_PAUSE_S, LONGEST_PAUSE_S)
        self.client.on_pre_connect = self._before
        self.client.on_connect = self._connected
        self.client.on_connect_fail = self._unreachable
        self.client.on_disconnect = self._lost

    def open(self) -> None:
        """Start connecting, and go on for ever with growing pauses."""
        self.client.connect_async(self.address.host, self.address.port, KEEPALIVE_S)
        self.client.loop_start()

    def close(self) -> None:
        """Say goodbye and end the thread; a kept session stays at the broker."""
        self.client.disconnect()
        self.client.loop_stop()

    def acknowledge(self, generation: int, packet_ids: list[int]) -> bool:
        """Acknowledge packets of a connection, in order; False if that connection is over.

        Then the broker sends them again, with numbers that may stand for other messages by now: an
        acknowledgement that came too late would confirm something that nobody has stored.
        """
        with self._lock:
            if generation != self.generation:
                return False
            for packet_id in packet_ids:
                self.client.ack(packet_id, 1)
            return True

    def _before(self, _client: Client, _userdata: Any) -> None:
        self._answered = False

    def _connected(
        self, _client: Client, _userdata: Any, flags: ConnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        self._answered = True
        if code.is_failure:
            self.say(f"{self.address}: login refused ({code}): {CHECK_LOGIN}")
            return
        self.on_login(flags.session_present)

    def _unreachable(self, _client: Client, _userdata: Any) -> None:
        self.say(f"{self.address}: no broker can be reached there")

    def _lost(
        self, _client: Client, _userdata: Any, _flags: DisconnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        with self._lock:
            self.generation += 1
        if not self._answered:
            self.say(f"{self.address}: connection closed during login: {CHECK_LOGIN}")
        elif code.is_failure and not self.trouble:
            self.say(f"{self.address}: {LOST} ({code})")

    def say(self, trouble: str) -> None:
        """Remember, log and pass on a new trouble; "" when it is over."""
        if trouble == self.trouble:
            return
        self.trouble = trouble
        if trouble:
            logger.warning("mqtt_trouble", trouble=trouble)
        else:
            logger.info("mqtt_connected", broker=str(self.address))
        self._on_change(trouble)
