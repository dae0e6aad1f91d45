"""Uplinks of ChirpStack v4: the JSON on ``application/{id}/device/{devEui}/event/up``."""

import msgspec

from sensors.payloads.api import Frame
from sensors.payloads.lorawan import FrameCount, Heard, network_time_ms
from sensors.payloads.strict import no_key_twice, reader


class _Event(msgspec.Struct, frozen=True, rename="camel"):
    time: str
    f_cnt: FrameCount = 0
    object: dict[str, object] | None = None


_read = reader(_Event, no_key_twice)


def read(payload: bytes) -> Heard:
    """One uplink event.

    Raises:
        PayloadError: anything else.
    """
    event = _read(payload)
    return Heard(Frame(event.f_cnt, network_time_ms(event.time)), event.object)
