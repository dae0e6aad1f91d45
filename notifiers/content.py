"""What a city says about itself in every text and every CAP message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from notifiers.languages import Language
from notifiers.spec import HazardTexts, Issuer, Texts


class ContentError(Exception):
    """A text cannot be written: a slot, place or hazard is not known."""


@dataclass(frozen=True, slots=True)
class Place:
    """A zone that is warned as one."""

    name: Mapping[Language, str]
    area: Mapping[Language, str]  # which streets and places
    geocode: Mapping[str, str] = field(default_factory=dict)
    polygon: tuple[tuple[float, float], ...] = ()  # latitude, longitude; open or closed

    @property
    def outline(self) -> tuple[tuple[float, float], ...]:
        """The polygon, closed; empty where it encloses nothing: the check of the configuration says so."""
        if len(set(self.polygon)) < 3:
            return ()
        return self.polygon if self.polygon[0] == self.polygon[-1] else (*self.polygon, self.polygon[0])


@dataclass(frozen=True, slots=True)
class Content:
    """Everything but the revision itself that goes into a message."""

    city: str  # its name
    zone: ZoneInfo  # legal time, in which all times are told
    languages: tuple[Language, ...]  # the first one is the city's own
    sender: str
    contact: str
    web: str  # address of the pages
    places: Mapping[str, Place]
    texts: Texts
    issuer: Issuer | None = None  # None: nobody may warn officially

    def page_of(self, zone: str, language: Language) -> str:
        """Address of a zone's page, in a language if the pages speak it; of the first page once the zone is gone."""
        spoken = language if language in self.languages else self.languages[0]
        return f"{self.web}{spoken}/zone/{zone}" if zone in self.places else f"{self.web}{spoken}/"

    def place(self, zone: str) -> Place:
        """Raises ContentError for a zone that is not configured (any more)."""
        if zone not in self.places:
            raise ContentError(f"no such zone: {zone}")
        return self.places[zone]

    def hazard(self, name: str) -> HazardTexts:
        """Raises ContentError for a hazard without texts."""
        if name not in self.texts.hazards:
            raise ContentError(f"no texts for hazard: {name}")
        return self.texts.hazards[name]
