"""What an operator may write about a sensor's tests, and what flag follows from a doubt."""

import math
from itertools import combinations

import numpy as np
import pytest
from pydantic import ValidationError

from rules.signals.layout import QUALITY
from rules.signals.quality import flag
from sensors.doubts import FAILS, MISSES, PHRASES, SUSPECTS, UNJUDGED, Doubt
from sensors.quality import Quality, check_quality, flag_of, names, numbers
from sensors.readings import Flag
from sensors.units import HOUR_MS, MINUTE_MS

INFORMATION = int(Doubt.GAP | Doubt.CORROBORATED | Doubt.FILTERED)


def test_every_doubt_has_one_class_and_one_phrase() -> None:
    classes = [MISSES, FAILS, SUSPECTS, UNJUDGED, INFORMATION]
    assert sum(classes) == sum(Doubt) < 2**32
    assert not any(one & other for one, other in combinations(classes, 2))
    assert list(PHRASES) == list(Doubt)
    assert len(set(PHRASES.values())) == len(Doubt)


@pytest.mark.parametrize(
    ("doubt", "expected"),
    [
        pytest.param(Doubt(0), Flag.PASS, id="nothing"),
        pytest.param(Doubt.GAP | Doubt.CORROBORATED | Doubt.FILTERED, Flag.PASS, id="information only"),
        pytest.param(Doubt.SNOW, Flag.NOT_EVALUATED, id="snow"),
        pytest.param(Doubt.SNOW | Doubt.INTENSE, Flag.SUSPECT, id="suspect snow"),
        pytest.param(Doubt.RATE | Doubt.CORROBORATED, Flag.SUSPECT, id="corroborated, still suspect"),
        pytest.param(Doubt.SPIKE | Doubt.STUCK, Flag.FAIL, id="failed"),
        pytest.param(Doubt.SPAN | Doubt.FUTURE, Flag.FAIL, id="failed twice"),
        pytest.param(Doubt.MISSING, Flag.MISSING, id="missing"),
    ],
)
def test_the_worst_doubt_decides(doubt: Doubt, expected: Flag) -> None:
    assert flag_of(doubt) is expected
    assert flag_of(np.uint32(doubt)) is expected
    assert flag(np.uint32(doubt)) == expected


def test_only_what_is_impossible_fails() -> None:
    failing = {doubt for doubt in Doubt if flag_of(doubt) is Flag.FAIL}
    assert failing == {Doubt.SENTINEL, Doubt.SPAN, Doubt.FUTURE, Doubt.OUT_OF_SERVICE, Doubt.STUCK}


def test_a_reason_is_said_in_words() -> None:
    said = names(np.uint32(Doubt.GAP | Doubt.RATE))
    assert said == ("changed faster than expected", "the first after a gap")
    assert names(0) == ()


@pytest.mark.parametrize("parameter", ["stage", "discharge", "rain"])
def test_numbers_fill_every_field_that_needs_no_other_series(parameter: str) -> None:
    others = {"neighbour", "neighbours", "thermometer"}
    assert set(numbers(None, parameter, 5 * MINUTE_MS, 0.1)) == set(QUALITY.names or ()) - others - {"spare"}


def test_by_default_only_gaps_and_impossible_rain_have_limits() -> None:
    found = numbers(None, "stage", 5 * MINUTE_MS, 0.1)
    assert found.pop("gap") == 15 * MINUTE_MS
    sentinels = found.pop("sentinels")
    assert isinstance(sentinels, tuple)
    assert all(math.isnan(number) for number in sentinels)
    assert all(number == 0 or math.isnan(number) for number in found.values() if isinstance(number, (int, float)))
    rain = numbers(None, "rain", 5 * MINUTE_MS, 0.1)
    assert (rain["most_5min"], rain["most_60min"]) == (pytest.approx(25.0, abs=1e-3), pytest.approx(120.0, abs=1e-3))


