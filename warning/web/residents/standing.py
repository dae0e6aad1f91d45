"""What the residents' pages say about the present: read once per page, and what cannot be read is said."""

import contextlib
from collections.abc import Sequence

from notifiers import texts
from notifiers.content import Content, ContentError
from notifiers.languages import Language
from warning.messages import DeskRow
from warning.stores.book import BookUnavailable
from warning.stores.history import HistoryUnavailable
from warning.web.facts.local import NOTHING_LOCAL, local_facts
from warning.web.facts.notices import Notice, last_shown, notices
from warning.web.facts.picture import Picture, unread
from warning.web.facts.reports import NOTHING_SEEN, report_facts
from warning.web.facts.river import rivers
from warning.web.facts.sources import Sources
from warning.web.facts.zone import ZoneFact

Facts = dict[str, object]


def standing(sources: Sources, language: Language, content: Content, zone: str | None = None) -> Facts:
    """Zones, warnings and rivers of the city, or of one zone."""
    facts: Facts = {"picture": None, "zones": (), "rivers": (), "in_force": (), "past": (), "book_readable": True}
    facts |= {"older": "", "erred_at": {}, "advice": {}, "local": NOTHING_LOCAL, "reports": NOTHING_SEEN}
    rows: Sequence[DeskRow] = ()
    shown: Sequence[Notice] = ()
    try:
        rows = sources.book.rows()
        own = [row for row in rows if zone is None or row.zone == zone]
        shown = notices(sources.book, own)
        facts["in_force"] = [notice for notice in shown if not notice.over]
        facts["past"] = [notice for notice in shown if notice.over]
        facts["erred_at"] = {notice.row.warning: notice.erred_at for notice in shown if notice.erred_at}
        facts["advice"] = _advice(shown, language, content)
        facts["older"] = last_shown(own)
        facts |= {"local": local_facts(sources), "reports": report_facts(sources)}
    except BookUnavailable:
        facts["book_readable"] = False
    said = {notice.row.warning: since for notice in shown if (since := notice.level_since) is not None}
    try:
        return facts | _measured(sources, sources.pictured(rows, said), zone)
    except HistoryUnavailable:  # what is in force stands all the same, and what to do
        zones = unread(sources.config, rows, sources.now_if_known(), said)
        return facts | {"zones": _own(zones, zone)}


def _own(zones: Sequence[ZoneFact], zone: str | None) -> list[ZoneFact]:
    return [fact for fact in zones if zone is None or fact.zone == zone]


def _measured(sources: Sources, picture: Picture, zone: str | None) -> Facts:
    zones = _own(picture.zones, zone)
    near = {fact.series.station for one in zones for fact in one.stations}
    shown = [fact for fact in picture.stations if zone is None or fact.series.station in near]
    strip = rivers(sources.config.stations, shown)
    return {"picture": picture, "now_ms": picture.now_ms, "zones": zones, "rivers": strip}


def _advice(shown: Sequence[Notice], language: Language, content: Content) -> dict[str, str]:
    """What to do, in the words that were released: a person may have written others than the configuration's."""
    said: dict[str, str] = {}
    for notice in shown:
        if notice.revisions:
            with contextlib.suppress(ContentError):
                said[notice.row.warning] = texts.advice(notice.revisions[-1], language, content)
    return said
