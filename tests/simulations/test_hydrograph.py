"""Curves through key points, and bursts of rain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.hydrograph import burst, through


def test_the_curve_goes_through_its_key_points_and_stays_constant_outside() -> None:
    hours = np.array([-1.0, 0.0, 2.0, 3.0, 9.0])
    assert through(hours, [0, 2, 3], [74, 318, 261]).tolist() == [74, 74, 318, 261, 261]


@settings(deadline=None)  # a loaded machine is no wrong curve
@given(
    values=st.lists(st.floats(-500, 1500), min_size=2, max_size=8),
    widths=st.lists(st.floats(0.1, 24), min_size=8, max_size=8),
)
def test_between_two_key_points_the_curve_never_leaves_their_range(values: list[float], widths: list[float]) -> None:
    keys = np.cumsum(widths[: len(values)])
    for left in range(len(values) - 1):
        inside = through(np.linspace(keys[left], keys[left + 1], 20), keys.tolist(), values)
        low, high = sorted(values[left : left + 2])
        assert inside.min() >= low - 1e-6
        assert inside.max() <= high + 1e-6


def test_a_burst_gives_its_whole_depth_and_is_strongest_in_the_middle() -> None:
    hours = np.linspace(0, 4, 41)
    fallen = burst(hours, start=1.0, duration=2.0, depth_mm=30.0)
    depths = np.diff(fallen)
    assert fallen[0] == 0.0
    assert fallen[-1] == pytest.approx(30.0)
    assert (depths >= 0).all()
    assert hours[depths.argmax()] == pytest.approx(2.0, abs=0.11)
