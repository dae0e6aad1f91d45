"""The whole of it: state and message in, new state and what follows from it out.

Readings are taken strictly in arrival order, so it cannot matter how they were cut into blocks.
"""

from typing import TypeAlias

from rules.book import CatchmentBook, ConditionBook, SeriesBook, series_key
from rules.conditions import ACTIVE, NO_DATA, NORMAL, Times, confirmed, step
from rules.messages import Assessment, Transition
from rules.series import Taken, settle, take, usual_gap_ms
from rules.spec import LEVELS
from rules.state import CatchmentState, Condition, adopted, dump, initial, load
from rules.transitions import transition
from rules.views import Scene, moment
from sensors.readings import Block, Flag, Tick

__all__ = ["CatchmentState", "Unassessable", "advance", "dump", "initial", "load"]

Output: TypeAlias = Assessment | Transition | Tick

#: one reading over a limit and then nothing for this many steps: the gauge may be lost
LONELY_STEPS = 2


class Unassessable(ValueError):
    """A message that cannot be assessed; the state given stays good."""


def advance(book: CatchmentBook, state: CatchmentState, message: Block | Tick) -> tuple[CatchmentState, list[Output]]:
    """Apply one message. The state given is never changed.

    A block gives its assessment, then its transitions; a tick its transitions, then itself, and
    nothing at all when it is not after the last one.

    Raises:
        Unassessable: a message of another catchment, or one that contradicts itself.
    """
    if message.catchment != book.catchment:
        raise Unassessable(f"a message of catchment {message.catchment!r}, not of {book.catchment!r}")
    work = _Work(book, adopted(book, state))
    if isinstance(message, Block):
        _validate(message)
        assessment = work.read(message)
        return work.result(), [assessment, *work.transitions]
    if state.clock is not None and message.at <= state.clock:
        return state, []
    work.tick(message.at)
    return work.result(), [*work.transitions, message]


def _validate(block: Block) -> None:
    if not len(block.index) == len(block.at) == len(block.value):
        lengths = f"{len(block.index)}, {len(block.at)}, {len(block.value)}"
        raise Unassessable(f"index, at and value have different lengths: {lengths}")
    if block.index and not 0 <= min(block.index) <= max(block.index) < len(block.series):
        raise Unassessable(f"an index outside the block's {len(block.series)} series")


