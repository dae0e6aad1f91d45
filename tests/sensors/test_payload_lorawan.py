"""Uplinks of ChirpStack and The Things Stack: what is read, what is refused, and why."""

from collections.abc import Callable

import pytest
from pydantic import TypeAdapter

from sensors.payloads import Decoded, Frame, PayloadError, Refusal, device_decoder, siblings
from sensors.payloads.lorawan import network_time_ms
from sensors.payloads.spec import PayloadSpec, Uplink
from sensors.readings import Reading, Series
from tests.uplinks import AT, CHIRPSTACK_TOPIC, THINGS_STACK_TOPIC, chirpstack, things_stack

STAGE = Series("leimbach", "stage")
RAIN = Series("leimbach", "rain")
FLOW = Series("leimbach", "discharge")
TEMPERATURE = Series("leimbach", "temperature")
HEARD = AT + 123  # the examples' time
MOUNT = [{"from": "2021-01-01", "height": "412 cm"}]
SPEC: TypeAdapter[Uplink] = TypeAdapter(PayloadSpec)

Message = Callable[..., bytes]
both = pytest.mark.parametrize(
    ("name", "message"),
    [pytest.param("chirpstack", chirpstack, id="ChirpStack"), pytest.param("things_stack", things_stack, id="TTS")],
)


def spec(**keys: object) -> Uplink:
    return SPEC.validate_python({"format": "chirpstack", "field": "level", "unit": "cm", "measures": "value"} | keys)


def distance(**keys: object) -> Uplink:
    return spec(**{"field": "distance", "unit": "mm", "measures": "distance", "mount": MOUNT} | keys)


def decode(raw: bytes, sensor: Uplink, series: Series = STAGE) -> Decoded:
    return device_decoder({series: sensor}).decode(raw, None)


def refused(raw: bytes, sensor: Uplink, series: Series = STAGE) -> Refusal:
    """The one reason, whether of the message or of its series."""
    try:
        decoded = decode(raw, sensor, series)
    except PayloadError as error:
        return error.reason
    assert decoded.readings == []
    (only,) = decoded.refusals
    assert only.detail
    return only.reason


@both
def test_an_uplink_is_a_reading_at_the_networks_time(name: str, message: Message) -> None:
    decoded = decode(message({"level": 93.4, "battery": 98}), spec(format=name))
    assert decoded == Decoded([Reading(STAGE, HEARD, 93.4)], [], Frame(7, HEARD))


@both
@pytest.mark.parametrize(
    ("fields", "keys", "value"),
    [
        pytest.param({"level": 0}, {}, 0.0, id="zero is a reading"),
        pytest.param({"level": -3}, {"unit": "mm"}, -0.3, id="below gauge zero, in mm"),
        pytest.param({"level": 2.24}, {"unit": "m"}, 224.0, id="m"),
        pytest.param({"level": None}, {}, None, id="null is a gap: so NaN is written too"),
        pytest.param({"water": {"level": 1}}, {"field": "water.level"}, 1.0, id="a field further down"),
    ],
)
def test_values(name: str, message: Message, fields: object, keys: dict[str, object], value: float | None) -> None:
    assert [each.value for each in decode(message(fields), spec(format=name, **keys)).readings] == [value]


@pytest.mark.parametrize(
    ("series", "unit", "sent", "value"),
    [
        (RAIN, "mm", 0.2, 0.2),
        (RAIN, "m", 0.0002, 0.2),
        (FLOW, "l/s", 1500, 1.5),
        (FLOW, "m³/s", 1.5, 1.5),
        (TEMPERATURE, "°C", -0.5, -0.5),
    ],
)
def test_units(series: Series, unit: str, sent: float, value: float) -> None:
    assert decode(chirpstack({"level": sent}), spec(unit=unit), series).readings[0].value == value


class TestDistance:
    """A sensor below a bridge measures down to the water."""

    @pytest.mark.parametrize(("sent", "level"), [(1880, 224.0), (4120, 0.0), (4250, -13.0), (0, 412.0), (None, None)])
    def test_is_the_mount_height_less_the_distance(self, sent: int | None, level: float | None) -> None:
        assert decode(chirpstack({"distance": sent}), distance()).readings[0].value == level

    @pytest.mark.parametrize(
        ("at", "level"),
        [
            pytest.param("2021-07-13T23:59:59.999999999Z", 224.0, id="before the day"),
            pytest.param("2021-07-14T00:00:00Z", 234.0, id="from midnight on"),
            pytest.param("2021-07-14T01:30:00+02:00", 224.0, id="midnight of UTC, not of the stamp's offset"),
        ],
    )
    def test_the_mount_of_the_day_counts(self, at: str, level: float) -> None:
        moved = distance(mount=[*MOUNT, {"from": "2021-07-14", "height": "4.22 m"}])
        assert decode(chirpstack({"distance": 1880}, at=at), moved).readings[0].value == level

    def test_the_day_of_measurement_counts_not_of_arrival(self) -> None:
        moved = distance(mount=[*MOUNT, {"from": "2021-07-14", "height": "4.22 m"}], age={"field": "age", "unit": "h"})
        assert decode(chirpstack({"distance": 1880, "age": 17}), moved).readings[0].value == 224.0

    def test_nothing_is_known_before_the_first_mount(self) -> None:
        assert refused(chirpstack({"distance": 1}, at="2020-12-31T23:59:59Z"), distance()) == Refusal.NO_MOUNT

    def test_a_negative_one_is_none(self) -> None:
        assert refused(chirpstack({"distance": -1}), distance()) == Refusal.OUT_OF_RANGE


