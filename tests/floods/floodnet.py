"""Street sensors of New York, detection by detection, through the tests of quality and one rule.

The rule is the one in docs/how-to/street-sensors.md. It was chosen on half of the places: every other name
in alphabetical order. What a sensor reported between the first and the last message is made by
``simulations.street``, in two manners: as likely, and as harsh as possible.
``python -m tests.floods.floodnet`` prints the figures of that page; it takes some minutes.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ruamel.yaml import YAML

from rules.advance import initial
from rules.book import build
from rules.books import CatchmentBook
from rules.conditions import ACTIVE, NORMAL, STALE, quiet
from rules.messages import Transition
from rules.reading import read_arrays
from rules.signals.kernel import out_for
from rules.spec import RuleSpec
from rules.ticking import tick
from rules.work import Work
from sensors.records import Detection, Label, read_detections
from sensors.stations import Station
from sensors.times import to_ms
from sensors.units import MINUTE_MS
from simulations.street import Course, Habit, Shape, course, plateau
from tests.records import FLOODS

PAGE = Path(__file__).parents[2] / "docs/how-to/street-sensors.md"
SEED = 2024
TICK_MS = 30_000
#: after so long without a reading a tick has nothing new to say
ENOUGH_TICKS_MS = 60 * MINUTE_MS

TUNED, PROVED = 0, 1
HALVES = (TUNED, PROVED)


class Manner(NamedTuple):
    """What a sensor may have reported where FloodNet's row does not tell."""

    shape: Shape | None
    habit: Habit


LIKELY = Manner(None, Habit())
#: each blip one height from its first to its last message, and five minutes before the sensor says dry again
HARSH = Manner(plateau, Habit(first_dry=5 * MINUTE_MS))


class Settings(NamedTuple):
    """What may differ from the recommended rule."""

    limit_cm: float = 3.0
    hold_min: int = 3
    quality: str = "gross"  # "gross": suspect from the limit on; "": no test; else a rate such as "12 cm/h"


RECOMMENDED = Settings()


class Told(NamedTuple):
    """What became of one detection."""

    detection: Detection
    public_at: int | None  # when a level was raised, ms
    wet_at: int | None  # first reading at or above the limit
    ended: bool  # NORMAL again; floods by the recommended rule are played to their end
    draft: bool  # one reading and then nothing: people were asked


def city(settings: Settings = RECOMMENDED) -> CatchmentBook:
    """The page's rule, or another one for comparison."""
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    tree = YAML(typ="safe", pure=True).load(found[1])
    if settings != RECOMMENDED:
        _change(tree, settings)
    stations = {name: Station.model_validate(station) for name, station in tree["stations"].items()}
    rules = [RuleSpec.model_validate(rule) for rule in tree["rules"]]
    return build("newyork", stations, rules).catchments["streets"]


def _change(tree: dict[str, Any], settings: Settings) -> None:
    limit, (rule,) = settings.limit_cm, tree["rules"]
    gross = {"gross": ["-10 cm", f"{limit - 0.1:g} cm"]}
    tests = {"gross": gross, "": {}}.get(settings.quality, {"rate": settings.quality})
    tree["stations"]["street"]["sensors"]["stage"]["quality"] = tests
    rule["level 1"] = f"stage(street) >= {limit:g} cm"
    rule["hold"] = {f"level {level}": f"{settings.hold_min} min" for level in (1, 2, 3)}


def played(book: CatchmentBook, readings: Course, *, to_the_end: bool) -> list[Transition]:
    """What follows from readings, each arriving at once; up to the first public word unless ``to_the_end``.

    Ticks come while the condition is not calm: a calm one cannot be raised by a tick.
    """
    work, (condition, *_) = Work(book, initial(book)), book.conditions
    count = len(readings.at)
    index, out = np.zeros(count, np.int64), out_for(book.plan, count)

    def take(first: int, end: int) -> None:
        part = slice(first, end)
        read_arrays(work, (index[part], readings.at[part], readings.stage_cm[part], readings.at[part]), out)

    if readings.stage_cm.max() < min(atom.limit for atom in book.atoms):  # nothing for a tick to act upon
        take(0, count)
        return list(work.transitions)
    take(0, readings.first)
    for place in range(readings.first, count):
        if not quiet(work.conditions[condition]):
            for at in ticks(readings, place):
                tick(work, at)
        elif place > readings.after:  # dry and calm from here on
            take(place, count)
            break
        take(place, place + 1)
        if not to_the_end and _raised(work.transitions) is not None:
            break
    return list(work.transitions)


