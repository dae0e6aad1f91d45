"""Uplinks of ChirpStack v4: the JSON on ``application/{id}/device/{devEui}/event/up``."""

import msgspec

from sensors.payloads.api import Frame
from sensors.payloads.lorawan import FrameCount, Heard, network_time_ms
from sensors.payloads.strict import no_key_twice, reader


class _Event(msgspec.Struct, frozen=True):
    time: str
    frame: FrameCount = msgspec.field(default=0, name="fCnt")
    fields: dict[str, object] | None = msgspec.field(default=None, name="object")


_read = reader(_Event, no_key_twice)


def read(payload: bytes) -> Heard:
    """One uplink event.

    Raises:
        PayloadError: anything else.
    """
    event = _read(payload)
    return Heard(Frame(event.frame, network_time_ms(event.time)), event.fields)