class TestTime:
    """The sensor has no clock."""

    @both
    @pytest.mark.parametrize(("age", "unit", "off_ms"), [(90, "s", 90_000), (0, "s", 0), (1.5, "min", 90_000)])
    def test_the_age_is_taken_off(self, name: str, message: Message, age: float, unit: str, off_ms: int) -> None:
        sensor = spec(format=name, age={"field": "sent.age", "unit": unit})
        assert decode(message({"level": 1, "sent": {"age": age}}), sensor).readings[0].at == HEARD - off_ms

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            pytest.param({"level": 1}, Refusal.NO_FIELD, id="absent"),
            pytest.param({"level": 1, "age": None}, Refusal.WRONG_SHAPE, id="null"),
            pytest.param({"level": 1, "age": -1}, Refusal.OUT_OF_RANGE, id="negative"),
            pytest.param({"level": 1, "age": 1e300}, Refusal.OUT_OF_RANGE, id="older than any calendar"),
            pytest.param({"level": 1, "age": "90"}, Refusal.WRONG_SHAPE, id="a text"),
        ],
    )
    def test_without_a_sound_age_the_time_is_unknown(self, fields: object, reason: Refusal) -> None:
        assert refused(chirpstack(fields), spec(age={"field": "age", "unit": "s"})) == reason

    @pytest.mark.parametrize(
        ("stamp", "ms"),
        [
            pytest.param("2021-07-14T16:00:00.999999999Z", AT + 999, id="nanoseconds do not round up"),
            pytest.param("2021-07-14T16:00:00.000999999Z", AT, id="nor into the next millisecond"),
            pytest.param("2021-07-14T16:00:00.5Z", AT + 500, id="one digit"),
            pytest.param("2021-07-14T16:00:00Z", AT, id="none"),
            pytest.param("2021-07-14T18:00:00.1234567+02:00", AT + 123, id="an offset behind seven digits"),
        ],
    )
    def test_stamps(self, stamp: str, ms: int) -> None:
        assert network_time_ms(stamp) == ms

    @pytest.mark.parametrize(
        "stamp", ["2021-07-14T16:00:00", "2021-07-14T16:00:00.123456789", "", ".", "now", "1626278400", "2021-07-14"]
    )
    @both
    def test_no_stamps(self, name: str, message: Message, stamp: str) -> None:
        assert refused(message({"level": 1}, at=stamp or " "), spec(format=name)) == Refusal.WRONG_SHAPE

    def test_the_network_servers_time_counts_not_the_application_servers(self) -> None:
        assert b"16:00:01.999999999Z" in things_stack({})
        assert decode(things_stack({"level": 1}), spec(format="things_stack")).readings[0].at == HEARD


class TestFrames:
    """The counter is the device's, whatever the message says of a series."""

    def test_zero_is_left_out(self) -> None:
        assert b"fCnt" not in (old := chirpstack({"level": 1}, frame=None))
        assert b"f_cnt" not in (empty := things_stack({"level": 1}, frame=0))
        assert decode(old, spec()).frame == Frame(0, HEARD)
        assert decode(empty, spec(format="things_stack")).frame == Frame(0, HEARD)

    @both
    def test_what_was_not_decoded_was_heard_all_the_same(self, name: str, message: Message) -> None:
        assert decode(message(None), spec(format=name)).frame == Frame(7, HEARD)
        assert refused(message(None), spec(format=name)) == Refusal.NOT_DECODED

    def test_a_state_of_the_device_is_no_reading(self) -> None:
        decoded = decode(chirpstack({"battery": 98}), spec())
        assert [each.reason for each in decoded.refusals] == [Refusal.NO_FIELD]
        assert decoded.frame == Frame(7, HEARD)


def test_one_uplink_may_measure_several_series() -> None:
    device = device_decoder({STAGE: distance(), RAIN: spec(field="rain", unit="mm")})
    assert device.decode(chirpstack({"distance": 1880, "rain": 0.2}), None).readings == [
        Reading(STAGE, HEARD, 224.0),
        Reading(RAIN, HEARD, 0.2),
    ]


def test_what_is_good_of_an_uplink_is_kept() -> None:
    device = device_decoder({STAGE: distance(), RAIN: spec(field="rain", unit="mm")})
    decoded = device.decode(chirpstack({"distance": "error", "rain": 0.2}), None)
    assert decoded.readings == [Reading(RAIN, HEARD, 0.2)]
    assert [(each.reason, each.detail) for each in decoded.refusals] == [
        (Refusal.WRONG_SHAPE, "stage: distance is no number: 'error'")
    ]


