"""The same facts for programs: JSON under ``/api/v1``. Times are UTC, levels 0 (calm) to 3."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from rules.messages import ConditionState
from sensors.times import to_utc
from warning.messages import WarningState
from warning.web.gauges import StationFact
from warning.web.notices import Notice, notices
from warning.web.picture import OVER, Picture, ZoneFact
from warning.web.render import conditional
from warning.web.sources import Sources


class Answer(BaseModel):
    """Part of every answer. ``exercise``: nothing in it is true. ``now``: None before the first tick."""

    exercise: bool
    notice: str  # says ÜBUNG in an exercise, else empty
    now: datetime | None
    stalled_since: datetime | None = None  # nothing has been evaluated since


class ZoneOut(BaseModel):
    """A zone and hazard. Level 0 means calm only where ``known`` is true."""

    zone: str
    name: dict[str, str]
    hazard: str
    released_level: int
    measured_level: int
    known: bool
    since: datetime | None
    state: ConditionState | None  # None: no change was ever seen
    gauge_lost: list[str]
    warning: str | None


class StationOut(BaseModel):
    """The latest reading of a series; ``value`` is None where the gauge reported a gap or never anything."""

    station: str
    name: str
    parameter: str
    unit: str
    value: float | None
    flag: int | None  # QARTOD: 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing
    at: datetime | None
    fresh: bool  # a usable reading came lately
    rise_cm_per_h: float | None
    above_mark: str | None


class RevisionOut(BaseModel):
    """One version of what was said."""

    identifier: str
    number: int
    change: str
    level: int
    sent: datetime
    expires: datetime
    deliveries: dict[str, int]  # state → count
    cap: str  # address of the CAP message


class WarningOut(BaseModel):
    """A released warning."""

    warning: str
    zone: str
    hazard: str
    state: WarningState
    in_force: bool
    level: int
    revisions: list[RevisionOut]


class Zones(Answer):
    """All zones, worst first."""

    zones: list[ZoneOut]


class Stations(Answer):
    """All series, in the order of the configuration."""

    stations: list[StationOut]


class Warnings(Answer):
    """Warnings in force and the newest of the past."""

    warnings: list[WarningOut]


def api(sources: Sources) -> APIRouter:
    """The routes of the interface."""
    router = APIRouter(prefix="/api/v1")

    def answer(request: Request, body: Answer) -> Response:
        return conditional(request, body.model_dump_json(), "application/json")

    @router.get("/zones", response_model=Zones)
    def zones(request: Request) -> Response:
        """Every zone: the level that is released, the level that is measured, and whether that is known."""
        picture = sources.picture(sources.book.rows())
        found = [_zone(sources, zone) for zone in picture.zones]
        return answer(request, Zones(**_head(sources, picture).model_dump(), zones=found))

    @router.get("/stations", response_model=Stations)
    def stations(request: Request) -> Response:
        """The latest reading of every series."""
        picture = sources.picture(())
        found = [_station(fact) for fact in picture.stations]
        return answer(request, Stations(**_head(sources, picture).model_dump(), stations=found))

    @router.get("/warnings", response_model=Warnings)
    def warnings(request: Request) -> Response:
        """What was said, every revision, with how many deliveries stand in which state."""
        shown = notices(sources.book, sources.book.rows())
        found = [_warning(notice) for notice in shown]
        return answer(request, Warnings(**_head(sources, None).model_dump(), warnings=found))

    return router


def _head(sources: Sources, picture: Picture | None) -> Answer:
    now = sources.now_ms() if picture is None else picture.now_ms
    stalled = picture.stalled_since if picture else None
    language = sources.config.city.languages[0]
    return Answer(
        exercise=sources.exercise,
        notice=sources.config.texts.exercise[language] if sources.exercise else "",
        now=None if now is None else to_utc(now),
        stalled_since=None if stalled is None else to_utc(stalled),
    )


def _zone(sources: Sources, fact: ZoneFact) -> ZoneOut:
    return ZoneOut(
        zone=fact.zone,
        name={str(language): name for language, name in sources.config.zones[fact.zone].name.items()},
        hazard=fact.hazard,
        released_level=fact.released,
        measured_level=fact.measured,
        known=fact.known,
        since=None if fact.since is None else to_utc(fact.since),
        state=fact.condition.state if fact.condition else None,
        gauge_lost=list(fact.lost),
        warning=fact.row.warning if fact.row and fact.released else None,
    )


def _station(fact: StationFact) -> StationOut:
    point = fact.now.point if fact.now else None
    return StationOut(
        station=fact.series.station,
        name=fact.name,
        parameter=fact.series.parameter,
        unit=fact.unit,
        value=point.value if point else None,
        flag=int(point.flag) if point else None,
        at=to_utc(point.at) if point else None,
        fresh=fact.fresh,
        rise_cm_per_h=fact.rise_cm_per_h,
        above_mark=fact.reached.name if fact.reached else None,
    )


def _warning(notice: Notice) -> WarningOut:
    row = notice.row
    return WarningOut(
        warning=row.warning,
        zone=row.zone,
        hazard=row.hazard,
        state=row.state,
        in_force=row.state not in OVER,
        level=row.level,
        revisions=[
            RevisionOut(
                identifier=revision.identifier,
                number=revision.number,
                change=revision.change.value,
                level=revision.level,
                sent=revision.sent,
                expires=revision.expires,
                deliveries=dict(notice.deliveries.get(revision.number, {})),
                cap=f"/warning/{revision.warning}/{revision.number}.cap",
            )
            for revision in notice.revisions
        ],
    )
