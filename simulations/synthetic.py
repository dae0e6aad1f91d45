"""A flood of our own, shaped like the Wupper's in July 2021, for the demo and for tests.

The curves are drawn through key points; nothing is copied from a record. The figures behind them:

- Kluserbrücke, flood of 14 July 2021, 30-min means (data of the "Smarter Hochwasser Schutz
  Challenge", 2022; measured by Wupperverband): a plateau of 175, 189, 185 and 187 cm from 13:30 to
  15:00 UTC, 224 cm passed at 16:00 and 265 cm at 16:30, crest of 318 cm at 17:00, dip to 261 cm at
  19:00, second crest of 295 cm until 15 July 03:00. The first wave, in the night before, is drawn
  lower than it was, so that it stays below the lowest mark.
- Beyenburg: crest of 292 cm and 170 m³/s (same data). Leimbach: crest of 66 cm (same data); on
  8 July 2021 it led Kluserbrücke by 30 to 60 minutes, here it leads by 45.
- Rain: 91 mm on 14 July at Beyenburg (daily sum of the same data). The 150 mm over two days at
  Barmen and the times of the bursts are assumptions of this file; that gauge was dead in 2021.
- Leimbach falls silent at its crest and is back the next day: gauges on the Wupper were drowned by
  the flood they measured.
"""

from datetime import UTC, datetime

import numpy as np

from sensors.readings import Reading, Series
from sensors.records import Record
from sensors.records.record import record_of
from sensors.times import to_ms
from sensors.units import HOUR_MS, MINUTE_MS
from simulations.hydrograph import Floats, burst, through

STEP_MS = 5 * MINUTE_MS
LAG_MS = 15_000  # from the gauge to us, by mobile network
NOISE_CM = 0.3  # of a good pressure or ultrasonic sensor

FIRST = datetime(2021, 7, 13, 12, tzinfo=UTC)
LAST = datetime(2021, 7, 16, 18, tzinfo=UTC)

Points = tuple[tuple[str, float], ...]  # (day of July 2021 and time in UTC, value)

KLUSERBRUECKE_CM: Points = (
    ("13 12:00", 74), ("13 20:00", 75), ("14 00:30", 80), ("14 04:30", 119), ("14 07:30", 99), ("14 10:30", 101),
    ("14 11:00", 110), ("14 11:30", 128), ("14 12:30", 147), ("14 13:30", 175), ("14 14:00", 189), ("14 14:30", 185),
    ("14 15:00", 187), ("14 15:30", 202), ("14 16:00", 243), ("14 16:30", 291), ("14 17:00", 318), ("14 17:30", 285),
    ("14 19:00", 261), ("14 22:00", 294), ("15 01:30", 295), ("15 03:00", 293), ("15 08:00", 281), ("15 12:00", 258),
    ("15 17:00", 223), ("15 21:00", 172), ("16 00:00", 134), ("16 04:00", 108), ("16 09:00", 88), ("16 18:00", 70),
)  # fmt: skip
BEYENBURG_CM: Points = (
    ("13 12:00", 97), ("14 00:00", 97), ("14 08:00", 107), ("14 09:20", 112), ("14 10:00", 136), ("14 11:00", 157),
    ("14 12:30", 150), ("14 14:00", 170), ("14 15:30", 201), ("14 16:00", 203), ("14 17:30", 232), ("14 20:00", 278),
    ("15 00:00", 287), ("15 06:30", 292), ("15 12:00", 276), ("15 18:00", 248), ("16 00:00", 190), ("16 05:00", 120),
    ("16 09:00", 104), ("16 18:00", 98),
)  # fmt: skip
LEIMBACH_CM: Points = (
    ("13 12:00", 7), ("13 18:30", 7), ("13 21:00", 15), ("14 00:00", 8), ("14 03:45", 23), ("14 06:30", 16),
    ("14 12:30", 18), ("14 13:15", 27), ("14 14:00", 25), ("14 14:30", 34), ("14 15:10", 41), ("14 15:40", 54),
    ("14 16:15", 66), ("14 17:15", 46), ("14 18:30", 31), ("14 21:00", 22), ("15 04:00", 17), ("16 18:00", 10),
)  # fmt: skip
#: stage in cm and discharge in m³/s of the reservoir's outlet, roughly
BEYENBURG_RATING = ((90.0, 17.0), (157.0, 47.0), (200.0, 69.0), (258.0, 109.0), (292.0, 170.0))
#: start, hours, mm at Barmen
BURSTS = (
    ("13 18:30", 3.0, 22.0), ("14 00:15", 5.0, 38.0), ("14 10:00", 3.0, 15.0), ("14 12:45", 1.5, 17.0),
    ("14 14:15", 1.75, 38.0), ("14 16:15", 4.0, 16.0), ("14 22:00", 4.0, 4.0),
)  # fmt: skip
RAIN_AT_BEYENBURG = 0.722  # of the rain at Barmen: 91 mm on 14 July

#: first and last time, exclusive, at which Leimbach does not report
SILENT = ("14 16:15", "15 08:00")

STAGES = {"kluserbruecke": KLUSERBRUECKE_CM, "beyenburg": BEYENBURG_CM, "leimbach": LEIMBACH_CM}


def synthetic(seed: int = 2021, lag_ms: int = LAG_MS) -> Record:
    """The flood as a record: a reading every 5 minutes from 13 July noon to 16 July 18:00 UTC."""
    at = np.arange(to_ms(FIRST), to_ms(LAST) + 1, STEP_MS, dtype=np.int64)
    hours = (at - at[0]) / HOUR_MS
    random = np.random.default_rng(seed)
    stages = {name: _curve(hours, points) for name, points in STAGES.items()}
    values = {
        Series("beyenburg", "discharge"): np.round(_discharge_m3_per_s(stages["beyenburg"]), 2),
        Series("barmen", "rain"): _rain_mm(hours, 1.0),
        Series("beyenburg", "rain"): _rain_mm(hours, RAIN_AT_BEYENBURG),
    }
    for name, stage_cm in stages.items():
        values[Series(name, "stage")] = np.round(stage_cm + random.normal(0.0, NOISE_CM, len(at)), 1)
    readings = (
        Reading(series, int(time), float(values[series][place]))
        for place, time in enumerate(at)
        for series in values
        if not _silent(series, int(time))
    )
    return record_of("synthetic", readings, lag_ms)


def moment(text: str) -> int:
    """``14 16:00``, a day of July 2021 and a time in UTC, in ms."""
    return to_ms(datetime.strptime(f"2021-07-{text}+00:00", "%Y-%m-%d %H:%M%z"))


def _hour(text: str) -> float:
    return (moment(text) - to_ms(FIRST)) / HOUR_MS


def _curve(hours: Floats, points: Points) -> Floats:
    return through(hours, [_hour(when) for when, _ in points], [value for _, value in points])


def _discharge_m3_per_s(stage_cm: Floats) -> Floats:
    stages, discharges = zip(*BEYENBURG_RATING, strict=True)
    return through(stage_cm, stages, discharges)


def _rain_mm(hours: Floats, share: float) -> Floats:
    """Depth of each step ending at the given hours, in whole tips of 0.1 mm; the total is kept."""
    fallen = np.zeros_like(hours)
    for start, duration, depth_mm in BURSTS:
        fallen += burst(hours, _hour(start), duration, share * depth_mm)
    tips = np.diff(np.round(fallen * 10), prepend=0.0)
    depths: Floats = np.round(tips / 10, 1)
    return depths


def _silent(series: Series, at: int) -> bool:
    return series == Series("leimbach", "stage") and moment(SILENT[0]) < at < moment(SILENT[1])
