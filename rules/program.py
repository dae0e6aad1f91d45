"""A catchment's rules as the arrays that compiled code works on, and an empty state to go with them."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.books import AtomBook, SeriesBook
from rules.forecasts.model import Model
from rules.signals import forecast as columns
from rules.signals.layout import (
    ATOM,
    CURSOR,
    GAPS,
    HOURS,
    LATE_STEPS,
    NEVER,
    OP,
    QUALITY,
    RUN,
    SERIES,
    TRUTH,
    Models,
    Op,
    Plan,
    State,
)
from rules.signals.rate import BUCKETS
from rules.standard import COVERED, Wanted
from rules.zero import measurable
from sensors.ground import Guidance, RainStatistics
from sensors.quality import numbers
from sensors.readings import Series
from sensors.stations import Sensor, Station
from sensors.units import HOUR_MS, MINUTE_MS, Quantity

STALE_STEPS = 3
STALE_AT_LEAST_MS = 10 * MINUTE_MS
#: a sensor may speed up in a flood: room for four times its usual readings, as far as that costs little
SPEED_UP, SPARE = 3, 108
#: the ring slides to its front again after this many readings
SLACK = 16
#: times in a ring are four bytes of ms; what lies further back is unknown
LONGEST_MS = 20 * 24 * HOUR_MS
#: a slope's window with more steps than this is taken in bucket medians
MOST_STEPS = 24
CLOGGING_MS = 3 * HOUR_MS

_CODES = {
    "rise": Op.RISE, "rise_low": Op.RISE_LOW, "max": Op.MAX, "arriving": Op.MAX, "mean": Op.MEAN, "rain": Op.RAIN,
    "trend": Op.TREND, "wetness": Op.WETNESS, "return_period": Op.RETURN_PERIOD, "guidance": Op.GUIDANCE,
    "forecast": Op.FORECAST, "chance": Op.CHANCE,
}  # fmt: skip

_TABLED = ("return_period", "guidance", "forecast", "chance")


@dataclass(frozen=True, slots=True)
class Member:
    """One series with everything that is computed from it."""

    series: Series
    station: Station
    sensor: Sensor
    wanted: tuple[Wanted, ...]


def slots_of(wanted: Sequence[Wanted]) -> dict[Wanted, int]:
    """Where each signal stands among a series' slots; 0 is the reading itself."""
    starts = itertools.accumulate((len(each.columns) for each in wanted), initial=1)
    return dict(zip(wanted, starts, strict=False))


def plan_of(
    members: Sequence[Member], books: Sequence[SeriesBook], atoms: Sequence[AtomBook], models: Mapping[str, Model]
) -> Plan:
    """Arrays for these series, in this order; ``atoms`` are sorted by series."""
    number = {member.series: place for place, member in enumerate(members)}
    tables = _Tables(number, models)
    ops: list[tuple[int, int, int, int, float]] = []
    series = np.zeros(len(members), SERIES)
    quality = np.zeros(len(members), QUALITY)
    starts = {"ring": 0, "thin": 0, "slot": 0, "hours": 0}
    reach = _reach(members, models)
    for place, (member, book) in enumerate(zip(members, books, strict=True)):
        row = series[place]
        _measure(row, member, reach[member.series])
        row["op"], row["ops"] = len(ops), len(member.wanted)
        ops += [_op(each, slot, member, tables) for each, slot in slots_of(member.wanted).items()]
        row["tabled"] = any(each.function in _TABLED for each in member.wanted)
        row["slots"] = 1 + sum(len(each.columns) for each in member.wanted)
        mine = [atom.number for atom in atoms if atom.series == book.key]
        row["atom"], row["atoms"] = min(mine, default=0), len(mine)
        for name, size in (("ring", row["ring_size"]), ("thin", row["thin_size"]), ("slot", row["slots"])):
            row[name] = starts[name]
            starts[name] += int(size)
        _test(quality[place], member, number)
        row["hours"] = -1
        if not math.isnan(quality[place]["attenuated"]):
            row["hours"] = starts["hours"]
            starts["hours"] += 1
    return Plan(series, quality, _operations(ops), _limits(atoms, books), tables.models())


def _reach(members: Sequence[Member], models: Mapping[str, Model]) -> dict[Series, int]:
    """How far back each series is looked at, by whatever looks at it, in ms."""
    reach = {}
    for member in members:
        step, quality = member.sensor.step, member.sensor.quality
        windows = [_window(each, member.station) for each in member.wanted]
        windows += [CLOGGING_MS] if quality.neighbours else []
        reach[member.series] = max(windows, default=0) + LATE_STEPS * step
    used = {each.series.station for each in members for one in each.wanted if one.function in ("forecast", "chance")}
    for model in (models[name] for name in used if name in models):
        for series in model.series:
            if series in reach:
                reach[series] = max(reach[series], model.memory_ms + model.step_ms)
    for member in members:
        quality = member.sensor.quality
        beside = [Series(quality.neighbour.station, member.series.parameter)] if quality.neighbour else []
        lags = [quality.neighbour.lag] if quality.neighbour else []
        beside += [Series(name, "rain") for name in quality.neighbours or ()]
        lags += [CLOGGING_MS] * len(quality.neighbours or ())
        for series, lag in zip(beside, lags, strict=True):
            if series in reach:
                reach[series] = max(reach[series], lag + 4 * member.sensor.step)
    return reach


