"""The residents' first page, and the search for one's own street: complete without scripts."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from warning.content import content_of
from warning.places import Places
from warning.web.moment import moment
from warning.web.often import Bounds, Often
from warning.web.preferred import preferred
from warning.web.render import Renderer
from warning.web.residents.standing import standing
from warning.web.staff.forms import fields_of
from warning.web.staff.staffed import private

SEARCHES, SEARCHES_TOGETHER, MINUTE_S = 60, 600, 60.0


def searching() -> Bounds:
    """How often one may look for a street, on the page and by the interface together."""
    return Bounds(Often(SEARCHES, MINUTE_S), Often(SEARCHES_TOGETHER, MINUTE_S))


def overview_page(render: Renderer, places: Places, bounds: Bounds) -> APIRouter:
    """The first page, in every language."""
    router = APIRouter(include_in_schema=False)
    content = content_of(render.sources.config)

    @router.get("/")
    def start(request: Request) -> Response:
        """In the language that the browser asks for, else in the city's first one."""
        asked, spoken = request.headers.get("accept-language", ""), render.sources.config.city.languages
        return RedirectResponse(f"/{preferred(asked, spoken) or spoken[0]}/", 307, {"Vary": "Accept-Language"})

    @router.get("/{language}/")
    def overview(request: Request, language: str) -> Response:
        spoken, then = render.spoken(language), moment(render, request)
        return then.page(request, spoken, "index.html", **standing(then.sources, spoken, content))

    @router.get("/{language}/find")
    def look(request: Request, language: str) -> Response:
        spoken = render.spoken(language)
        return render.page(request, spoken, "find.html", found=None, typed="", live=False)

    @router.post("/{language}/find")
    async def find(request: Request, language: str) -> Response:
        """What somebody types stands in no address, so that no log of a proxy keeps it, and neither do we."""
        spoken = render.spoken(language)
        bounds.keep(request)
        typed = (await fields_of(request)).get("place", "")[:100]
        facts = await run_in_threadpool(standing, render.sources, spoken, content)
        facts |= {"found": await run_in_threadpool(places.find, typed), "typed": typed, "live": False}
        return private(render.html(request.url.path, spoken, "find.html", **facts))

    return router
