"""A station under rules that ask for everything, and restless readings for it."""

import random
from typing import Any

from tests.rules.arrays import RAIN, STAGE, Arrival, asking, book_of, station, times

WANTED = asking(
    "rise(a, 60 min) cm/h", "rise_low(a, 60 min) cm/h", "trend(a) cm/h", "max(a, 60 min) cm", "mean(a, 60 min) cm",
    "rain(a, 60 min) mm", "rain(a, 3 h) mm", "wetness(a) mm", "return_period(a) a", "guidance(a, 60 min) %",
)  # fmt: skip
GROUND: dict[str, Any] = {
    "filter": {"wander": 100, "noise": "0.5 cm"},
    "wetness": {"left_after_a_day": "90 %"},
    "rain_statistics": {
        "source": "test", "periods": ["2 a", "10 a", "100 a"],
        "depths": {"60 min": ["10 mm", "20 mm", "40 mm"], "2 h": ["15 mm", "25 mm", "50 mm"]},
    },
    "guidance": {
        "source": "test", "runoff": {"60 min": "10 mm"}, "curve_number": 75, "dry_below": "5 mm", "wet_above": "20 mm",
    },
}  # fmt: skip
TESTED: dict[str, Any] = {
    "stage": {"spike": "5 cm", "rate": "300 cm/h", "flat": {"suspect": "30 min", "above": "-300 cm"}},
    "rain": {"tip": "0.1 mm", "drip": "30 min"},
}
STEADY = book_of(station("5 min", **TESTED, **GROUND), WANTED)
QUICK = book_of(station("10 s", **TESTED, **GROUND), WANTED)
FULL = {"whole": (STEADY, 300), "thinned": (QUICK, 10)}


def readings(rng: random.Random, count: int, step: int) -> list[Arrival]:
    """Stage and rain by turns, irregular, with spikes, standstills and pauses."""
    level = 0.0
    found: list[Arrival] = []
    gaps = [rng.choice([step, step, step, 2 * step, max(step // 3, 1), 5 * step]) for _ in range(count)]
    for at in times(gaps):
        level += rng.choice([0, 0, 0, 0.1, -0.1, 1.5, 40, -40])
        rain = rng.choice([0, 0, 0.1, 0.2, 5])
        found += [(STAGE, (at, round(level, 1))), (RAIN, (at, rain))]
    return found
