"""A state in the making: one message is worked through, reading by reading, and decided upon."""

import numpy as np
from numpy.typing import NDArray

from rules.assessing import Rows
from rules.books import AtomBook, CatchmentBook, ConditionBook, SeriesBook, series_key
from rules.conditions import ACTIVE, NORMAL, Condition, Times, called, overlays, quiet, raised, step
from rules.instructions import Refused, followed
from rules.messages import Assessment, Evidence, Instruction, Note, NoteReason, Reason, Transition
from rules.notes import note
from rules.signals.kernel import DECIDE, LATE, SPIKE, Out, Room, out_for, retake, room_for, take
from rules.signals.layout import NEVER, State
from rules.signals.silence import overdue, settle
from rules.spec import LEVELS
from rules.state import CatchmentState, fresh
from rules.transitions import evidence_of, transition
from rules.views import Scene, moment
from sensors.readings import Block


class Unassessable(ValueError):
    """A message that cannot be assessed; the state given stays good."""


class Work:
    """Changes its own copy of a state, and collects what is to be said."""

    def __init__(self, book: CatchmentBook, state: CatchmentState) -> None:
        self.book = book
        self.before = state
        self.clock = state.clock
        self.arrays: State = state.arrays.copied()
        self.conditions = dict(state.conditions)
        self.reports = state.reports
        self.said: list[Transition | Note] = []
        self._evidence: list[Evidence] = []
        self._back: set[str] = set()  # series that were silent and are heard again
        self._room: Room = room_for(book.plan)
        self._hot: NDArray[np.uint8] = np.zeros(len(book.plan.series), np.uint8)
        for key in book.conditions:
            self._heat(key)

    def result(self) -> CatchmentState:
        """The new state."""
        before = self.before
        return CatchmentState(
            before.catchment,
            before.rules_version,
            self.clock,
            before.layout,
            self.arrays,
            self.conditions,
            self.reports,
        )

    def read(self, block: Block) -> Assessment:
        """Take every reading, in order."""
        books = [self.book.series.get(series_key(series)) for series in block.series]
        readings = _arrays(block, books, self._arrival(block))
        out = out_for(self.book.plan, len(block))
        rows = Rows(self.book, block, books, out)
        self.take(readings, out, rows)
        return rows.assessment(tuple(self._evidence))

    def take(
        self,
        readings: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]],
        out: Out,
        rows: Rows | None = None,
    ) -> None:
        """Take readings as arrays: series, event time, value, arrival; ``rows`` hears of corrections."""
        place = 0
        plan = self.book.plan
        numbered = list(self.book.series.values())
        index, times, values, arrivals = readings
        while True:
            place, why, edges = take(plan, self.arrays, readings, self._hot, place, out, self._room)
            if not why:
                return
            if why & LATE:
                book = numbered[index[place]]
                self._late(book, int(times[place]), float(values[place]), int(arrivals[place]), out, place, rows)
                place += 1
                continue
            book = numbered[index[place - 1]]
            if why & SPIKE and rows is not None:
                rows.spike(book, self.arrays)
            if why & DECIDE:
                changed = [self.book.atoms[number] for number in out.edges[:edges]]
                if self._is_back(book):
                    changed = self._atoms_of(book)
                self._after(book, changed, int(times[place - 1]), int(arrivals[place - 1]), in_order=True)

    def tick(self, at: int) -> list[Assessment]:
        """Let silence and timers act at the clock's time ``at``."""
        self.clock = at
        arrays, plan = self.arrays, self.book.plan
        settle(arrays.cursors, arrays.gaps, at)
        self._end_what_is_over(at)
        deadlines = np.zeros(len(plan.series), np.int64)
        lonely, watched = self._who_matters()
        silent: dict[str, int] = {}
        if overdue(plan.series, arrays.cursors, arrays.gaps, lonely, watched, at, deadlines):
            for book in self.book.series.values():
                if deadlines[book.number] < 0:
                    self.said.append(note(self.book, NoteReason.GAUGE_SILENT, at, at, series=book.series))
                elif deadlines[book.number]:
                    silent[book.key] = int(deadlines[book.number])
        for key in list(self.conditions):
            rules = self._book_of(key)
            keys = {atom.series for atom in rules.atoms.values()}
            fell = [silent[each] for each in keys if each in silent]
            condition = self.conditions[key]
            blind = condition.standing.state is NORMAL and any(self._silent(each) for each in keys)
            if fell or blind or not quiet(condition):
                self._judge(rules, at, None, decided_at=at, silent_at=max(fell, default=at))
        for key, since in silent.items():
            self._tell_silence(key, since)
        return self._evidence_alone(at)

    def follow(self, instruction: Instruction) -> None:
        """Do what a person says, or say why not."""
        try:
            change = followed(self.book, instruction, self.arrays, self.conditions, self.reports)
        except Refused as refused:
            self._answer(instruction, NoteReason.REFUSED, str(refused))
            return
        self._answer(instruction, NoteReason.FOLLOWED, instruction.note)
        self.reports = change.reports
        at = instruction.at if self.clock is None else max(instruction.at, self.clock)
        for key in change.touched:
            old = self.conditions.get(key) or fresh()
            self.conditions[key] = change.conditions.get(key, old)
            self._judge(self._book_of(key), at, None, decided_at=at, before=old, why=change.why)

    def _answer(self, instruction: Instruction, reason: NoteReason, text: str) -> None:
        self.said.append(
            note(
                self.book,
                reason,
                instruction.at,
                instruction.at,
                series=instruction.series,
                about=(instruction.zone, instruction.hazard),
                level=instruction.level,
                value=instruction.value,
                text=f"{instruction.action} by {instruction.actor}: {text}",
                origin=instruction.id,
            )
        )

    def _book_of(self, key: str) -> ConditionBook:
        """What the rules say of a condition; nothing of one that only a hand holds."""
        book = self.book.conditions.get(key)
        if book is not None:
            return book
        zone, _, hazard = key.partition("/")
        times = dict.fromkeys(LEVELS, 0)
        return ConditionBook(key, zone, hazard, {}, None, {}, {}, times, times)

    def _arrival(self, block: Block) -> int:
        """When a block arrived, by ticks: it was after the last one, whatever ingest's clock said.

        How long after only that clock can tell: there are no ticks while no worker runs.
        """
        return block.received_at if self.clock is None else max(block.received_at, self.clock)

    def _late(  # noqa: PLR0913, PLR0917 - a reading, and where its row is
        self, book: SeriesBook, at: int, value: float, arrived: int, out: Out, place: int, rows: Rows | None
    ) -> None:
        """Put a late reading into its place; what it changes about earlier readings is corrected."""
        size = int(self.book.plan.series[book.number]["ring_size"])
        again = out_for(self.book.plan, size)
        begin, count, edges = retake(self.book.plan, self.arrays, book.number, at, value, again, self._room)
        if begin < 0:
            out.flags[place] = 2
            return
        times = self.arrays.cursors[book.number]["base"] + self.arrays.ring_at[begin : begin + count]
        mine = int(np.searchsorted(times, at))
        out.flags[place], out.doubts[place] = again.flags[mine], again.doubts[mine]
        out.signals[place] = again.signals[mine]
        if rows is not None:
            rows.correct(book, self.arrays, begin, times, again, mine, count)
        changed = [self.book.atoms[number] for number in again.edges[:edges]]
        newest = int(times[-1])
        if newest > at:
            self._note_the_past(book, at, arrived, again, mine, int(times[mine + 1]))
        self._after(book, changed, newest, arrived, in_order=False)

    def _note_the_past(self, book: SeriesBook, at: int, arrived: int, again: Out, mine: int, after: int) -> None:
        """A limit that a late reading was beyond, while the readings around it were not and nobody knew."""
        for atom in self.book.atoms:
            if atom.series != book.key or atom.slot != 0 or self.arrays.truths[atom.number]["truth"] == 1:
                continue
            levels = self._levels_around(book, at)
            if levels is None or not levels[1] >= atom.limit > max(levels[0], levels[2]):
                continue
            for condition in self.book.conditions.values():
                if atom.key in condition.by_key:
                    self.said.append(
                        note(
                            self.book,
                            NoteReason.CROSSED_IN_THE_PAST,
                            at,
                            arrived,
                            series=book.series,
                            about=(condition.zone, condition.hazard),
                            value=levels[1],
                            text=str(atom.atom),
                        )
                    )
                    where = (condition.zone, condition.hazard, str(atom.atom))
                    flag, doubt = int(again.flags[mine]), int(again.doubts[mine])
                    self._evidence.append(Evidence(*where, at, True, levels[1], flag, doubt))
                    self._evidence.append(Evidence(*where, after, False, levels[2], int(again.flags[mine + 1]), 0))

    def _levels_around(self, book: SeriesBook, at: int) -> tuple[float, float, float] | None:
        """The reading at a time, between the one before it and the one after it."""
        row, cursor = self.book.plan.series[book.number], self.arrays.cursors[book.number]
        start = int(row["ring"] + cursor["first"])
        times = self.arrays.ring_at[start : start + int(cursor["count"])]
        place = start + int(np.searchsorted(times, at - cursor["base"]))
        if place == start or place + 1 >= start + int(cursor["count"]):
            return None
        before, here, after = (
            float(count) * book.resolution for count in self.arrays.ring_value[place - 1 : place + 2]
        )
        return before, here, after

    def _after(self, book: SeriesBook, changed: list[AtomBook], at: int, decided_at: int, *, in_order: bool) -> None:
        """Decide on the conditions that a reading matters to."""
        touched = {atom.key for atom in changed}
        for key in book.conditions:
            condition = self.book.conditions[key]
            self._judge(
                condition, at, book.key if in_order else None, decided_at, changed=touched & condition.by_key.keys()
            )

    def _judge(  # noqa: PLR0913 - one moment, in all its parts
        self,
        book: ConditionBook,
        at: int,
        reading_of: str | None,
        decided_at: int,
        *,
        silent_at: int | None = None,
        before: Condition | None = None,
        why: Reason | None = None,
        changed: set[str] | frozenset[str] = frozenset(),
    ) -> None:
        """One condition at one moment; at a tick, ``silent_at`` is when the last series fell silent."""
        now = self.conditions[book.key]
        old = now if before is None else before
        scene = Scene(self.book, book, self.arrays, self.reports)
        seen = moment(scene, now, at, reading_of)
        new = step(now, seen, Times(book.hold_ms, book.clear_ms))
        self.conditions[book.key] = new
        self._heat(book.key)
        self._evidence += [evidence_of(scene, book.by_key[key], at) for key in sorted(changed)]
        self._call(book, old, new, at, decided_at)
        if new.standing == old.standing:
            return
        if silent_at is not None:
            at = min(at, _deadline(book, new, at) if new.standing.state is ACTIVE else silent_at)
        over = overlays(new, decided_at)
        self.said.append(transition(scene, (old, new), at, decided_at, over, why))

    def _call(self, book: ConditionBook, old: Condition, new: Condition, at: int, decided_at: int) -> None:
        for reason in called(old, new):
            text = str(book.staff) if reason is NoteReason.STAFF_RULE else ""
            about, level = (book.zone, book.hazard), new.standing.level
            self.said.append(note(self.book, reason, at, decided_at, about=about, level=level, text=text))

    def _end_what_is_over(self, at: int) -> None:
        """Times out of service and reports that have run out; both want a word to staff."""
        for book in self.book.series.values():
            cursor = self.arrays.cursors[book.number]
            if cursor["out_until"] != NEVER and cursor["out_until"] <= at:
                until = int(cursor["out_until"])
                cursor["out_until"] = NEVER
                self.said.append(note(self.book, NoteReason.SERVICE_ENDED, until, at, series=book.series))
        for report in self.reports:
            if report.until is not None and report.until <= at:
                about = (report.zone, report.hazard)
                self.said.append(
                    note(
                        self.book,
                        NoteReason.REPORT_ENDED,
                        report.until,
                        at,
                        series=report.series,
                        about=about,
                        text=report.note,
                        origin=report.id,
                    )
                )
        self.reports = tuple(each for each in self.reports if each.until is None or each.until > at)

    def _who_matters(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Series on whose one reading something new rests, and series of conditions that are not calm."""
        lonely, watched = np.zeros_like(self._hot), np.zeros_like(self._hot)
        for key, book in self.book.conditions.items():
            condition = self.conditions[key]
            if quiet(condition):
                continue
            for atom in book.atoms.values():
                watched[self.book.series[atom.series].number] = 1
            for series in _resting_on_one_reading(book, condition):
                lonely[self.book.series[series].number] = 1
        return lonely, watched

    def _silent(self, key: str) -> bool:
        return bool(self.arrays.cursors[self.book.series[key].number]["silent"])

    def _is_back(self, book: SeriesBook) -> bool:
        """Whether a series that was silent before this message has its first reading again."""
        if not self.before.arrays.cursors[book.number]["silent"] or book.key in self._back:
            return False
        self._back.add(book.key)
        return True

    def _atoms_of(self, book: SeriesBook) -> list[AtomBook]:
        """Everything that rules say of a series."""
        atoms = (atom for key in book.conditions for atom in self.book.conditions[key].atoms.values())
        return [atom for atom in atoms if atom.series == book.key]

    def _tell_silence(self, key: str, since: int) -> None:
        for name in self.book.series[key].conditions:
            book = self.book.conditions[name]
            scene = Scene(self.book, book, self.arrays, self.reports)
            atoms = [atom for atom in book.atoms.values() if atom.series == key]
            self._evidence += [evidence_of(scene, atom, since, silent=atom.number >= 0) for atom in atoms]

    def _evidence_alone(self, at: int) -> list[Assessment]:
        """An assessment without readings, where atoms changed at a tick."""
        if not self._evidence:
            return []
        nothing: tuple[()] = ()
        return [
            Assessment(
                catchment=self.book.catchment,
                received_at=at,
                series=nothing,
                index=nothing,
                at=nothing,
                value=nothing,
                flag=nothing,
                signal_names=nothing,
                signals=nothing,
                edges=tuple(self._evidence),
                rules_version=self.book.version,
            )
        ]

    def _heat(self, key: str) -> None:
        """Keep the marks of series that must be looked at with every reading."""
        for atom in self._book_of(key).atoms.values():
            book = self.book.series[atom.series]
            calm = all(quiet(self.conditions[name]) for name in book.conditions)
            self._hot[book.number] = not calm


def _arrays(
    block: Block, books: list[SeriesBook | None], arrived: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """A block's readings as arrays, with the plan's numbers for series and NaN for what is missing."""
    if not len(block.index) == len(block.at) == len(block.value):
        lengths = f"{len(block.index)}, {len(block.at)}, {len(block.value)}"
        raise Unassessable(f"index, at and value have different lengths: {lengths}")
    if block.index and not 0 <= min(block.index) <= max(block.index) < len(block.series):
        raise Unassessable(f"an index outside the block's {len(block.series)} series")
    numbers = np.array([-1 if book is None else book.number for book in books], np.int64)
    try:
        times = np.array(block.at, np.int64)
    except OverflowError as error:
        raise Unassessable(f"a time beyond all calendars: {error}") from error
    index = numbers[np.array(block.index, np.int64)] if block.index else np.zeros(0, np.int64)
    return index, times, np.array(block.value, np.float64), np.full(len(block), arrived, np.int64)


def _resting_on_one_reading(book: ConditionBook, condition: Condition) -> set[str]:
    floor = raised(condition)
    return {
        book.by_key[key].series
        for level, timer in condition.levels.items()
        if level > floor and timer.true_since is not None and timer.readings == 1
        for key in timer.evidence
        if key in book.by_key
    }


def _deadline(book: ConditionBook, condition: Condition, at: int) -> int:
    """When the hold of the level that was raised ran out; ``at`` where no hold was running."""
    level = condition.standing.level
    since = condition.levels[level].true_since
    return at if since is None else since + book.hold_ms[level]
