"""What stays the same from day to day, for programs: the city, its zones and places, what it states about its pages."""

from datetime import date

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from warning.places import Places
from warning.web.api.asked import Asked, Line
from warning.web.api.problems import problems
from warning.web.facts.sources import Sources
from warning.web.often import Bounds
from warning.web.render import conditional


class ZoneAbout(BaseModel):
    """A zone; names and areas by language."""

    zone: str
    name: dict[str, str]
    area: dict[str, str]
    hazards: dict[str, list[str]] = Field(description="By hazard: the stations that decide.")


class AccessOut(BaseModel):
    """The statement on accessibility."""

    body: str
    law: str
    conforms: str
    gaps: list[dict[str, str]]
    assessed: str
    stated: date
    contact: str
    arbitration: str


class CityOut(BaseModel):
    """The city as it is configured."""

    exercise: bool
    notice: str
    name: str
    time_zone: str
    languages: list[str]
    page: str
    contact: str
    authority: str | None = Field(description="Who warns; null where only measured values are told.")
    levels: dict[str, dict[str, str]] = Field(description="The word of each level, by language.")
    zones: list[ZoneAbout]
    accessibility: AccessOut | None = Field(description="Null where the city has stated nothing.")


class Asking(Asked):
    """A street, quarter or zone, as somebody types it. It is kept nowhere."""

    place: Line = Field(description="Street, quarter or zone.", examples=["Hünefeldstr. 12"])


class PlaceOut(BaseModel):
    """Where something lies; in no zone where the list is empty."""

    name: str
    zones: list[str]


class PlacesOut(BaseModel):
    """At most eight, the likeliest first."""

    exercise: bool
    places: list[PlaceOut]


def city_api(sources: Sources, places: Places, searching: Bounds) -> APIRouter:
    """The routes; ``searching`` is shared with the page."""
    router = APIRouter(prefix="/api/v1", tags=["facts"])

    @router.get("/city", response_model=CityOut)
    def city(request: Request) -> Response:
        """Name, languages, levels, zones with their stations, and the statement on accessibility."""
        return conditional(request, _city(sources).model_dump_json(), "application/json")

    @router.post("/places", response_model=PlacesOut, responses=problems(413, 422, 429))
    def find(request: Request, body: Asking) -> PlacesOut:
        """Which zones a street lies in; sent in the body, so that no log of a proxy keeps it."""
        searching.keep(request)
        found = [PlaceOut(name=one.name, zones=list(one.zones)) for one in places.find(body.place)]
        return PlacesOut(exercise=sources.exercise, places=found)

    return router


def _city(sources: Sources) -> CityOut:
    config = sources.config
    texts, stated = config.texts, config.accessibility
    return CityOut(
        exercise=sources.exercise,
        notice=texts.exercise[config.city.languages[0]] if sources.exercise else "",
        name=config.city.name,
        time_zone=config.city.time_zone,
        languages=list(config.city.languages),
        page=config.city.page,
        contact=config.city.contact,
        authority=config.issuer.authority if config.issuer else None,
        levels={str(level): _plain(words) for level, words in texts.levels.items()},
        zones=[
            ZoneAbout(zone=name, name=_plain(zone.name), area=_plain(zone.area), hazards=_hazards(sources, name))
            for name, zone in config.zones.items()
        ],
        accessibility=None
        if stated is None
        else AccessOut(
            **stated.model_dump(exclude={"gaps", "video"}),
            gaps=[_plain(gap) for gap in stated.gaps],
        ),
    )


def _hazards(sources: Sources, zone: str) -> dict[str, list[str]]:
    return {
        hazard: list(dict.fromkeys(str(one.station) for one in series))
        for (of, hazard), series in sources.watched.items()
        if of == zone
    }


def _plain(words: object) -> dict[str, str]:
    return {str(language): str(said) for language, said in dict(words).items()}  # type: ignore[call-overload]
