"""Devices with formats of their own: what is good of their messages, and what is not."""

from collections.abc import Mapping
from typing import NamedTuple

from sensors.payloads import DeviceDecoder, Frame, PayloadError, Refusal, device_decoder
from sensors.readings import FUTURE_MS, Reading, Series
from sensors.stations import Sensor
from sensors.units import MINUTE_MS
from warning.ingest_sequences import Sequences


class Taken(NamedTuple):
    """Of one message: at least one reading, and what keeps others from being one."""

    readings: list[Reading]
    fault: PayloadError | None  # worth looking at; None where a series is only not spoken of
    complete: bool


class _Device(NamedTuple):
    decoder: DeviceDecoder
    series: Series  # the first of those it measures; its frames are counted under this name
    apart_ms: int  # an equal frame number sooner than this is the same frame: half the shortest step


class Devices:
    """Reads the messages on every topic that does not carry our own JSON."""

    def __init__(self, sensors: Mapping[str, Mapping[Series, Sensor]], sequences: Sequences) -> None:
        self._devices = {topic: device for topic, own in sensors.items() if (device := _device(own)) is not None}
        self._sequences = sequences
        self._given: dict[Series, int | None] = {}  # per device, the last frame's number if it gave a reading

    def __contains__(self, topic: str) -> bool:
        return topic in self._devices

    def read(self, topic: str, payload: bytes, now: int | None, received_at: int | None) -> Taken:
        """What a message leaves; ``now`` judges what is from the future, ms.

        Raises:
            PayloadError: not one reading.
        """
        device = self._devices[topic]
        decoded = device.decoder.decode(payload, received_at)
        if decoded.frame is not None:
            self._refuse_resent(device, decoded.frame)
        readings, refusals = list[Reading](), list(decoded.refusals)
        for reading in decoded.readings:
            if now is not None and reading.at > now + FUTURE_MS:
                refusals.append(ahead(reading, now))
            else:
                readings.append(reading)
        if decoded.frame is not None:
            self._given[device.series] = decoded.frame.number if readings else None
        fault = next((error for error in refusals if error.reason is not Refusal.NO_FIELD), None)
        if not readings:
            raise fault or refusals[0]
        return Taken(readings, fault, not refusals)

    def _refuse_resent(self, device: _Device, frame: Frame) -> None:
        again = self._sequences.resent(device.series, frame, device.apart_ms)
        if again and self._given.get(device.series) == frame.number:
            raise PayloadError(Refusal.RESENT, f"frame {frame.number} came before; the first one counts")


def ahead(reading: Reading, now: int) -> PayloadError:
    """Why a reading from the future is none."""
    return PayloadError(Refusal.FROM_THE_FUTURE, f"{(reading.at - now) / MINUTE_MS:.0f} min ahead of the clock")


def _device(sensors: Mapping[Series, Sensor]) -> _Device | None:
    """None for a topic with our own JSON."""
    foreign = {series: sensor.foreign for series, sensor in sensors.items() if sensor.foreign is not None}
    if not foreign:
        return None
    apart_ms = min(sensor.step for sensor in sensors.values()) // 2
    return _Device(device_decoder(foreign), next(iter(foreign)), apart_ms)
