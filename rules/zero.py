"""Values above the gauge zero of today, whatever zero the gauge had when it measured them.

A gauge that is surveyed again, or hung higher, jumps by tens of centimetres without any water. That is known
from its papers, so it is taken out by metadata and never by a quality test. Its span and its sentinels are
what the sensor itself says, before any shift.
"""

from bisect import bisect_right
from collections.abc import Sequence

from msgspec.structs import replace

from rules.books import SeriesBook
from sensors.quality import KNOWN_SENTINELS
from sensors.readings import Block
from sensors.stations import Sensor


def measurable(sensor: Sensor) -> tuple[float, float]:
    """Lowest and highest value that a sensor can tell, above the gauge zero of today and in its unit.

    Its span counts from its own zero, which may have moved since: the lowest and the highest shift widen it.
    """
    low, high = (limit.amount for limit in sensor.span)
    shifts = [0.0, *(each.shift.amount for each in sensor.zero)]
    return low + min(shifts), high + max(shifts)


def above_present_zero(block: Block, books: Sequence[SeriesBook | None]) -> Block:
    """The block with the shift of its day added to each value of a gauge whose zero has moved.

    Numbers that stand for "no value" stay what they are. ``books`` belong to the block's series; a block
    that contradicts itself is left alone, for others to refuse.
    """
    if not len(block.index) == len(block.at) == len(block.value):
        return block
    value = tuple(
        _shifted(books[index], at, value) if 0 <= index < len(books) else value
        for index, at, value in zip(block.index, block.at, block.value, strict=True)
    )
    return replace(block, value=value)


def _shifted(book: SeriesBook | None, at: int, value: float | None) -> float | None:
    if book is None or not book.zero or value is None or _stands_for_none(book, value):
        return value
    place = bisect_right(book.zero, at, key=lambda shift: shift[0])
    return value + book.zero[place - 1][1] if place else value


def _stands_for_none(book: SeriesBook, value: float) -> bool:
    """As the quality tests see it: within half a resolution, for devices send binary fractions."""
    near = 0.5 * book.resolution
    return value in KNOWN_SENTINELS or any(abs(value - sentinel) < near for sentinel in book.sentinels)
