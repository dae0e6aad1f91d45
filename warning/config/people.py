"""The city's staff in the configuration: who they are, and who is on call when."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, NaiveDatetime, model_validator

from notifiers.spec import StaffRole
from sensors.stations import Frozen, Name
from sensors.units import Duration

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _minute_of_day(text: object) -> int:
    found = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"must be a time of day like 22:00, not {text!r}")
    return 60 * int(found[1]) + int(found[2])


def _minute_of_week(text: object) -> int:
    day, _, clock = text.partition(" ") if isinstance(text, str) else ("", "", "")
    if day not in _DAYS:
        raise ValueError(f"must be a day and a time like mon 08:00, not {text!r}")
    return 1440 * _DAYS.index(day) + _minute_of_day(clock)


def _local(text: object) -> object:
    """A date and time without offset: legal time of the city."""
    return datetime.fromisoformat(text) if isinstance(text, str) else text


MinuteOfDay = Annotated[int, BeforeValidator(_minute_of_day)]
People = Annotated[tuple[Name, ...], Field(min_length=1)]


class LoginSpec(Frozen):
    """How people log in at the desk."""

    totp: tuple[StaffRole, ...] = ()  # roles that need a code of their phone beside the password


class TurnSpec(Frozen):
    """Who is called from a time of the week on, until the next turn; the first is called first."""

    from_: Annotated[int, BeforeValidator(_minute_of_week)] = Field(alias="from")
    people: People


class OverrideSpec(Frozen):
    """Other people for a while: holidays, illness."""

    from_: Annotated[NaiveDatetime, BeforeValidator(_local)] = Field(alias="from")
    until: Annotated[NaiveDatetime, BeforeValidator(_local)]
    people: People

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.until <= self.from_:
            raise ValueError("until must be after from")
        return self


class OnCallSpec(Frozen):
    """The weekly rota in legal time, and what takes its place for a while."""

    rota: tuple[TurnSpec, ...] = Field(min_length=1)
    overrides: tuple[OverrideSpec, ...] = ()

    @model_validator(mode="after")
    def _one_at_a_time(self) -> Self:
        starts = [turn.from_ for turn in self.rota]
        if len(set(starts)) < len(starts):
            raise ValueError("two turns begin at the same time")
        return self


def called_of(spec: OnCallSpec, groups: Mapping[str, tuple[str, ...]]) -> OnCallSpec:
    """With the people of each group in its place, each person once."""

    def people(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for name in names for one in groups.get(name, (name,))))

    rota = tuple(turn.model_copy(update={"people": people(turn.people)}) for turn in spec.rota)
    overrides = tuple(one.model_copy(update={"people": people(one.people)}) for one in spec.overrides)
    return spec.model_copy(update={"rota": rota, "overrides": overrides})


class EscalationSpec(Frozen):
    """How long a draft waits until more people are called."""

    remind: Duration = 120_000
    next: Duration = 300_000
    everyone: Duration = 600_000

    @property
    def times(self) -> tuple[int, int, int]:
        """In ms, in their order."""
        return self.remind, self.next, self.everyone

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.remind < self.next < self.everyone:
            raise ValueError("must rise: remind < next < everyone")
        return self


class AloneSpec(Frozen):
    """After how long one person may release where two are needed and nobody else has acted."""

    level_2: Duration = Field(default=300_000, alias="level 2")
    level_3: Duration = Field(default=180_000, alias="level 3")

    @property
    def times(self) -> tuple[int, int]:
        """In ms, of levels 2 and 3."""
        return self.level_2, self.level_3


Off = Annotated[Duration | None, BeforeValidator(lambda value: None if value == "off" else value)]


class GaugeNoticeSpec(Frozen):
    """After how long an unreleased draft is passed on as a measured value, unchecked; ``off`` for never."""

    level_2: Off = Field(default=600_000, alias="level 2")
    level_3: Off = Field(default=600_000, alias="level 3")


class NightSpec(Frozen):
    """Between which times of the day a prompt that can wait makes no sound."""

    from_: MinuteOfDay = Field(default=22 * 60, alias="from")
    until: MinuteOfDay = 6 * 60

    @property
    def minutes(self) -> tuple[int, int]:
        """Minutes of the day."""
        return self.from_, self.until
