"""Water that goes on rising while a level stands on it: staff hear of it step by step.

A step is the hysteresis of the stage or discharge itself. What a transition told is where the first step
begins; suspect values neither begin one nor end one, and what falls is not told again when it returns.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping

import msgspec

from rules.books import AtomBook, CatchmentBook, ConditionBook, SeriesBook
from rules.conditions import Condition, by_rules, confirmed
from rules.language import DIGITS
from rules.messages import Note, NoteReason
from rules.notes import note
from rules.signals.layout import NEVER, State
from sensors.doubts import flag_of
from sensors.readings import Flag

#: a step where the rule gives no hysteresis for the stage itself, or one of nothing
STEP_CM = 10.0
#: the same of a discharge: this share of the lowest limit that the rule compares it with
STEP_SHARE = 0.1


def steps_of(atoms: Iterable[AtomBook]) -> dict[str, float]:
    """Per series of water among the atoms of a rule, by how much it has to rise until staff hear of it."""
    steps: dict[str, float] = {}
    limits: dict[str, float] = {}
    for atom in atoms:
        parameter = atom.series.rpartition("/")[2]
        if parameter == "stage":
            steps.setdefault(atom.series, STEP_CM)
        if parameter == "discharge" and not atom.atom.is_truth_function:
            limits[atom.series] = min(atom.limit, limits.get(atom.series, atom.limit))
            steps.setdefault(atom.series, round(STEP_SHARE * limits[atom.series], DIGITS))
        if atom.atom.signal.function == parameter and atom.limit > atom.off:
            steps[atom.series] = round(atom.limit - atom.off, DIGITS)
    return {series: step for series, step in steps.items() if step > 0}


def with_values_told(catchment: CatchmentBook, book: ConditionBook, arrays: State, condition: Condition) -> Condition:
    """The condition whose present values have just been told, with a transition."""
    found = {series.key: value for series, _, value in _values(catchment, book, arrays, condition)}
    if not found:
        return condition
    told = condition.highest
    higher = {key: max(value, told.get(key, value)) for key, value in found.items()}
    return msgspec.structs.replace(condition, highest={**told, **higher})


def tell_rises(
    catchment: CatchmentBook, arrays: State, conditions: MutableMapping[str, Condition], at: int, notes: list[Note]
) -> None:
    """Notes on what has risen by a step since it was told last, at the tick ``at``, ms."""
    for key, condition in conditions.items():
        level = confirmed(by_rules(condition))
        book = catchment.conditions.get(key) if level else None
        if book is None:
            continue
        told: Mapping[str, float] = condition.highest
        for series, newest, value in _values(catchment, book, arrays, condition):
            before = told.get(series.key)
            risen = 0.0 if before is None else round(value - before, DIGITS)
            if before is not None and risen < book.rises[series.key]:
                continue
            told = {**told, series.key: value}
            if before is not None:
                notes.append(_note(catchment, book, (series, newest, value), at, level, before))
        if told is not condition.highest:
            conditions[key] = msgspec.structs.replace(condition, highest=told)


def _note(
    catchment: CatchmentBook,
    book: ConditionBook,
    reading: tuple[SeriesBook, int, float],
    at: int,
    level: int,
    before: float,
) -> Note:
    series, newest, value = reading
    return note(
        catchment,
        NoteReason.RISEN,
        newest,
        at,
        series=series.series,
        about=(book.zone, book.hazard),
        level=level,
        value=value,
        text=f"by {round(value - before, DIGITS):g} {series.unit} since it was told last",
    )


def _values(
    catchment: CatchmentBook, book: ConditionBook, arrays: State, condition: Condition
) -> Iterator[tuple[SeriesBook, int, float]]:
    """The newest values (event time in ms) of the water that the standing level rests on, as far as they are good."""
    level = confirmed(by_rules(condition))
    keys = condition.levels[level].evidence if level else ()
    rests_on = dict.fromkeys(book.by_key[key].series for key in keys if key in book.by_key)
    for key in rests_on:
        series = catchment.series[key]
        row, cursor = catchment.plan.series[series.number], arrays.cursors[series.number]
        if key not in book.rises or not cursor["count"] or cursor["out_until"] != NEVER:
            continue
        end = int(row["ring"] + cursor["first"] + cursor["count"])
        value = float(arrays.now[row["slot"]])
        if value == value and flag_of(arrays.ring_doubt[end - 1]) <= Flag.NOT_EVALUATED:  # noqa: PLR0124 - NaN
            yield series, int(cursor["base"] + arrays.ring_at[end - 1]), round(value, DIGITS)
