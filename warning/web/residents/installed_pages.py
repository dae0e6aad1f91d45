"""What makes the pages an app on a telephone: its name and its icons."""

from typing import Any

from fastapi import APIRouter, Request, Response
from msgspec.json import encode

from notifiers.languages import Language
from warning.web.render import Renderer, conditional

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
        "dir": "ltr",
        "start_url": f"/{language}/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f5f7",
        "theme_color": "#0b4f8a",
        "icons": ICONS,
    }
