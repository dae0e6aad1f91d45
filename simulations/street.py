"""What an ultrasonic sensor above a street reports around one detection: dry, then something, then dry again.

FloodNet's labelled detections (``sensors.records.read_detections``) are one row each. From the data come
the first and the last message, how many there were between them, the greatest depth and, of floods, the
mean depth. All the rest is assumed here, and nothing is known of any limit:

- Dry streets are reported every 5 minutes, for two hours before and two after. How soon after the last
  message the sensor says dry again is not known: a minute, or ``Habit`` says otherwise.
- The distance to a dry street scatters by 3 mm (standard deviation): FloodNet's detections begin at 11 mm.
- Messages are spread evenly, each moved by up to a fifth of their distance.
- A flood rises and falls smoothly, begins and ends at 11 mm, and is as slender as its mean depth asks. The
  tide crests in the middle, a cloudburst's flood after a third of its time.
- A box (something that stands below the sensor) keeps its height from the first message to the last.
- Of everything else each message has a height of its own, anywhere between 11 mm and the greatest.
"""

import zlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensors.records import Detection, Label
from sensors.units import HOUR_MS, MINUTE_MS
from simulations.hydrograph import Floats

SEEN_MM = 11.0  # the usual smallest depth of a detection
NOISE_MM = 3.0
DRY_MS = 2 * HOUR_MS
#: share of the time after which a flood crests
CLOUDBURST_CREST, TIDE_CREST = 1 / 3, 1 / 2
#: exponents of a flood's shape: from nearly a box to a needle
BLUNTEST, SLENDEREST = 0.02, 50.0


class Habit(NamedTuple):
    """How often a sensor reports when there is nothing to report, ms."""

    dry_step: int = 5 * MINUTE_MS
    first_dry: int = MINUTE_MS  # from the last message of a detection to the next reading


USUAL = Habit()


class Course(NamedTuple):
    """Readings around one detection, in order of time."""

    at: NDArray[np.int64]  # event times, ms, shape (n,)
    stage_cm: Floats  # above the street, shape (n,), whole millimetres; may be negative
    first: int  # place of the detection's first message
    after: int  # place of the first dry reading after its last one


#: (random numbers, detection, times of its messages from 0 to 1) to depths in mm, shape (messages,)
Shape = Callable[[np.random.Generator, Detection, Floats], Floats]


def course(detection: Detection, seed: int, shape: Shape | None = None, habit: Habit = USUAL) -> Course:
    """The readings around a detection; the same for the same seed, whatever other detections there are.

    ``shape`` is that of its label where nothing else is said.
    """
    random = np.random.default_rng((seed, zlib.crc32(detection.id.encode())))
    during = _message_times(random, detection)
    places = (during - during[0]) / max(int(during[-1] - during[0]), 1)
    wet_mm = (shape or SHAPES[detection.label])(random, detection, places)
    before = detection.start - int(random.integers(1, habit.dry_step)) - np.arange(DRY_MS, -1, -habit.dry_step)
    after = int(during[-1]) + habit.first_dry + np.arange(0, DRY_MS, habit.dry_step)
    dry_mm = random.normal(0.0, NOISE_MM, len(before) + len(after))
    depth_mm = np.concatenate((dry_mm[: len(before)], wet_mm, dry_mm[len(before) :]))
    first, end = len(before), len(before) + len(during)
    return Course(np.concatenate((before, during, after)), np.round(depth_mm) / 10, first, end)


def swell(random: np.random.Generator, detection: Detection, places: Floats) -> Floats:
    """A flood: its greatest depth once, its mean as FloodNet had it, and a little noise below the crest."""
    crest = TIDE_CREST if detection.tidal else CLOUDBURST_CREST
    top = detection.processed_mm
    bump = np.sin(np.pi * places ** (np.log(0.5) / np.log(crest))).clip(0.0, 1.0)
    bump /= bump.max()
    depth: Floats = SEEN_MM + (top - SEEN_MM) * bump ** _slenderness(
        bump, (detection.mean_mm - SEEN_MM) / (top - SEEN_MM)
    )
    highest = int(np.argmax(depth))
    depth = np.minimum(depth + random.normal(0.0, NOISE_MM, len(depth)), top)
    depth[highest] = top
    return depth


def plateau(random: np.random.Generator, detection: Detection, places: Floats) -> Floats:
    """The greatest depth all the time, less a little noise."""
    depth = detection.raw_mm - np.abs(random.normal(0.0, NOISE_MM, len(places)))
    depth[random.integers(len(places))] = detection.raw_mm
    return depth


def scatter(random: np.random.Generator, detection: Detection, places: Floats) -> Floats:
    """Heights that have nothing to do with each other, one of them the greatest."""
    depth = random.uniform(min(SEEN_MM, detection.raw_mm), detection.raw_mm, len(places))
    depth[random.integers(len(places))] = detection.raw_mm
    return depth


SHAPES: dict[Label, Shape] = dict.fromkeys(Label, scatter) | {Label.FLOOD: swell, Label.BOX: plateau}


def _message_times(random: np.random.Generator, detection: Detection) -> NDArray[np.int64]:
    """Event times in ms, rising, the first and the last as recorded."""
    spacing = (detection.end - detection.start) / max(detection.messages - 1, 1)
    moved = random.uniform(-0.2, 0.2, detection.messages)
    moved[0] = moved[-1] = 0.0
    times: NDArray[np.int64] = np.int64(detection.start) + np.round(
        (np.arange(detection.messages) + moved) * spacing
    ).astype(np.int64)
    return times


def _slenderness(bump: Floats, mean: float) -> float:
    """The exponent with which a bump between 0 and 1 has this mean, or the nearest there is."""
    low, high = BLUNTEST, SLENDEREST
    for _ in range(30):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if (bump**middle).mean() > mean else (low, middle)
    return low
