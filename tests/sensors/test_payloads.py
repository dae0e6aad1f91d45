"""Our JSON: what is read, what is refused, and why."""

import pytest

from sensors.payloads import LONGEST_PAYLOAD, JsonDecoder, PayloadError, Refusal
from sensors.readings import Reading, Series
from sensors.times import to_utc

STAGE = Series("kluserbruecke", "stage")
AT = 1626278400000  # 2021-07-14T16:00:00Z


def payload(**changes: str) -> bytes:
    """A good message with some fields written differently; a field of "" is left out."""
    fields = {"v": "1", "seq": "17", "at": '"2021-07-14T16:00:00Z"', "value": "224.0", "unit": '"cm"'} | changes
    return ("{" + ",".join(f'"{key}":{text}' for key, text in fields.items() if text) + "}").encode()


def decode(raw: bytes, series: Series = STAGE) -> list[Reading]:
    return JsonDecoder().decode(series, raw)


def test_a_message_is_one_reading() -> None:
    assert decode(payload()) == [Reading(STAGE, AT, 224.0, 17)]


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        pytest.param({"value": "0"}, 0.0, id="zero is a reading"),
        pytest.param({"value": "-12.5"}, -12.5, id="below gauge zero"),
        pytest.param({"value": "null"}, None, id="a gap is no number"),
        pytest.param({"value": "2.24", "unit": '"m"'}, 224.0, id="m into cm"),
        pytest.param({"value": "224.123456789"}, 224.123456789, id="not rounded"),
        pytest.param({"value": "null", "unit": '"m"'}, None, id="a gap in another unit"),
    ],
)
def test_values(changes: dict[str, str], value: float | None) -> None:
    read = decode(payload(**changes))[0].value
    assert read == (None if value is None else pytest.approx(value, rel=1e-12))


def test_the_number_may_be_left_out() -> None:
    assert decode(payload(seq=""))[0].sequence is None


def test_discharge_in_litres() -> None:
    flow = Series("beyenburg", "discharge")
    assert decode(payload(value="1500", unit='"l/s"'), flow) == [Reading(flow, AT, 1.5, 17)]