def _window(each: Wanted, station: Station) -> int:
    if each.function == "return_period" and not each.window_ms and station.rain_statistics is not None:
        return max(station.rain_statistics.depths)
    return 0 if each.function in ("forecast", "chance") else each.window_ms


def _measure(row: NDArray[np.void], member: Member, reach: int) -> None:
    """What the sensor can do, and how much of it is kept."""
    sensor, station = member.sensor, member.station
    per_unit = round(1 / sensor.resolution.amount)
    row["step"] = sensor.step
    row["resolution"] = sensor.resolution.amount
    row["per_unit"] = per_unit if per_unit and abs(per_unit * sensor.resolution.amount - 1) < 1e-9 else 0
    row["low"], row["high"] = measurable(sensor)
    row["stale"] = max(STALE_STEPS * sensor.step, STALE_AT_LEAST_MS)
    reach = min(reach, LONGEST_MS)
    row["horizon"] = reach
    need = reach // sensor.step + 2
    row["ring_size"] = need + min(SPEED_UP * need, SPARE) + SLACK
    slopes = [each.window_ms for each in member.wanted if each.function in ("rise", "rise_low")]
    if slopes and min(slopes) > MOST_STEPS * sensor.step:
        row["bucket"] = min(slopes) // BUCKETS
        # a quarter goes when they slide to the front, and the longest slope must still find all of its own
        need = max(slopes) // int(row["bucket"]) + 4
        row["thin_size"] = need + need // 3 + 2
    if member.series.parameter == "rain":
        row["rain"], row["thin_size"] = 1, row["ring_size"]  # for sums over all readings so far
    row["filtered"] = any(each.function == "trend" for each in member.wanted)
    if station.filter is not None:
        row["wander"], row["noise"] = station.filter.wander, station.filter.noise.amount
    if station.wetness is not None and member.series.parameter == "rain":
        row["keeps"] = (station.wetness.left_after_a_day.amount / 100) ** (1 / 24)


def _test(row: NDArray[np.void], member: Member, number: Mapping[Series, int]) -> None:
    sensor, parameter = member.sensor, member.series.parameter
    quality = sensor.quality
    for name, value in numbers(quality, parameter, sensor.step, sensor.resolution.amount).items():
        row[name] = value
    beside = Series(quality.neighbour.station, parameter) if quality.neighbour else None
    row["neighbour"] = number.get(beside, -1) if beside else -1
    around = [number[rain] for name in quality.neighbours or () if (rain := Series(name, "rain")) in number]
    row["neighbours"] = (around + [-1] * len(row["neighbours"]))[: len(row["neighbours"])]
    warm = Series(quality.thermometer, "temperature") if quality.thermometer else None
    row["thermometer"] = number.get(warm, -1) if warm else -1


def _op(each: Wanted, slot: int, member: Member, tables: "_Tables") -> tuple[int, int, int, int, float]:
    station = member.station
    table, limit = -1, math.nan
    if each.function in ("forecast", "chance"):
        table = tables.forecast(member.series.station, each.window_ms)
    elif each.function == "return_period" and station.rain_statistics is not None:
        table = tables.statistics(station.rain_statistics)
    elif each.function == "guidance" and station.guidance is not None:
        table = tables.guidance(station.guidance, each.window_ms)
    if each.limit is not None:
        limit = each.limit.amount if isinstance(each.limit, Quantity) else station.marks[each.limit].value.amount
    return _CODES[each.function], each.window_ms, slot, table, limit


def _operations(ops: Sequence[tuple[int, int, int, int, float]]) -> NDArray[np.void]:
    rows = np.zeros(len(ops), OP)
    for row, values in zip(rows, ops, strict=True):
        for name, value in zip(("code", "window", "slot", "table", "limit"), values, strict=True):
            row[name] = value
    return rows


def _limits(atoms: Sequence[AtomBook], books: Sequence[SeriesBook]) -> NDArray[np.void]:
    covered = {(book.key, slot) for book in books for each, slot in book.slots.items() if each.function in COVERED}
    rows = np.zeros(len(atoms), ATOM)
    for row, atom in zip(rows, atoms, strict=True):
        row["slot"] = atom.slot
        row["cover_slot"] = atom.slot + 1 if (atom.series, atom.slot) in covered else -1
        if _CODES.get(atom.atom.signal.function) == Op.MAX:
            row["window"] = atom.atom.signal.window_ms
        row["limit"], row["off"] = atom.limit, atom.off
        row["strict"] = atom.atom.comparison == ">"
        row["latch"] = atom.latch_ms
    return rows


