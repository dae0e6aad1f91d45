"""What a sensor's payload may say in the configuration."""

from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from sensors.payloads import device_decoder
from sensors.readings import Series
from sensors.stations import Sensor, Station, may_share, sensors_by_topic, series_by_topic

MOUNT = [{"from": "2024-01-01", "height": "412 cm"}, {"from": "2025-03-01", "height": "4.2 m"}]
DISTANCE: dict[str, Any] = {
    "format": "chirpstack", "field": "distance", "unit": "mm", "measures": "distance", "mount": MOUNT,
}  # fmt: skip
RAIN: dict[str, Any] = {"format": "chirpstack", "field": "rain", "unit": "mm", "measures": "value"}
SENML: dict[str, Any] = {"format": "senml", "name": "urn:dev:ow:10e2:level", "measures": "value"}


def station(payload: object, parameter: str = "stage", **keys: object) -> Station:
    unit = {"stage": "cm", "rain": "mm", "discharge": "m3/s"}[parameter]
    sensor = {"step": "5 min", "resolution": f"1 {unit}", "span": [f"0 {unit}", f"300 {unit}"], "topic": "a/b"} | keys
    return Station.model_validate(
        {"name": "Leimbach", "catchment": "wupper", "sensors": {parameter: sensor | {"payload": payload}}}
    )


def without(payload: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in deepcopy(payload).items() if key not in keys}


@pytest.mark.parametrize(
    ("payload", "parameter"),
    [
        (DISTANCE, "stage"),
        (DISTANCE | {"format": "things_stack", "age": {"field": "a.b", "unit": "min"}}, "stage"),
        (RAIN, "rain"),
        (SENML, "stage"),
        (SENML | {"measures": "distance", "mount": MOUNT}, "stage"),
    ],
)
def test_sound_payloads(payload: object, parameter: str) -> None:
    (sensor,) = station(payload, parameter).sensors.values()
    assert sensor.foreign is not None
    assert device_decoder({Series("leimbach", parameter): sensor.foreign})


@pytest.mark.parametrize("payload", [None, {"format": "json"}])
def test_our_own_json_needs_no_words(payload: object) -> None:
    assert station(payload).sensors["stage"].foreign is None


@pytest.mark.parametrize(
    ("payload", "parameter", "said"),
    [
        pytest.param(without(DISTANCE, "measures"), "stage", "measures", id="level or distance must be said"),
        pytest.param(without(DISTANCE, "unit"), "stage", "unit", id="the unit must be said"),
        pytest.param(without(DISTANCE, "field"), "stage", "field", id="the field must be said"),
        pytest.param(without(DISTANCE, "mount"), "stage", "must give the heights", id="a distance from nowhere"),
        pytest.param(RAIN | {"mount": MOUNT}, "rain", "'measures: distance' only", id="a mount without a distance"),
        pytest.param(DISTANCE | {"mount": MOUNT[::-1]}, "stage", "rising dates", id="falling dates"),
        pytest.param(DISTANCE | {"mount": [MOUNT[0]] * 2}, "stage", "rising dates", id="a date twice"),
        pytest.param(
            DISTANCE | {"mount": [{"from": "2024-01-01", "height": "4120 mm"}]},
            "stage",
            "in cm or m",
            id="height in mm",
        ),
        pytest.param(
            DISTANCE | {"mount": [{"from": "2024-01-01", "height": "-1 m"}]},
            "stage",
            "above gauge zero",
            id="below zero",
        ),
        pytest.param(
            DISTANCE | {"mount": [{"from": "2024-01-01", "height": "300 cm"}]},
            "stage",
            "must end below the mount",
            id="a distance of 0 would be inside the span",
        ),
        pytest.param(
            DISTANCE | {"mount": [{"from": "2024-01-01", "height": 412}]}, "stage", "unit", id="a bare number"
        ),
        pytest.param(DISTANCE | {"unit": "l/s"}, "stage", "one of mm, cm, m", id="stage in litres"),
        pytest.param(RAIN | {"unit": "cm"}, "rain", "one of mm, m", id="rain in cm"),
        pytest.param(DISTANCE, "rain", "rain is no distance", id="rain as a distance"),
        pytest.param(DISTANCE | {"field": "a b"}, "stage", "pattern", id="a blank in the field"),
        pytest.param(DISTANCE | {"field": "a..b"}, "stage", "pattern", id="an empty step"),
        pytest.param(DISTANCE | {"age": {"field": "age"}}, "stage", "unit", id="an age of what"),
        pytest.param(SENML | {"name": "ä"}, "stage", "pattern", id="no SenML name"),
        pytest.param(SENML | {"unit": "cm"}, "stage", "extra", id="SenML says its unit itself"),
        pytest.param({"format": "xml"}, "stage", "xml", id="an unknown format"),
        pytest.param({"field": "distance"}, "stage", "format", id="no format"),
    ],
)
def test_refused_payloads(payload: object, parameter: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        station(payload, parameter)


def sensor(payload: object, topic: str = "a/b") -> Sensor:
    return station(payload, topic=topic).sensors["stage"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(DISTANCE, DISTANCE | {"field": "level"}, True, id="two fields"),
        pytest.param(SENML, SENML | {"name": "rain"}, True, id="two names"),
        pytest.param(DISTANCE, DISTANCE | {"unit": "cm"}, False, id="the same field"),
        pytest.param(DISTANCE, DISTANCE | {"format": "things_stack", "field": "x"}, False, id="two formats"),
        pytest.param(DISTANCE, None, False, id="ours beside another"),
        pytest.param(None, None, False, id="ours twice"),
    ],
)
def test_who_may_share_a_topic(one: object, other: object, expected: bool) -> None:
    assert may_share(sensor(one), sensor(other)) is expected
    assert may_share(sensor(other), sensor(one)) is expected


def test_what_a_topic_carries() -> None:
    sensors = station(DISTANCE).sensors | station(RAIN, "rain").sensors
    leimbach = station(None).model_copy(update={"sensors": sensors})
    stations = {"leimbach": leimbach, "barmen": station(None, topic="c")}
    assert {topic: list(own) for topic, own in sensors_by_topic(stations).items()} == {
        "a/b": [Series("leimbach", "stage"), Series("leimbach", "rain")],
        "c": [Series("barmen", "stage")],
    }
    assert series_by_topic({"barmen": stations["barmen"]}) == {"c": Series("barmen", "stage")}


def test_a_topic_of_several_formats_has_no_decoder() -> None:
    foreign = [sensor(payload).foreign for payload in (DISTANCE, SENML)]
    with pytest.raises(ValueError, match="chirpstack, senml"):
        device_decoder({Series(str(place), "stage"): each for place, each in enumerate(foreign) if each is not None})
