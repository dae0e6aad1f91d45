"""What a catchment remembers between messages, and its form at rest."""

import msgspec

from rules.book import Book, CatchmentBook, ConditionBook, SeriesBook
from rules.formula import Truth, atoms_of
from rules.messages import ConditionState, Standing
from rules.signals.plan import UNKNOWN, Value, values_at
from rules.spec import LEVELS

VERSION = 1


class SeriesState(msgspec.Struct, array_like=True):
    """The window of one series. The lists belong to one state: ``copied`` before they change."""

    times: list[int]  # event times, ms
    values: list[float]
    arrived: int | None  # when the newest good reading did, ms; None before the first one
    silent: bool  # nothing new for too long, or never anything
    now: list[Value]  # the reading itself and the signals, at the newest event time
    before: list[Value]  # the same at the reading before
    late: int = 0  # counters
    too_old: int = 0
    failed: int = 0
    missing: int = 0
    dropped: int = 0  # oldest readings that a far too busy sensor pushed out
    settled: int | None = None  # ``arrived`` as of the last tick, ms
    gaps: tuple[int, ...] = ()  # between the newest arrivals, ms

    def copied(self) -> "SeriesState":
        """A state of its own, free to change."""
        return msgspec.structs.replace(self, times=self.times.copy(), values=self.values.copy())


class AtomState(msgspec.Struct, frozen=True, array_like=True):
    """What is known of an atom, and the memory of its hysteresis."""

    truth: Truth = None
    on: bool = False  # true when last known
    since: int = 0  # event time at which it turned on


class LevelState(msgspec.Struct, frozen=True, array_like=True):
    """Timers of one level of a condition; they run in parallel."""

    true_since: int | None = None  # event time from which the formula holds
    readings: int = 0  # that said so
    clear_since: int | None = None  # event time from which all evidence is known false
    evidence: tuple[str, ...] = ()  # keys of the atoms that made the formula true in this episode


class Condition(msgspec.Struct, frozen=True, array_like=True):
    """Where a zone and hazard stand."""

    standing: Standing
    levels: dict[int, LevelState]


class CatchmentState(msgspec.Struct, frozen=True):
    """One catchment, complete. Never changed in place; ``advance`` gives a new one."""

    catchment: str
    rules_version: str
    clock: int | None  # the last tick, ms
    series: dict[str, SeriesState]
    atoms: dict[str, AtomState]
    conditions: dict[str, Condition]
    v: int = VERSION


def initial(book: CatchmentBook) -> CatchmentState:
    """Before the first message: nothing is known, so nothing is called calm."""
    return adopted(book, CatchmentState(book.catchment, "", None, {}, {}, {}))


def adopted(book: CatchmentBook, state: CatchmentState) -> CatchmentState:
    """The state under changed rules: what still exists is kept with its timers, the rest starts fresh."""
    if state.rules_version == book.version:
        return state
    return CatchmentState(
        catchment=book.catchment,
        rules_version=book.version,
        clock=state.clock,
        series={key: _series(each, state.series.get(key)) for key, each in book.series.items()},
        atoms={
            atom.key: state.atoms.get(atom.key, AtomState()) for each in book.series.values() for atom in each.atoms
        },
        conditions={key: _condition(each, state.conditions.get(key)) for key, each in book.conditions.items()},
    )


def _series(book: SeriesBook, old: SeriesState | None) -> SeriesState:
    if old is None:
        nothing = [UNKNOWN] * (1 + len(book.wanted))
        return SeriesState([], [], None, silent=True, now=nothing, before=nothing)
    kept = old.copied()
    kept.now = _values(book, old, newest=-1)
    kept.before = _values(book, old, newest=-2)
    return kept


def _values(book: SeriesBook, state: SeriesState, newest: int) -> list[Value]:
    if len(state.times) < -newest:
        return [UNKNOWN] * (1 + len(book.wanted))
    signals, _ = values_at(book.wanted, state.times, state.values, state.times[newest], book.step_ms)
    return [Value(state.values[newest]), *signals]


def _condition(book: ConditionBook, old: Condition | None) -> Condition:
    if old is None:
        return Condition(Standing(ConditionState.NO_DATA, 0), dict.fromkeys(LEVELS, LevelState()))
    return msgspec.structs.replace(
        old, levels={level: _with_known_evidence(book, level, each) for level, each in old.levels.items()}
    )


def _with_known_evidence(book: ConditionBook, level: int, old: LevelState) -> LevelState:
    """Where evidence was removed from the rules, everything in the new formula has to be false to clear."""
    if book.by_key.keys() >= set(old.evidence):
        return old
    formula = book.formulas.get(level)
    new = [book.atoms[atom].key for atom in atoms_of(formula)] if formula is not None else []
    return msgspec.structs.replace(old, evidence=tuple(dict.fromkeys(new)))


def dump(state: CatchmentState) -> bytes:
    """The state at rest."""
    return msgspec.msgpack.encode(state)


def load(book: Book | CatchmentBook, raw: bytes) -> CatchmentState:
    """A state that was at rest, under the rules of now; of a catchment they no longer have, as it was.

    Raises:
        ValueError: not a state, or one of another version.
    """
    try:
        state = msgspec.msgpack.decode(raw, type=CatchmentState)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a catchment's state: {error}") from error
    if state.v != VERSION:
        raise ValueError(f"state of version {state.v}, expected {VERSION}")
    catchments = book.catchments if isinstance(book, Book) else {book.catchment: book}
    known = catchments.get(state.catchment)
    return state if known is None else adopted(known, state)
