"""SenML packs: what is read, what is refused, and why."""

import pytest
from pydantic import TypeAdapter

from sensors.payloads import Decoded, PayloadError, Refusal, device_decoder
from sensors.payloads.spec import PayloadSpec, Senml
from sensors.readings import Reading, Series
from tests.uplinks import AT, senml
from tests.uplinks import SENML_NAME as NAME

STAGE = Series("leimbach", "stage")
RAIN = Series("leimbach", "rain")
AT_S = AT // 1000
SPEC: TypeAdapter[Senml] = TypeAdapter(PayloadSpec)


def spec(**keys: object) -> Senml:
    return SPEC.validate_python({"format": "senml", "name": NAME, "measures": "value"} | keys)


def decode(raw: bytes, sensor: Senml | None = None, received_at: int | None = AT) -> Decoded:
    return device_decoder({STAGE: sensor or spec()}).decode(raw, received_at)


def level(**keys: object) -> dict[str, object]:
    """A record of the level with some keys written differently; a key of None is left out."""
    record = {"n": NAME, "u": "cm", "v": 93.4, "t": AT_S} | keys
    return {key: value for key, value in record.items() if value is not None}


def refused(raw: bytes, received_at: int | None = AT) -> Refusal:
    try:
        decoded = decode(raw, received_at=received_at)
    except PayloadError as error:
        return error.reason
    assert decoded.readings == []
    (only,) = decoded.refusals
    assert only.detail
    return only.reason


def test_a_record_is_a_reading() -> None:
    assert decode(senml(level())) == Decoded([Reading(STAGE, AT, 93.4)], [])


def test_base_fields_hold_until_they_change() -> None:
    """Two names, two base times, a base value and a base unit, as in RFC 8428, 5.1.2 and 5.1.3."""
    pack = senml(
        {"bn": "urn:dev:ow:10e2073a01080063:", "bt": AT_S, "bu": "m", "bv": 2.0, "n": "level", "v": 0.24},
        {"n": "level", "t": -300, "v": 0.2},
        {"n": "temperature", "u": "Cel", "v": 12.0},
        {"n": "level", "t": 60, "u": "cm", "v": 0.5},
        {"bt": AT_S + 600, "bv": 0, "n": "level", "v": 2.5},
        {"bn": "urn:dev:ow:somebody:", "n": "level", "v": 9},
    )
    assert decode(pack, received_at=None).readings == [
        Reading(STAGE, AT, 224.0),
        Reading(STAGE, AT - 300_000, 220.0),
        Reading(STAGE, AT + 60_000, 2.5),
        Reading(STAGE, AT + 600_000, 250.0),
    ]


@pytest.mark.parametrize(
    ("base", "name"),
    [(NAME, ""), ("", NAME), (NAME[:-5], NAME[-5:]), (None, NAME), (NAME, None)],
    ids=["base only", "empty base", "both", "name only", "no name key"],
)
def test_the_name_is_base_name_and_name(base: str | None, name: str | None) -> None:
    assert decode(senml(level(bn=base, n=name))).readings


def test_other_records_are_left_alone() -> None:
    pack = senml({"n": "door", "vb": True}, {"n": "text", "vs": "x"}, {"n": "raw", "vd": "AQ"}, level())
    assert [each.value for each in decode(pack).readings] == [93.4]


@pytest.mark.parametrize(
    ("time_s", "at"),
    [
        pytest.param(-90, AT - 90_000, id="a minute and a half ago"),
        pytest.param(0, AT, id="now"),
        pytest.param(None, AT, id="no time is now"),
        pytest.param(30, AT + 30_000, id="soon"),
        pytest.param(2**28 - 1, AT + (2**28 - 1) * 1000, id="the last relative one"),
        pytest.param(2**28, 2**28 * 1000, id="the first absolute one"),
        pytest.param(AT_S + 0.25, AT + 250, id="parts of seconds"),
    ],
)
def test_times_below_2_to_the_28_are_counted_from_arrival(time_s: float | None, at: int) -> None:
    assert decode(senml(level(t=time_s))).readings[0].at == at


def test_the_sum_decides_what_is_relative() -> None:
    """-5 s by itself would be the past of arrival; with a base time it is absolute."""
    assert decode(senml(level(bt=AT_S, t=-5)), received_at=0).readings[0].at == AT - 5000


def test_before_the_first_tick_nothing_is_relative() -> None:
    assert refused(senml(level(t=-5)), received_at=None) == Refusal.NO_CLOCK
    assert decode(senml(level()), received_at=None).readings


@pytest.mark.parametrize(("unit", "value"), [("cm", 224.0), ("mm", 22.4), ("m", 22400.0)])
@pytest.mark.parametrize("key", ["u", "bu"])
def test_units(unit: str, value: float, key: str) -> None:
    assert decode(senml(level(u=None) | {key: unit, "v": 224})).readings[0].value == value


