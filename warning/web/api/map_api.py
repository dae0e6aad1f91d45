"""What the map of the live desk is drawn from; for staff alone."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from warning.web.api.answering import PRIVATE
from warning.web.api.answers import Answer
from warning.web.api.command_api import BEARER
from warning.web.api.facts_api import head_at
from warning.web.api.problems import READING
from warning.web.facts.layers import layers
from warning.web.facts.reference import WGS84
from warning.web.staff.deciding import Deciding
from warning.web.staff.who import Door

Place = tuple[float, float]


class LayerOut(BaseModel):
    """A file of the city."""

    name: str
    shapes: dict[str, Any] = Field(description="GeoJSON, a FeatureCollection.")


class MapOut(Answer):
    """Where things are: latitude and longitude, but for GeoJSON, which has the longitude first."""

    zones: dict[str, list[Place]] = Field(description="Edges of the zones that have any.")
    stations: dict[str, Place] = Field(description="Stations whose position is configured.")
    layers: list[LayerOut]
    faults: list[str] = Field(description="Files that cannot be shown, and why.")
    attribution: str = Field(description="Whose shapes these are; stands on the map.")


def map_api(deciding: Deciding, door: Door, folder: Path | None) -> APIRouter:
    """The route; ``folder`` holds the city's GeoJSON."""
    guarded = [BEARER, Depends(door.speaker)]
    router = APIRouter(prefix="/api/v1", tags=["desk"], dependencies=guarded, responses=READING)
    sources = deciding.sources
    config = sources.config

    @router.get("/desk/map", response_model=MapOut)
    def shapes(response: Response) -> MapOut:
        """Zones, stations and what the city has laid into its folder."""
        response.headers.update(PRIVATE)
        found, faults = layers(folder, WGS84 if config.map is None else config.map.crs)
        return MapOut(
            **head_at(sources, sources.now_if_known()).model_dump(),
            zones={name: list(zone.polygon) for name, zone in config.zones.items() if zone.polygon},
            stations={name: one.position for name, one in config.stations.items() if one.position is not None},
            layers=[LayerOut(name=one.name, shapes=one.shapes) for one in found],
            faults=list(faults),
            attribution="" if config.map is None else config.map.attribution,
        )

    return router
