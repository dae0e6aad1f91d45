"""Devices with formats of their own, from the broker's messages to the log's."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sensors.mqtt.inbox import Incoming
from sensors.payloads import JsonDecoder
from sensors.readings import Block, Reading, Series
from sensors.times import to_utc
from tests.uplinks import (
    AT,
    CHIRPSTACK_TOPIC,
    OVERLAY,
    SENML_NAME,
    SENML_TOPIC,
    THINGS_STACK_TOPIC,
    chirpstack,
    overlay,
    senml,
    things_stack,
)
from warning.config.load import ConfigError, load
from warning.config.model import Config
from warning.ingest import filters_of, subscribed
from warning.ingest_intake import Intake, ticks_topic
from warning.log.api import Message
from warning.log.topics import OBSERVATIONS, REJECTED

CONFIG = Path(__file__).resolve().parents[2] / "config.yaml"
MINUTE = 60_000
STAGE, RAIN = Series("leimbach", "stage"), Series("leimbach", "rain")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return load(CONFIG, overlay(tmp_path_factory.mktemp("city")))


@pytest.fixture
def intake(config: Config) -> Intake:
    return Intake(config, JsonDecoder(), ticks=False)


def message(topic: str, payload: bytes) -> Incoming:
    return Incoming(topic, payload, retained=False, qos=1, packet_id=1, generation=1)


def uplink(frame: int, at: int = AT, **fields: object) -> Incoming:
    return message(CHIRPSTACK_TOPIC, chirpstack(fields, at=to_utc(at).isoformat(), frame=frame))


def level(frame: int, at: int = AT, distance: object = 1880) -> Incoming:
    return uplink(frame, at, distance=distance, age=0)


def readings(out: list[Message]) -> Iterator[Reading]:
    for each in out:
        if each.topic == OBSERVATIONS:
            block = msgspec.json.decode(each.value, type=Block)
            for index, at, value in zip(block.index, block.at, block.value, strict=True):
                yield Reading(block.series[index], at, value)


def rejected(out: list[Message]) -> list[str]:
    return [json.loads(each.value)["reason"] for each in out if each.topic == REJECTED]


def test_an_uplink_gives_every_series_its_reading(intake: Intake) -> None:
    out = intake.digest([uplink(7, distance=1880, age=90, rain=0.2)], AT)
    assert list(readings(out)) == [Reading(STAGE, AT - 90_000, 224.0), Reading(RAIN, AT, 0.2)]
    assert rejected(out) == []
    assert (intake.status()["accepted"], intake.status()["incomplete"]) == (1, 0)


def test_a_series_that_is_not_spoken_of_is_no_fault(intake: Intake) -> None:
    out = intake.digest([uplink(7, rain=0.2)], AT)
    assert list(readings(out)) == [Reading(RAIN, AT, 0.2)]
    assert rejected(out) == []
    assert (intake.status()["accepted"], intake.status()["rejected"], intake.status()["incomplete"]) == (1, 0, 1)


def test_what_is_good_is_kept_and_the_rest_can_be_looked_at(intake: Intake) -> None:
    bad = uplink(7, distance="error", age=0, rain=0.2)
    out = intake.digest([bad], AT)
    assert list(readings(out)) == [Reading(RAIN, AT, 0.2)]
    (kept,) = [json.loads(each.value) for each in out if each.topic == REJECTED]
    assert (kept["reason"], kept["topic"]) == ("wrong_shape", CHIRPSTACK_TOPIC)
    assert "stage" in kept["detail"]
    assert base64.b64decode(kept["payload"]) == bad.payload
    assert (intake.status()["accepted"], intake.status()["rejected_wrong_shape"]) == (1, 1)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(uplink(7, battery=98), "no_field", id="nothing of any series"),
        pytest.param(uplink(7, distance=True, age=0), "wrong_shape", id="the fault, not the absence, is named"),
        pytest.param(message(CHIRPSTACK_TOPIC, chirpstack(None)), "not_decoded", id="the decoder failed"),
        pytest.param(message(THINGS_STACK_TOPIC, things_stack({}, simulated=True)), "simulated", id="simulated"),
        pytest.param(level(7, AT + 11 * MINUTE), "from_the_future", id="11 min ahead"),
        pytest.param(level(7)._replace(retained=True), "retained", id="retained"),
        pytest.param(message(CHIRPSTACK_TOPIC.replace("58", "59"), b"{}"), "unknown_station", id="another device"),
        pytest.param(message(SENML_TOPIC, b"\x81\xa2"), "not_json", id="SenML as CBOR"),
    ],
)
def test_what_cannot_be_read_is_kept_whole(intake: Intake, bad: Incoming, reason: str) -> None:
    out = intake.digest([bad], AT)
    (kept,) = [json.loads(each.value) for each in out]
    assert (kept["reason"], kept["topic"], kept["received_at"]) == (reason, bad.topic, AT)
    assert base64.b64decode(kept["payload"]) == bad.payload
    assert (intake.status()["rejected"], intake.status()["accepted"]) == (1, 0)


class TestFrames:
    """The frame counter of a device whose readings come every five minutes."""

    def counted(self, intake: Intake) -> tuple[int, int, int]:
        status = intake.status()
        return status["sequence_gaps"], status["sequence_repeats"], status["sequence_restarts"]

    def test_the_first_of_a_resent_frame_counts(self, intake: Intake) -> None:
        """The network stamps it anew, so the old level would pass for a newer one."""
        out = intake.digest([level(7), level(7, AT + 20_000), level(7, AT + 149_999)], AT + MINUTE)
        assert list(readings(out)) == [Reading(STAGE, AT, 224.0)]
        assert rejected(out) == ["resent", "resent"]
        assert self.counted(intake) == (0, 2, 0)

    def test_half_a_step_later_it_is_another_session(self, intake: Intake) -> None:
        out = intake.digest([level(7), level(7, AT + 150_000)], AT + 3 * MINUTE)
        assert [each.at for each in readings(out)] == [AT, AT + 150_000]

    def test_the_first_that_could_be_read_counts(self, intake: Intake) -> None:
        """A decoder may fail once, a gateway's clock may be an hour ahead."""
        undecoded = message(CHIRPSTACK_TOPIC, chirpstack(None, at=to_utc(AT).isoformat(), frame=7))
        out = intake.digest([undecoded, level(7, AT + 20_000), level(7, AT + 40_000)], AT + MINUTE)
        assert list(readings(out)) == [Reading(STAGE, AT + 20_000, 224.0)]
        assert rejected(out) == ["not_decoded", "resent"]
        assert self.counted(intake) == (0, 2, 0)

    def test_a_frame_delivered_again_by_the_broker_changes_nothing(self, intake: Intake) -> None:
        out = [*intake.digest([level(7)], AT), *intake.digest([level(7)], AT + 3 * 60 * MINUTE)]
        assert list(readings(out)) == [Reading(STAGE, AT, 224.0)]

    def test_lost_frames_are_counted_once_for_the_device(self, intake: Intake) -> None:
        intake.digest([uplink(n, AT + n * MINUTE, distance=1880, age=0, rain=0) for n in (1, 2, 5)], AT)
        assert self.counted(intake) == (2, 0, 0)
        assert intake.sequences.worst(5) == "leimbach/stage lost 2"

    def test_frames_that_say_nothing_of_a_series_are_not_lost(self, intake: Intake) -> None:
        undecoded = message(CHIRPSTACK_TOPIC, chirpstack(None, frame=4))
        intake.digest([level(1), uplink(2, battery=98), uplink(3, rain=0.2), undecoded, level(5)], AT)
        assert self.counted(intake) == (0, 0, 0)

    def test_a_reset_to_0_is_a_new_session_not_old_data(self, intake: Intake) -> None:
        out = intake.digest([level(70), level(0, AT + 5 * MINUTE, 1780), level(1, AT + 10 * MINUTE)], AT + 10 * MINUTE)
        assert [each.value for each in readings(out)] == [224.0, 234.0, 224.0]
        assert self.counted(intake) == (0, 0, 1)

    def test_a_device_that_restarts_before_every_reading_is_not_silenced(self, intake: Intake) -> None:
        out = intake.digest([level(0, AT + n * 5 * MINUTE) for n in range(3)], AT + 10 * MINUTE)
        assert len(list(readings(out))) == 3
        assert self.counted(intake) == (0, 0, 2)


