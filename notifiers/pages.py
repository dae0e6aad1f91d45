"""What pages to staff and gauge notices say. A page is never held back for want of a text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from notifiers import speech
from notifiers.catalogue import translations
from notifiers.content import Content
from notifiers.languages import Language, isolated, own
from notifiers.notice import GaugeNotice, Notice, Page, PageReason
from notifiers.revision import Measurement, Status
from notifiers.spec import PerLanguage
from notifiers.texts import STEADY_CM_PER_H, clean, fill, shorten

REASONS: Mapping[PageReason, PerLanguage] = {
    PageReason.DRAFT_WAITS: {"de": "ein Entwurf wartet auf Freigabe", "en": "a draft waits for release"},
    PageReason.DRAFT_REMINDER: {
        "de": "der Entwurf wartet noch immer auf Freigabe",
        "en": "the draft still waits for release",
    },
    PageReason.DRAFT_NEXT: {
        "de": "ein Entwurf wartet, bisher hat niemand gehandelt",
        "en": "a draft waits, nobody has acted so far",
    },
    PageReason.DRAFT_EVERYONE: {
        "de": "niemand hat gehandelt, alle werden gerufen: ein Entwurf wartet",
        "en": "nobody has acted, everyone is called: a draft waits",
    },
    PageReason.SECOND_NEEDED: {"de": "eine zweite Freigabe wird gebraucht", "en": "a second release is needed"},
    PageReason.RELEASED_ALONE: {
        "de": "von einer Person allein freigegeben, bitte gegenzeichnen",
        "en": "released by one person alone, please countersign",
    },
    PageReason.COUNTERSIGN_OVERDUE: {
        "de": "die Gegenzeichnung ist überfällig",
        "en": "the countersignature is overdue",
    },
    PageReason.RELEASED: {"de": "freigegeben", "en": "released"},
    PageReason.STILL_REJECTED: {
        "de": "abgelehnt, die Gefahr hält an",
        "en": "rejected, and the danger goes on",
    },
    PageReason.EXTEND_SOON: {
        "de": "läuft in einer halben Stunde ab und ist nicht vorbei",
        "en": "runs out in half an hour and is not over",
    },
    PageReason.ALL_CLEAR_WAITS: {"de": "die Entwarnung wartet auf Freigabe", "en": "the all-clear waits for release"},
    PageReason.EXPIRED_UNSAID: {
        "de": "abgelaufen, ohne dass Entwarnung gegeben wurde",
        "en": "has run out without an all-clear",
    },
    PageReason.RETRACTED: {"de": "zurückgenommen", "en": "retracted"},
    PageReason.REINSTATED: {"de": "wieder in Kraft gesetzt", "en": "reinstated"},
    PageReason.SHEET_DUE: {
        "de": "die Leitstelle hat MoWaS noch nicht bestätigt",
        "en": "the control room has not confirmed MoWaS yet",
    },
    PageReason.CALLS_DUE: {
        "de": "Einrichtungen haben nicht bestätigt, bitte anrufen",
        "en": "institutions have not acknowledged, please call them",
    },
    PageReason.LEVEL_ROSE: {
        "de": "die Stufe ist über die bestätigte gestiegen",
        "en": "the level has risen above the acknowledged one",
    },
    PageReason.STAFF_NOTE: {"de": "ein Hinweis der Regeln", "en": "a notice of the rules"},
}
#: Where on the desk a page leads, if not to the warning.
_PLACES = {PageReason.CALLS_DUE: "/calls"}
_MEASURED: PerLanguage = {"de": "Messwert, ungeprüft", "en": "Measured value, unchecked"}
_OWN_LIMIT: PerLanguage = {
    "de": "Ihre Marke: {limit}. Das ist keine Warnung.",
    "en": "Your limit: {limit}. This is no warning.",
}
_CHECKING: PerLanguage = {"de": "Die Stadt prüft.", "en": "The city is checking."}
_GAUGE: PerLanguage = {"de": "Pegel {station} {value} um {time} Uhr", "en": "gauge {station} {value} at {time}"}
_SHORT_GAUGE: PerLanguage = {"de": "Pegel {value}", "en": "Gauge {value}"}
_SHORT_RAIN: PerLanguage = {"de": "Regen {value}", "en": "Rain {value}"}
_SHORT_UNCHECKED: PerLanguage = {"de": "ungeprüfter Messwert", "en": "unchecked reading"}
_RAIN: PerLanguage = {"de": "Regen {station} {value} bis {time} Uhr", "en": "rain at {station} {value} until {time}"}
_NO_VALUE: PerLanguage = {"de": "kein Messwert", "en": "no value"}
_RISES: PerLanguage = {"de": "steigt um {rate} cm/h", "en": "rising by {rate} cm/h"}
_FALLS: PerLanguage = {"de": "fällt um {rate} cm/h", "en": "falling by {rate} cm/h"}
_STEADY: PerLanguage = {"de": "gleichbleibend", "en": "steady"}
_SEEN: PerLanguage = {"de": "Gesehen? Hier bestätigen:", "en": "Seen it? Confirm here:"}
_TAKE_NOTE: PerLanguage = {
    "de": "Bitte bestätigen:",
    "en": "Please confirm:",
    "de-simple": "Bitte antworten Sie:",
}
_LOST: PerLanguage = {"de": "Ohne Messwerte: {stations}.", "en": "No readings from {stations}."}


@dataclass(frozen=True, slots=True)
class Told:
    """A text for one person; ``body`` is complete without the title."""

    title: str  # at most 140 characters, one line
    body: str


def render_page(page: Page, language: Language, content: Content, seen: str = "") -> Told:
    """Level first, then place and reason; the link leads to the desk.

    ``seen`` is the address at which this person says to have seen it; without one nothing is said of it.
    """
    words = NoticeWords(page, language, content)
    said = clean(f"{words.about()}{told(REASONS[page.reason], language)}")
    link = f"{content.web}desk/{page.warning}{_PLACES.get(page.reason, '')}" if page.warning else content.web
    ack = f"{told(_SEEN, language)} {seen}" if seen else ""
    lines = (f"{said}.", clean(page.text), *words.measured(), *words.lost(), ack, link)
    return words.told(said, lines)


def render_gauge_notice(notice: GaugeNotice, language: Language, content: Content) -> Told:
    """A value that nobody has checked yet: neither a warning, nor the city's word."""
    words = NoticeWords(notice, language, content)
    unchecked = words.unchecked()
    measured = [f"{unchecked}: {one}" for one in words.measured()]
    lines = (*measured, *words.lost(), words.checking(), content.page_of(notice.zone, language))
    return words.told(clean(f"{unchecked}: {words.place()}"), lines)


