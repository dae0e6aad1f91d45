"""From messages of a broker to messages on the log: the part of ingest without IO or clock."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec

from sensors.mqtt.inbox import Incoming
from sensors.payloads import Decoder, PayloadError, Refusal
from sensors.readings import FUTURE_MS, Reading, Tick, block_of
from sensors.stations import sensors_by_topic
from warning.config.model import Config
from warning.ingest_devices import Devices, ahead
from warning.ingest_sequences import Sequences
from warning.log.api import Message, partition_of
from warning.log.topics import OBSERVATIONS, REJECTED

MOST_IN_A_BLOCK = 500
#: Base64 adds a third, and a message on the log may have 4 MB.
LARGEST_KEPT = 2_500_000


class Rejected(msgspec.Struct, frozen=True, tag_field="kind", tag="rejected"):
    """A message that could not be read, whole, on ``observations.rejected``; the payload is base64 there."""

    topic: str
    received_at: int | None  # ms; None in a replay before its first tick
    reason: str
    detail: str
    payload: bytes
    v: int = 1


class _TickPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: Literal[1]
    at: int


_decode_tick = msgspec.json.Decoder(_TickPayload).decode
_encode = msgspec.json.Encoder().encode


def ticks_topic(config: Config) -> str:
    """Where a replay publishes its clock, ``{"v":1,"at":<ms since 1970>}``: beside no other ingest's."""
    return f"{config.service.mqtt.client_id}/ticks"


class Intake:
    """Decodes, refuses, counts and packs; what goes in comes out, as a reading, a tick or a refusal.

    Per catchment the readings and ticks come out in the order in which they went in, wherever the
    batches are cut.
    """

    def __init__(self, config: Config, decoder: Decoder, *, ticks: bool) -> None:
        self.counters: Counter[str] = Counter(accepted=0, rejected=0)
        self.sequences = Sequences()
        self._decode = decoder.decode
        sensors = sensors_by_topic(config.stations)
        self._devices = Devices(sensors, self.sequences)
        self._series = {topic: next(iter(own)) for topic, own in sensors.items() if topic not in self._devices}
        self._home = {name: station.catchment for name, station in config.stations.items()}
        partitions = config.service.partitions
        self._partitions = partitions
        self._partition = {name: partition_of(name, partitions) for name in sorted(set(self._home.values()))}
        self._clock = "ticks" if ticks else "system"
        self._ticks_topic = ticks_topic(config)
        self._last_tick: int | None = None
        self._waiting: dict[str, list[Reading]] = {}  # per catchment, not yet in a block
        self._out: list[Message] = []

    def digest(self, messages: Sequence[Incoming], now_ms: int, wall_ms: int = 0) -> list[Message]:
        """Everything these messages have to leave on the log; both times count in a live world only.

        A reading is from the future where it is so for the wall clock too: ours may be behind.
        """
        for message in messages:
            system = self._clock == "system"
            now = now_ms if system else self._last_tick
            try:
                self._take(message, max(now_ms, wall_ms) if system else now, now)
            except PayloadError as error:
                self._reject(message, error, now)
        self._close_blocks(now_ms)
        out, self._out = self._out, []
        return out

    def status(self) -> dict[str, int]:
        """All counters since the start."""
        return {**self.counters, **self.sequences.counters()}

    def _take(self, message: Incoming, now: int | None, received_at: int | None) -> None:
        if message.retained:
            raise PayloadError(Refusal.RETAINED, "the broker's memory of an earlier message is no measurement")
        series = self._series.get(message.topic)
        if series is not None:
            readings = self._decode(series, message.payload)
            for reading in readings:
                if now is not None and reading.at > now + FUTURE_MS:
                    raise ahead(reading, now)
        elif message.topic in self._devices:
            readings = self._read_device(message, now, received_at)
        elif self._clock == "ticks" and message.topic == self._ticks_topic:
            self._tick(message.payload)
            return
        else:
            raise PayloadError(
                Refusal.UNKNOWN_STATION, f"no sensor in the configuration has the topic {message.topic!r}"
            )
        self.counters["accepted"] += 1
        waiting = self._waiting.setdefault(self._home[readings[0].series.station], [])
        for reading in readings:
            self.sequences.see(reading)
            waiting.append(reading)

    def _read_device(self, message: Incoming, now: int | None, received_at: int | None) -> list[Reading]:
        """What is good of a message; where a part of it is faulty, it is put aside as well."""
        taken = self._devices.read(message.topic, message.payload, now, received_at)
        if taken.fault is not None:
            self._reject(message, taken.fault, received_at)
        self.counters["incomplete"] += not taken.complete
        return taken.readings

    def _tick(self, payload: bytes) -> None:
        try:
            at = _decode_tick(payload).at
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise PayloadError(Refusal.WRONG_SHAPE, f"tick: {error}") from None
        self._close_blocks(at)
        self._last_tick = at if self._last_tick is None else max(at, self._last_tick)
        self.counters["ticks"] += 1
        for catchment in self._partition:
            self._append(catchment, Tick(catchment, at))

    def _close_blocks(self, now_ms: int) -> None:
        for catchment, readings in self._waiting.items():
            for first in range(0, len(readings), MOST_IN_A_BLOCK):
                part = readings[first : first + MOST_IN_A_BLOCK]
                self._append(catchment, block_of(catchment, self._received_at(part, now_ms), "mqtt", part))
        self._waiting.clear()

    def _received_at(self, readings: list[Reading], now_ms: int) -> int:
        if self._clock == "system":
            return now_ms
        if self._last_tick is None:
            return max(reading.at for reading in readings)
        return self._last_tick

    def _append(self, catchment: str, message: object) -> None:
        self._out.append(Message(OBSERVATIONS, self._partition[catchment], catchment.encode(), _encode(message)))

    def _reject(self, message: Incoming, error: PayloadError, now: int | None) -> None:
        payload, detail = message.payload, error.detail
        if len(payload) > LARGEST_KEPT:
            payload, detail = payload[:LARGEST_KEPT], f"{detail}; only the first {LARGEST_KEPT} bytes are kept"
        self.counters["rejected"] += 1
        self.counters[f"rejected_{error.reason}"] += 1
        rejected = Rejected(message.topic, now, error.reason, detail, payload)
        partition = partition_of(message.topic, self._partitions)
        self._out.append(Message(REJECTED, partition, message.topic.encode(), _encode(rejected)))