def ticks(readings: Course, place: int) -> range:
    """Between the reading before and this one."""
    since, until = int(readings.at[place - 1]), int(readings.at[place])
    return range(since - since % TICK_MS + TICK_MS, min(until, since + ENOUGH_TICKS_MS), TICK_MS)


def _raised(said: Iterable[Transition]) -> datetime | None:
    return next((each.decided_at for each in said if each.to.state is ACTIVE), None)


@cache
def detections() -> tuple[Detection, ...]:
    return read_detections(FLOODS / "floodnet-nyc-events")


@cache
def half(which: int) -> frozenset[str]:
    """Names of places."""
    return frozenset(sorted({each.deployment for each in detections()})[which::2])


def of(label: Label, which: int) -> list[Detection]:
    return [each for each in detections() if each.label is label and each.deployment in half(which)]


@cache
def told(label: Label, which: int, settings: Settings = RECOMMENDED, manner: Manner = LIKELY) -> tuple[Told, ...]:
    """What becomes of all detections of a label, at half of the places."""
    book = city(settings)
    return tuple(found_of(book, each, settings, manner) for each in of(label, which))


def found_of(book: CatchmentBook, detection: Detection, settings: Settings, manner: Manner) -> Told:
    """What becomes of one detection."""
    flood = detection.label is Label.FLOOD
    readings = course(detection, SEED, None if flood else manner.shape, manner.habit)
    said = played(book, readings, to_the_end=flood and settings == RECOMMENDED)
    raised, wet = _raised(said), readings.at[readings.stage_cm >= settings.limit_cm]
    return Told(
        detection,
        None if raised is None else to_ms(raised),
        int(wet[0]) if len(wet) else None,
        ended=bool(said) and said[-1].to.state is NORMAL,
        draft=any(each.to.state is STALE for each in said),
    )


def public(found: Iterable[Told]) -> list[Told]:
    return [each for each in found if each.public_at is not None]


def minutes(found: Sequence[Told], *, since_limit: bool = False) -> list[float]:
    """From the first message, or from the first reading at the limit, to the first public word."""
    return [
        (each.public_at - (each.wet_at if since_limit and each.wet_at is not None else each.detection.start))
        / MINUTE_MS
        for each in found
        if each.public_at is not None
    ]


COMPARED = (
    RECOMMENDED,
    Settings(hold_min=5),
    Settings(limit_cm=5.0),
    *(Settings(hold_min=hold, quality="") for hold in (5, 10, 15)),
    *(Settings(hold_min=hold, quality="12 cm/h") for hold in (5, 10)),
    *(Settings(hold_min=hold, quality="60 cm/h") for hold in (5, 10)),
)


def table() -> Iterator[str]:
    """The figures of the page."""
    for settings in COMPARED:
        for which in HALVES:
            floods = told(Label.FLOOD, which, settings)
            blips = [public(told(Label.BLIP, which, settings, manner)) for manner in (LIKELY, HARSH)]
            delays = [f"{np.median(each):.1f}/{np.quantile(each, 0.9):.1f}" for each in _delays(floods)]
            missed = sorted(each.detection.processed_mm for each in floods if each.public_at is None)
            many = len(of(Label.BLIP, which))
            rates = ", ".join(f"{len(each)} ({100 - 100 * len(each) / many:.2f} % quiet)" for each in blips)
            yield f"{settings} half {which}: of {many} blips {rates}; of {len(floods)} floods missed {missed}; {delays}"
    for label in Label:
        for manner in (LIKELY, HARSH):
            found = [each for which in HALVES for each in told(label, which, manner=manner)]
            drafts = sum(each.draft for each in found)
            name = "harsh" if manner.shape else "likely"
            yield f"{label} {name}: {len(public(found))} of {len(found)} public, {drafts} drafts"


def _delays(floods: tuple[Told, ...]) -> tuple[list[float], list[float]]:
    return minutes(floods), minutes(floods, since_limit=True)


if __name__ == "__main__":
    for line in table():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
