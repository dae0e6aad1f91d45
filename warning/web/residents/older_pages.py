"""Warnings that are over, in parts, back to the first one."""

from fastapi import APIRouter, HTTPException, Request, Response

from warning.web.facts.notices import older
from warning.web.moment import moment
from warning.web.render import Renderer
from warning.web.residents.standing import Facts


def older_pages(render: Renderer) -> APIRouter:
    """The route."""
    router = APIRouter(include_in_schema=False)

    @router.get("/{language}/warnings")
    def warnings(request: Request, language: str, zone: str = "", after: str = "") -> Response:
        """Of the city, or of one zone; ``after`` is the warning that the reader has seen last."""
        spoken, then = render.spoken(language), moment(render, request)
        if zone and zone not in render.sources.config.zones:
            raise HTTPException(404)
        rows = [row for row in then.sources.book.rows() if zone in ("", row.zone)]
        try:
            found = older(then.sources.book, rows, after or None)
        except KeyError:
            raise HTTPException(404) from None
        facts: Facts = {"in_force": None, "past": found.notices, "older": found.last, "book_readable": True}
        facts |= {"zone_id": zone} if zone else {}
        return then.page(request, spoken, "older.html", **facts)

    return router
