"""The tests against ioos_qc, the reference implementation of QARTOD, where both define the same.

Different on purpose, and so not compared:

- *rate of change*: ioos_qc counts per second, allows the resolution nothing and doubts the reading after
  a spike as well;
- *flat line*: ioos_qc counts readings by the median step and demands a range below the tolerance over all
  the time; ours goes by time and begins anew at the first reading out of tolerance, so it is never longer.
  On an even grid and a value that stands still both are the same;
- *spike*: ioos_qc knows no time; ours does not look across a gap. "Unknown" of ioos_qc (first, last and
  beside a missing value) is no doubt here.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from ioos_qc.qartod import flat_line_test, gross_range_test, spike_test

from sensors.doubts import Doubt
from sensors.quality import Quality
from sensors.readings import Flag
from sensors.units import MINUTE_MS
from tests.rules.judging import gauge, judge

STEP_S = 300
STEP = STEP_S * 1000

tenths = st.lists(st.integers(-80, 80), min_size=3, max_size=40)
runs = st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 20)), min_size=1, max_size=6)


def judged(quality: Quality, values: list[float], span: tuple[float, float] = (-1e6, 1e6)) -> list[Doubt]:
    return judge(gauge(quality, span=span), [place * STEP for place in range(len(values))], values)


@given(tenths)
def test_gross_range(steps: list[int]) -> None:
    values = [tenth / 10 for tenth in steps]
    expected = gross_range_test(values, fail_span=(-5.0, 5.0), suspect_span=(-3.0, 4.0))
    found = judged(Quality(gross=("-3 cm", "4 cm")), values, span=(-5.0, 5.0))
    flags = {Doubt(0): Flag.PASS, Doubt.GROSS: Flag.SUSPECT, Doubt.SPAN: Flag.FAIL}
    assert [flags[doubt & (Doubt.GROSS | Doubt.SPAN)] for doubt in found] == list(expected)


@settings(max_examples=200)
@given(tenths)
def test_differential_spike(steps: list[int]) -> None:
    values = [tenth / 10 for tenth in steps]
    # between two tenths, where binary fractions decide nothing
    expected = spike_test(values, suspect_threshold=2.05, method="differential")
    found = judged(Quality(spike="2.05 cm"), values)
    assert [bool(doubt & Doubt.SPIKE) for doubt in found] == [flag == Flag.SUSPECT for flag in expected]


@given(runs)
def test_flat_line(stretches: list[tuple[int, int]]) -> None:
    """Values that stand still for a while, then move by whole centimetres."""
    values = [float(value) for value, count in stretches for _ in range(count)]
    at_s = np.arange(len(values)) * STEP_S
    expected = flat_line_test(values, at_s, suspect_threshold=1500, fail_threshold=43_200, tolerance=0.15)
    found = judged(Quality(flat={"suspect": "25 min", "fail": "12 h", "above": "-1 m"}), values)
    assert [bool(doubt & Doubt.FLAT) for doubt in found] == [flag == Flag.SUSPECT for flag in expected]


def test_stuck_as_long_as_ioos_says() -> None:
    values = [5.0] * 150 + [6.0] * 3
    at_s = np.arange(len(values)) * STEP_S
    expected = flat_line_test(values, at_s, suspect_threshold=1500, fail_threshold=43_200, tolerance=0.15)
    found = judged(Quality(flat={"suspect": "25 min", "fail": "12 h", "above": "-1 m"}), values)
    assert [bool(doubt & Doubt.STUCK) for doubt in found] == [flag == Flag.FAIL for flag in expected]


def test_where_the_step_changes_time_counts() -> None:
    """The median step here is one minute; half of the readings are five minutes apart all the same."""
    at = [place * STEP for place in range(20)] + [20 * STEP + place * MINUTE_MS for place in range(40)]
    values = [50.0] * 20 + [float(place) for place in range(1, 11)] + [60.0] * 30
    quality = Quality(flat={"suspect": "25 min", "above": "-1 m"})
    expected = flat_line_test(values, np.array(at) // 1000, 1500, 43_200, tolerance=0.15)
    found = [bool(doubt & Doubt.FLAT) for doubt in judge(gauge(quality), at, values)]
    assert [place for place, flat in enumerate(found) if flat] == [*range(5, 20), *range(55, 60)]
    assert not (expected[:20] == Flag.SUSPECT).any()  # 25 readings are more than the 20 there are
