"""What the uplinks of all LoRaWAN network servers have in common.

The sensor has no clock: a reading was measured when the network heard it, less the age that the
payload may tell. Frame counters begin at 0 in every session.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec

from sensors.payloads.api import Decoded, Frame, PayloadError, Refusal
from sensors.payloads.scale import Scale, believable_ms
from sensors.payloads.spec import Uplink
from sensors.readings import Reading, Series
from sensors.times import to_ms
from sensors.units import UNITS

#: Both servers write protobuf as JSON, which may leave a zero out: no counter is the first frame.
FrameCount = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]


class Heard(NamedTuple):
    """An uplink as the network server tells it."""

    frame: Frame
    fields: dict[str, object] | None  # what its decoder made of the bytes; None where it failed


class LorawanDecoder:
    """Readings from the decoded fields of a device's uplinks."""

    def __init__(self, read: Callable[[bytes], Heard], sensors: Mapping[Series, Uplink]) -> None:
        self._read = read
        self._sensors = [(series, spec, Scale(series.parameter, spec)) for series, spec in sensors.items()]

    def decode(self, payload: bytes, received_at: int | None) -> Decoded:  # noqa: ARG002 - the network's time counts
        frame, fields = self._read(payload)
        if fields is None:
            error = PayloadError(Refusal.NOT_DECODED, "without decoded fields: look at the network server's decoder")
            return Decoded([], [error], frame)
        readings, refusals = list[Reading](), list[PayloadError]()
        for series, spec, scale in self._sensors:
            try:
                at = believable_ms(frame.at - _age_ms(fields, spec))
                value = scale.value(_number(fields, spec.field), spec.unit, at)
            except PayloadError as error:
                refusals.append(PayloadError(error.reason, f"{series.parameter}: {error.detail}"))
            else:
                readings.append(Reading(series, at, value))  # the frame is numbered, not the series
        return Decoded(readings, refusals, frame)


def network_time_ms(text: str) -> int:
    """RFC 3339 in ms; digits beyond milliseconds are cut off, as rounding up could leave the second.

    Raises:
        PayloadError: no time, or one without offset.
    """
    point = text.find(".") + 1
    if point:
        digits = len(text) - point - len(text[point:].lstrip("0123456789"))
        text = text[: point + min(digits, 6)] + text[point + digits :]
    try:
        at = msgspec.convert(text, datetime)
    except msgspec.ValidationError as error:
        raise PayloadError(Refusal.WRONG_SHAPE, f"{error}: {text!r}") from None
    if at.tzinfo is None:
        raise PayloadError(Refusal.WRONG_SHAPE, f"a time without offset: {text!r}")
    return to_ms(at)


def _age_ms(fields: dict[str, object], spec: Uplink) -> float:
    """How long before the network heard it, in ms; 0 for a device that sends what it measures at once."""
    if spec.age is None:
        return 0
    age = _number(fields, spec.age.field)
    if age is None:
        raise PayloadError(Refusal.WRONG_SHAPE, f"the age {spec.age.field} is null, so nobody knows the time")
    if age < 0:
        raise PayloadError(Refusal.OUT_OF_RANGE, f"the age {spec.age.field} is negative: {age}")
    return age * UNITS[spec.age.unit][1]


def _number(fields: dict[str, object], path: str) -> float | None:
    """A field's number; None where the decoder wrote null, which is also how it writes NaN."""
    found: object = fields
    for key in path.split("."):
        if not isinstance(found, dict) or key not in found:
            raise PayloadError(Refusal.NO_FIELD, f"no field {path}")
        found = found[key]
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise PayloadError(Refusal.WRONG_SHAPE, f"{path} is no number: {str(found)[:50]!r}")
    try:
        return float(found)
    except OverflowError:
        raise PayloadError(Refusal.OUT_OF_RANGE, f"{path} has more digits than any measurement") from None
