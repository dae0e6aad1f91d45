"""Flags and signals as the message that the history is written from."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from rules.books import CatchmentBook, SeriesBook
from rules.messages import Assessment, Evidence
from rules.signals.kernel import DUPLICATE, Out
from rules.signals.layout import State
from sensors.doubts import Doubt, flag_code
from sensors.readings import Block, Series

Signals = tuple[float | None, ...]


class Rows:
    """The readings of a block, then earlier ones that they made look different."""

    def __init__(self, book: CatchmentBook, block: Block, books: Sequence[SeriesBook | None], out: Out) -> None:
        self._version = book.version
        self._plan = book.plan
        self._block = block
        self._books = books
        self._numbered = list(book.series.values())
        self._out = out
        self._corrections: dict[tuple[int, int], tuple[float, int, int, Signals]] = {}
        self._made: dict[tuple[int, int], int] = {}  # by which reading of the block

    def spike(self, book: SeriesBook, arrays: State, made: int) -> None:
        """The reading before a series' newest one, which is the one at ``made`` in the block, was a spike after all."""
        row, cursor = self._plan.series[book.number], arrays.cursors[book.number]
        place = int(row["ring"] + cursor["first"] + cursor["count"]) - 2
        at = int(cursor["base"] + arrays.ring_at[place])
        start, count = int(row["slot"]), int(row["slots"])
        doubt = int(arrays.ring_doubt[place]) | int(Doubt.SPIKE)
        before = arrays.before[start : start + count]
        value = round(float(before[0]), 6)
        self._corrections[book.number, at] = (value, flag_code(doubt), doubt, _known(before[1:]))
        self._made[book.number, at] = made

    def correct(  # noqa: PLR0913, PLR0917 - where, and what is there now
        self,
        book: SeriesBook,
        arrays: State,
        begin: int,
        times: NDArray[np.int64],
        again: Out,
        mine: int,
        count: int,
        made: int,
    ) -> None:
        """What a late reading, ``mine`` in the rows and ``made`` in the block, makes of those around it."""
        width = len(book.columns)
        for place in range(count):
            doubt = int(again.doubts[place])
            if place == mine or again.flags[place] == DUPLICATE:
                continue
            value = float(arrays.ring_value[begin + place]) * book.resolution
            signals = _known(again.signals[place, :width])
            key = (book.number, int(times[place]))
            self._corrections[key] = (round(value, 6), int(again.flags[place]), doubt, signals)
            self._made[key] = made

    def assessment(self, edges: tuple[Evidence, ...]) -> Assessment:
        """Everything in one message; what came twice is left out."""
        block, out = self._block, self._out
        kept = np.flatnonzero(out.flags != DUPLICATE)
        signals = _all_known(out.signals)
        widths = [0 if book is None else len(book.columns) for book in self._books]
        values = _all_finite(block.value)
        every = len(kept) == len(block)
        places = range(len(block)) if every else kept.tolist()
        self._forget_what_came_again(places)
        series, again, index = self._with_corrected_series()
        rows = list(self._corrections.items())
        return Assessment(
            catchment=block.catchment,
            received_at=block.received_at,
            series=series,
            index=(*(block.index if every else [block.index[i] for i in places]), *index),
            at=(*(block.at if every else [block.at[i] for i in places]), *(at for (_, at), _ in rows)),
            value=(*(values if every else [values[i] for i in places]), *(row[0] for _, row in rows)),
            flag=(*out.flags[kept].tolist(), *(row[1] for _, row in rows)),
            signal_names=(*(() if book is None else book.columns for book in self._books), *again),
            signals=(*(tuple(signals[i][: widths[block.index[i]]]) for i in places), *(row[3] for _, row in rows)),
            doubt=(*out.doubts[kept].tolist(), *(row[2] for _, row in rows)),
            corrected=len(rows),
            edges=edges,
            rules_version=self._version,
        )

    def _forget_what_came_again(self, places: Sequence[int]) -> None:
        """A reading of the block says more than what was corrected about its time before it came."""
        if not self._corrections:
            return
        for place in places:
            book = self._books[self._block.index[place]]
            key = (-1 if book is None else book.number, self._block.at[place])
            if self._made.get(key, place) < place:
                del self._corrections[key], self._made[key]

    def _with_corrected_series(self) -> tuple[tuple[Series, ...], list[tuple[str, ...]], list[int]]:
        """The block's series, those of corrections that it does not name, and where each correction points."""
        series = list(self._block.series)
        again: list[tuple[str, ...]] = []
        index = []
        for number, _ in self._corrections:
            book = self._numbered[number]
            if book.series not in series:
                series.append(book.series)
                again.append(book.columns)
            index.append(series.index(book.series))
        return tuple(series), again, index


def _all_finite(values: Sequence[float | None]) -> Sequence[float | None]:
    """The values, with nothing in place of what is no number."""
    if np.isfinite(np.array(values, np.float64)).all():
        return values
    return [None if value is None or not isfinite(value) else value for value in values]


def _known(row: NDArray[np.float64]) -> Signals:
    return tuple(None if value != value else value for value in row.tolist())  # noqa: PLR0124 - NaN


def _all_known(signals: NDArray[np.float64]) -> list[list[float | None]]:
    """Rows of numbers, with nothing where nothing is known."""
    unknown = np.isnan(signals)
    if not unknown.any():
        whole: list[list[float | None]] = signals.tolist()
        return whole
    some = signals.astype(object)
    some[unknown] = None
    rows: list[list[float | None]] = some.tolist()
    return rows
