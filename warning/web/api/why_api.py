"""Why a zone stands, or stood, where it does, for programs and the live desk: what ``floodbell why`` says."""

from fastapi import APIRouter, HTTPException, Response

from warning.web.api.answering import PRIVATE
from warning.web.api.command_api import ZoneId, reading
from warning.web.api.facts_api import head_at
from warning.web.api.problems import READING, problems
from warning.web.api.why_models import ConditionOut, RulesOut, WhyZoneOut
from warning.web.moment import AT, then
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door
from warning.why import NothingToTell, why


def why_api(deciding: Deciding, door: Door) -> APIRouter:
    """The route; it names what people have reported, so it is for staff alone."""
    router = reading(door, READING | problems(404))
    sources = deciding.sources

    @router.get("/zones/{zone}/why", response_model=WhyZoneOut)
    def zone_why(zone: ZoneId, response: Response, at: AT = None) -> WhyZoneOut:
        """Each rule of a zone with its truths, and the readings that made them so; 404 before anything was assessed."""
        response.headers.update(PRIVATE)
        if zone not in sources.config.zones:
            raise HTTPException(404)
        moment = then(sources, at)
        try:
            found = why(moment.sources.history, sources.config, zone, moment.past_ms)
        except NothingToTell:
            raise HTTPException(404) from None
        return WhyZoneOut(
            **head_at(sources, sources.now_ms()).model_dump(),
            zone=zone,
            at=found.at,
            rules=RulesOut.model_validate(found.rules),
            conditions=[ConditionOut.model_validate(one) for one in found.zone.conditions] if found.zone else [],
        )

    return router