def test_a_simulated_uplink_is_no_measurement() -> None:
    assert refused(things_stack({"level": 300}, simulated=True), spec(format="things_stack")) == Refusal.SIMULATED


@both
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"level": "93.4"}, Refusal.WRONG_SHAPE, id="text for a number"),
        pytest.param({"level": "1880 mm"}, Refusal.WRONG_SHAPE, id="text with a unit"),
        pytest.param({"level": True}, Refusal.WRONG_SHAPE, id="truth value"),
        pytest.param({"level": [1]}, Refusal.WRONG_SHAPE, id="list"),
        pytest.param({"level": {"value": 1}}, Refusal.WRONG_SHAPE, id="object"),
        pytest.param({"level": 10**400}, Refusal.OUT_OF_RANGE, id="400 digits"),
        pytest.param({"level": float("nan")}, Refusal.NOT_JSON, id="NaN"),
        pytest.param({"level": float("inf")}, Refusal.NOT_JSON, id="Infinity"),
        pytest.param({"Level": 1}, Refusal.NO_FIELD, id="another key"),
        pytest.param({}, Refusal.NO_FIELD, id="nothing decoded"),
        pytest.param([1], Refusal.WRONG_SHAPE, id="a list of fields"),
        pytest.param("level", Refusal.WRONG_SHAPE, id="a text of fields"),
    ],
)
def test_refused_fields(name: str, message: Message, fields: object, reason: Refusal) -> None:
    assert refused(message(fields), spec(format=name)) == reason


def test_infinite_once_in_the_series_unit() -> None:
    assert refused(chirpstack({"level": 1e308}), spec(unit="m")) == Refusal.OUT_OF_RANGE


@both
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param(b'"level": 1', b'"level": 1, "level": 2', Refusal.DUPLICATE_KEY, id="two levels"),
        pytest.param(b'"level": 1', b'"level": 1, "l\\u0065vel": 2', Refusal.DUPLICATE_KEY, id="one escaped"),
        pytest.param(b'"level": 1', b'"level": 1e400', Refusal.WRONG_SHAPE, id="infinite once read"),
        pytest.param(b'"level": 1', b'"level": 1, "x": ' + b"[" * 30000, Refusal.NOT_JSON, id="deep nesting"),
        pytest.param(b"868", b"\xff", Refusal.NOT_JSON, id="not UTF-8 in a part that nobody reads"),
        pytest.param(b"-36", b"NaN", Refusal.NOT_JSON, id="NaN in a part that nobody reads"),
    ],
)
def test_refused_texts(name: str, message: Message, old: bytes, new: bytes, reason: Refusal) -> None:
    raw = message({"level": 1, "x": -36, "y": "868"})
    assert old in raw
    assert refused(raw.replace(old, new), spec(format=name)) == reason


@both
@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", Refusal.NOT_JSON, id="empty"),
        pytest.param(b"{}", Refusal.WRONG_SHAPE, id="no time"),
        pytest.param(b"null", Refusal.WRONG_SHAPE, id="null"),
        pytest.param(b"[]", Refusal.WRONG_SHAPE, id="a list"),
        pytest.param(b" " * 70_000, Refusal.TOO_LONG, id="too long"),
        pytest.param(b'{"v":1,"at":"2021-07-14T16:00:00Z","value":1,"unit":"cm"}', Refusal.WRONG_SHAPE, id="ours"),
    ],
)
def test_refused_messages(name: str, message: Message, raw: bytes, reason: Refusal) -> None:
    assert refused(raw, spec(format=name)) == reason


@pytest.mark.parametrize("text", ["-1", "4294967296", "1.5", "true", '"7"', "null"])
def test_refused_counters(text: str) -> None:
    raw = chirpstack({"level": 1}).replace(b'"fCnt": 7', f'"fCnt": {text}'.encode())
    assert refused(raw, spec()) == Refusal.WRONG_SHAPE


@pytest.mark.parametrize(
    ("topic", "name", "expected"),
    [
        (CHIRPSTACK_TOPIC, "chirpstack", "application/ae7c1f1e/device/+/event/up"),
        (f"city/{CHIRPSTACK_TOPIC}", "chirpstack", "city/application/ae7c1f1e/device/+/event/up"),
        (THINGS_STACK_TOPIC, "things_stack", "v3/gauges@ttn/devices/+/up"),
        (THINGS_STACK_TOPIC, "chirpstack", None),
        ("device/1/event/up", "chirpstack", None),
        ("renamed/by/a/bridge", "things_stack", None),
        ("up", "things_stack", None),
    ],
)
def test_uplinks_of_all_devices_are_subscribed_to(topic: str, name: str, expected: str | None) -> None:
    assert siblings(topic, spec(format=name)) == expected
