"""Whatever comes, a decoder answers with readings that are sound, or with its one error."""

import json
import math
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.payloads import JsonDecoder, PayloadError
from sensors.readings import Series
from tests.fuzz import rubbish

STAGE = Series("kluserbruecke", "stage")
DECODER = JsonDecoder()

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


def answer(payload: bytes) -> None:
    """Fails for any error but PayloadError, and for any reading that could reach a threshold unsound."""
    try:
        readings = DECODER.decode(STAGE, payload)
    except PayloadError:
        return
    for reading in readings:
        assert reading.series == STAGE
        assert isinstance(reading.at, int)
        assert reading.value is None or math.isfinite(reading.value)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(payload: bytes) -> None:
    answer(payload)


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("v", "seq", "at", "value", "unit", "x"), JSON)))
def test_any_json_under_the_known_keys(fields: dict[str, object]) -> None:

    answer(json.dumps(fields).encode())


@settings(max_examples=50, deadline=None)
@given(st.integers())
def test_broken_and_nearly_good_messages(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(200):
        answer(rubbish(source)[1])


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.datetimes().map(lambda at: at.isoformat() + "Z"))
def test_good_messages_come_through_unchanged(value: float, at: str) -> None:
    raw = f'{{"v":1,"seq":1,"at":"{at}","value":{value!r},"unit":"cm"}}'.encode()
    assert [reading.value for reading in DECODER.decode(STAGE, raw)] == [value]
