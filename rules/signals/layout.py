"""How a catchment's plan and state lie in arrays, so that compiled code can work on them.

A *plan* is made once from the rules and never changes; a *state* is what readings leave behind. Readings
stand in a ring per series, sorted by event time: the time as milliseconds after the series' ``base``, the
value as a whole number of resolutions, four bytes each. NaN is "unknown" in every float.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: no time yet
NEVER = np.iinfo(np.int64).min

#: a reading may come this many steps late and still correct what was derived after it
LATE_STEPS = 24
#: beside a reading's doubts in the ring: it stands for several, of a gauge quicker than its nominal step
MERGED = 1 << 31

#: gaps between arrivals that are remembered per series
GAPS = 40
#: whole hours of extremes that the attenuation test looks back on, and the one that is not over yet
HOURS = 25


def _record(fields: list[tuple[Any, ...]]) -> np.dtype[np.void]:
    """A record without gaps between its fields: a gap holds anything, and states are compared by bytes."""
    ordered = sorted(fields, key=lambda field: -np.dtype(field[1]).itemsize)
    size = np.dtype(ordered).itemsize
    spare = -size % 8
    return np.dtype([*ordered, ("spare", "u1", (spare,))] if spare else ordered, align=True)


#: one series: what its sensor can do, where its parts lie in the arrays
SERIES = _record(
    [
        ("step", "i8"),  # nominal time between readings, ms
        ("resolution", "f8"),
        ("per_unit", "f8"),  # 1 / resolution where that is whole, else 0
        ("low", "f8"),  # span of the sensor
        ("high", "f8"),
        ("stale", "i8"),  # silent after so long without an arrival, on top of the usual gap, ms
        ("horizon", "i8"),  # readings older than the newest by more than this are too old, ms
        ("ring", "i4"),  # where its ring begins in ``ring_at`` and the like
        ("ring_size", "i4"),
        ("thin", "i4"),  # beside the ring: bucket medians of quick stage sensors, or sums of rain
        ("thin_size", "i4"),
        ("bucket", "i8"),  # width of a bucket, ms; 0 where slopes take the readings themselves
        ("slot", "i4"),  # first of its slots: the reading itself, then what is derived
        ("slots", "i4"),
        ("op", "i4"),
        ("ops", "i4"),
        ("tabled", "u1"),  # whether some of them need tables or other series
        ("atom", "i4"),
        ("atoms", "i4"),
        ("rain", "u1"),  # a sum over the step that ends at the stamp, not a point
        ("filtered", "u1"),  # whether the filter runs
        ("wander", "f8"),  # q of the filter, cm²/h³
        ("noise", "f8"),  # sigma of the filter, cm
        ("hours", "i4"),  # row of its hourly extremes; -1 = none
        ("keeps", "f8"),  # share of the antecedent precipitation index that is left after an hour; 0 = not computed
    ]
)

#: limits of the quality tests of one series; NaN or 0 turns a test off
QUALITY = _record(
    [
        ("sentinels", "f8", (4,)),  # numbers that stand for "no value"
        ("gross_low", "f8"),  # outside: suspect
        ("gross_high", "f8"),
        ("spike", "f8"),  # a reversal by more than this: suspect
        ("rate", "f8"),  # per hour; quicker: suspect
        ("flat_suspect", "i8"),  # ms without a change of more than one resolution
        ("flat_fail", "i8"),
        ("flat_above", "f8"),  # the flat tests hold only above this; -inf = everywhere
        ("attenuated", "f8"),  # range over 24 whole hours below this: suspect
        ("gap", "i8"),  # ms; a pause longer than this interrupts the series, and tests do not reach across it
        ("most_5min", "f8"),  # rain: more than this in five minutes, an hour: suspect
        ("most_60min", "f8"),
        ("tip", "f8"),  # rain of one tip, mm
        ("drip", "i8"),  # rain: ms of lone tips after which they are a tail, not rain
        ("neighbour", "i4"),  # a series whose lagged value predicts this one; -1 = none
        ("neighbour_lag", "i8"),
        ("neighbour_gain", "f8"),
        ("neighbour_offset", "f8"),
        ("neighbour_sigma", "f8"),  # robust spread of the residual
        ("neighbours", "i4", (5,)),  # rain gauges near by, for clogging; -1 = none
        ("thermometer", "i4"),  # series of air temperature; -1 = none. Below 2 °C rain is not evaluated
    ]
)

#: what is known of a series up to one reading; a ring keeps one before its oldest and one after its newest
RUN = _record(
    [
        ("at", "i8"),  # the newest two usable readings
        ("value", "f8"),
        ("before_at", "i8"),
        ("before", "f8"),
        ("flat_since", "i8"),  # since when all readings lie within one resolution of each other
        ("flat_low", "f8"),
        ("flat_high", "f8"),
        ("drip_since", "i8"),  # since when only lone tips came
        ("tip_at", "i8"),  # the newest of them
        ("jumped", "u1"),  # whether ``value`` was a jump that no other reading agrees with yet
        ("odd", "i4"),  # readings in a row with a large neighbour residual
        ("filter_at", "i8"),  # local linear trend filter
        ("level", "f8"),
        ("rate", "f8"),  # per hour
        ("p11", "f8"),
        ("p12", "f8"),
        ("p22", "f8"),
        ("held_at", "i8"),  # a reading that the filter does not believe yet
        ("held", "f8"),
        ("wet_at", "i8"),
        ("wet", "f8"),  # antecedent precipitation index, mm
    ]
)

#: one series' place in its rings, its clocks and counters
CURSOR = _record(
    [
        ("base", "i8"),  # ms; times in the rings count from here
        ("first", "i4"),
        ("count", "i4"),
        ("thin_first", "i4"),
        ("thin_count", "i4"),
        ("arrived", "i8"),  # of the newest usable reading, ms
        ("settled", "i8"),  # ``arrived`` as of the last tick
        ("gaps", "i4"),  # how many of the gaps are filled
        ("missed", "u1"),  # staff were told that it missed its steps
        ("silent", "u1"),  # nothing new for too long, or never anything
        ("out_until", "i8"),  # out of service until; NEVER = in service
        ("late", "i8"),
        ("too_old", "i8"),
        ("duplicates", "i8"),
        ("revised", "i8"),
        ("failed", "i8"),
        ("missing", "i8"),
        ("suspect", "i8"),
        ("dropped", "i8"),  # readings a far too busy sensor pushed out
    ]
)

#: one derived number: which one, over which window, into which slot
OP = _record(
    [
        ("code", "i4"),
        ("window", "i8"),  # window, lead or travel time, ms
        ("slot", "i4"),  # within the series
        ("table", "i4"),  # forecast model, or row of the depth-duration-frequency table; -1 = none
        ("limit", "f8"),
    ]
)

#: one atom's limits
ATOM = _record(
    [
        ("slot", "i4"),  # within the series
        ("cover_slot", "i4"),  # slot with the share of the window that was measured; -1 = the value is exact
        ("window", "i8"),  # of a maximum, ms; 0 = the slot is no maximum
        ("limit", "f8"),
        ("off", "f8"),  # turns false below this only
        ("strict", "u1"),  # ">" instead of ">="
        ("latch", "i8"),  # stays true this long, ms
    ]
)

#: what is known of an atom
TRUTH = _record(
    [
        ("truth", "i1"),  # 1 true, 0 false, -1 unknown
        ("on", "u1"),  # true when last known
        ("suspect", "u1"),  # only suspect readings say so
        ("since", "i8"),  # event time at which it turned true
    ]
)


class Op:
    """Codes of what is derived from a series."""

    RISE, RISE_LOW, MAX, MEAN, RAIN, TREND, WETNESS, RETURN_PERIOD, GUIDANCE, FORECAST, CHANCE = range(11)


class Plan(NamedTuple):
    """A catchment's rules in arrays."""

    series: NDArray[np.void]  # SERIES
    quality: NDArray[np.void]  # QUALITY
    ops: NDArray[np.void]  # OP
    atoms: NDArray[np.void]  # ATOM
    models: "Models"