def test_numbers_are_in_the_units_things_are_counted_in() -> None:
    spec = Quality(
        spike="0.2 m",
        rate="5 m/h",
        flat={"suspect": "3 h", "above": "1 m"},
        gap="1 h",
        neighbour={"station": "up", "lag": "2 h", "gain": 0.9, "offset": "0.1 m", "sigma": "4 cm"},
    )
    found = numbers(spec, "stage", 5 * MINUTE_MS, 0.1)
    assert found["spike"] == pytest.approx(20.0, abs=1e-3)
    assert (found["rate"], found["gap"], found["flat_above"]) == (500.0, HOUR_MS, 100.0)
    assert (found["flat_suspect"], found["flat_fail"]) == (3 * HOUR_MS, 0)
    assert (found["neighbour_lag"], found["neighbour_offset"]) == (2 * HOUR_MS, 10.0)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param({"gross": ["5 m", "1 m"]}, "must rise", id="range upside down"),
        pytest.param({"spike": "0 cm"}, "must be above 0", id="every change a spike"),
        pytest.param({"spike": "20"}, "with its unit", id="no unit"),
        pytest.param({"spikes": "20 cm"}, "Extra inputs", id="unknown key"),
        pytest.param({"gap": "0 s"}, "longer than 0", id="every pause a gap"),
        pytest.param({"flat": {"suspect": "3 h"}}, "above", id="flat at low flow"),
        pytest.param(
            {"flat": {"suspect": "3 h", "fail": "11 h", "above": "1 m"}}, "at least 12 h", id="a crest would fail"
        ),
        pytest.param({"flat": {"suspect": "1 d", "fail": "13 h", "above": "1 m"}}, "no shorter", id="fails first"),
        pytest.param({"drip": "3 h"}, "needs tip", id="drip of what"),
        pytest.param({"most": {"in_5min": "30 mm", "in_60min": "20 mm"}}, "no less", id="less in longer time"),
        pytest.param({"neighbours": ["a", "b"]}, "at least 3", id="two cannot outvote one"),
        pytest.param({"neighbours": ["a", "b", "a"]}, "twice", id="one neighbour twice"),
        pytest.param({"sentinels": [float("nan")]}, "finite", id="no number"),
        pytest.param({"sentinels": [1, 2, 3, 4, 5]}, "at most 4", id="too many"),
    ],
)
def test_what_cannot_be_meant_is_refused(written: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Quality.model_validate(written)


@pytest.mark.parametrize(
    ("parameter", "written", "reason"),
    [
        pytest.param("rain", {"spike": "5 mm"}, "spike: is no test of rain", id="rain has no spikes"),
        pytest.param("stage", {"tip": "0.1 mm"}, "tip: is no test of stage", id="a river does not tip"),
        pytest.param("stage", {"gross": ["0 cm", "5 mm"]}, "gross: stage is counted in cm, not mm", id="unit"),
        pytest.param("rain", {"most": {"in_5min": "3 cm"}}, "in_5min: rain is counted in mm, not cm", id="rain in cm"),
        pytest.param("stage", {"rate": "5 cm"}, "rate: is a test of stage, in cm/h", id="rate without a time"),
        pytest.param("discharge", {"rate": "5 cm/h"}, "rate: is a test of stage", id="rate of flow"),
        pytest.param(
            "stage",
            {"neighbour": {"station": "a", "lag": "1 h", "gain": 1, "offset": "0 mm", "sigma": "1 cm"}},
            "offset: stage is counted in cm, not mm",
            id="nested",
        ),
    ],
)
def test_tests_fit_their_parameter(parameter: str, written: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_quality(parameter, Quality.model_validate(written))


def test_what_fits_is_accepted() -> None:
    check_quality("stage", Quality(gross=("-1 m", "456 cm"), rate="5 m/h", spike="40 cm"))
    check_quality("discharge", Quality(gross=("0 m3/s", "400 m3/s"), flat={"suspect": "6 h", "above": "5 m3/s"}))
    check_quality("rain", Quality(tip="0.1 mm", drip="3 h", neighbours=("a", "b", "c"), thermometer="d"))
