"""The limits that are shipped doubt nothing that the Wupper's gauges measured in two years, the flood included."""

import math

import pytest

from sensors.doubts import Doubt, flag_of
from sensors.readings import Flag, Series
from tests.floods.golden import WUPPERTAL, recorded
from tests.records import needs_record
from tests.rules.judging import gauge, judge
from warning.config.load import load


@needs_record("wupper-2021")
@pytest.mark.parametrize("station", ["kluserbruecke", "beyenburg", "leimbach"])
def test_no_stage_of_the_record_is_suspect(station: str) -> None:
    series, record = Series(station, "stage"), recorded("wupper-2021")
    sensor = load(WUPPERTAL).stations[station].sensors["stage"]
    read = sorted((one.reading.at, one.reading.value) for one in record.arrivals if one.reading.series == series)
    values = [math.nan if value is None else value for _, value in read]
    low, high = (end.amount for end in sensor.span)
    of = gauge(sensor.quality, "stage", record.steps[series], sensor.resolution.amount, (low, high))
    found = judge(of, [at for at, _ in read], values)
    assert len(found) > 37_000
    assert [(value, doubt) for value, doubt in zip(values, found, strict=True) if flag_of(doubt) is not Flag.PASS] == []
    limit = 2 * max(values) + 100
    assert judge(of, [0], [limit]) != [Doubt(0)], "the limits are at work"
