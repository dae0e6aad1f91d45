"""The same facts for programs: JSON under ``/api/v1``."""

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Query, Request, Response

from rules.messages import Note
from sensors.doubts import Doubt
from sensors.times import to_utc
from warning.audit.head import published
from warning.messages import OVER
from warning.web.api.answers import (
    Answer,
    AuditHead,
    NoteOut,
    Notes,
    RevisionOut,
    StationOut,
    Stations,
    WarningOut,
    Warnings,
    ZoneOut,
    Zones,
)
from warning.web.api.problems import problems
from warning.web.facts.gauges import StationFact
from warning.web.facts.notices import Notice, Older, last_shown, notices, older
from warning.web.facts.picture import Picture
from warning.web.facts.sources import Sources
from warning.web.facts.zone import ZoneFact
from warning.web.moment import AT, then
from warning.web.render import CACHE, conditional

AFTER = Annotated[str | None, Query(max_length=80, description="Only those over that follow this one: `older_after`.")]


def api(sources: Sources) -> APIRouter:
    """The routes of the interface."""
    router = APIRouter(prefix="/api/v1", tags=["facts"], responses=problems(503))

    def answer(request: Request, body: Answer, cache: str = CACHE) -> Response:
        return conditional(request, body.model_dump_json(), "application/json", cache=cache)

    @router.get("/zones", response_model=Zones, responses=problems(422))
    def zones(request: Request, at: AT = None) -> Response:
        """Every zone: the level that is released, the level that is measured, and whether that is known."""
        moment = then(sources, at)
        picture = moment.sources.picture(moment.sources.book.rows())
        found = [zone_out(sources, zone) for zone in picture.zones]
        return answer(request, Zones(**head_of(sources, picture).model_dump(), zones=found), moment.cache)

    @router.get("/stations", response_model=Stations)
    def stations(request: Request) -> Response:
        """The latest reading of every series."""
        picture = sources.picture(())
        found = [station_out(fact) for fact in picture.stations]
        return answer(request, Stations(**head_of(sources, picture).model_dump(), stations=found))

    @router.get("/warnings", response_model=Warnings, responses=problems(404, 422))
    def warnings(request: Request, at: AT = None, after: AFTER = None) -> Response:
        """What was said, every revision, and how many deliveries stand in which state, but not of the past."""
        moment = then(sources, at)
        book = moment.sources.book
        rows = book.rows()
        shown, last = (notices(book, rows), last_shown(rows)) if after is None else _older(moment.sources, after)
        found = {"warnings": [warning_out(notice) for notice in shown], "older_after": last or None}
        return answer(request, Warnings(**head_of(moment.sources, None).model_dump(), **found), moment.cache)

    @router.get("/notes", response_model=Notes)
    def notes(request: Request) -> Response:
        """What staff should look at: lost gauges, rules for staff, late readings beyond a limit."""
        found = [_note(note) for note in sources.notes()]
        return answer(request, Notes(**head_of(sources, None).model_dump(), notes=found))

    @router.get("/audit/head", response_model=AuditHead, responses=problems(404))
    def audit_head(request: Request) -> Response:
        """The last entry of the audit, signed."""
        last = sources.book.audit_head()
        if last is None:
            raise HTTPException(404)
        said = msgspec.structs.asdict(published(last))
        del said["v"]
        return answer(request, AuditHead(**head_of(sources, None).model_dump(), **said))

    return router


def _older(sources: Sources, after: str) -> Older:
    """Raises HTTPException(404) for what is no warning that is over."""
    try:
        return older(sources.book, sources.book.rows(), after)
    except KeyError:
        raise HTTPException(404) from None


def head_of(sources: Sources, picture: Picture | None) -> Answer:
    """What stands in every answer. Raises HistoryUnavailable."""
    now_ms = sources.now_ms() if picture is None else picture.now_ms
    return head_at(sources, now_ms, picture.stalled_since if picture else None)


def head_at(sources: Sources, now_ms: int | None, stalled_ms: int | None = None) -> Answer:
    """The same at a time that is known already."""
    language = sources.config.city.languages[0]
    return Answer(
        exercise=sources.exercise,
        notice=sources.config.texts.exercise[language] if sources.exercise else "",
        now=None if now_ms is None else to_utc(now_ms),
        stalled_since=None if stalled_ms is None else to_utc(stalled_ms),
    )


def zone_out(sources: Sources, fact: ZoneFact) -> ZoneOut:
    """A zone and hazard as it stands."""
    return ZoneOut(
        zone=fact.zone,
        name={str(language): name for language, name in sources.config.zones[fact.zone].name.items()},
        hazard=fact.hazard,
        released_level=fact.released,
        measured_level=fact.measured,
        known=fact.known,
        since=_time(fact.since),
        released_since=_time(fact.released_since),
        cleared_at=_time(fact.cleared_at),
        retracted_at=_time(fact.retracted_at),
        state=fact.condition.state if fact.condition else None,
        gauge_lost=list(fact.lost),
        warning=fact.row.warning if fact.row and fact.released else None,
    )


def _time(ms: int | None) -> datetime | None:
    return None if ms is None else to_utc(ms)


def station_out(fact: StationFact) -> StationOut:
    """The latest reading of a series."""
    point = fact.now.point if fact.now else None
    return StationOut(
        station=fact.series.station,
        name=fact.name,
        parameter=fact.series.parameter,
        unit=fact.unit,
        value=point.value if point else None,
        flag=int(point.flag) if point else None,
        doubts=_doubts(point.doubt if point else 0),
        newest_flag=None if fact.newest_flag is None else int(fact.newest_flag),
        newest_doubts=_doubts(fact.newest_doubt),
        at=to_utc(point.at) if point else None,
        fresh=fact.fresh,
        trouble=fact.trouble,
        rise_cm_per_h=fact.rise_cm_per_h,
        above_mark=fact.reached.name if fact.reached else None,
    )


def _doubts(doubt: int) -> list[str]:
    return [str(bit.name) for bit in Doubt if doubt & bit]


def _note(note: Note) -> NoteOut:
    return NoteOut(
        id=note.id,
        reason=note.reason,
        at=note.at,
        decided_at=note.decided_at,
        zone=note.zone,
        hazard=note.hazard,
        station=note.station,
        parameter=note.parameter,
        level=note.level,
        value=note.value,
    )


def warning_out(notice: Notice) -> WarningOut:
    """A released warning."""
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
