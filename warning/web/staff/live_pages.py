"""The page of the live desk: a frame with the words and names its script needs. The facts come by the interface."""

import json
from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from notifiers.languages import NAMES
from notifiers.texts import STEADY_CM_PER_H
from warning.messages import Topic
from warning.web.desk.built import mark, there
from warning.web.render import Renderer
from warning.web.staff.desk_pages import DeskPages
from warning.web.staff.forms import session_of
from warning.web.staff.live_forms import forms, wording
from warning.web.staff.staffed import Staffed, private, private_page
from warning.web.staff.who import FORM_HEADER, Session
from warning.web.words import Words

LIVE = "/desk/live"


def live_pages(render: Renderer, staff: Staffed, built: Callable[[], bool] = there) -> APIRouter:
    """The route; where the live desk is not built it gives the plain one, which says so."""
    router = APIRouter(include_in_schema=False)
    plain = DeskPages(render, staff)

    @router.get(LIVE)
    def live(request: Request) -> Response:
        session = session_of(staff.door, request)
        if not built():
            said = plain.words(session).say("live_not_built")
            return plain.desk(request, session, said=said)
        words = render.words[staff.language_of(session.person)]
        given = _given(render, staff, session, words)
        page = private_page(
            render, staff, request, session, "desk_live.html", given=_data(given), mark=mark(), live=False
        )
        return private(page)

    return router


def _given(render: Renderer, staff: Staffed, session: Session, words: Words) -> dict[str, Any]:
    """Everything that stays the same while the page is open."""
    config = render.sources.config
    levels = range(1, len(words.texts.levels) + 1)
    return {
        "language": words.language,
        "zone": config.city.time_zone,
        "city": config.city.name,
        "person": session.person,
        "login": session.mark,
        "form": {"name": FORM_HEADER, "value": staff.door.form_token(session)},
        "official": config.issuer is not None,
        "phrases": words.phrases,
        "levels": [{"word": words.word(level), "step": words.step(level)} for level in levels],
        "zones": {zone: words.place(zone) for zone in config.zones},
        "hazards": {hazard: words.hazard(hazard) for hazard in words.texts.hazards},
        "stations": words.stations,
        "people": {one.id: one.name for one in config.people},
        "languages": {language: NAMES[language] for language in config.city.languages},
        "institutions": {one.id: one.name for one in config.institutions},
        "topics": [topic.value for topic in Topic],
        "spoken": list(config.city.languages),
        "forms": {name: form._asdict() for name, form in forms().items()},
        "wording": wording(),
        "trends": {
            "rising": words.texts.rising[words.language],
            "falling": words.texts.falling[words.language],
            "steady": words.texts.steady[words.language],
            "unknown": words.texts.trend_unknown[words.language],
            "least": STEADY_CM_PER_H,
        },
        "run": token_urlsafe(6),  # makes the keys of this page's commands its own
    }


def _data(given: dict[str, Any]) -> Markup:
    """As a block of data in a page: nothing in it can end the block."""
    return Markup(json.dumps(given, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - made safe here