class _Tables:
    """Collects what operations look into; every table is stored once."""

    def __init__(self, number: Mapping[Series, int], models: Mapping[str, Model]) -> None:
        self._number = number
        self._models = models
        self._forecasts: dict[tuple[str, int], int] = {}
        self._head: list[list[float]] = []
        self._features: list[list[float]] = []
        self._spreads: list[tuple[tuple[tuple[float, float], ...], ...]] = []
        self._statistics: list[RainStatistics] = []
        self._guidance: list[tuple[float, float, float, float]] = []

    def forecast(self, station: str, lead_ms: int) -> int:
        """Row of a station's forecast at a lead."""
        if (station, lead_ms) not in self._forecasts:
            self._forecasts[station, lead_ms] = len(self._head)
            self._add(self._models[station], lead_ms)
        return self._forecasts[station, lead_ms]

    def statistics(self, statistics: RainStatistics) -> int:
        """Row of a depth-duration-frequency table."""
        if statistics not in self._statistics:
            self._statistics.append(statistics)
        return self._statistics.index(statistics)

    def guidance(self, guidance: Guidance, window_ms: int) -> int:
        """Row of a place's flash-flood guidance for one duration."""
        runoff = guidance.runoff[window_ms].amount
        dry, wet = guidance.dry_below.amount, guidance.wet_above.amount
        self._guidance.append((runoff, guidance.curve_number, dry, wet))
        return len(self._guidance) - 1

    def _add(self, model: Model, lead_ms: int) -> None:
        lead = model.lead(lead_ms)
        row = [0.0] * columns.HEAD
        row[columns.INTERCEPT], row[columns.FLOOR] = lead.intercept_cm, model.floor_cm
        row[columns.FIRST], row[columns.FEATURES] = len(self._features), len(lead.features)
        row[columns.LEAD], row[columns.OWN_STEP] = lead_ms, model.step_ms
        if model.trend is not None:
            trend = model.trend
            row[columns.TREND] = 1.0
            row[columns.WANDER], row[columns.NOISE] = trend.q, trend.sigma_cm
            row[columns.DAMPING], row[columns.MEMORY] = trend.phi, trend.memory_ms
        self._head.append(row)
        for feature in lead.features:
            kind = float(feature.kind == "depth")
            place = self._number.get(feature.series, -1)
            times = (feature.lag_ms, feature.span_ms, feature.step_ms)
            self._features.append([kind, place, *times, feature.coefficient])
        self._spreads.append((lead.spread.falling, lead.spread.rising))

    def models(self) -> Models:
        """Everything collected, in arrays; what a row does not need is NaN or 0."""
        most = max((len(rows) for spread in self._spreads for rows in spread), default=1)
        quantiles = np.full((len(self._spreads), 2, most, 2), np.nan)
        for row, spread in zip(quantiles, self._spreads, strict=True):
            for side, pairs in zip(row, spread, strict=True):
                side[: len(pairs)] = pairs
        count = len(self._statistics)
        longest = max((len(each.depths) for each in self._statistics), default=1)
        widest = max((len(each.periods) for each in self._statistics), default=1)
        durations = np.zeros((count, longest), np.int64)
        periods = np.full((count, widest), np.nan)
        depths = np.full((count, longest, widest), np.nan)
        for place, each in enumerate(self._statistics):
            durations[place, : len(each.depths)] = list(each.depths)
            periods[place, : len(each.periods)] = [years.amount for years in each.periods]
            for line, fallen in zip(depths[place], each.depths.values(), strict=False):
                line[: len(fallen)] = [depth.amount for depth in fallen]
        return Models(
            np.array(self._head).reshape(-1, columns.HEAD),
            np.array(self._features).reshape(-1, columns.FEATURE),
            quantiles,
            durations,
            periods,
            depths,
            np.array(self._guidance).reshape(-1, 4),
        )


def empty(plan: Plan) -> State:
    """A state that never saw a reading."""
    count = len(plan.series)
    series = plan.series
    cursors = np.zeros(count, CURSOR)
    cursors["arrived"] = cursors["settled"] = cursors["out_until"] = NEVER
    cursors["silent"] = 1
    runs = np.zeros(count, RUN)
    for name in ("at", "before_at", "flat_since", "drip_since", "tip_at", "filter_at", "held_at", "wet_at"):
        runs[name] = NEVER
    for name in ("value", "before", "flat_low", "flat_high"):
        runs[name] = np.nan
    ring = int(series["ring_size"].sum())
    thin = int(series["thin_size"].sum())
    slots = int(series["slots"].sum())
    truths = np.zeros(len(plan.atoms), TRUTH)
    truths["truth"] = -1
    return State(
        cursors=cursors,
        tails=runs,
        heads=runs.copy(),
        gaps=np.zeros((count, GAPS), np.int32),
        ring_at=np.zeros(ring, np.int32),
        ring_value=np.zeros(ring, np.int32),
        ring_doubt=np.zeros(ring, np.uint32),
        thin_at=np.zeros(thin, np.int32),
        thin_value=np.zeros(thin, np.int32),
        hours=np.full((int((series["hours"] >= 0).sum()), HOURS, 3), np.nan, np.float32),
        now=np.full(slots, np.nan),
        before=np.full(slots, np.nan),
        truths=truths,
    )
