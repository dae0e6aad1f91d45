"""From a broker's messages to the log's, without either."""

import base64
import itertools
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.mqtt.inbox import Incoming
from sensors.payloads import JsonDecoder
from sensors.readings import Block, Tick
from sensors.times import to_utc
from warning.config.load import load
from warning.config.model import Config
from warning.ingest_intake import MOST_IN_A_BLOCK, Intake, ticks_topic
from warning.log.api import Message, partition_of
from warning.log.topics import OBSERVATIONS, REJECTED

NOW = 1626278400000  # 2021-07-14T16:00:00Z
STAGE = "gauges/kluserbruecke/stage"
MINUTE = 60_000
OBSERVATION = msgspec.json.Decoder(Block | Tick)


def two_catchments() -> Config:
    """The shipped city, with Leimbach in a catchment of its own."""
    config = load(Path(__file__).resolve().parents[2] / "config.yaml")
    leimbach = config.stations["leimbach"].model_copy(update={"catchment": "leimbach"})
    return config.model_copy(update={"stations": {**config.stations, "leimbach": leimbach}})


CONFIG = two_catchments()
TICKS_TOPIC = ticks_topic(CONFIG)


def intake(*, ticks: bool = False) -> Intake:
    return Intake(CONFIG, JsonDecoder(), ticks=ticks)


def message(topic: str, payload: bytes, *, retained: bool = False) -> Incoming:
    return Incoming(topic, payload, retained, qos=1, packet_id=1, generation=1)


def reading(value: float, at: int = NOW, topic: str = STAGE, seq: int = 1) -> Incoming:
    stamp = to_utc(at).isoformat()
    return message(topic, json.dumps({"v": 1, "seq": seq, "at": stamp, "value": value, "unit": "cm"}).encode())


def tick(at: int) -> Incoming:
    return message(TICKS_TOPIC, json.dumps({"v": 1, "at": at}).encode())


def observed(messages: list[Message], catchment: str = "wupper") -> list[Block | Tick]:
    return [OBSERVATION.decode(m.value) for m in messages if m.topic == OBSERVATIONS and m.key == catchment.encode()]


def flat(messages: list[Message], catchment: str = "wupper") -> list[tuple[object, ...]]:
    """Readings and ticks of a catchment in order, whatever the blocks."""
    out: list[tuple[object, ...]] = []
    for each in observed(messages, catchment):
        if isinstance(each, Tick):
            out.append(("tick", each.at))
        else:
            out += [(each.series[i], at, value) for i, at, value in zip(each.index, each.at, each.value, strict=True)]
    return out


def rejected(messages: list[Message]) -> list[dict[str, object]]:
    return [json.loads(m.value) for m in messages if m.topic == REJECTED]


def test_what_queued_is_one_block_per_catchment() -> None:
    out = intake().digest(
        [reading(1), reading(2, topic="gauges/leimbach/stage"), reading(3), reading(4, topic="gauges/beyenburg/stage")],
        NOW,
    )
    wupper, leimbach = observed(out), observed(out, "leimbach")
    assert [each.value for each in wupper if isinstance(each, Block)] == [(1.0, 3.0, 4.0)]
    assert [each.value for each in leimbach if isinstance(each, Block)] == [(2.0,)]
    assert [each.received_at for each in (*wupper, *leimbach) if isinstance(each, Block)] == [NOW, NOW]
    assert [(m.key, m.partition) for m in out] == [
        (b"wupper", partition_of("wupper", CONFIG.service.partitions)),
        (b"leimbach", partition_of("leimbach", CONFIG.service.partitions)),
    ]


def test_a_block_holds_500_readings_at_most() -> None:
    out = observed(intake().digest([reading(n) for n in range(2 * MOST_IN_A_BLOCK + 1)], NOW))
    assert [len(each) for each in out if isinstance(each, Block)] == [MOST_IN_A_BLOCK, MOST_IN_A_BLOCK, 1]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(message(STAGE, b"\x00\xff"), "not_json", id="binary"),
        pytest.param(message(STAGE, b""), "not_json", id="empty"),
        pytest.param(message("gauges/rhein/stage", b"{}"), "unknown_station", id="unknown station"),
        pytest.param(message("gauges", b"x"), "unknown_station", id="the bare prefix"),
        pytest.param(reading(1)._replace(retained=True), "retained", id="retained"),
        pytest.param(reading(1, NOW + 11 * MINUTE), "from_the_future", id="11 min ahead"),
        pytest.param(reading(1, NOW + 60 * MINUTE), "from_the_future", id="summer time not known"),
        pytest.param(message(STAGE, b"x" * 1_000_000), "too_long", id="1 MB"),
        pytest.param(tick(NOW), "unknown_station", id="a tick in a live world"),
    ],
)
def test_what_cannot_be_read_is_kept_whole(bad: Incoming, reason: str) -> None:
    ingest = intake()
    out = ingest.digest([bad], NOW)
    (kept,) = rejected(out)
    assert (kept["v"], kept["kind"], kept["topic"], kept["received_at"]) == (1, "rejected", bad.topic, NOW)
    assert kept["reason"] == reason
    assert base64.b64decode(str(kept["payload"])) == bad.payload
    assert len(out) == 1
    assert (ingest.status()["rejected"], ingest.status()[f"rejected_{reason}"], ingest.status()["accepted"]) == (
        1,
        1,
        0,
    )


