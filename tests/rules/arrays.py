"""Readings through compiled signals: one station, every signal that is asked for, and the history that comes of it."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rules.advance import CatchmentState, advance, initial
from rules.book import build
from rules.books import CatchmentBook
from rules.forecasts.model import Model
from rules.messages import Assessment, Instruction, Note, Transition
from rules.spec import RuleSpec
from sensors.readings import Block, Reading, Series, Tick, block_of
from sensors.stations import Station
from tests.rules.ruling import ruled

START = 1_626_220_800_000  # 14 July 2021, 00:00 UTC
STAGE, RAIN = Series("a", "stage"), Series("a", "rain")

Point = tuple[int, float | None]  # event time after the start in ms, value
Arrival = tuple[Series, Point]
Message = Block | Tick | Instruction


class Row(NamedTuple):
    """One reading as the history keeps it."""

    value: float | None
    flag: int
    doubt: int
    signals: dict[str, float | None]


History = dict[tuple[Series, int], Row]  # times after the start


class Told(NamedTuple):
    """What came of some messages."""

    state: CatchmentState
    history: History
    decisions: list[Transition | Note]
    assessments: list[Assessment]


def station(
    step: str = "5 min",
    resolution: str = "0.1",
    stage: Mapping[str, object] | None = None,
    rain: Mapping[str, object] | None = None,
    **more: Any,
) -> Station:
    """A station with stage and rain; ``stage`` and ``rain`` are the limits of their quality tests."""
    sensors = {
        "stage": {
            "step": step, "resolution": f"{resolution} cm", "span": ["-300 cm", "2000 cm"],
            "topic": "s", "quality": dict(stage or {}),
        },
        "rain": {
            "step": step, "resolution": f"{resolution} mm", "span": ["0 mm", "200 mm"],
            "topic": "r", "quality": dict(rain or {}),
        },
    }  # fmt: skip
    return Station.model_validate({"name": "A", "catchment": "wupper", "sensors": sensors, **more})


def asking(*signals: str) -> RuleSpec:
    """A rule that only makes these signals be computed: ``"rise(a, 60 min) cm/h"``."""
    parts = [signal.rsplit(" ", 1) for signal in signals]
    return ruled({"level 1": " or ".join(f"{call} >= {99 if unit == '%' else 9999} {unit}" for call, unit in parts)})


def book_of(
    stations: Station | Mapping[str, Station], *rules: RuleSpec, models: Mapping[str, Model] | None = None
) -> CatchmentBook:
    """The one catchment of some stations; a station alone is called a."""
    named = {"a": stations} if isinstance(stations, Station) else stations
    return build("testcity", named, rules, models).catchments["wupper"]


def block(readings: Iterable[Arrival], arrived: int | None = None) -> Block:
    """Readings that travel together, in this order; unless said otherwise they arrive when the newest was taken."""
    packed = [Reading(series, START + at, value) for series, (at, value) in readings]
    received = max(reading.at for reading in packed) if arrived is None else START + arrived
    return block_of("wupper", received, "test", packed)


def tell(book: CatchmentBook, messages: Iterable[Message], state: CatchmentState | None = None) -> Told:
    """Work messages through, and write the history as a store does: what is said last about a reading stands."""
    state = initial(book) if state is None else state
    history: History = {}
    decisions: list[Transition | Note] = []
    assessments: list[Assessment] = []
    for message in messages:
        state, said = advance(book, state, message)
        decisions += [each for each in said if isinstance(each, Transition | Note)]
        assessments += [each for each in said if isinstance(each, Assessment)]
    for each in assessments:
        write(history, each)
    return Told(state, history, decisions, assessments)


def write(history: History, said: Assessment) -> None:
    """Upsert every row of an assessment."""
    for place, index in enumerate(said.index):
        names = said.signal_names[index]
        signals = dict(zip(names, said.signals[place], strict=True)) if said.signals[place] else {}
        key = (said.series[index], said.at[place] - START)
        history[key] = Row(said.value[place], said.flag[place], said.doubt[place], signals)


def column(
    book: CatchmentBook, points: Sequence[tuple[int, float]], name: str, series: Series = STAGE
) -> list[float | None]:
    """One signal at each reading, all given in order in one block."""
    history = tell(book, [block((series, point) for point in points)]).history
    return [history[series, at].signals[name] for at, _ in points]


def times(seconds: Iterable[int]) -> list[int]:
    """Times after the start in ms, from the distances between readings in s."""
    return [1000 * second for second in itertools.accumulate(seconds)]