class Models(NamedTuple):
    """Tables that operations look into; rows of different tables have nothing to do with each other."""

    # forecasts: one row per (station, lead); columns in ``forecast``
    head: NDArray[np.float64]  # [rows, forecast.HEAD]
    features: NDArray[np.float64]  # [n, forecast.FEATURE]
    quantiles: NDArray[np.float64]  # [rows, 2 (falling, rising), q, 2 (probability, residual)]
    # depth-duration-frequency: durations × return periods, per station
    durations: NDArray[np.int64]  # [rows, d] ms; 0 where a row has fewer
    periods: NDArray[np.float64]  # [rows, t] years
    depths: NDArray[np.float64]  # [rows, d, t] mm
    guidance: NDArray[np.float64]  # [rows, 4] mm of runoff, curve number, wetness below which dry, above which wet


class State(NamedTuple):
    """What a catchment's readings have left behind, in arrays."""

    cursors: NDArray[np.void]  # CURSOR per series
    tails: NDArray[np.void]  # RUN before the oldest reading in the ring
    heads: NDArray[np.void]  # RUN after the newest
    gaps: NDArray[np.int32]  # [series, GAPS] between the newest arrivals, ms
    ring_at: NDArray[np.int32]
    ring_value: NDArray[np.int32]
    ring_doubt: NDArray[np.uint32]  # bits of ``sensors.doubts.Doubt``, and MERGED
    thin_at: NDArray[np.int32]
    thin_value: NDArray[np.int32]  # in half resolutions, as a median may lie between two
    hours: NDArray[np.float32]  # [rows, HOURS, 3] number of the hour since 1970, lowest, highest value in it
    now: NDArray[np.float64]  # slots at the newest reading
    before: NDArray[np.float64]  # slots at the reading before
    truths: NDArray[np.void]  # TRUTH per atom

    def copied(self) -> "State":
        """A state of its own, free to change."""
        return State._make(array.copy() for array in self)


#: (name, type, shape) of each array of a state, for reading one back
SHAPES: tuple[tuple[str, np.dtype, tuple[int, ...]], ...] = (
    ("cursors", CURSOR, (-1,)),
    ("tails", RUN, (-1,)),
    ("heads", RUN, (-1,)),
    ("gaps", np.dtype(np.int32), (-1, GAPS)),
    ("ring_at", np.dtype(np.int32), (-1,)),
    ("ring_value", np.dtype(np.int32), (-1,)),
    ("ring_doubt", np.dtype(np.uint32), (-1,)),
    ("thin_at", np.dtype(np.int32), (-1,)),
    ("thin_value", np.dtype(np.int32), (-1,)),
    ("hours", np.dtype(np.float32), (-1, HOURS, 3)),
    ("now", np.dtype(np.float64), (-1,)),
    ("before", np.dtype(np.float64), (-1,)),
    ("truths", TRUTH, (-1,)),
)
