"""The web application of one world."""

from pathlib import Path

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig

from warning.log.api import Log
from warning.places import Places
from warning.signup import SignUps
from warning.web.api.barrier_api import barrier_api
from warning.web.api.board_api import board_api
from warning.web.api.calls_api import calls_api
from warning.web.api.cap_api import cap_api
from warning.web.api.city_api import city_api
from warning.web.api.command_api import command_api
from warning.web.api.desk_api import desk_api
from warning.web.api.docs_page import docs_page
from warning.web.api.facts_api import api
from warning.web.api.feedback_api import feedback_api
from warning.web.api.local_api import local_api
from warning.web.api.map_api import map_api
from warning.web.api.reach_api import reach_api
from warning.web.api.report_api import moderation_api, report_api
from warning.web.api.river_api import river_api
from warning.web.api.said_api import said_api
from warning.web.api.series_api import series_api
from warning.web.api.sheet_api import sheet_api
from warning.web.api.shift_api import shift_api
from warning.web.api.subscription_api import subscription_api
from warning.web.api.texts_api import texts_api
from warning.web.api.why_api import why_api
from warning.web.api.word_api import word_api
from warning.web.errors import add_errors
from warning.web.facts.health import Health, health
from warning.web.facts.sources import Sources
from warning.web.headers import Headers
from warning.web.kept import Kept
from warning.web.limit import BodyLimit
from warning.web.live import Changes, live
from warning.web.ready import Ready, shared_paths
from warning.web.render import FOLDER, Renderer, renderer
from warning.web.residents.about_pages import about_pages
from warning.web.residents.barrier_pages import barrier_pages
from warning.web.residents.feed_pages import feed_pages
from warning.web.residents.feedback_pages import feedback_pages
from warning.web.residents.installed_pages import installed_pages
from warning.web.residents.mine_pages import mine_pages
from warning.web.residents.notice_pages import staff_pages
from warning.web.residents.older_pages import older_pages
from warning.web.residents.overview_pages import overview_page, searching
from warning.web.residents.poster_pages import poster_pages
from warning.web.residents.report_pages import report_pages
from warning.web.residents.reporting import Reporting
from warning.web.residents.station_pages import station_pages
from warning.web.residents.subscribe_errors import add_subscribe_errors
from warning.web.residents.subscribe_pages import subscribe_pages
from warning.web.residents.subscribing import Subscribing
from warning.web.residents.warning_pages import warning_pages
from warning.web.residents.zone_pages import zone_pages
from warning.web.smaller import Smaller
from warning.web.staff.account_pages import account_pages
from warning.web.staff.ack_pages import ack_pages
from warning.web.staff.call_pages import call_pages
from warning.web.staff.desk_pages import desk_pages
from warning.web.staff.hotline_pages import hotline_pages
from warning.web.staff.live_pages import live_pages
from warning.web.staff.local_pages import local_pages
from warning.web.staff.login_pages import add_login, login_pages
from warning.web.staff.moderation_pages import moderation_pages
from warning.web.staff.seen_pages import seen_pages
from warning.web.staff.sheet_pages import sheet_pages
from warning.web.staff.staffed import Staffed

#: Who reads what is told to nobody; asking whether it should be costs time with every request.
UNTOLD: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(  # noqa: PLR0913 - the parts of a world
    sources: Sources,
    log: Log,
    changes: Changes,
    staff: Staffed,
    sign_ups: SignUps | None = None,
    video: Path | None = None,
    *,
    drawn: Path | None = None,
) -> FastAPI:
    """The application; it reads ``sources``, and what people decide goes through ``staff`` to the log.

    Without ``sign_ups`` residents cannot sign up: in an exercise there are none. ``video`` says in sign language what
    it is about; ``drawn`` is the folder with the city's GeoJSON.
    """
    prefix = "ÜBUNG: " if sources.exercise else ""
    title = f"{prefix}Floodbell {sources.config.city.name}"
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None, telemetry=UNTOLD)
    app.add_middleware(BodyLimit)
    app.add_middleware(Headers)
    app.add_middleware(Smaller)
    places, searches = Places(sources.config), searching()
    render = renderer(sources, signing_up=sign_ups is not None)
    app.add_middleware(Ready, shared_paths(sources.config, render.words), changes)  # around all the others
    app.mount("/static", Kept(directory=FOLDER / "static"), name="static")
    app.include_router(live(changes, f"{sources.wall_ms()}"))
    app.include_router(api(sources))
    app.include_router(river_api(sources))
    app.include_router(series_api(sources))
    app.include_router(local_api(sources))
    app.include_router(said_api(sources))
    app.include_router(city_api(sources, places, searches))
    app.include_router(cap_api(render))
    app.include_router(docs_page(render))
    reading = (desk_api, reach_api, shift_api, calls_api, texts_api, feedback_api, why_api)
    for routes in (command_api, word_api, *reading, moderation_api):
        app.include_router(routes(staff.deciding, staff.door))
    app.include_router(board_api(staff.deciding, staff.door, staff.accounts.guard))
    app.include_router(sheet_api(sources, staff.door))
    app.include_router(map_api(staff.deciding, staff.door, drawn))
    _add_health(app, render, log)
    app.include_router(about_pages(render, video))
    app.include_router(installed_pages(render))
    app.include_router(feedback_pages(render, staff.staff.book))
    if sources.config.people:  # who looks at what residents report
        reporting = Reporting(render, staff.staff.book, places)
        app.include_router(report_api(reporting))
        app.include_router(report_pages(reporting))
        app.include_router(barrier_api(staff.barriers, staff.deciding, staff.door))
        app.include_router(barrier_pages(render, staff.barriers))
    if sign_ups is not None:
        subscribing = Subscribing(render, sign_ups, places)
        for residents in (subscription_api, mine_pages, subscribe_pages):
            app.include_router(residents(subscribing))
        add_subscribe_errors(app, subscribing)
    # Before pages whose first part is a language, and before those of a warning.
    desk = (live_pages, local_pages, moderation_pages, desk_pages)
    for private in (login_pages, account_pages, call_pages, hotline_pages, ack_pages, seen_pages, *desk):
        app.include_router(private(render, staff))
    app.include_router(sheet_pages(render, [Depends(staff.guard)]))
    app.include_router(overview_page(render, places, searches))
    for public in (zone_pages, feed_pages, station_pages, warning_pages, older_pages, poster_pages, staff_pages):
        app.include_router(public(render))
    add_errors(app, render)
    add_login(app)
    return app


def _add_health(app: FastAPI, render: Renderer, log: Log) -> None:
    @app.get("/health", tags=["facts"], response_model=Health, responses={503: {"model": Health}})
    async def machine_health() -> Response:
        """Whether every part works: 200 where all do, else 503."""
        found = await health(render.sources, log)
        return JSONResponse(found.model_dump(mode="json"), 200 if found.ok else 503, {"Cache-Control": "no-store"})

    @app.get("/{language}/health", include_in_schema=False)
    async def health_page(request: Request, language: str) -> Response:
        found = await health(render.sources, log)
        spoken, languages = render.spoken_by_staff(language), render.staff_languages
        response = render.page(request, spoken, "health.html", health=found, live=False, languages=languages)
        response.headers["Cache-Control"] = "no-store"
        return response
