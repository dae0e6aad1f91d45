"""What every format answers with: readings, or a refusal that names its reason."""

from enum import StrEnum
from typing import NamedTuple, Protocol

from sensors.readings import Reading, Series

#: Our own message has about 100 bytes, an uplink heard by many gateways 20 kB; nothing longer is looked into.
LONGEST_PAYLOAD = 64 * 1024


class Refusal(StrEnum):
    """Why a message is no reading; each reason is counted by itself."""

    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    WRONG_SHAPE = "wrong_shape"  # JSON, but not the agreed fields and types
    DUPLICATE_KEY = "duplicate_key"
    WRONG_UNIT = "wrong_unit"
    OUT_OF_RANGE = "out_of_range"
    FROM_THE_FUTURE = "from_the_future"
    UNKNOWN_STATION = "unknown_station"
    RETAINED = "retained"
    NOT_DECODED = "not_decoded"  # the network server's decoder gave nothing
    NO_FIELD = "no_field"  # sound, but it says nothing of the series
    NO_MOUNT = "no_mount"  # a distance from before the first known mount height
    NO_CLOCK = "no_clock"  # a time relative to arrival, and no clock yet
    RESENT = "resent"  # a radio frame that came before, with an earlier time
    SIMULATED = "simulated"  # made by hand in the network server's console


class PayloadError(Exception):
    """A payload that cannot be trusted; ``detail`` is for the person who mends the gauge."""

    def __init__(self, reason: Refusal, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Decoder(Protocol):
    """Our own format: one message, one series."""

    def decode(self, series: Series, payload: bytes) -> list[Reading]:
        """The readings in a payload, in its order, in the unit of the series.

        Raises:
            PayloadError: whatever else the bytes are; never anything else, never part of the readings.
        """


class Frame(NamedTuple):
    """A radio frame of a device."""

    number: int  # from 0 in every session
    at: int  # when the network had it, ms


class Decoded(NamedTuple):
    """What one message of a device says: what is good of it, and what is not."""

    readings: list[Reading]  # in the units of their series
    refusals: list[PayloadError]  # one for each series, or record of it, that gave no reading
    frame: Frame | None = None  # None in formats that do not number their messages


class DeviceDecoder(Protocol):
    """A foreign format: one message of a device may measure several series."""

    def decode(self, payload: bytes, received_at: int | None) -> Decoded:
        """Everything configured that the message says of its series.

        Args:
            payload: the message as it came.
            received_at: when it came, ms; None where there is no clock yet.

        Raises:
            PayloadError: the message as a whole cannot be read; never anything else.
        """
