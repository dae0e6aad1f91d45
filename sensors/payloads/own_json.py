"""Our own JSON, one reading per message (docs/reference/payload.md)."""

import math
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from sensors.payloads.api import LONGEST_PAYLOAD, PayloadError, Refusal
from sensors.readings import Reading, Series
from sensors.times import to_ms
from sensors.units import UNIT_OF, convert


class _Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: Literal[1]
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    value: float | None
    unit: str
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**62)] | msgspec.UnsetType = msgspec.UNSET


class JsonDecoder:
    """One reading per message.

    msgspec does what strict pydantic does (no NaN, no infinity, no text or truth value for a number,
    no unknown key, no naive time), in a ninth of the time (0.4 instead of 3.3 µs).
    """

    def __init__(self) -> None:
        self._decode = msgspec.json.Decoder(_Message).decode

    def decode(self, series: Series, payload: bytes) -> list[Reading]:
        if len(payload) > LONGEST_PAYLOAD:
            raise PayloadError(Refusal.TOO_LONG, f"{len(payload)} bytes, at most {LONGEST_PAYLOAD} are read")
        try:
            message = self._decode(payload)
        except msgspec.ValidationError as error:
            raise PayloadError(Refusal.WRONG_SHAPE, str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise PayloadError(Refusal.NOT_JSON, str(error)) from None
        value = message.value
        unit = UNIT_OF[series.parameter]
        if message.unit != unit:
            value = _converted(value, message.unit, unit)
        sequence = None if message.seq is msgspec.UNSET else message.seq
        _refuse_duplicate_keys(payload, 4 if sequence is None else 5)
        return [Reading(series, to_ms(message.at), value, sequence)]


def _converted(value: float | None, unit: str, into: str) -> float | None:
    try:
        converted = convert(0.0 if value is None else value, unit, into)
    except ValueError as error:
        raise PayloadError(Refusal.WRONG_UNIT, str(error)) from None
    if not math.isfinite(converted):  # 1e307 m is a number, in cm it is none
        raise PayloadError(Refusal.OUT_OF_RANGE, f"{value} {unit} is no measurement")
    return None if value is None else converted


def _refuse_duplicate_keys(payload: bytes, keys: int) -> None:
    """The decoder keeps the last of two equal keys, and nobody can say which one was meant.

    In a message that has passed so far every quote delimits a key or one of its two texts: known
    keys, times and units hold none. Any further key, however escaped, brings two more.
    """
    if payload.count(b'"') != 2 * (keys + 2):
        raise PayloadError(Refusal.DUPLICATE_KEY, "a key stands there twice")
