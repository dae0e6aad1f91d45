"""Signing up, in two steps: what somebody wants, and that the address is theirs. No name, no account, no script."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from notifiers.channel_specs import WebPushChannel
from notifiers.languages import Language
from notifiers.subscriptions.contacts import Contact, NoContact
from notifiers.subscriptions.links import NotOurs
from warning.places import chosen
from warning.signup import Asked, Busy
from warning.web.residents.mine_pages import FIELDS, form_facts, mine_page
from warning.web.residents.subscribing import Subscribing
from warning.web.residents.wishes import Unfit, wish_of
from warning.web.staff.forms import fields_of
from warning.web.staff.staffed import private


def subscribe_pages(subscribing: Subscribing) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    render, sign_ups = subscribing.render, subscribing.sign_ups

    @router.get("/{language}/subscribe")
    def look(request: Request, language: str) -> Response:
        zone = request.query_params.get("zone", "")  # whose page somebody comes from
        typed = {f"zone_{zone}": "on"} if zone in render.sources.config.zones else {}
        return _form(subscribing, request, render.spoken(language), typed=typed)

    @router.post("/{language}/subscribe")
    async def ask(request: Request, language: str) -> Response:
        spoken = render.spoken(language)
        fields = await fields_of(request, FIELDS)
        if "find" in fields:
            return _form(subscribing, request, spoken, **await asyncio.to_thread(_found, subscribing, fields))
        subscribing.asking.keep(request)
        try:
            asked = await _ask(subscribing, fields, spoken)
        except (Unfit, NoContact) as error:
            return _form(subscribing, request, spoken, 422, typed=fields, problem=str(error))
        except Busy:
            return _form(subscribing, request, spoken, 503, typed=fields, problem="busy")
        zones = chosen(fields, render.sources.config)
        return _second_step(subscribing, request, spoken, asked.ref, asked.contact.value, zones=zones)

    @router.post("/{language}/subscribe/code")
    async def code(request: Request, language: str) -> Response:
        spoken = render.spoken(language)
        subscribing.trying.keep(request)
        fields = await fields_of(request)
        ref, contact = fields.get("ref", ""), fields.get("contact", "")
        try:
            found = await sign_ups.confirm_code(ref, fields.get("code", ""))
        except NotOurs:
            return _second_step(subscribing, request, spoken, ref, contact, problem="code_wrong")
        return mine_page(subscribing, request, found, spoken, said="mine_welcome")

    return router


def _form(subscribing: Subscribing, request: Request, spoken: Language, status: int = 200, **facts: Any) -> Response:
    shared: dict[str, Any] = {"typed": {}, "found": None, "problem": "", **form_facts(subscribing, spoken)}
    shared |= {"channels": subscribing.sign_ups.channels, "push_key": _push_key(subscribing), "live": False}
    # Open channels that anybody may follow without telling us: address → zones.
    shared["followed"] = {one.public: one.zones for one in subscribing.render.sources.config.recipients if one.public}
    return private(subscribing.render.html(request.url.path, spoken, "subscribe.html", **shared | facts), status)


def _push_key(subscribing: Subscribing) -> str:
    specs = (subscribing.render.sources.config.channels[name] for name in subscribing.sign_ups.channels)
    return next((spec.public_key for spec in specs if isinstance(spec, WebPushChannel) and spec.public_key), "")


def _found(subscribing: Subscribing, fields: Mapping[str, str]) -> dict[str, Any]:
    """What was looked for, and the form with the likeliest zone ticked."""
    found = subscribing.places.find(fields.get("place", "")[:100])
    ticked = {f"zone_{zone}": "on" for place in found[:1] for zone in place.zones}
    return {"typed": {**fields, **ticked}, "found": found}


async def _ask(subscribing: Subscribing, fields: Mapping[str, str], spoken: Language) -> Asked:
    """Raises Unfit, NoContact, Busy."""
    sign_ups = subscribing.sign_ups
    channel = fields.get("channel", next(iter(sign_ups.channels)))
    contact = sign_ups.channels.get(channel)
    if contact is None or contact is Contact.PUSH:  # a browser signs up through the interface
        raise Unfit("channel_unfit")
    if contact is Contact.VOICE and "cannot_hear" in fields:
        raise Unfit("voice_unheard")
    wish = wish_of(fields, subscribing.render.sources.config)
    if "consent" not in fields:
        raise Unfit("no_consent")
    return await sign_ups.sign_up(channel, fields.get("address", ""), wish, subscribing.consent(contact, spoken))


def _second_step(  # noqa: PLR0913 - the parts of a page
    subscribing: Subscribing,
    request: Request,
    spoken: Language,
    ref: str,
    contact: str,
    *,
    zones: Sequence[str] = (),
    problem: str = "",
) -> Response:
    if contact not in set(Contact):
        raise Unfit("channel_unfit")
    facts = {"ref": ref, "contact": contact, "problem": problem, "zones": zones, "live": False}
    page = subscribing.render.html(request.url.path, spoken, "subscribe_code.html", **facts)
    return private(page, 422 if problem else 200)
