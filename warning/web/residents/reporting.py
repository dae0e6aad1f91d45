"""What a resident reports of water, taken from a form or from JSON: where, how deep, when; never who."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from secrets import token_hex

from sensors.units import MINUTE_MS
from warning.places import Places
from warning.stores import reports
from warning.stores.book import LedgerBook
from warning.stores.reports import Depth, Report
from warning.web.often import Bounds, Often
from warning.web.render import Renderer
from warning.web.residents.wishes import Unfit

HOUR_S = 3600.0
REPORTED = 6  # what one address on the net may report in an hour
TOGETHER, MINUTE_S = 300, 60.0  # each is a write to the ledger, which warnings go out from
MOST_SIGNS = 80
MINUTES_AGO = (0, 15, 30, 60, 120)
TRAP = "more"  # a field that people do not see; programs fill it in, and no browser by itself


class Full(Exception):
    """Too many reports wait for somebody to look at them."""


@dataclass(frozen=True)
class Reporting:
    """Residents' reports of one city."""

    render: Renderer
    book: LedgerBook
    places: Places
    bounds: Bounds = field(default_factory=lambda: Bounds(Often(REPORTED, HOUR_S), Often(TOGETHER, MINUTE_S)))

    def receive(self, place: str, zone: str, depth: str, minutes_ago: int) -> None:
        """Keep it for the staff. Raises Unfit, Full, BookUnavailable, HistoryUnavailable."""
        if not self.book.change(partial(reports.receive, report=self._report(place, zone, depth, minutes_ago))):
            raise Full

    def _report(self, place: str, zone: str, depth: str, minutes_ago: int) -> Report:
        now, words = self.render.sources.now_ms(), " ".join(place.split())
        if not words or not words.isprintable() or len(words) > MOST_SIGNS:
            raise Unfit("report_no_place")
        if depth not in set(Depth):
            raise Unfit("report_no_depth")
        if minutes_ago not in MINUTES_AGO or now is None:
            raise Unfit("report_no_time")
        known = self.places.exact(words)
        zones = known.zones if known else ()
        chosen = zone if zone in self.render.sources.config.zones else next(iter(zones), "")
        seen = now - minutes_ago * MINUTE_MS
        return Report(token_hex(6), now, seen, chosen, known.name if known else words, known is not None, Depth(depth))


def from_form(fields: Mapping[str, str]) -> tuple[str, str, str, int]:
    """Place, zone, depth and minutes; a place that was found counts more than what was typed."""
    minutes = fields.get("minutes", "")
    return (
        fields.get("found") or fields.get("place", ""),
        fields.get("zone", ""),
        fields.get("depth", ""),
        int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 4 else -1,
    )
