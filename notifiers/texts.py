"""What people read: one message per revision and language, from the words of the configuration."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifiers import speech
from notifiers.content import Content, ContentError
from notifiers.revision import Change, Measurement, Revision, Status
from notifiers.spec import Language, PerLanguage

TITLE_LENGTH = 140  # CAP asks for headlines shorter than this
#: A slope below this is told as steady: it lies within what a gauge tells apart in an hour.
STEADY_CM_PER_H = 2.0

Slots = dict[str, str]
Path = tuple[str | int, ...]
#: Fills the slots of a text; the path is its place in the configuration.
Fill = Callable[[Path, str, Slots], str]

# Plain text: nothing is escaped here, whoever puts it into HTML or XML escapes it there.
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Message:
    """What is said in one language; ``body`` is complete without the title."""

    title: str  # at most 140 characters, one line
    description: str  # what is measured, since when
    instruction: str  # what to do
    body: str


def render(revision: Revision, language: Language, content: Content) -> Message:
    """The texts of a revision.

    Raises:
        ContentError: a place, hazard or slot is not known.
    """
    return compose(revision, language, content, fill)


def fill(path: Path, template: str, slots: Slots) -> str:
    """A text with its slots filled; one that is not known is an error, never a gap."""
    try:
        text = _compiled(template).render(slots)
    except Exception as error:  # an operator's template may raise anything
        raise ContentError(f"{'.'.join(map(str, path))}: {error}") from error
    return clean(text)


@lru_cache(maxsize=1000)
def _compiled(template: str) -> Template:
    return _ENVIRONMENT.from_string(template)


def clean(text: str) -> str:
    """Without what neither XML nor a headline can hold; white space is one blank."""
    return " ".join(_CONTROL.sub(" ", text).split())


def compose(revision: Revision, language: Language, content: Content, fill_in: Fill) -> Message:
    """``render`` with its own way of filling slots, so that a check can collect what does not fit."""
    words = _Words(revision, language, content, fill_in)
    opening, said = words.opening(), words.headline()
    first = [opening, *words.reinstated()]
    before, lost, issued = [*words.lowered(), words.area(), *words.measured()], [*words.gauge_lost()], words.issued()
    instruction = words.wording("instruction")
    told = f"{said}." if revision.change is Change.RETRACTED else ""  # a description without it would be empty words
    title = f"{words.exercise()}: {said}" if opening else said
    return Message(
        title=shorten(title),
        description=" ".join(filter(None, [*first, told, *before, *lost, issued])),
        instruction=" ".join(filter(None, [opening, instruction])),
        body="\n".join(filter(None, [*first, f"{said}.", *before, instruction, *lost, issued])),
    )


def sentence(revision: Revision, language: Language, content: Content) -> str:
    """What is to be said about the mistake alone, of a retraction or a revision that takes one back.

    Raises:
        ContentError: a place, hazard or slot is not known.
    """
    words = _Words(revision, language, content, fill)
    return words.retracted("headline") if revision.change is Change.RETRACTED else next(words.reinstated(), "")


def shorten(title: str) -> str:
    """At most 140 characters; what is cut off ends in an ellipsis."""
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class _Words:
    """The sentences of one revision in one language."""

    revision: Revision
    language: Language
    content: Content
    fill: Fill

    def text(self, name: str, words: PerLanguage, slots: Slots) -> str:
        return self.pick(("texts", name), words, slots)

    def pick(self, path: Path, words: PerLanguage, slots: Slots) -> str:
        path = (*path, self.language)
        if self.language not in words:
            raise ContentError(f"{'.'.join(map(str, path))}: is missing")
        return self.fill(path, words[self.language], self.common() | slots)

    def common(self) -> Slots:
        """Slots that every text may use."""
        revision, place, language = self.revision, self.content.place(self.revision.zone), self.language
        return {
            "city": self.content.city,
            "place": place.name[language],
            "hazard": self.content.hazard(revision.hazard).name[language],
            "level": str(revision.level),
            "issued": speech.clock(revision.sent, self.content.zone),
        }

    def exercise(self) -> str:
        if self.revision.status is Status.ACTUAL:
            return ""
        return self.text("exercise", self.content.texts.exercise, {})

    def opening(self) -> str:
        mark = self.exercise()
        return f"{mark}." if mark else ""

    def headline(self) -> str:
        """The level's word first, then its number; an all-clear and a retraction have no level."""
        headline = self.wording("headline")
        if self.revision.change in (Change.ALL_CLEAR, Change.RETRACTED):
            return headline
        texts, level = self.content.texts, self.revision.level
        word = self.pick(("texts", "levels", level), texts.word_of(level), {})
        return f"{word}, {self.text('step', texts.step, {})} – {headline}"

    def wording(self, part: str) -> str:
        """Headline or instruction: as a person wrote it, else of the hazard at this level, or of its all-clear.

        A retraction says its prepared words whatever was written about the warning before.
        """
        if self.revision.change is Change.RETRACTED:
            return self.retracted(part)
        written = self.revision.words.get(self.language)
        if written is not None and (words := clean(getattr(written, part))):
            return words
        hazard, level = self.content.hazard(self.revision.hazard), self.revision.level
        all_clear = self.revision.change is Change.ALL_CLEAR
        name = "all_clear" if all_clear else f"level {level}"
        wordings = hazard.all_clear if all_clear else (hazard.level_1, hazard.level_2, hazard.level_3)[level - 1]
        path = ("texts", "hazards", self.revision.hazard, name, self.language, part)
        if self.language not in wordings:
            raise ContentError(f"{'.'.join(path[:-1])}: is missing")
        return self.fill(path, getattr(wordings[self.language], part), self.common())

    def retracted(self, part: str) -> str:
        """Names the mistake by its time; says nothing about the danger, which nobody knows."""
        words = self.content.texts.retracted
        if self.language not in words:
            raise ContentError(f"texts.retracted.{self.language}: is missing")
        sent, zone = self.revision.sent, self.content.zone
        at = self.revision.said_at or sent
        said = speech.moment(at, zone, self.language, beside=sent)
        slots = {"time": said, "other_day": "" if said == speech.clock(at, zone) else said}
        path = ("texts", "retracted", self.language, part)
        return self.fill(path, getattr(words[self.language], part), self.common() | slots)

    def reinstated(self) -> Iterator[str]:
        if self.revision.change is Change.REINSTATED:
            yield self.text("reinstated", self.content.texts.reinstated, {})

    def lowered(self) -> Iterator[str]:
        revision = self.revision
        if revision.change is Change.UPDATED and revision.level < revision.previous_level:
            yield self.text("lowered", self.content.texts.lowered, {})

    def area(self) -> str:
        return clean(self.content.place(self.revision.zone).area[self.language]) + "."

    def measured(self) -> Iterator[str]:
        """One sentence per reading, none twice. What was a mistake is not told as measured."""
        return iter(dict.fromkeys(self.readings()))

    def readings(self) -> Iterator[str]:
        texts = self.content.texts
        measurements = () if self.revision.change is Change.RETRACTED else self.revision.measurements
        for measurement in measurements:
            at = speech.moment(measurement.at, self.content.zone, self.language, beside=self.revision.sent)
            slots = {
                "station": measurement.station_name,
                "value": self.value(measurement),
                "time": at,
                "trend": self.trend(measurement),
            }
            if measurement.parameter == "rain":
                yield self.text("measured_rain", texts.measured_rain, slots)
            else:
                yield self.text("measured", texts.measured, slots)

    def value(self, measurement: Measurement) -> str:
        if measurement.value is None or not isfinite(measurement.value):
            return self.text("no_value", self.content.texts.no_value, {})
        return speech.quantity(measurement.value, measurement.unit, self.language)

    def trend(self, measurement: Measurement) -> str:
        """A trend that is not known is said to be unknown, never steady."""
        texts, rise = self.content.texts, measurement.rise_cm_per_h
        if rise is None or not isfinite(rise):
            return self.text("trend_unknown", texts.trend_unknown, {})
        rate = {"rate": speech.number(abs(rise), self.language, decimals=0)}
        if abs(rise) < STEADY_CM_PER_H:
            return self.text("steady", texts.steady, rate)
        return self.text("rising", texts.rising, rate) if rise > 0 else self.text("falling", texts.falling, rate)

    def gauge_lost(self) -> Iterator[str]:
        if self.revision.gauge_lost and self.revision.change is not Change.RETRACTED:
            stations = speech.listed(self.revision.gauge_lost, self.language)
            yield self.text("gauge_lost", self.content.texts.gauge_lost, {"stations": stations})

    def issued(self) -> str:
        zone, sent = self.content.zone, self.revision.sent
        slots = {"date": speech.date(sent, zone, self.language), "time": speech.clock(sent, zone)}
        return self.text("issued", self.content.texts.issued, slots)
