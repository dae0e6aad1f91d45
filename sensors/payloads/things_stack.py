"""Uplinks of The Things Stack v3: the JSON on ``v3/{application}@{tenant}/devices/{id}/up``."""

import msgspec

from sensors.payloads.api import Frame, PayloadError, Refusal
from sensors.payloads.lorawan import FrameCount, Heard, network_time_ms
from sensors.payloads.strict import no_key_twice, reader


class _Uplink(msgspec.Struct, frozen=True):
    received_at: str  # by the network server; the one outside is the application server's, later
    f_cnt: FrameCount = 0
    decoded_payload: dict[str, object] | None = None


class _Message(msgspec.Struct, frozen=True):
    uplink_message: _Uplink
    simulated: bool = False


_read = reader(_Message, no_key_twice)


def read(payload: bytes) -> Heard:
    """One uplink message.

    Raises:
        PayloadError: anything else, and uplinks that somebody made in the console.
    """
    message = _read(payload)
    if message.simulated:
        raise PayloadError(Refusal.SIMULATED, "an uplink simulated in the console is no measurement")
    uplink = message.uplink_message
    return Heard(Frame(uplink.f_cnt, network_time_ms(uplink.received_at)), uplink.decoded_payload)
