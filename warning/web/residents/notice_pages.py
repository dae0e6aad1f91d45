"""What staff should look at; nothing on it that the public may not see."""

from fastapi import APIRouter, Request, Response

from warning.web.render import Renderer


def staff_pages(render: Renderer) -> APIRouter:
    """The list of notices, in every language."""
    router = APIRouter(include_in_schema=False)

    @router.get("/{language}/notices")
    def notices(request: Request, language: str) -> Response:
        spoken, languages = render.spoken_by_staff(language), render.staff_languages
        return render.page(request, spoken, "notices.html", notes=render.sources.notes(), languages=languages)

    return router
