"""Kinds of what stands in an answer: how each is written in the English sentence, and read back from it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from notifiers.revision import Change
from rules.messages import Action, ConditionState
from warning.lifecycle.people import Role
from warning.messages import CommandAction, Topic

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Kind(NamedTuple):
    """``read`` is given when it was said; it raises ValueError for what cannot be read."""

    pattern: str
    write: Callable[[object], str] = str
    read: Callable[[str, datetime | None], object] = lambda text, _: text


def _one_of(names: Iterable[StrEnum | str]) -> Kind:
    return Kind("|".join(sorted((str(name) for name in names), key=len, reverse=True)))


def _written(form: str) -> Callable[[object], str]:
    return lambda at: f"{at.astimezone(UTC):{form}}" if isinstance(at, datetime) else str(at)


def _clock(form: str, first: timedelta) -> Callable[[str, datetime | None], datetime]:
    """The one time of that name within the day that begins ``first`` after it was said."""

    def read(text: str, said: datetime | None) -> datetime:
        if said is None:
            raise ValueError("nobody knows of which day")
        begin, time = said.astimezone(UTC) + first, datetime.strptime(text, form).replace(tzinfo=UTC)
        there = time.replace(year=begin.year, month=begin.month, day=begin.day)
        return there if there >= begin else there + DAY

    return read


def _dated(text: str, said: datetime | None) -> datetime:
    """In the year in which it is nearest to when it was said."""
    if said is None:
        raise ValueError("nobody knows of which year")
    years = (found for year in range(said.year - 1, said.year + 2) for found in _of_year(text, year))
    return min(years, key=lambda one: abs(one - said))


def _of_year(text: str, year: int) -> list[datetime]:
    try:
        return [datetime.strptime(f"{year} {text}", "%Y %d %b %H:%M UTC").replace(tzinfo=UTC)]
    except ValueError:  # the 29th of February
        return []


_TIME, _SECOND, _DAY = "%H:%M UTC", "%H:%M:%S UTC", "%d %b %H:%M UTC"

KINDS = {
    "": Kind(r".+?"),
    "id": Kind(r"[^\s:;,]+"),
    "person": Kind(r"[^\s:;,]+"),
    "zone": Kind(r"[^\s:;,]+"),
    "int": Kind(r"\d+", read=lambda text, _: int(text)),
    "role": _one_of(role.name.lower() for role in Role),
    "action": _one_of(CommandAction),
    "word": _one_of(Action),
    "change": Kind(_one_of(Change).pattern + "|"),
    "condition": _one_of(ConditionState),
    "topic": _one_of(Topic),
    "ago": Kind(r"\d\d:\d\d UTC", _written(_TIME), _clock(_TIME, MINUTE - DAY)),
    "ahead": Kind(r"\d\d:\d\d UTC", _written(_TIME), _clock(_TIME, -MINUTE)),
    "about": Kind(r"\d\d:\d\d:\d\d UTC", _written(_SECOND), _clock(_SECOND, -DAY / 2)),  # to the second
    "day": Kind(r"\d\d \w{3} \d\d:\d\d UTC", _written(_DAY), _dated),
    "reply": Kind(r".+?"),  # another sentence of the table, or free text
    "replies": Kind(r".+?", lambda several: "; ".join(several) if isinstance(several, list) else str(several)),
}