def test_ten_minutes_ahead_is_a_slow_clock_of_ours() -> None:
    assert flat(intake().digest([reading(1, NOW + 10 * MINUTE)], NOW))


@pytest.mark.parametrize("off", [-60 * MINUTE, 60 * MINUTE], ids=["the wall clock fell back", "ours is behind"])
def test_a_jump_of_a_clock_refuses_no_reading(off: int) -> None:
    (block,) = observed(intake().digest([reading(1, NOW + max(0, off))], NOW, NOW + off))
    assert isinstance(block, Block)
    assert block.received_at == NOW


def test_absurd_years_are_judged_by_our_clock() -> None:
    ingest = intake()
    early = reading(1)._replace(payload=b'{"v":1,"at":"0001-01-01T00:00:00+23:59","value":1,"unit":"cm"}')
    late = reading(1)._replace(payload=b'{"v":1,"at":"9999-12-31T23:59:59-23:59","value":1,"unit":"cm"}')
    out = ingest.digest([early, late], NOW)
    assert len(flat(out)) == 1
    assert [kept["reason"] for kept in rejected(out)] == ["from_the_future"]


def test_a_bad_message_does_not_touch_its_neighbours() -> None:
    out = intake().digest([reading(1), message(STAGE, b"{"), reading(2)], NOW)
    assert [value for *_, value in flat(out)] == [1.0, 2.0]


def test_losses_are_in_the_status() -> None:
    ingest = intake()
    ingest.digest([reading(1, seq=1), reading(1, NOW + 1, seq=4)], NOW)
    assert ingest.status()["sequence_gaps"] == 2


class TestReplay:
    """A world whose clock is its ticks."""

    def test_a_tick_goes_to_every_catchment_after_the_readings_before_it(self) -> None:
        out = intake(ticks=True).digest([reading(1), tick(NOW + 5), reading(2), tick(NOW + 10)], 0)
        stage = ("kluserbruecke", "stage")
        assert flat(out) == [(stage, NOW, 1.0), ("tick", NOW + 5), (stage, NOW, 2.0), ("tick", NOW + 10)]
        assert flat(out, "leimbach") == [("tick", NOW + 5), ("tick", NOW + 10)]

    def test_the_last_tick_is_the_clock(self) -> None:
        out = intake(ticks=True).digest(
            [
                tick(NOW),
                reading(1),
                reading(2, NOW + 11 * MINUTE),
                tick(NOW + 11 * MINUTE),
                reading(3, NOW + 11 * MINUTE),
            ],
            0,
        )
        assert [each.received_at for each in observed(out) if isinstance(each, Block)] == [NOW, NOW + 11 * MINUTE]
        assert [(kept["reason"], kept["received_at"]) for kept in rejected(out)] == [("from_the_future", NOW)]

    def test_before_the_first_tick_a_reading_is_its_own_clock(self) -> None:
        out = observed(intake(ticks=True).digest([reading(1, NOW + 5), reading(2, NOW)], 0))
        assert [each.received_at for each in out if isinstance(each, Block)] == [NOW + 5]

    def test_the_clock_never_goes_back(self) -> None:
        """A tick delivered twice is passed on, assess ignores it; our own clock stays."""
        out = intake(ticks=True).digest([tick(NOW), tick(NOW - 60_000), reading(1)], 0)
        assert [each.received_at for each in observed(out) if isinstance(each, Block)] == [NOW]

    @pytest.mark.parametrize(
        "payload", [b"", b"{}", b'{"v":1,"at":"now"}', b'{"v":1,"at":1.5}', b'{"v":2,"at":1}', b"\xff"]
    )
    def test_a_broken_tick_is_kept(self, payload: bytes) -> None:
        out = intake(ticks=True).digest([message(TICKS_TOPIC, payload)], 0)
        assert [kept["reason"] for kept in rejected(out)] == ["wrong_shape"]
        assert len(out) == 1


EVENTS = st.lists(
    st.one_of(
        st.integers(0, 99).map(lambda n: reading(n, NOW + n)),
        st.integers(0, 99).map(lambda n: reading(n, NOW + n, "gauges/leimbach/stage")),
        st.integers(0, 99).map(lambda n: tick(NOW + n)),
        st.binary(max_size=3).map(lambda raw: message(STAGE, raw)),
    ),
    max_size=30,
)


@given(EVENTS, st.lists(st.integers(0, 30), max_size=5))
def test_where_batches_are_cut_does_not_matter(events: list[Incoming], cuts: list[int]) -> None:
    whole, parts = intake(ticks=True), intake(ticks=True)
    expected = whole.digest(events, 0)
    edges = [0, *sorted(cuts), len(events)]
    actual = [m for first, last in itertools.pairwise(edges) for m in parts.digest(events[first:last], 0)]
    for catchment in ("wupper", "leimbach"):
        assert flat(actual, catchment) == flat(expected, catchment)
    assert rejected(actual) == rejected(expected)
    assert parts.status() == whole.status()


@given(EVENTS)
def test_nothing_is_dropped(events: list[Incoming]) -> None:
    ingest = intake(ticks=True)
    out = ingest.digest(events, 0)
    ticks = sum(event.topic == TICKS_TOPIC for event in events)
    readings = [each for catchment in ("wupper", "leimbach") for each in flat(out, catchment) if each[0] != "tick"]
    assert len(readings) + len(rejected(out)) + ticks == len(events)
    assert ingest.status()["accepted"] == len(readings)
    assert ingest.status()["rejected"] == len(rejected(out))
