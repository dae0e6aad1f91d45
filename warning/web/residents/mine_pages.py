"""A resident's own page: what was asked for, to be changed, tried and ended. The address itself is never shown."""

from typing import Any

from fastapi import APIRouter, Request, Response

from notifiers.languages import Language
from notifiers.ledger.residents import Resident
from notifiers.subscriptions.links import MINE
from warning.places import zone_names
from warning.web.residents.subscribing import Subscribing
from warning.web.residents.wishes import LIMIT, Unfit, gauges, wish_of
from warning.web.staff.forms import fields_of
from warning.web.staff.staffed import private

FIELDS = 500


def form_facts(subscribing: Subscribing, language: Language) -> dict[str, Any]:
    """What the fields of a wish are made of."""
    config = subscribing.render.sources.config
    return {
        "zone_names": zone_names(config, language),
        "gauges": gauges(config),
        "spoken": config.city.languages,
        "honest": subscribing.honest(language),
        "consents": {
            contact.value: subscribing.consent_shown(contact, language)
            for contact in dict.fromkeys(subscribing.sign_ups.channels.values())
        },
    }


def mine_page(
    subscribing: Subscribing, request: Request, found: Resident, language: Language, said: str = "", status: int = 200
) -> Response:
    """The page of one resident; ``said`` is what has just been done, or was wrong."""
    token = subscribing.sign_ups.links.token(MINE, found.id)
    contact = subscribing.sign_ups.contact(found)
    facts = {"resident": found, "token": token, "contact": contact, "said": said, "typed": _typed(found)}
    facts |= {"bad": status >= 400, "live": False, **form_facts(subscribing, language)}
    return private(subscribing.render.html(request.url.path, language, "mine.html", **facts), status)


def _typed(found: Resident) -> dict[str, str]:
    """A wish as the fields of a form."""
    limits = {f"{LIMIT}{station}": f"{value:g}" for station, value in found.wish.limits.items()}
    zones = {f"zone_{zone}": "on" for zone in found.wish.zones}
    return {**zones, **limits, "language": found.wish.language, "from_level": str(found.wish.from_level)}


def mine_pages(subscribing: Subscribing) -> APIRouter:
    """The routes; whoever is not known any more is told so in one place for all of them."""
    router = APIRouter(include_in_schema=False)
    sign_ups, config = subscribing.sign_ups, subscribing.render.sources.config

    def plain(request: Request, template: str, language: Language, **facts: Any) -> Response:
        return private(subscribing.render.html(request.url.path, language, template, **facts, live=False))

    def page(request: Request, found: Resident, said: str = "", status: int = 200) -> Response:
        return mine_page(subscribing, request, found, subscribing.language_of(found), said, status)

    @router.get("/mine/{token}/confirm")
    async def look_to_confirm(request: Request, token: str) -> Response:
        """Looking confirms nothing: scanners of mail look at links too."""
        found = await sign_ups.asked(token)
        return plain(request, "confirm.html", subscribing.language_of(found), wish=found.wish)

    @router.post("/mine/{token}/confirm")
    async def confirm(request: Request, token: str) -> Response:
        await fields_of(request)
        return page(request, await sign_ups.confirm(token), "mine_welcome")

    @router.get("/mine/{token}")
    @router.get("/mine/{token}/leave")  # for mail programs that open the address instead of posting to it
    async def look(request: Request, token: str) -> Response:
        return page(request, await sign_ups.mine(token))

    @router.post("/mine/{token}")
    async def change(request: Request, token: str) -> Response:
        found = await sign_ups.mine(token)
        try:
            await sign_ups.change(token, wish_of(await fields_of(request, FIELDS), config))
        except Unfit as error:
            return page(request, found, str(error), 422)
        return page(request, await sign_ups.mine(token), "mine_changed")

    @router.post("/mine/{token}/test")
    async def test(request: Request, token: str) -> Response:
        await fields_of(request)
        found = await sign_ups.mine(token)
        said, status = ("mine_tested", 200) if await sign_ups.test(token) else ("mine_tested_enough", 429)
        return page(request, found, said, status)

    @router.post("/mine/{token}/leave")
    async def leave(request: Request, token: str) -> Response:
        """One step, also by mail programs: RFC 8058. Once more changes nothing."""
        await fields_of(request)
        await sign_ups.leave(token)
        return plain(request, "mine_over.html", subscribing.first, said="mine_left")

    return router
