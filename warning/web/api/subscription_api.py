"""Signing up for programs, and for the script of the page: JSON under ``/api/v1/subscriptions``."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from notifiers.channel_specs import WebPushChannel
from notifiers.ledger.residents import Resident
from notifiers.subscriptions.contacts import Contact
from warning.web.api.problems import problems
from warning.web.api.subscription_models import Begun, ChannelOut, Code, GaugeOut, Mine, Offer, Renewed, SignUp, WishIn
from warning.web.residents.subscribing import Subscribing
from warning.web.residents.wishes import Unfit, checked, gauges

Token = Annotated[str, Path(max_length=80, description="The last part of a resident's own address.")]


def subscription_api(subscribing: Subscribing) -> APIRouter:
    """The routes; what is wrong with a request is answered in one place for all of them."""
    router = APIRouter(tags=["subscriptions"], responses=problems(404, 413, 422, 429, 503))
    sign_ups, config = subscribing.sign_ups, subscribing.render.sources.config
    exercise = subscribing.render.sources.exercise

    @router.get("/api/v1/subscriptions/offer", response_model=Offer)
    def offer() -> Offer:
        """Channels, zones and gauges to choose from, and the words that have to be shown."""
        return _offer(subscribing)

    @router.post("/api/v1/subscriptions", response_model=Begun, status_code=202, responses={201: {"model": Mine}})
    async def sign_up(request: Request, body: SignUp) -> Response:
        """Sign up. A browser is signed up at once (201); at other addresses their owner is asked first (202)."""
        subscribing.asking.keep(request)
        contact = _contact(subscribing, body)
        wish = checked(body.language, body.zones, body.from_level, body.limits, config)
        words = body.words if body.words in subscribing.render.words else subscribing.first
        begun = await sign_ups.sign_up(body.channel, body.address, wish, subscribing.consent(contact, words))
        if contact is Contact.PUSH:
            return JSONResponse(_mine(subscribing, begun.resident).model_dump(mode="json"), 201)
        return JSONResponse(Begun(exercise=exercise, ref=begun.ref).model_dump(), 202)

    @router.post("/api/v1/subscriptions/confirm", response_model=Mine)
    async def confirm(request: Request, body: Code) -> Mine:
        """Confirm with the code of a letter."""
        subscribing.trying.keep(request)
        return _mine(subscribing, await sign_ups.confirm_code(body.ref, body.code))

    @router.post("/api/v1/subscriptions/renew", status_code=204)
    async def renew(request: Request, body: Renewed) -> Response:
        """Another address of a browser that is signed up, as its push service gives it now and then."""
        subscribing.trying.keep(request)
        await sign_ups.renew(body.old, body.address)
        return Response(status_code=204)

    @router.get("/api/v1/subscriptions/{token}", response_model=Mine)
    async def look(token: Token) -> Mine:
        """A subscription, by its secret."""
        return _mine(subscribing, await sign_ups.mine(token))

    @router.put("/api/v1/subscriptions/{token}", response_model=Mine)
    async def change(token: Token, body: WishIn) -> Mine:
        """Another wish."""
        await sign_ups.change(token, checked(body.language, body.zones, body.from_level, body.limits, config))
        return _mine(subscribing, await sign_ups.mine(token))

    @router.delete("/api/v1/subscriptions/{token}", status_code=204)
    async def leave(token: Token) -> Response:
        """Sign off; everything about the address is deleted at once. Once more changes nothing."""
        await sign_ups.leave(token)
        return Response(status_code=204)

    return router


def _contact(subscribing: Subscribing, body: SignUp) -> Contact:
    contact = subscribing.sign_ups.channels.get(body.channel)
    if contact is None:
        raise Unfit("channel_unfit")
    if contact is Contact.VOICE and body.cannot_hear:
        raise Unfit("voice_unheard")
    return contact


def _mine(subscribing: Subscribing, found: Resident) -> Mine:
    wish = found.wish
    return Mine(
        exercise=subscribing.render.sources.exercise,
        mine=subscribing.sign_ups.links.mine(found.id),
        contact=subscribing.sign_ups.contact(found),
        zones=wish.zones,
        limits=dict(wish.limits),
        from_level=wish.from_level,
        language=wish.language,
    )


def _offer(subscribing: Subscribing) -> Offer:
    render, first = subscribing.render, subscribing.first
    config = render.sources.config
    return Offer(
        exercise=render.sources.exercise,
        honest={language: subscribing.honest(language) for language in render.words},
        zones={name: zone.name[first] for name, zone in config.zones.items()},
        languages=config.city.languages,
        gauges=[
            GaugeOut(station=one.station, name=one.name, lowest_cm=one.lowest, highest_cm=one.highest)
            for one in gauges(config)
        ],
        channels=[_channel(subscribing, name, contact) for name, contact in subscribing.sign_ups.channels.items()],
    )


def _channel(subscribing: Subscribing, name: str, contact: Contact) -> ChannelOut:
    spec = subscribing.render.sources.config.channels[name]
    key = spec.public_key if isinstance(spec, WebPushChannel) else None
    words = {language: subscribing.consent(contact, language).text for language in subscribing.render.words}
    return ChannelOut(channel=name, contact=contact, consent=words, push_key=key)
