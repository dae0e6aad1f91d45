"""The residents' overview: complete without scripts."""

import contextlib
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from warning.messages import DeskRow
from warning.stores.book import BookUnavailable
from warning.stores.history import HistoryUnavailable
from warning.web.facts.local import NOTHING_LOCAL, local_facts
from warning.web.facts.notices import notices
from warning.web.facts.reports import NOTHING_SEEN, report_facts
from warning.web.render import Renderer


def overview_page(render: Renderer) -> APIRouter:
    """The first page, in every language."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def start() -> Response:
        return RedirectResponse(f"/{render.sources.config.city.languages[0]}/", 307)

    @router.get("/{language}/")
    def overview(request: Request, language: str) -> Response:
        return render.shared_page(request, render.spoken(language), "index.html", lambda: overview_facts(render))

    return router


def overview_facts(render: Renderer) -> dict[str, object]:
    """What the overview says; a store that cannot be read is said, not hidden."""
    sources = render.sources
    facts: dict[str, object] = {"picture": None, "in_force": (), "past": (), "erred_at": {}, "book_readable": True}
    facts |= {"local": NOTHING_LOCAL, "reports": NOTHING_SEEN}
    rows: Sequence[DeskRow] = ()
    try:
        rows = sources.book.rows()
        shown = notices(sources.book, rows)
        facts["in_force"] = [notice for notice in shown if not notice.over]
        facts["past"] = [notice for notice in shown if notice.over]
        facts |= {"local": local_facts(sources), "reports": report_facts(sources)}
        facts["erred_at"] = {notice.row.warning: notice.erred_at for notice in shown if notice.erred_at}
    except BookUnavailable:
        facts["book_readable"] = False
    with contextlib.suppress(HistoryUnavailable):
        picture = sources.picture(rows)
        facts |= {"picture": picture, "now_ms": picture.now_ms}
    return facts
