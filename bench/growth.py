"""What a reading costs with more stations, quicker sensors and smaller blocks, and what a state weighs."""

from bench.basin import FULL, basin, months
from bench.clock import cpu_s, once_s
from bench.result import Result
from rules.advance import advance
from rules.books import CatchmentBook
from rules.state import CatchmentState, dump, initial
from sensors.readings import Block
from sensors.units import MINUTE_MS
from simulations.archive import Readings, replayed
from warning.log.ledger import encode_state

STEP_MS, FAST_STEP_MS = 5 * MINUTE_MS, 10_000
STATIONS = (10, 60, 300, 1000, 3000)
PER_CATCHMENT = 60
DAYS = 5
MANY = 1_000_000  # readings: enough to be worked through once
CUTS = (1, 10, 100, 1000)
MOST_SLOWER = 3  # times, for readings every 10 s
STATE_LIMIT_BYTES, DUMP_LIMIT_BYTES = 4 * 2**10, 512 * 2**10


def more_stations() -> list[Result]:
    """Dry days of ever more stations; all catchments in turns, as live."""
    results: list[Result] = []
    for stations in STATIONS:
        books = list(basin(stations, STEP_MS, FULL, PER_CATCHMENT).catchments.values())
        widths = {len(book.series) for book in books}
        readings = {width: next(months(width, STEP_MS, 1, DAYS)) for width in widths}
        total = sum(len(readings[len(book.series)].at) for book in books)
        taken = cpu_s(lambda: _in_turns(books, readings), repeats=1 if total > MANY else 5)  # noqa: B023 - called here
        first = results[0].ours if results else total / taken
        note = f"{len(books)} catchments, {total:,} readings; ratio to {STATIONS[0]} stations"
        results.append(Result(f"archive, {stations:,} stations", total / taken, first, "readings/s", note))
    return results


def _in_turns(books: list[CatchmentBook], readings: dict[int, Readings]) -> None:
    for _ in zip(*(replayed(book, initial(book), readings[len(book.series)]) for book in books), strict=True):
        pass


def fast_steps() -> list[Result]:
    """Readings every 10 s beside those every 5 min, as many of each."""
    rates = []
    for step_ms, days in ((FAST_STEP_MS, 1), (STEP_MS, 30)):
        (book,) = basin(PER_CATCHMENT, step_ms, FULL).catchments.values()
        readings = next(months(2 * PER_CATCHMENT, step_ms, 1, days))
        rates.append(len(readings.at) / cpu_s(lambda: _in_turns([book], {len(book.series): readings})))  # noqa: B023
    note = f"ratio to readings every 5 min; at least 1/{MOST_SLOWER} is to be reached"
    return [Result("archive, readings every 10 s", *rates, "readings/s", note)]


def cuts() -> list[Result]:
    """Blocks of messages through ``advance``, without the bytes: a state is made anew for every block."""
    (book,) = basin(PER_CATCHMENT, STEP_MS, FULL).catchments.values()
    readings = next(months(2 * PER_CATCHMENT, STEP_MS, 1, 2))
    results = []
    for size in CUTS:
        blocks = blocks_of(book, readings, size)[: 20_000 // size]
        taken = cpu_s(lambda: _advanced(book, blocks))  # noqa: B023 - called here
        note = f"{1e6 * taken / len(blocks):,.0f} µs per block"
        results.append(Result(f"archive, blocks of {size:,}", sum(map(len, blocks)) / taken, None, "readings/s", note))
    return results


def blocks_of(book: CatchmentBook, readings: Readings, size: int) -> list[Block]:
    """Readings as messages of so many."""
    series = tuple(each.series for each in book.series.values())
    columns = [array.tolist() for array in readings]
    found = []
    for begin in range(0, len(readings.at), size):
        index, at, value, arrival = (column[begin : begin + size] for column in columns)
        used = {number: place for place, number in enumerate(dict.fromkeys(index))}
        named = tuple(series[number] for number in used)
        places = tuple(used[number] for number in index)
        found.append(Block(book.catchment, arrival[-1], "bench", named, places, tuple(at), tuple(value)))
    return found


def _advanced(book: CatchmentBook, blocks: list[Block]) -> CatchmentState:
    state = initial(book)
    for block in blocks:
        state, _ = advance(book, state, block)
    return state


def memory() -> list[Result]:
    """Bytes of a state after a month with a flood: in memory per series, at rest for the catchment."""
    results = []
    for name, step_ms, days in (("5 min", STEP_MS, 30), ("10 s", FAST_STEP_MS, 1)):
        (book,) = basin(PER_CATCHMENT, step_ms, FULL).catchments.values()
        state = initial(book)
        for readings in months(2 * PER_CATCHMENT, step_ms, 2, days):
            for stretch in replayed(book, state, readings):
                state = stretch.state
        held = sum(array.nbytes for array in state.arrays) / len(book.series)
        rest = len(encode_state(0, dump(state)))  # as a checkpoint writes it
        at_most = f"less than {STATE_LIMIT_BYTES:,} is to be reached"
        results.append(Result(f"state, per series, {name}", held, None, "bytes", at_most))
        at_most = f"{PER_CATCHMENT} stations; less than {DUMP_LIMIT_BYTES:,} is to be reached"
        results.append(Result(f"state, catchment at rest, {name}", rest, None, "bytes", at_most))
        took = once_s(lambda: encode_state(0, dump(state)))  # noqa: B023 - called here
        results.append(Result(f"state, time to dump, {name}", 1000 * took, None, "ms", f"{PER_CATCHMENT} stations"))
    return results
