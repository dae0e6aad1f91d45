"""What this is, in short sentences; how to call for help without a voice; how accessible the pages are."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from warning.web.render import Renderer

VIDEO = "/video"


def about_pages(render: Renderer, video: Path | None) -> APIRouter:
    """The routes; ``video`` is served from here, as no page asks anybody else for anything."""
    router = APIRouter(include_in_schema=False)
    config = render.sources.config
    shown = None if video is None else VIDEO

    @router.get("/{language}/about")
    def about(request: Request, language: str) -> Response:
        return render.page(request, render.spoken(language), "about.html", video=shown, live=False)

    @router.get("/{language}/emergency")
    def emergency(request: Request, language: str) -> Response:
        return render.page(request, render.spoken(language), "emergency.html", live=False)

    @router.get("/{language}/accessibility")
    def accessibility(request: Request, language: str) -> Response:
        spoken = render.spoken(language)
        return render.page(request, spoken, "accessibility.html", stated=config.accessibility, video=shown, live=False)

    if video is not None:

        @router.get(VIDEO)
        def film() -> Response:
            return FileResponse(video, headers={"Cache-Control": "public, max-age=3600"})

    return router
