"""The sentences of one revision in one language, from which every message about it is put together."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from notifiers import speech
from notifiers.content import Content, ContentError
from notifiers.filling import Fill, Path, Slots, clean
from notifiers.languages import WRITTEN, Language, isolated
from notifiers.revision import ENDING, Change, Measurement, Revision, Status
from notifiers.spec import PerLanguage, Wording

#: A slope below this is told as steady: it lies within what a gauge tells apart in an hour.
STEADY_CM_PER_H = 2.0


@dataclass(frozen=True, slots=True)
class Sentences:
    """Each raises ContentError where a place, hazard, text or slot is not known."""

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
        return self.filled(path, words[self.language], slots)

    def filled(self, path: Path, template: str, slots: Slots) -> str:
        """What is put into a slot keeps its own direction."""
        if "{" not in template:
            return self.fill(path, template, {})
        every = self.common() | slots
        return self.fill(path, template, {name: isolated(said, self.language) for name, said in every.items()})

    def common(self) -> Slots:
        """Slots that every text may use."""
        return {
            "city": self.content.city,
            "place": self.place(),
            "hazard": self.hazard(),
            "level": str(self.revision.level),
            "issued": self.clock(),
        }

    def place(self) -> str:
        return self.content.place(self.revision.zone).name[self.language]

    def hazard(self) -> str:
        return self.content.hazard(self.revision.hazard).name[self.language]

    def clock(self) -> str:
        """When it was said: time of day."""
        return speech.clock(self.revision.sent, self.content.zone)

    def exercise(self) -> str:
        if self.revision.status is Status.ACTUAL:
            return ""
        return self.text("exercise", self.content.texts.exercise, {})

    def opening(self) -> str:
        mark = self.exercise()
        return f"{mark}." if mark else ""

    def leveled(self) -> bool:
        """An all-clear and a retraction have no level."""
        return self.revision.change not in ENDING

    def title(self) -> str:
        """The level's word first, then its number."""
        headline = self.headline()
        if not self.leveled():
            return headline
        return f"{self.word()}, {self.text('step', self.content.texts.step, {})} – {headline}"

    def word(self) -> str:
        """The word of the level."""
        texts, level = self.content.texts, self.revision.level
        return self.pick(("texts", "levels", level), texts.word_of(level), {})

    def headline(self) -> str:
        return self.wording("headline")

    def wording(self, part: str) -> str:
        """Headline or instruction: as a person wrote it, else of the hazard at this level, or of its all-clear.

        A retraction says its prepared words whatever was written about the warning before.
        """
        if self.revision.change is not Change.RETRACTED and (words := self.written(part)):
            return words
        return self.prepared(part)

    def written(self, part: str) -> str:
        """What a person wrote; empty where nobody has."""
        written = self.revision.words.get(self.language)
        return "" if written is None else clean(getattr(written, part))

    def prepared(self, part: str) -> str:
        """What the configuration says; empty where it has no such part."""
        path, wording = self.template()
        template = getattr(wording, part)
        return "" if template is None else self.filled((*path, part), template, self.mistake())

    def template(self) -> tuple[Path, Wording]:
        """The words of the configuration, with their place in it."""
        change, level = self.revision.change, self.revision.level
        if change is Change.RETRACTED:
            path: Path = ("texts", "retracted", self.language)
            wordings = self.content.texts.retracted
        else:
            hazard = self.content.hazard(self.revision.hazard)
            name = "all_clear" if change is Change.ALL_CLEAR else f"level {level}"
            path = ("texts", "hazards", self.revision.hazard, name, self.language)
            wordings = hazard.all_clear if change is Change.ALL_CLEAR else hazard.levels[level - 1]
        if self.language not in wordings:
            raise ContentError(f"{'.'.join(map(str, path))}: is missing")
        return path, wordings[self.language]

    def mistake(self) -> Slots:
        """A retraction names the mistake by its time; it says nothing about the danger, which nobody knows."""
        if self.revision.change is not Change.RETRACTED:
            return {}
        sent, zone = self.revision.sent, self.content.zone
        at = self.revision.said_at or sent
        said = speech.moment(at, zone, self.language, beside=sent)
        return {"time": said, "other_day": "" if said == speech.clock(at, zone) else said}

    def actions(self) -> tuple[str, ...]:
        """What to do, from the longest to the shortest way of saying it; never a part of one of them."""
        if self.revision.change is not Change.RETRACTED and self.written("instruction"):
            own = [self.written("instruction"), self.written("short")]
        else:
            parts = ("instruction", "short", "sign") if self.language in WRITTEN else ("instruction", "short")
            own = [self.prepared(part) for part in parts]  # signs speak as the city does
        return tuple(sorted(dict.fromkeys(filter(None, own)), key=len, reverse=True))

    def reinstated(self) -> Iterator[str]:
        if self.revision.change is Change.REINSTATED:
            yield self.text("reinstated", self.content.texts.reinstated, {})

    def lowered(self) -> Iterator[str]:
        revision = self.revision
        if revision.change is Change.UPDATED and revision.level < revision.previous_level:
            yield self.text("lowered", self.content.texts.lowered, {})

    def likelihood(self) -> Iterator[str]:
        """Measured or judged, as CAP's certainty says it; no word where there is no level."""
        if not self.leveled():
            return
        texts, revision = self.content.texts, self.revision
        if revision.measurements and not revision.gauge_lost:
            yield self.text("observed", texts.observed, {})
        else:
            yield self.text("likely", texts.likely, {})

    def area(self) -> str:
        return clean(isolated(self.content.place(self.revision.zone).area[self.language], self.language)) + "."

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
            stations = speech.gauges(self.revision.gauge_lost, self.language)
            yield self.text("gauge_lost", self.content.texts.gauge_lost, {"stations": stations})

    def issued(self) -> str:
        zone, sent = self.content.zone, self.revision.sent
        slots = {"date": speech.date(sent, zone, self.language), "time": speech.clock(sent, zone)}
        return self.text("issued", self.content.texts.issued, slots)
