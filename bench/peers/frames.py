"""Highest value and slope of an hour in polars and pandas: least squares by sums of t, y, t·y and t², or Theil–Sen."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from simulations.archive import Readings

Floats = NDArray[np.float64]
Peer = Callable[[Readings], Callable[[], tuple[Floats, Floats]]]

_SUMS = ("t", "y", "ty", "tt")


def polars_job(readings: Readings) -> Callable[[], tuple[Floats, Floats]]:
    """A call that gives maximum (cm) and slope (cm/h), sorted by series and time; the frame is made beforehand."""
    frame = pl.DataFrame({"series": readings.series, "at": readings.at, "y": readings.value}).with_columns(
        pl.from_epoch("at", time_unit="ms"),
        t=(pl.col("at") - pl.col("at").min()) / 3_600_000,
    )
    frame = frame.sort("series", "at")

    def call() -> tuple[Floats, Floats]:
        hour = {"by": "at", "window_size": "1h"}
        sums = {f"s_{name}": pl.col(name).rolling_sum_by(**hour).over("series") for name in _SUMS}
        done = (
            frame.lazy()
            .with_columns(ty=pl.col("t") * pl.col("y"), tt=pl.col("t") ** 2, one=pl.lit(1.0))
            .with_columns(
                n=pl.col("one").rolling_sum_by(**hour).over("series"),
                highest=pl.col("y").rolling_max_by(**hour).over("series"),
                **sums,
            )
            .select("highest", slope=_slope(pl.col("n"), *(pl.col(f"s_{name}") for name in _SUMS)))
            .collect()
        )
        return done["highest"].to_numpy(), done["slope"].to_numpy()

    return call


def pandas_job(readings: Readings) -> Callable[[], tuple[Floats, Floats]]:
    """The same, series by series, which is quicker there than a group-by."""
    frames = _per_series(readings)

    def call() -> tuple[Floats, Floats]:
        highest, slopes = [], []
        for frame in frames:
            rolling = frame.assign(ty=frame.t * frame.y, tt=frame.t**2).rolling("1h")
            sums, count = rolling.sum(), rolling.t.count()
            highest.append(rolling.y.max().to_numpy())
            slopes.append(_slope(count, *(sums[name] for name in _SUMS)).to_numpy())
        return np.concatenate(highest), np.concatenate(slopes)

    return call


def _per_series(readings: Readings) -> list[pd.DataFrame]:
    t = (readings.at - readings.at.min()) / 3_600_000
    stamps = pd.to_datetime(readings.at, unit="ms")
    frames = []
    for number in np.unique(readings.series):
        mine = readings.series == number
        frames.append(pd.DataFrame({"t": t[mine], "y": readings.value[mine]}, index=stamps[mine]))
    return frames


def _slope(n, t, y, ty, tt):  # type: ignore[no-untyped-def]  # an expression of either library
    return (n * ty - t * y) / (n * tt - t * t)


def robust_job(readings: Readings) -> Callable[[], tuple[Floats, Floats]]:
    """Theil–Sen in pandas, with numpy for each window."""
    frames = _per_series(readings)

    def call() -> tuple[Floats, Floats]:
        highest, slopes = [], []
        for frame in frames:
            rolling = frame.rolling("1h")
            highest.append(rolling.y.max().to_numpy())
            t, y = frame.t.to_numpy(), frame.y.to_numpy()
            place = pd.Series(np.arange(len(frame)), index=frame.index).rolling("1h")
            slopes.append(place.apply(lambda rows: _theil_sen(t, y, rows), raw=True).to_numpy())  # noqa: B023
        return np.concatenate(highest), np.concatenate(slopes)

    return call


def _theil_sen(t: Floats, y: Floats, rows: Floats) -> float:
    window = rows.astype(np.int64)
    earlier, later = np.triu_indices(len(window), 1)
    if not len(earlier):
        return float("nan")
    rise, run = np.subtract(y[window[later]], y[window[earlier]]), np.subtract(t[window[later]], t[window[earlier]])
    return float(np.median(rise / run))


LEAST_SQUARES: Mapping[str, Peer] = {"polars": polars_job, "pandas": pandas_job}
ROBUST: Mapping[str, Peer] = {"pandas": robust_job}
