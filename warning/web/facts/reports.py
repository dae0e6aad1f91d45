"""What residents report of water, as everybody may read it: unconfirmed, and gone after six hours."""

from collections.abc import Sequence
from dataclasses import dataclass

from warning.stores.reports import SHOWN_MS, Depth, Listed
from warning.web.facts.local import first_shown
from warning.web.facts.sources import Sources
from warning.web.facts.zone import ZoneFact


@dataclass(frozen=True, slots=True)
class ReportFact:
    """One of them, at one moment."""

    id: str
    zone: str
    place: str  # empty where staff have not agreed to the resident's own words
    depth: Depth
    seen_ms: int
    age_ms: int


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The newest first."""

    seen: tuple[ReportFact, ...] = ()

    def at(self, zone: str) -> list[ReportFact]:
        """In a zone."""
        return [fact for fact in self.seen if fact.zone == zone]

    def beside(self, zones: Sequence[ZoneFact], zone: ZoneFact) -> list[ReportFact]:
        """In a zone, once."""
        return self.at(zone.zone) if first_shown(zones, zone) else []


NOTHING_SEEN = ReportFacts()


def report_facts(sources: Sources) -> ReportFacts:
    """Those that staff let people read. Raises BookUnavailable."""
    now = sources.now_if_known()
    if now is None:
        return NOTHING_SEEN
    found = (_fact(one, now) for one in sources.book.reports(now - SHOWN_MS))
    return ReportFacts(tuple(fact for fact in found if fact is not None))


def _fact(one: Listed, now_ms: int) -> ReportFact | None:
    report, said = one
    if said is None or not said.shown:
        return None
    place = report.place if report.known or said.accepted else ""
    return ReportFact(report.id, said.zone, place, report.depth, report.seen_ms, now_ms - report.seen_ms)