class TestSenml:
    """Times may be counted from arrival."""

    def pack(self, *records: dict[str, object]) -> Incoming:
        return message(SENML_TOPIC, senml(*({"n": SENML_NAME, "u": "cm", "v": 1} | each for each in records)))

    def test_relative_times_go_by_the_clock_that_stamps_arrivals(self, intake: Intake) -> None:
        out = intake.digest([self.pack({"t": -90}, {})], AT, AT + 60 * MINUTE)
        assert [each.at for each in readings(out)] == [AT - 90_000, AT]

    def test_one_record_of_the_future_does_not_touch_its_neighbours(self, intake: Intake) -> None:
        out = intake.digest([self.pack({"t": -90}, {"t": 3600}, {"t": 0})], AT)
        assert [each.at for each in readings(out)] == [AT - 90_000, AT]
        assert rejected(out) == ["from_the_future"]

    def test_in_a_replay_the_last_tick_is_now(self, config: Config) -> None:
        replay = Intake(config, JsonDecoder(), ticks=True)
        assert rejected(replay.digest([self.pack({"t": -90})], 0)) == ["no_clock"]
        replay.digest([message(ticks_topic(config), b'{"v":1,"at":%d}' % AT)], 0)
        assert [each.at for each in readings(replay.digest([self.pack({"t": -90})], 0))] == [AT - 90_000]


def test_of_a_network_server_only_uplinks_are_subscribed_to(config: Config) -> None:
    assert filters_of(subscribed(config.stations)) == [
        "application/ae7c1f1e/device/+/event/up",
        "gauges/#",
        "senml/#",
        "v3/gauges@ttn/devices/+/up",
    ]


def test_a_filter_within_another_is_left_out() -> None:
    """A broker might deliver what both match twice."""
    assert filters_of(["v3/a/devices/+/up", "v3/other"]) == ["v3/#"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"field": "distance", "unit": "mm"}, "name no different fields", id="the same field twice"),
        pytest.param({"format": "things_stack"}, "name no different fields", id="two formats on one topic"),
    ],
)
def test_a_topic_is_shared_by_what_can_be_told_apart(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    broken = json.loads(json.dumps(OVERLAY))
    broken["stations"]["leimbach"]["sensors"]["rain"]["payload"].update(changes)
    path = tmp_path / "overlay.yaml"
    path.write_text(json.dumps(broken), encoding="utf-8")  # JSON is YAML
    with pytest.raises(ConfigError, match=said):
        load(CONFIG, path)


def test_a_topic_is_never_shared_by_stations(tmp_path: Path) -> None:
    broken = json.loads(json.dumps(OVERLAY))
    broken["stations"]["barmen"]["sensors"]["rain"] = broken["stations"]["leimbach"]["sensors"]["rain"]
    path = tmp_path / "overlay.yaml"
    path.write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(ConfigError, match="already belongs to"):
        load(CONFIG, path)