def seen_line(link: str, language: Language) -> str:
    """What asks an institution to say that it knows."""
    return f"{told(_TAKE_NOTE, language)} {link}"


def told(words: PerLanguage, language: Language) -> str:
    """A phrase in a language: as it stands here, else from its catalogue, else in German."""
    return words.get(language) or translations(language).get(words["de"]) or own(words, language)


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """The parts of one notice in one language; what the configuration does not know is told by its name."""

    notice: Notice
    language: Language
    content: Content

    def told(self, title: str, lines: tuple[str, ...]) -> Told:
        mark = self.exercise()
        title = f"{mark}: {title}" if mark else title
        return Told(shorten(title), "\n".join(filter(None, [f"{mark}." if mark else "", *lines])))

    def exercise(self) -> str:
        if self.notice.status is Status.ACTUAL:
            return ""
        words = self._own(self.content.texts.exercise)
        return fill(("texts", "exercise", self.language), words, {"city": self.content.city})

    def unchecked(self) -> str:
        """That it is a measured value, and that nobody has looked at it."""
        return told(_MEASURED, self.language)

    def checking(self) -> str:
        """What is done about it; where it is somebody's own limit, that it is."""
        limit = self.notice.limit if isinstance(self.notice, GaugeNotice) else None
        if limit is None or not self.notice.measurements:
            return told(_CHECKING, self.language)
        said = speech.quantity(limit, self.notice.measurements[0].unit, self.language)
        return clean(told(_OWN_LIMIT, self.language).format(limit=isolated(said, self.language)))

    def about(self) -> str:
        """``Gefahr, Stufe 2 von 3 – Unterbarmen: ``, as far as it is about any."""
        level, place = self.level(), self.place()
        named = " – ".join(filter(None, [level, place]))
        return f"{named}: " if named else ""

    def level(self) -> str:
        level, texts = self.notice.level, self.content.texts
        if level == 0:
            return ""
        word = self._own(texts.word_of(level))
        step = fill(("texts", "step", self.language), self._own(texts.step), {"level": str(level)})
        return ", ".join(filter(None, [clean(word), step]))

    def place(self) -> str:
        if not self.notice.zone and self.notice.measurements:
            return self.notice.measurements[0].station_name
        place = self.content.places.get(self.notice.zone)
        return self.notice.zone if place is None else self._own(place.name)

    def measured(self) -> Iterator[str]:
        for measurement in self.notice.measurements:
            yield clean(", ".join(filter(None, [self._value(measurement), self._trend(measurement)]))) + "."

    def lost(self) -> Iterator[str]:
        if self.notice.gauge_lost:
            stations = speech.listed(self.notice.gauge_lost, self.language)
            yield clean(told(_LOST, self.language).format(stations=stations))

    def sign(self) -> tuple[str, str]:
        """Two lines for a sign: a value, and that nobody has looked at it."""
        first = next((one for one in self.notice.measurements if one.value is not None and isfinite(one.value)), None)
        if first is None or first.value is None:
            return clean(self.place()), told(_SHORT_UNCHECKED, self.language)
        form = _SHORT_RAIN if first.parameter == "rain" else _SHORT_GAUGE
        value = speech.quantity(first.value, first.unit, self.language)
        return told(form, self.language).format(value=value), told(_SHORT_UNCHECKED, self.language)

    def _value(self, measurement: Measurement) -> str:
        known = measurement.value is not None and isfinite(measurement.value)
        value = (
            speech.quantity(measurement.value, measurement.unit, self.language)  # type: ignore[arg-type]
            if known
            else told(_NO_VALUE, self.language)
        )
        form = _RAIN if measurement.parameter == "rain" else _GAUGE
        at = speech.moment(measurement.at, self.content.zone, self.language, beside=self.notice.sent)
        slots = {"station": measurement.station_name, "value": value, "time": at}
        return told(form, self.language).format(**{name: isolated(said, self.language) for name, said in slots.items()})

    def _trend(self, measurement: Measurement) -> str:
        rise = measurement.rise_cm_per_h
        if rise is None or not isfinite(rise):
            return ""
        if abs(rise) < STEADY_CM_PER_H:
            return told(_STEADY, self.language)
        form = _RISES if rise > 0 else _FALLS
        return told(form, self.language).format(rate=speech.number(abs(rise), self.language, decimals=0))

    def _own(self, words: Mapping[Language, str]) -> str:
        """A word in this language, or in any that there is."""
        return own(words, self.language) if words else ""
