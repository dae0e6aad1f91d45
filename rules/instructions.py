"""What people may tell the rules of a catchment, and what follows from it."""

from collections.abc import Mapping
from typing import NamedTuple

from rules.books import CatchmentBook, series_key
from rules.conditions import Condition, told
from rules.messages import Action, Instruction, Reason
from rules.signals.layout import NEVER, State
from rules.spec import LEVELS
from rules.state import fresh
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
    arrays: State,
    conditions: Mapping[str, Condition],
    reports: tuple[Instruction, ...],
) -> Change:
    """Do what a person says; ``arrays`` are changed in place.

    Raises:
        Refused: nothing was changed.
    """
    for said, name in ((instruction.actor, "who says so"), (instruction.note, "the reason")):
        if not said.strip():
            raise Refused(f"{name} is missing")
    match instruction.action:
        case Action.OUT_OF_SERVICE | Action.IN_SERVICE:
            return _service(book, instruction, arrays, reports)
        case Action.REPORT:
            return _report(book, instruction, reports)
        case Action.WITHDRAW:
            return _withdraw(book, instruction, reports)
    return _condition(instruction, conditions, reports)


def _service(book: CatchmentBook, instruction: Instruction, arrays: State, reports: tuple[Instruction, ...]) -> Change:
    key = series_key(instruction.series) if instruction.series is not None else ""
    series = book.series.get(key)
    if series is None:
        raise Refused(f"there is no sensor {key}")
    cursor = arrays.cursors[series.number]
    if instruction.action is Action.IN_SERVICE:
        if cursor["out_until"] == NEVER:
            raise Refused(f"{key} is in service")
        cursor["out_until"] = NEVER
        return Change(series.conditions, reports=reports)
    if instruction.until is None or not 0 < instruction.until - instruction.at <= LONGEST_OUT_OF_SERVICE_MS:
        raise Refused("a sensor is taken out of service until a time at most 7 days ahead")
    cursor["out_until"] = instruction.until
    return Change(series.conditions, reports=reports, why=Reason.OUT_OF_SERVICE)


def _report(book: CatchmentBook, instruction: Instruction, reports: tuple[Instruction, ...]) -> Change:
    if instruction.until is None or instruction.until <= instruction.at:
        raise Refused("a report needs the time until which it is valid")
    if instruction.id in {each.id for each in reports}:
        return Change(reports=reports)
    if instruction.value is not None:
        key = series_key(instruction.series) if instruction.series is not None else ""
        if key not in book.series:
            raise Refused(f"there is no sensor {key} whose value this could be")
        touched = book.series[key].conditions
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
    instruction: Instruction, conditions: Mapping[str, Condition], reports: tuple[Instruction, ...]
) -> Change:
    key = f"{instruction.zone}/{instruction.hazard}"
    if not instruction.zone or not instruction.hazard:
        raise Refused("zone and hazard are missing")
    if key not in conditions and instruction.action is not Action.HOLD:
        raise Refused(f"there is no condition {key}")
    try:
        new = told(conditions.get(key) or fresh(), instruction)
    except ValueError as error:
        raise Refused(str(error)) from error
    whys = {Action.HOLD: Reason.BY_HAND, Action.RELEASE: Reason.BY_HAND, Action.CONFIRM_OVER: Reason.CONFIRMED_OVER}
    return Change((key,), {key: new}, reports, whys.get(instruction.action))
