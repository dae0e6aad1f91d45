"""What the steward remembers of a city."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from notifiers.revision import Change, Measurement, Reference, Status
from rules.messages import ConditionState, Reason, Standing
from warning.config.model import Config
from warning.messages import WarningState

#: How many transitions of a condition are remembered, to recognise repeats after a crash.
REMEMBERED = 64

LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a city has laid down about its warnings; ``automatic`` and ``lasts`` are per level."""

    city: str
    sender: str
    status: Status
    automatic: tuple[bool, bool, bool]
    lasts: tuple[timedelta, timedelta, timedelta]
    quiet: timedelta
    all_clear: dict[str, timedelta]  # per hazard: how long all of an incident must be normal
    station_names: dict[str, str]


class Draft(msgspec.Struct, frozen=True):
    """Something that would be said if a person agreed."""

    change: Change
    level: int
    gauge_lost: tuple[str, ...]
    since: datetime


class WarningNow(msgspec.Struct, frozen=True):
    """One warning (incident and zone) with all that its next revision needs."""

    id: str
    incident: str
    zone: str
    hazard: str
    catchment: str
    condition: Standing
    state: WarningState
    at: datetime  # event time of the newest transition
    changed_at: datetime  # the clock at that time
    reason: Reason
    measurements: tuple[Measurement, ...] = ()
    lost: tuple[str, ...] = ()  # stations silent at present
    said_lost: tuple[str, ...] = ()  # stations whose loss the last revision told
    normal_since: datetime | None = None
    confirmed: int = 0  # level the condition was last ACTIVE at: more than a lone reading
    level: int = 0  # last released level
    highest: int = 0
    number: int = 0
    sent: datetime | None = None
    expires: datetime | None = None
    references: tuple[Reference, ...] = ()
    draft: Draft | None = None
    silenced_until: datetime | None = None  # a person asked for quiet about anything but a rise

    @property
    def over(self) -> bool:
        """Whether nothing more will be said under this id."""
        return self.state in (WarningState.ALL_CLEAR, WarningState.WITHDRAWN)

    @property
    def danger(self) -> int:
        """The level the condition stands at for the public; a lost gauge keeps it."""
        holding = (ConditionState.ACTIVE, ConditionState.RECOVERING, ConditionState.STALE)
        return self.condition.level if self.condition.state in holding else 0


class CityState(msgspec.Struct, frozen=True):
    """All of it: the newest warning per condition, and what was already seen."""

    warnings: dict[str, WarningNow] = {}
    seen: dict[str, tuple[str, ...]] = {}  # condition → ids of its last transitions
    ticks: dict[str, int] = {}  # catchment → its last tick, ms
    v: int = 1  # a field that becomes required later raises this, and needs a reader for the old form


def terms_of(config: Config, status: Status) -> Terms:
    """The terms in a configuration."""
    warnings = config.warnings
    first, second, third = (timedelta(milliseconds=warnings.expires.of(level)) for level in LEVELS)
    return Terms(
        city=config.city.id,
        sender=config.city.sender,
        status=status,
        automatic=(warnings.release.automatic(1), warnings.release.automatic(2), warnings.release.automatic(3)),
        lasts=(first, second, third),
        quiet=timedelta(milliseconds=warnings.quiet),
        all_clear={hazard: timedelta(milliseconds=lasting) for hazard, lasting in warnings.all_clear.items()},
        station_names={name: station.name for name, station in config.stations.items()},
    )
