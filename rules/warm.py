"""Have everything compiled before the first reading comes: ``python -m rules.warm``.

Compiling takes half a minute; what was compiled is kept, and loading it takes a second. A worker that
did this in the middle of its first message would be taken for dead by its group.
"""

from rules.advance import advance, initial
from rules.book import build
from rules.books import Book
from rules.spec import RuleSpec
from sensors.readings import Reading, Tick, block_of
from sensors.stations import Station
from sensors.units import MINUTE_MS

_TIMES = {"level 1": "1 min", "level 2": "1 min", "level 3": "1 min"}


def warm(book: Book) -> None:
    """Run every compiled function once on an imagined hour of a city's own rules."""
    rules = next(iter(book.catchments.values()))
    state = initial(rules)
    series = next(iter(rules.series.values())).series
    for minute, value in ((60, 100.0), (80, 100.0), (70, 101.0)):  # the last one is late
        block = block_of(rules.catchment, minute * MINUTE_MS, "warm", [Reading(series, minute * MINUTE_MS, value)])
        state, _ = advance(rules, state, block)
        state, _ = advance(rules, state, Tick(rules.catchment, minute * MINUTE_MS + 1000))


def _imagined() -> Book:
    limits = {"resolution": "1 cm", "span": ["0 cm", "500 cm"]}
    station = Station.model_validate(
        {"name": "A", "catchment": "a", "sensors": {"stage": {"step": "5 min", "topic": "a", **limits}}}
    )
    rule = RuleSpec.model_validate(
        {
            "zone": "a",
            "hazard": "flood",
            "level 1": "stage(a) >= 100 cm",
            "hold": _TIMES,
            "clear": _TIMES,
            "hysteresis": {"stage(a)": "10 cm"},
        }
    )
    return build("a", {"a": station}, [rule])


if __name__ == "__main__":
    warm(_imagined())