@pytest.mark.parametrize(
    "text",
    ["2021-07-14T18:00:00+02:00", "2021-07-14T16:00:00.0004Z", "2021-07-14T16:00:00+00:00"],
)
def test_times_with_any_offset(text: str) -> None:
    assert decode(payload(at=f'"{text}"'))[0].at == AT


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_absurd_years_are_times_all_the_same(text: str) -> None:
    """Whether the clock can be right is judged by ingest, against its own."""
    assert isinstance(decode(payload(at=f'"{text}"'))[0].at, int)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", Refusal.NOT_JSON, id="empty"),
        pytest.param(b"\x00\xff\xfe\x93", Refusal.NOT_JSON, id="binary"),
        pytest.param(b"\xef\xbb\xbf" + payload(), Refusal.NOT_JSON, id="byte order mark"),
        pytest.param(payload() + b"x", Refusal.NOT_JSON, id="something behind"),
        pytest.param(payload()[:-1], Refusal.NOT_JSON, id="cut off"),
        pytest.param(payload(unit='"\\ud800"'), Refusal.NOT_JSON, id="half a surrogate"),
        pytest.param(payload(unit="Q").replace(b"Q", b'"\xff"'), Refusal.NOT_JSON, id="not UTF-8"),
        pytest.param(payload(value="NaN"), Refusal.NOT_JSON, id="NaN"),
        pytest.param(payload(value="Infinity"), Refusal.NOT_JSON, id="Infinity"),
        pytest.param(payload(value="-Infinity"), Refusal.NOT_JSON, id="-Infinity"),
        pytest.param(payload(value="1e400"), Refusal.WRONG_SHAPE, id="infinite once read"),
        pytest.param(payload(value="1" * 400), Refusal.WRONG_SHAPE, id="400 digits"),
        pytest.param(payload(value='"224"'), Refusal.WRONG_SHAPE, id="text for a number"),
        pytest.param(payload(value="true"), Refusal.WRONG_SHAPE, id="truth value for a number"),
        pytest.param(payload(value="[" * 30000), Refusal.WRONG_SHAPE, id="deep nesting"),
        pytest.param(b"[" * 60000, Refusal.WRONG_SHAPE, id="nothing but nesting"),
        pytest.param(payload(value="1e307", unit='"m"'), Refusal.OUT_OF_RANGE, id="infinite once in cm"),
        pytest.param(payload(value=""), Refusal.WRONG_SHAPE, id="no value"),
        pytest.param(payload(unit=""), Refusal.WRONG_SHAPE, id="no unit"),
        pytest.param(payload(at=""), Refusal.WRONG_SHAPE, id="no time"),
        pytest.param(payload(v=""), Refusal.WRONG_SHAPE, id="no version"),
        pytest.param(payload(v="2"), Refusal.WRONG_SHAPE, id="another version"),
        pytest.param(payload(v="true"), Refusal.WRONG_SHAPE, id="truth value for the version"),
        pytest.param(payload(seq="-1"), Refusal.WRONG_SHAPE, id="negative number"),
        pytest.param(payload(seq="1.5"), Refusal.WRONG_SHAPE, id="broken number"),
        pytest.param(payload(seq="null"), Refusal.WRONG_SHAPE, id="null number"),
        pytest.param(payload(seq="1" * 30), Refusal.WRONG_SHAPE, id="endless number"),
        pytest.param(payload(stage="1"), Refusal.WRONG_SHAPE, id="unknown key"),
        pytest.param(payload(at='"2021-07-14T16:00:00"'), Refusal.WRONG_SHAPE, id="time without offset"),
        pytest.param(payload(at="1626278400"), Refusal.WRONG_SHAPE, id="time as a number"),
        pytest.param(payload(at='"-0001-07-14T16:00:00Z"'), Refusal.WRONG_SHAPE, id="negative year"),
        pytest.param(payload(at='"0000-07-14T16:00:00Z"'), Refusal.WRONG_SHAPE, id="year 0"),
        pytest.param(payload(at='"12021-07-14T16:00:00Z"'), Refusal.WRONG_SHAPE, id="year 12021"),
        pytest.param(payload(unit='"mm"'), Refusal.WRONG_UNIT, id="a unit ten times smaller"),
        pytest.param(payload(unit='"furlong"'), Refusal.WRONG_UNIT, id="unknown unit"),
        pytest.param(payload(value="null", unit='"mm"'), Refusal.WRONG_UNIT, id="a gap in a wrong unit"),
        pytest.param(b'{"value":1,' + payload()[1:], Refusal.DUPLICATE_KEY, id="two values"),
        pytest.param(b'{"v\\u0061lue":1,' + payload()[1:], Refusal.DUPLICATE_KEY, id="two values, one escaped"),
        pytest.param(b'{"seq":1,' + payload(value="null")[1:], Refusal.DUPLICATE_KEY, id="two numbers"),
        pytest.param(payload() + b" " * LONGEST_PAYLOAD, Refusal.TOO_LONG, id="too long"),
        pytest.param(b"null", Refusal.WRONG_SHAPE, id="null"),
        pytest.param(b"224.0", Refusal.WRONG_SHAPE, id="a bare number"),
    ],
)
def test_refused(raw: bytes, reason: Refusal) -> None:
    with pytest.raises(PayloadError) as refused:
        decode(raw)
    assert refused.value.reason == reason
    assert refused.value.detail


def test_escapes_that_say_the_same_are_no_duplicates() -> None:
    assert decode(payload(unit='"c\\u006d"')) == decode(payload())


def test_white_space_does_not_matter() -> None:
    spaced = payload().replace(b",", b" ,\n ").replace(b'":', b'" : ')
    assert to_utc(decode(b" " + spaced + b"\n")[0].at).hour == 16
