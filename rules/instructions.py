"""What people may tell the rules of a catchment, and what follows from it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rules.books import CatchmentBook, SeriesBook, series_key
from rules.conditions import Condition, raised, told
from rules.messages import Action, Instruction, Reason
from rules.signals.layout import NEVER, State
from rules.spec import LEVELS
from sensors.units import HOUR_MS

LONGEST_OUT_OF_SERVICE_MS = 7 * 24 * HOUR_MS


class Refused(ValueError):
    """An instruction that cannot be followed; the text says why."""


class Change(NamedTuple):
    """What an instruction changes, apart from the arrays."""

    touched: tuple[str, ...] = ()  # keys of the conditions to look at again
    conditions: Mapping[str, Condition] = {}
    reports: tuple[Instruction, ...] = ()
    why: Reason | None = None


def followed(
    book: CatchmentBook,
    instruction: Instruction,
    now: int,
    arrays: State,
    condition: Callable[[str], Condition],
    reports: tuple[Instruction, ...],
) -> Change:
    """Do at ``now``, ms, what a person says; ``arrays`` are changed in place.

    Raises:
        Refused: nothing was changed.
    """
    for said, name in ((instruction.actor, "who says so"), (instruction.note, "the reason")):
        if not said.strip():
            raise Refused(f"{name} is missing")
    match instruction.action:
        case Action.OUT_OF_SERVICE | Action.IN_SERVICE:
            return _service(book, instruction, now, arrays, condition, reports)
        case Action.REPORT:
            return _report(book, instruction, now, reports)
        case Action.WITHDRAW:
            return _withdraw(book, instruction, reports)
    return _condition(book, instruction, condition, reports)


def back_in_service(
    book: CatchmentBook, series: SeriesBook, arrays: State, condition: Callable[[str], Condition]
) -> None:
    """A series counts again from its next reading on: until then it is silent. Changes the arrays.

    What it said last is from before it was taken out, perhaps the very reason why it was; so a limit that it
    was over then is over only where a level still stands on it.
    """
    cursor = arrays.cursors[series.number]
    cursor["out_until"] = NEVER
    cursor["silent"] = 1
    for name in series.conditions:
        if raised(condition(name)):
            continue
        for atom in book.conditions[name].atoms.values():
            if atom.series == series.key and atom.number >= 0:
                arrays.truths[atom.number]["on"] = 0


def _service(
    book: CatchmentBook,
    instruction: Instruction,
    now: int,
    arrays: State,
    condition: Callable[[str], Condition],
    reports: tuple[Instruction, ...],
) -> Change:
    series = _series(book, instruction)
    key = series.key
    cursor = arrays.cursors[series.number]
    if instruction.action is Action.IN_SERVICE:
        if cursor["out_until"] == NEVER:
            raise Refused(f"{key} is in service")
        back_in_service(book, series, arrays, condition)
        return Change(series.conditions, reports=reports)
    if instruction.until is None or not 0 < instruction.until - instruction.at <= LONGEST_OUT_OF_SERVICE_MS:
        raise Refused("a sensor is taken out of service until a time at most 7 days ahead")
    if instruction.until <= now:
        raise Refused("the time out of service has passed")
    cursor["out_until"] = instruction.until
    return Change(series.conditions, reports=reports, why=Reason.OUT_OF_SERVICE)


def _series(book: CatchmentBook, instruction: Instruction) -> SeriesBook:
    if instruction.series is None:
        raise Refused("it is not said of which sensor")
    key = series_key(instruction.series)
    if key not in book.series:
        raise Refused(f"there is no sensor {key}")
    return book.series[key]


def _report(book: CatchmentBook, instruction: Instruction, now: int, reports: tuple[Instruction, ...]) -> Change:
    if instruction.until is None or instruction.until <= instruction.at:
        raise Refused("a report needs the time until which it is valid")
    if instruction.until <= now:
        raise Refused("the time until which the report was valid has passed")
    if instruction.value is not None:
        key = _series(book, instruction).key
        touched = tuple(
            condition.key
            for condition in book.conditions.values()
            if any(atom.series == key and atom.number >= 0 and atom.slot == 0 for atom in condition.atoms.values())
        )
        if not touched:
            raise Refused(f"no rule compares {key} itself with a limit: report a level instead")
    else:
        if instruction.level not in LEVELS:
            raise Refused("a report is of a value, or of a level 1, 2 or 3")
        touched = (f"{instruction.zone}/{instruction.hazard}",)
        if touched[0] not in book.conditions:
            raise Refused(f"no rule is about {touched[0]}; hold a level by hand instead")
    return Change(touched, reports=(*reports, instruction))


def _withdraw(book: CatchmentBook, instruction: Instruction, reports: tuple[Instruction, ...]) -> Change:
    left = tuple(each for each in reports if each.id != instruction.report)
    if len(left) == len(reports):
        raise Refused(f"there is no report {instruction.report}")
    return Change(tuple(book.conditions), reports=left)


def _condition(
    book: CatchmentBook,
    instruction: Instruction,
    condition: Callable[[str], Condition],
    reports: tuple[Instruction, ...],
) -> Change:
    key = f"{instruction.zone}/{instruction.hazard}"
    if not instruction.zone or not instruction.hazard:
        raise Refused("zone and hazard are missing")
    old = condition(key)
    if key not in book.conditions and old.hand is None and instruction.action is not Action.HOLD:
        raise Refused(f"there is no condition {key}")
    try:
        new = told(old, instruction)
    except ValueError as error:
        raise Refused(str(error)) from error
    why = Reason.CONFIRMED_OVER if instruction.action is Action.CONFIRM_OVER else Reason.BY_HAND
    return Change((key,), {key: new}, reports, why)
