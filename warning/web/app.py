"""The web application of one world."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from warning.log.api import Log
from warning.web.live import Changes, live
from warning.web.pages import pages
from warning.web.render import renderer
from warning.web.sources import Sources


def create_app(sources: Sources, log: Log, changes: Changes) -> FastAPI:
    """The application; it reads ``sources``; ``log`` is only asked whether it is there."""
    city = sources.config.city
    prefix = "ÜBUNG: " if sources.exercise else ""
    app = FastAPI(title=f"{prefix}Floodbell {city.name}", version="1", docs_url=None, redoc_url=None)
    render = renderer(sources)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.include_router(live(changes, f"{sources.wall_ms()}"))
    app.include_router(pages(render))
    return app