def test_a_distance_hangs_from_its_mount() -> None:
    sensor = spec(measures="distance", mount=[{"from": "2021-01-01", "height": "412 cm"}])
    assert decode(senml(level(u="m", v=1.88)), sensor).readings[0].value == 224.0


def test_several_series_in_one_pack() -> None:
    device = device_decoder({STAGE: spec(), RAIN: spec(name="rain")})
    assert device.decode(senml(level(), {"n": "rain", "u": "mm", "v": 0.2, "t": AT_S}), AT).readings == [
        Reading(STAGE, AT, 93.4),
        Reading(RAIN, AT, 0.2),
    ]


def test_what_is_good_of_a_pack_is_kept() -> None:
    device = device_decoder({STAGE: spec(), RAIN: spec(name="rain")})
    decoded = device.decode(senml(level(u="Cel"), level(v=1)), AT)
    assert decoded.readings == [Reading(STAGE, AT, 1.0)]
    assert [each.reason for each in decoded.refusals] == [Refusal.WRONG_UNIT, Refusal.NO_FIELD]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(senml(level(u=None)), Refusal.WRONG_UNIT, id="no unit"),
        pytest.param(senml(level(u="mm/h")), Refusal.WRONG_UNIT, id="a unit of another kind"),
        pytest.param(senml(level(v=None)), Refusal.WRONG_SHAPE, id="no value"),
        pytest.param(senml(level(v=None, bv=1)), Refusal.WRONG_SHAPE, id="a base value alone"),
        pytest.param(senml(level(v=None, s=1)), Refusal.WRONG_SHAPE, id="a sum alone"),
        pytest.param(senml(level(v=None, vs="93.4")), Refusal.WRONG_SHAPE, id="a text"),
        pytest.param(senml(level(v=None, vb=True)), Refusal.WRONG_SHAPE, id="a truth value"),
        pytest.param(senml(level(vs="x")), Refusal.WRONG_SHAPE, id="two values"),
        pytest.param(senml(level(v="1")), Refusal.WRONG_SHAPE, id="text for a number"),
        pytest.param(senml(level(v=True)), Refusal.WRONG_SHAPE, id="truth value for a number"),
        pytest.param(senml(level()).replace(b"93.4", b"null"), Refusal.WRONG_SHAPE, id="null"),
        pytest.param(senml(level(v=float("nan"))), Refusal.NOT_JSON, id="NaN"),
        pytest.param(senml(level(v=float("inf"))), Refusal.NOT_JSON, id="Infinity"),
        pytest.param(senml(level()).replace(b"93.4", b"1e400"), Refusal.WRONG_SHAPE, id="infinite once read"),
        pytest.param(senml(level(v=1e308, bv=1e308)), Refusal.OUT_OF_RANGE, id="infinite once added"),
        pytest.param(senml(level(v=1e308, u="m")), Refusal.OUT_OF_RANGE, id="infinite once in cm"),
        pytest.param(senml(level(t=1e300)), Refusal.OUT_OF_RANGE, id="a time of no calendar"),
        pytest.param(senml(level(t=1e308, bt=1e308)), Refusal.OUT_OF_RANGE, id="an infinite time"),
        pytest.param(senml(level(t=-1e300)), Refusal.OUT_OF_RANGE, id="before all calendars"),
        pytest.param(senml(level(n="level")), Refusal.NO_FIELD, id="another name"),
        pytest.param(b"[]", Refusal.NO_FIELD, id="an empty pack"),
        pytest.param(senml(level(), {"v": 1}), Refusal.WRONG_SHAPE, id="a record without name"),
        pytest.param(senml(level(bver=11)), Refusal.WRONG_SHAPE, id="an unknown version"),
        pytest.param(senml(level(flow_=1)), Refusal.WRONG_SHAPE, id="a key that must be understood"),
        pytest.param(senml(level()).replace(b'"v"', b'"v": 1, "v"'), Refusal.DUPLICATE_KEY, id="two values of one key"),
        pytest.param(senml(level())[1:-1], Refusal.WRONG_SHAPE, id="a bare record"),
        pytest.param(b"", Refusal.NOT_JSON, id="empty"),
        pytest.param(b"\x81\xa2\x00\x61a\x02\x01", Refusal.NOT_JSON, id="CBOR"),
        pytest.param(b"[" * 60_000, Refusal.WRONG_SHAPE, id="nothing but nesting"),
        pytest.param(b" " * 70_000, Refusal.TOO_LONG, id="too long"),
    ],
)
def test_refused(raw: bytes, reason: Refusal) -> None:
    assert refused(raw) == reason


@pytest.mark.parametrize("version", [10, 26])
def test_known_versions(version: int) -> None:
    assert decode(senml(level(bver=version))).readings


def test_what_nobody_knows_is_left_alone() -> None:
    assert decode(senml(level(flow=1, ut=60, s=1, bs=2))).readings
