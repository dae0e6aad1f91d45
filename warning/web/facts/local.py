"""What helps people in a zone, as the pages tell it: which text in which language, and how old it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notifiers.languages import Language
from sensors.times import to_ms
from sensors.units import HOUR_MS
from warning.messages import EVERYWHERE, LocalInfo, Topic
from warning.web.facts.sources import Sources
from warning.web.facts.zone import ZoneFact

OLD_MS = 6 * HOUR_MS
_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")


@dataclass(frozen=True, slots=True)
class LocalFact:
    """One topic in one zone, at one moment."""

    info: LocalInfo
    first: Language  # the city's, which stands in
    age_ms: int | None

    @property
    def old(self) -> bool:
        """Whether nobody has looked at it for long."""
        return self.age_ms is not None and self.age_ms > OLD_MS

    @property
    def at_ms(self) -> int:
        return to_ms(self.info.at)

    def spoken(self, language: str) -> str:
        """In which language it is said to who reads another."""
        return language if language in self.info.texts else self.first

    def parts(self, language: str) -> list[str]:
        """The text, every second part an address on the web."""
        texts = self.info.texts
        return _ADDRESS.split(texts.get(self.spoken(language), next(iter(texts.values()))))


@dataclass(frozen=True, slots=True)
class LocalFacts:
    """What is said now, by topic in the order in which it is shown."""

    said: tuple[LocalFact, ...] = ()

    def own(self, zone: str) -> list[LocalFact]:
        """Of this zone alone; or of ``EVERYWHERE``."""
        return [fact for fact in self.said if fact.info.zone == zone]

    def at(self, zone: str) -> list[LocalFact]:
        """All that concerns who is there; what is said of the zone comes before what is said of all."""
        order = list(Topic)
        found = [*self.own(zone), *self.own(EVERYWHERE)]
        return sorted(found, key=lambda fact: order.index(fact.info.topic))

    def beside(self, zones: Sequence[ZoneFact], zone: ZoneFact) -> list[LocalFact]:
        """Of a zone's own, once."""
        return self.own(zone.zone) if first_shown(zones, zone) else []


def first_shown(zones: Sequence[ZoneFact], zone: ZoneFact) -> bool:
    """Whether it is the first of a zone's hazards: what concerns the zone stands beside that one."""
    return next(one for one in zones if one.zone == zone.zone) is zone


NOTHING_LOCAL = LocalFacts()


def local_facts(sources: Sources) -> LocalFacts:
    """What is said and has not ended, as far as the time is known. Raises BookUnavailable."""
    now, first = sources.now_if_known(), sources.config.city.languages[0]
    order = list(Topic)
    said = [
        LocalFact(info, first, None if now is None else now - to_ms(info.at))
        for info in sources.book.local()
        if info.texts and (now is None or now < to_ms(info.until))
    ]
    return LocalFacts(tuple(sorted(said, key=lambda fact: order.index(fact.info.topic))))
