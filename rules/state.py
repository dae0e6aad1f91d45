"""What a catchment remembers between messages, and its form at rest."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from rules.books import Book, CatchmentBook, ConditionBook
from rules.conditions import NO_DATA, NORMAL, Condition, LevelState, held
from rules.formula import atoms_of
from rules.messages import Instruction, Standing
from rules.program import empty
from rules.signals.kernel import out_for, rerun, room_for
from rules.signals.layout import SERIES, SHAPES, State
from rules.signals.place import pass_by
from rules.spec import LEVELS
from rules.views import REPORT

#: of the form at rest; every change of what the arrays hold needs another one
VERSION = 2


class Layout(msgspec.Struct, frozen=True, array_like=True):
    """What the arrays of a state were made for."""

    series: tuple[str, ...]
    rows: bytes  # SERIES of the plan
    atoms: tuple[str, ...]


class Said(NamedTuple):
    """What was said of a condition: the newest event time of a change, and how many were not later than all before."""

    newest: int
    repeats: int


@dataclass(frozen=True, slots=True)
class CatchmentState:
    """One catchment, complete. Never changed in place; ``advance`` gives a new one."""

    catchment: str
    rules_version: str
    clock: int | None  # the last tick, ms
    layout: Layout
    arrays: State
    conditions: dict[str, Condition]
    reports: tuple[Instruction, ...] = ()  # by telephone or on site, still valid
    heard: tuple[str, ...] = ()  # ids of the last instructions, oldest first: none is followed twice
    said: dict[str, Said] = field(default_factory=dict)  # per condition
    awake: frozenset[str] = frozenset()  # keys of the conditions that any reading or tick may change


class _AtRest(msgspec.Struct, frozen=True):
    catchment: str
    rules_version: str
    clock: int | None
    layout: Layout
    arrays: dict[str, bytes]
    conditions: dict[str, Condition]
    reports: tuple[Instruction, ...]
    heard: tuple[str, ...] = ()
    said: dict[str, Said] = msgspec.field(default_factory=dict)
    awake: tuple[str, ...] = ()  # sorted: two states that are equal have the same bytes
    v: int = VERSION


class _Versioned(msgspec.Struct, frozen=True):
    catchment: str
    v: int


def initial(book: CatchmentBook) -> CatchmentState:
    """Before the first message: nothing is known, so nothing is called calm."""
    conditions = {key: fresh() for key in book.conditions}
    awake = frozenset(conditions)
    return CatchmentState(book.catchment, book.version, None, _layout(book), empty(book.plan), conditions, awake=awake)


def fresh(standing: Standing = Standing(NO_DATA, 0)) -> Condition:  # noqa: B008 - a frozen value
    """A condition without any history; unless said otherwise nothing is known of it."""
    return Condition(standing, dict.fromkeys(LEVELS, LevelState()))


def _layout(book: CatchmentBook) -> Layout:
    return Layout(tuple(book.series), book.plan.series.tobytes(), tuple(atom.key for atom in book.atoms))


def dump(state: CatchmentState) -> bytes:
    """The state at rest."""
    arrays = {name: array.tobytes() for name, array in state.arrays._asdict().items()}
    rest = _AtRest(
        state.catchment,
        state.rules_version,
        state.clock,
        state.layout,
        arrays,
        state.conditions,
        state.reports,
        state.heard,
        state.said,
        tuple(sorted(state.awake)),
    )
    return msgspec.msgpack.encode(rest)


def load(book: Book | CatchmentBook, raw: bytes) -> CatchmentState:
    """A state that was at rest, under the rules of now; of a catchment they no longer have, as it was.

    Raises:
        ValueError: not a state, or one of another version.
    """
    try:
        rest = msgspec.msgpack.decode(raw, type=_AtRest)
    except msgspec.DecodeError as error:
        version = _version_of(raw)
        if version is not None and version != VERSION:
            raise ValueError(f"state of version {version}, expected {VERSION}: it has to be made anew") from error
        raise ValueError(f"not a catchment's state: {error}") from error
    if rest.v != VERSION:
        raise ValueError(f"state of version {rest.v}, expected {VERSION}: it has to be made anew")
    arrays = State._make(np.frombuffer(rest.arrays[name], dtype).reshape(shape).copy() for name, dtype, shape in SHAPES)
    state = CatchmentState(
        rest.catchment,
        rest.rules_version,
        rest.clock,
        rest.layout,
        arrays,
        rest.conditions,
        rest.reports,
        rest.heard,
        rest.said,
        frozenset(rest.awake),
    )
    catchments = book.catchments if isinstance(book, Book) else {book.catchment: book}
    known = catchments.get(rest.catchment)
    if known is None:
        return state
    if state.layout != _layout(known):  # the same rules under a newer program may lie otherwise
        state = replace(state, rules_version="")
    return adopted(known, state)


def _version_of(raw: bytes) -> int | None:
    """The version of a state in the first form, which was not compressed; None for anything else."""
    try:
        return msgspec.msgpack.decode(raw, type=_Versioned).v
    except msgspec.DecodeError:
        return None


def adopted(book: CatchmentBook, state: CatchmentState) -> CatchmentState:
    """The state under changed rules: what still exists is kept with its timers, the rest starts fresh."""
    if state.rules_version == book.version:
        return state
    arrays = empty(book.plan)
    known = {key: place for place, key in enumerate(state.layout.series)}
    rows = np.frombuffer(state.layout.rows, SERIES)
    room = room_for(book.plan)
    for key, series in book.series.items():
        if key in known:
            row = book.plan.series[series.number]
            _move(state.arrays, known[key], rows[known[key]], arrays, series.number, row)
            pass_by(book.plan, arrays, series.number, *_without_room(state.arrays, known[key], rows[known[key]], row))
            if row["hours"] >= 0 and rows[known[key]]["hours"] >= 0:
                arrays.hours[row["hours"]] = state.arrays.hours[rows[known[key]]["hours"]]
    for series in book.series.values():  # forecasts look at other series
        row, count = book.plan.series[series.number], int(arrays.cursors[series.number]["count"])
        if count:
            last = int(row["ring"]) + count - 1
            rerun(book.plan, arrays, series.number, last, out_for(book.plan, int(row["ring_size"])), room)
    atoms = {key: place for place, key in enumerate(state.layout.atoms)}
    for place, atom in enumerate(book.atoms):
        if atom.key in atoms:
            arrays.truths[place] = state.arrays.truths[atoms[atom.key]]
    conditions = {
        key: _with_known_evidence(each, state.conditions[key]) if key in state.conditions else fresh()
        for key, each in book.conditions.items()
    }
    left = {key: _by_hand_alone(each) for key, each in state.conditions.items() if each.hand is not None}
    return CatchmentState(
        state.catchment,
        book.version,
        state.clock,
        _layout(book),
        arrays,
        {**left, **conditions},
        state.reports,
        state.heard,
        state.said,
        frozenset({**left, **conditions}),  # a formula may have turned without any of its atoms
    )


def _by_hand_alone(old: Condition) -> Condition:
    """A condition whose rules are gone: what they had raised could never end, so the hand alone is left."""
    standing, beneath = held(Standing(NORMAL, 0), old.hand)
    return msgspec.structs.replace(fresh(standing), beneath=beneath, hand=old.hand, silence=old.silence)


def _move(old: State, place: int, before: NDArray[np.void], arrays: State, to: int, row: NDArray[np.void]) -> None:
    """Bring one series over: its readings as far as there is room, its clocks, what runs along behind it."""
    cursor = old.cursors[place]
    count = min(int(cursor["count"]), int(row["ring_size"]) - 1)
    end = int(before["ring"] + cursor["first"] + cursor["count"])
    start = int(row["ring"])
    for name in ("ring_at", "ring_value", "ring_doubt"):
        source = getattr(old, name)[end - count : end]
        if name == "ring_value" and before["resolution"] != row["resolution"]:
            source = np.rint(source * (before["resolution"] / row["resolution"]))
        getattr(arrays, name)[start : start + count] = source
    arrays.cursors[to] = cursor
    for name, value in (("first", 0), ("count", count), ("thin_first", 0), ("thin_count", 0)):
        arrays.cursors[to][name] = value
    arrays.tails[to] = old.tails[place]
    arrays.heads[to] = old.heads[place]
    arrays.gaps[to] = old.gaps[place]


def _without_room(
    old: State, place: int, before: NDArray[np.void], row: NDArray[np.void]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Times (ms) and values of the oldest readings of a series, for which the new ring is too small."""
    cursor = old.cursors[place]
    start = int(before["ring"] + cursor["first"])
    end = start + max(int(cursor["count"] - row["ring_size"]) + 1, 0)
    times = cursor["base"] + old.ring_at[start:end].astype(np.int64)
    return times, old.ring_value[start:end] * before["resolution"]


def _with_known_evidence(book: ConditionBook, old: Condition) -> Condition:
    """Where evidence was removed from the rules, everything in the new formula has to be false to clear."""
    return msgspec.structs.replace(
        old, levels={level: _renewed(book, level, each) for level, each in old.levels.items()}
    )


def _renewed(book: ConditionBook, level: int, old: LevelState) -> LevelState:
    formula = book.formulas.get(level)
    new = [book.atoms[atom].key for atom in atoms_of(formula)] if formula is not None else []
    if all(key in new or key.startswith(REPORT) for key in old.evidence):
        return old
    return msgspec.structs.replace(old, evidence=tuple(dict.fromkeys(new)))
