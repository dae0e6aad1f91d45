"""Shapes of water and rain: curves through key points, and bursts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def through(hours: Floats, key_hours: Sequence[float], key_values: Sequence[float]) -> Floats:
    """A smooth curve through key points, shape like ``hours``; never beyond its two neighbouring points.

    Monotone cubic (Fritsch and Carlson 1980): a crest is reached where a key point says so, and a
    plateau does not ring. Constant before the first and after the last point. Key times must rise.
    """
    x, y = np.asarray(key_hours, np.float64), np.asarray(key_values, np.float64)
    slopes = _monotone_slopes(x, y)
    at = np.clip(hours, x[0], x[-1])
    left = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    width = x[left + 1] - x[left]
    t = (at - x[left]) / width
    curve: Floats = (
        y[left] * (1 + 2 * t) * (1 - t) ** 2
        + slopes[left] * width * t * (1 - t) ** 2
        + y[left + 1] * t**2 * (3 - 2 * t)
        + slopes[left + 1] * width * t**2 * (t - 1)
    )
    return curve


def _monotone_slopes(x: Floats, y: Floats) -> Floats:
    """Slope at each key point: zero at crests and troughs, else the harmonic mean of its two sides."""
    secant = np.diff(y) / np.diff(x)
    slopes = np.zeros_like(y)
    same_way = secant[:-1] * secant[1:] > 0
    before, after = secant[:-1][same_way], secant[1:][same_way]
    slopes[1:-1][same_way] = 2 * before * (after / (before + after))
    return slopes


def burst(hours: Floats, start: float, duration: float, depth_mm: float) -> Floats:
    """Rain that fell by each time, in mm: nothing before ``start``, ``depth_mm`` after ``duration`` hours.

    Strongest in the middle, where it rains at twice the mean intensity.
    """
    share = np.clip((hours - start) / duration, 0.0, 1.0)
    fallen: Floats = depth_mm * (share - np.sin(2 * np.pi * share) / (2 * np.pi))
    return fallen
