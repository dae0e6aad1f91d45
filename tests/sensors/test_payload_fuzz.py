"""Whatever comes, a device's decoder answers with readings that are sound, or with its one error."""

import json
import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from sensors.payloads import Decoded, DeviceDecoder, PayloadError, device_decoder
from sensors.payloads.scale import FIRST_MS, LAST_MS
from sensors.payloads.spec import Foreign, PayloadSpec
from sensors.readings import Reading, Series
from tests.fuzz import FOREIGN, rubbish
from tests.uplinks import AT, SENML_NAME, chirpstack, senml, things_stack

SPEC: TypeAdapter[Foreign] = TypeAdapter(PayloadSpec)
MOUNT: dict[str, object] = {"measures": "distance", "mount": [{"from": "2021-01-01", "height": "412 cm"}]}
AGE: dict[str, object] = {"age": {"field": "age", "unit": "h"}}
STAGE, RAIN = Series("leimbach", "stage"), Series("leimbach", "rain")


def decoder(first: dict[str, object], second: dict[str, object]) -> DeviceDecoder:
    return device_decoder({STAGE: SPEC.validate_python(first), RAIN: SPEC.validate_python(second)})


def lorawan(name: str) -> DeviceDecoder:
    common: dict[str, object] = {"format": name, "unit": "mm"}
    return decoder(common | {"field": "distance"} | MOUNT | AGE, common | {"field": "rain.mm", "measures": "value"})


DECODERS = [
    lorawan("chirpstack"),
    lorawan("things_stack"),
    decoder({"format": "senml", "name": SENML_NAME} | MOUNT, {"format": "senml", "name": "rain", "measures": "value"}),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def answer(device: DeviceDecoder, payload: bytes, received_at: int | None = AT) -> Decoded | None:
    """Fails for any error but PayloadError, and for any reading that could reach a threshold unsound."""
    try:
        decoded = device.decode(payload, received_at)
    except PayloadError:
        return None
    for reading in decoded.readings:
        assert reading.series in (STAGE, RAIN)
        assert isinstance(reading.at, int)
        assert FIRST_MS <= reading.at <= LAST_MS
        assert reading.value is None or math.isfinite(reading.value)
    assert decoded.readings or decoded.refusals
    return decoded


@settings(deadline=None)
@given(st.binary(max_size=300), st.none() | st.integers(0, 2**43))
def test_any_bytes(payload: bytes, received_at: int | None) -> None:
    for device in DECODERS:
        answer(device, payload, received_at)


@settings(deadline=None)
@given(JSON)
def test_any_json(value: object) -> None:
    for device in DECODERS:
        answer(device, json.dumps(value).encode())


@settings(deadline=None)
@pytest.mark.parametrize(("device", "message"), [(DECODERS[0], chirpstack), (DECODERS[1], things_stack)])
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("distance", "age", "rain", "mm"), JSON)))
def test_any_json_under_the_known_fields(
    device: DeviceDecoder, message: Callable[[object], bytes], fields: dict[str, object]
) -> None:
    answer(device, message(fields))


RECORD = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("bn", "n"), st.sampled_from(["", "rain", SENML_NAME, SENML_NAME[:5], SENML_NAME[5:]]))
    | dict.fromkeys(("bt", "t", "bv", "v", "s"), NUMBERS)
    | dict.fromkeys(("bu", "u"), st.sampled_from(["m", "cm", "mm", "Cel", ""]))
    | dict.fromkeys(("bver", "vs", "vb", "ut", "x"), JSON),
)


@settings(deadline=None)
@given(st.lists(RECORD, max_size=5), st.none() | st.integers(0, 2**43))
def test_any_records(records: list[dict[str, object]], received_at: int | None) -> None:
    answer(DECODERS[2], senml(*records), received_at)


@settings(max_examples=50, deadline=None)
@given(st.integers())
def test_broken_and_nearly_good_messages(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(100):
        payload = rubbish(source)[1]
        for device in DECODERS:
            answer(device, payload)


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.integers(0, 100))
def test_what_is_sent_is_what_is_read(level_cm: float, age_h: int) -> None:
    """The same water by three ways, but for the rounding of its mm."""
    distance = max(0.0, 412 - level_cm)
    fields = {"distance": distance * 10, "age": age_h}
    pack = senml({"n": SENML_NAME, "u": "cm", "v": distance, "t": -3600 * age_h})
    expected = Reading(STAGE, AT - 3_600_000 * age_h, pytest.approx(min(level_cm, 412), abs=1e-6))  # type: ignore[arg-type]
    stamp = "2021-07-14T16:00:00Z"
    for device, raw in zip(DECODERS, (chirpstack(fields, at=stamp), things_stack(fields, at=stamp), pack), strict=True):
        decoded = answer(device, raw)
        assert decoded is not None
        assert decoded.readings == [expected]


def test_the_sound_examples_are_read() -> None:
    """Otherwise the rubbish made from them would prove little."""
    for device, payload in zip(DECODERS[::2], list(FOREIGN.values())[::2], strict=True):
        decoded = answer(device, payload)
        assert decoded is not None
        assert decoded.readings
