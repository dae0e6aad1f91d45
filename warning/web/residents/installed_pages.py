"""What makes the pages an app on a telephone: its name, its icons, and what is left of it without a connection."""

from functools import cache
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request, Response
from msgspec.json import encode

from notifiers.languages import Language
from warning.web.render import FOLDER, Renderer, conditional

STATIC = FOLDER / "static"
#: What the worker is made of, and what it keeps beside the pages: when any of it changes, so does the worker.
WORKER = ("age.js", "offline.js", "sw.js")
BESIDE = ("app.js", "live.js", "bell.svg")

ICONS = [
    {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
    {"src": "/static/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
    {"src": "/static/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
    {"src": "/static/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
]


def installed_pages(render: Renderer) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/{language}/app.webmanifest")
    def manifest(request: Request, language: str) -> Response:
        body = encode(_manifest(render, render.spoken(language))).decode()
        return conditional(request, body, "application/manifest+json")

    @router.get("/{language}/offline")
    def offline(request: Request, language: str) -> Response:
        """What the worker shows where there is no connection and nothing kept."""
        return conditional(request, _offline(render, render.spoken(language)))

    @cache
    def script() -> str:
        return _worker(render)

    @router.get("/sw.js")
    def worker(request: Request) -> Response:
        """The service worker has to stand at the root: it is responsible for what lies below it."""
        return conditional(request, script(), "text/javascript", cache="no-cache")

    return router


def _manifest(render: Renderer, language: Language) -> dict[str, Any]:
    words, config = render.words[language], render.sources.config
    title = words.say("title" if config.issuer is not None else "title_measured", city=words.city.name)
    drill = f"{words.say('exercise_title')}: " if render.sources.exercise else ""
    return {
        "id": "/",  # one app, whichever language it was installed from
        "name": f"{drill}{title}",
        "short_name": f"{drill}{words.city.name}",
        "lang": language,
        "dir": words.dir,
        "start_url": f"/{language}/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f5f7",
        "theme_color": "#0b4f8a",
        "icons": ICONS,
    }


def _offline(render: Renderer, language: Language) -> str:
    """It says nothing of how things stand, so it has no time either."""
    return render.html(f"/{language}/offline", language, "offline.html", now_ms=None, live=False)


def _worker(render: Renderer) -> str:
    code = "".join((STATIC / name).read_text("utf-8") for name in WORKER)
    beside = "".join((STATIC / name).read_text("utf-8") for name in BESIDE)
    pages = "".join(_offline(render, language) for language in render.words)
    version = sha256(f"{code}{beside}{pages}".encode()).hexdigest()[:12]
    city = encode({"version": version, "languages": tuple(render.words)}).decode()
    return f'"use strict";\nconst CITY = {city};\n{code}'
