"""Polygons of CAP."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.cap.geometry import crossing, on_earth, point_of, points_of

SQUARE = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0))


@pytest.mark.parametrize(
    ("ring", "sides"),
    [
        pytest.param(SQUARE, None, id="a square"),
        pytest.param(((0, 0), (0, 2), (1, 1), (2, 2), (2, 0), (0, 0)), None, id="an arrow"),
        pytest.param(((0, 0), (1, 1), (0, 1), (1, 0), (0, 0)), (1, 3), id="a bow tie"),
        pytest.param(((0, 0), (0, 2), (0, 1), (1, 1), (0, 0)), (1, 2), id="back over the same side"),
        pytest.param(((0, 0), (0, 1), (0, 2), (1, 1), (0, 0)), None, id="a point on a straight side"),
        pytest.param(((0, 0), (0, 2), (2, 2), (2, 1), (0, 1), (0, 0)), (1, 4), id="a side touched from within"),
    ],
)
def test_crossings(ring: tuple[tuple[float, float], ...], sides: tuple[int, int] | None) -> None:
    assert crossing(ring) == sides


@given(
    st.lists(st.integers(0, 359), min_size=3, max_size=30, unique=True),
    st.floats(0.01, 5, allow_nan=False),
    st.integers(0, 1000),
)
def test_points_around_a_centre_in_their_order_never_cross(degrees: list[int], radius: float, seed: int) -> None:
    """A star shape, whatever the distances."""
    around = sorted(degrees)
    if max((after - before) % 360 for before, after in pairwise([*around, around[0]])) >= 180:
        return  # the centre lies outside
    turned = [math.radians(each) for each in around]
    far = [radius * (1 + (seed * (place + 1)) % 7) for place in range(len(turned))]
    ring = [(r * math.sin(angle), r * math.cos(angle)) for r, angle in zip(far, turned, strict=True)]
    assert crossing([*ring, ring[0]]) is None


def test_what_is_no_point() -> None:
    for text in ("", "51.2", "51.2,", ",7.1", "51.2;7.1", "1e3,7", "nan,7", "inf,7", "51.2,7.1,100"):
        assert point_of(text) is None, text
    assert points_of("51.2,7.1 x") is None
    assert points_of(" 51.2,7.1\n-51,+7 ") == ((51.2, 7.1), (-51.0, 7.0))


def test_what_is_on_earth() -> None:
    assert on_earth((90.0, -180.0))
    assert not on_earth((90.1, 0.0))
    assert not on_earth((0.0, 180.1))
