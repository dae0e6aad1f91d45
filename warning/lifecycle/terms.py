"""What a city has laid down about its warnings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from notifiers.content import Content
from notifiers.institutions import Institution
from notifiers.revision import Status
from warning.config.model import Config
from warning.content import content_of
from warning.lifecycle.people import OnCall, Role, on_call_of

LEVELS = (1, 2, 3)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Escalation:
    """How long a draft waits before more people are called; the times count from its first page."""

    remind: timedelta = 2 * MINUTE
    next: timedelta = 5 * MINUTE
    everyone: timedelta = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Terms:
    """Tuples are per level, from 1 to 3."""

    city: str
    sender: str
    status: Status
    release: tuple[int, int, int]  # how many people have to agree; 0 is automatic
    lasts: tuple[timedelta, timedelta, timedelta]
    quiet: timedelta
    all_clear: Mapping[str, timedelta]  # per hazard: how long all of an incident must be normal
    station_names: Mapping[str, str]
    official: bool = True  # there is an issuer; without one only measured values are passed on
    conditions: frozenset[str] = frozenset()  # zone/hazard that the rules look at; none given: all of them
    catchments: frozenset[str] = frozenset()  # that have a clock; none given: all of them
    people: Mapping[str, Role] = field(default_factory=dict)
    on_call: OnCall = field(default_factory=OnCall)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))  # legal time
    night: tuple[int, int] = (22 * 60, 6 * 60)  # minutes of the day between which prompts make no sound
    escalation: Escalation = Escalation()
    alone_after: tuple[timedelta | None, timedelta, timedelta] = (None, 5 * MINUTE, 3 * MINUTE)
    preauthorised_after: timedelta | None = None  # level 3 on two sensors goes out by itself after this
    content: Content | None = None  # by which what people write is looked through; None: nobody looks
    notice_after: tuple[timedelta | None, timedelta | None, timedelta | None] = (None, 10 * MINUTE, 10 * MINUTE)
    institutions: tuple[Institution, ...] = ()
    acknowledge: timedelta = 5 * MINUTE  # within which institutions have to
    zones: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()  # of the city, the first one first


def terms_of(config: Config, status: Status) -> Terms:
    """The terms in a configuration."""
    warnings = config.warnings
    first, second, third = (timedelta(milliseconds=warnings.expires.of(level)) for level in LEVELS)
    zone = ZoneInfo(config.city.time_zone)
    return Terms(
        city=config.city.id,
        sender=config.city.sender,
        status=status,
        release=(warnings.release.needed(1), warnings.release.needed(2), warnings.release.needed(3)),
        lasts=(first, second, third),
        quiet=timedelta(milliseconds=warnings.quiet),
        all_clear={hazard: timedelta(milliseconds=lasting) for hazard, lasting in warnings.all_clear.items()},
        station_names={name: station.name for name, station in config.stations.items()},
        official=config.issuer is not None,
        conditions=frozenset(f"{rule.zone}/{rule.hazard}" for rule in config.rules),
        catchments=frozenset(station.catchment for station in config.stations.values()),
        people={person.id: Role[person.role.upper()] for person in config.people},
        on_call=on_call_of(config.on_call, zone),
        zone=zone,
        night=warnings.night.minutes,
        escalation=Escalation(*(timedelta(milliseconds=one) for one in warnings.escalation.times)),
        alone_after=(None, *(timedelta(milliseconds=one) for one in warnings.alone.times)),  # type: ignore[arg-type]
        preauthorised_after=_optional(warnings.preauthorised),
        content=content_of(config),
        notice_after=(None, _optional(warnings.gauge_notice.level_2), _optional(warnings.gauge_notice.level_3)),
        institutions=config.institutions,
        acknowledge=timedelta(milliseconds=warnings.acknowledge),
        zones=frozenset(config.zones),
        languages=config.city.languages,
    )


def _optional(lasting: int | None) -> timedelta | None:
    return None if lasting is None else timedelta(milliseconds=lasting)