class _Work:
    """A state in the making: parts are copied before they change for the first time."""

    def __init__(self, book: CatchmentBook, state: CatchmentState) -> None:
        self.book = book
        self.clock = state.clock
        self.series = dict(state.series)
        self.atoms = dict(state.atoms)
        self.conditions = dict(state.conditions)
        self.transitions: list[Transition] = []
        self._owned: set[str] = set()

    def result(self) -> CatchmentState:
        book = self.book
        return CatchmentState(book.catchment, book.version, self.clock, self.series, self.atoms, self.conditions)

    def read(self, block: Block) -> Assessment:
        """Take every reading, in order."""
        books = [self.book.series.get(series_key(series)) for series in block.series]
        arrived = self._arrival(block)
        flags: list[int] = []
        signals: list[tuple[float | None, ...]] = []
        for index, at, value in zip(block.index, block.at, block.value, strict=True):
            book = books[index]
            if book is None:  # configured nowhere in this catchment: shown as such, nothing follows
                flags.append(Flag.NOT_EVALUATED)
                signals.append(())
                continue
            self._own(book.key)
            taken = take(book, self.series[book.key], self.atoms, (at, value), arrived)
            flags.append(taken.flag)
            signals.append(taken.signals)
            self._judge_after(book, taken, at, arrived)
        return Assessment(
            catchment=block.catchment,
            received_at=block.received_at,
            series=block.series,
            index=block.index,
            at=block.at,
            value=tuple(None if value != value else value for value in block.value),  # noqa: PLR0124 - NaN
            flag=tuple(flags),
            signal_names=tuple(() if book is None else book.columns for book in books),
            signals=tuple(signals),
        )

    def tick(self, at: int) -> None:
        """Let silence and timers act at the clock's time ``at``."""
        self.clock = at
        self._settle_arrivals(at)
        deadlines = {key: due for key, book in self.book.series.items() if (due := self._fell_silent(book, at))}
        for key in deadlines:
            self._own(key)
            self.series[key].silent = True
        for condition in self.book.conditions.values():
            keys = {atom.series for atom in condition.atoms.values()}
            silence = [deadlines[key] for key in keys if key in deadlines]
            standing = self.conditions[condition.key].standing
            blind = standing.state is NORMAL and any(self.series[key].silent for key in keys)
            if silence or blind or not _quiet(self.conditions[condition.key]):
                self._judge(condition, at, None, decided_at=at, silent_at=max(silence, default=at))

    def _arrival(self, block: Block) -> int:
        """When a block arrived, by ticks: it was after the last one, whatever ingest's clock said.

        How long after only that clock can tell: there are no ticks while no worker runs.
        """
        return block.received_at if self.clock is None else max(block.received_at, self.clock)

    def _settle_arrivals(self, at: int) -> None:
        """What arrived since the last tick arrived before this one, even if ingest's clock was ahead."""
        for key, state in self.series.items():
            if state.arrived != state.settled:
                self._own(key)
                settle(self.series[key], at)

    def _own(self, key: str) -> None:
        if key not in self._owned:
            self._owned.add(key)
            self.series[key] = self.series[key].copied()

    def _judge_after(self, book: SeriesBook, taken: Taken, at: int, arrived: int) -> None:
        if not taken.newest and not taken.changed:
            return
        for key in book.conditions:
            if taken.changed or not _quiet(self.conditions[key]):
                event = at if taken.newest else self.series[book.key].times[-1]
                series = book.key if taken.newest else None
                self._judge(self.book.conditions[key], event, series, decided_at=arrived)

    def _judge(
        self, book: ConditionBook, at: int, reading_of: str | None, decided_at: int, silent_at: int | None = None
    ) -> None:
        """One condition at one moment; at a tick, ``silent_at`` is when the last series fell silent."""
        old = self.conditions[book.key]
        scene = Scene(self.book, book, self.series, self.atoms)
        new = step(old, moment(scene, old, at, reading_of), Times(book.hold_ms, book.clear_ms))
        self.conditions[book.key] = new
        if new.standing == old.standing:
            return
        if silent_at is not None:
            at = min(at, _deadline(book, new) if new.standing.state is ACTIVE else silent_at)
        self.transitions.append(transition(scene, self.atoms, (old, new), at, decided_at))

    def _fell_silent(self, book: SeriesBook, at: int) -> int | None:
        """When a series became silent, if it just did."""
        state = self.series[book.key]
        if state.silent or state.arrived is None:
            return None
        limit = book.stale_after_ms + usual_gap_ms(state.gaps)
        if any(self._rests_on_one_reading(book, self.book.conditions[key]) for key in book.conditions):
            limit = min(limit, LONELY_STEPS * book.step_ms)
        return state.arrived + limit if at - state.arrived > limit else None

    def _rests_on_one_reading(self, book: SeriesBook, condition: ConditionBook) -> bool:
        now = self.conditions[condition.key]
        floor = confirmed(now.standing)
        return any(
            timer.true_since is not None
            and timer.readings == 1
            and any(condition.by_key[key].series == book.key for key in timer.evidence)
            for level, timer in now.levels.items()
            if level > floor
        )


def _quiet(condition: Condition) -> bool:
    """Whether only a change of an atom could matter to it."""
    return condition.standing.state in (NORMAL, NO_DATA) and all(
        condition.levels[level].true_since is None for level in LEVELS
    )


def _deadline(book: ConditionBook, condition: Condition) -> int:
    """When the hold of the level that was raised ran out."""
    level = condition.standing.level
    since = condition.levels[level].true_since
    return (0 if since is None else since) + book.hold_ms[level]
