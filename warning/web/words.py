"""Facts in the words of one language, with times of the city's own zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.numbers import get_decimal_symbol

from notifiers import speech
from notifiers.languages import LOCALES, Language, direction, isolated
from notifiers.spec import PerLanguage, Texts
from notifiers.texts import STEADY_CM_PER_H, fill
from rules.messages import Note
from sensors.doubts import FAILS, SUSPECTS, Doubt
from sensors.readings import Flag
from sensors.times import to_utc
from sensors.units import HOUR_MS, MINUTE_MS, UNIT_OF
from warning.config.model import City, Config, Zone
from warning.web.facts.gauges import ABOVE_LEVELS, StationFact, Trouble
from warning.web.saying import AROUND, Phrase, form, phrases

DAY_MS = 24 * HOUR_MS
WHOLE = 0.95  # share of an hour from which its rain counts as measured
_LARGEST_FIRST: tuple[tuple[speech.Unit, int], ...] = (("day", DAY_MS), ("hour", HOUR_MS), ("minute", MINUTE_MS))


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words for one city."""

    language: Language
    city: City
    texts: Texts
    zones: dict[str, Zone]
    stations: dict[str, str]  # id → name
    phrases: dict[str, Phrase]

    def say(self, key: str, **slots: object) -> str:
        """A phrase; what is put into a slot keeps its own direction. Raises KeyError for an unknown key or slot."""
        phrase = form(self.phrases[key], self.language, slots.get("count"))
        return phrase.format(**{name: isolated(str(said), self.language) for name, said in slots.items()})

    @property
    def dir(self) -> Literal["ltr", "rtl"]:
        """Which way the page runs."""
        return direction(self.language)

    @property
    def staff_language(self) -> Language:
        """In which the pages that staff read stand, for who comes from one in this language."""
        return self.language if self.language in AROUND else self.city.languages[0]

    def local(self, ms: int) -> datetime:
        """The city's time."""
        return to_utc(ms).astimezone(ZoneInfo(self.city.time_zone))

    def iso(self, ms: int) -> str:
        """The time for machines."""
        return to_utc(ms).isoformat(timespec="seconds")

    def clock(self, ms: int, now_ms: int | None) -> str:
        """Time of day; with the date where it is not today."""
        local = self.local(ms)
        said = self.say("clock", time=f"{local:%H:%M}")
        if now_ms is not None and self.local(now_ms).date() == local.date():
            return said
        return speech.dated(local.date(), said, self.language)

    def date(self, day: date) -> str:
        """A day, as it is written."""
        return speech.day(day, self.language)

    def age(self, ms: int) -> str:
        """How long ago, in the largest unit that fits."""
        if ms < -MINUTE_MS:
            return self.say("clock_ahead")
        for unit, size in _LARGEST_FIRST:
            if ms >= size:
                return speech.ago(unit, ms // size, self.language)
        return self.say("just_now")

    def amount(self, value: float, unit: str) -> str:
        """A value with its unit, as fine as people need it."""
        return isolated(speech.quantity(value, unit, self.language), self.language)

    def unit(self, unit: str) -> str:
        """A unit alone."""
        return speech.unit_of(unit, self.language)

    def taking(self, ms: int) -> str:
        """A time that something takes, as short as it can be written."""
        return isolated(speech.taking(ms // MINUTE_MS, self.language), self.language)

    def listed(self, names: Sequence[str]) -> str:
        """A, B and C."""
        return speech.listed([isolated(name, self.language) for name in names], self.language)

    def figure(self, value: float) -> str:
        """A value without its unit."""
        return isolated(speech.number(value, self.language), self.language)

    def decimal(self, label: str) -> str:
        """A plain number, as on an axis, with this language's decimal sign."""
        return label.replace(".", get_decimal_symbol(LOCALES[self.language]))

    def mark(self, name: str, band: int) -> str:
        """A mark by the level it stands for, else by its own name."""
        said = self.beside(self.word(band), self.step(band)) if 1 <= band <= len(self.texts.levels) else name
        return isolated(said, self.language)

    def beside(self, *parts: str) -> str:
        """Parts of a line, one behind the other."""
        return self.comma.join(parts)

    @property
    def comma(self) -> str:
        return "، " if self.dir == "rtl" else ", "

    def value(self, fact: StationFact) -> str:
        """The latest reading, or why there is none."""
        if fact.now is None:
            return self.say("never")
        if fact.now.point.value is None:
            return self.say("no_value")
        return self.amount(fact.now.point.value, fact.unit)

    def doubt(self, fact: StationFact) -> str:
        """What is wrong with the newest reading; empty where nothing is."""
        said = {Flag.SUSPECT: "suspect", Flag.FAIL: "fail", Flag.MISSING: "no_value"}
        if fact.newest_flag not in said or (fact.now and fact.now.point.value is None):
            return ""
        if fact.trouble is Trouble.SUSPENDED:
            return self.say("trouble_word_suspended")
        word, reasons = self.say(said[fact.newest_flag]), self.why(fact)
        return f"{word}: {reasons}" if reasons else word

    def why(self, fact: StationFact) -> str:
        """The reasons against the newest reading; empty where none is known."""
        return self.comma.join(self.reasons(fact.newest_doubt & (SUSPECTS | FAILS)))

    def reasons(self, doubt: int) -> list[str]:
        """What is to be said of each bit of a ``Doubt``."""
        return [self.say(f"doubt_{bit.name}") for bit in Doubt if doubt & bit]

    def note(self, note: Note) -> str:
        """Why staff were called, and about what."""
        zone = "" if note.zone is None else self.place(note.zone)
        hazard = "" if note.hazard is None else self.hazard(note.hazard)
        station = "" if note.station is None else self.stations.get(note.station, note.station)
        parameter = "" if note.parameter is None else self.say(note.parameter)
        about = ", ".join(each for each in (zone, hazard, station, parameter) if each)
        unit = UNIT_OF.get(note.parameter or "", "")
        amount = "" if note.value is None else self.amount(note.value, unit)
        said = self.say(f"note_{note.reason}", amount=amount)
        return f"{about}: {said}" if about else said

    def rain(self, fact: StationFact) -> str:
        """What fell within the last hour; empty where that is not known."""
        signals = fact.now.point.signals if fact.now and fact.fresh else {}
        depth, covered = signals.get("rain_60min"), signals.get("rain_60min_coverage")
        if depth is None:
            return ""
        whole = covered is None or covered >= WHOLE
        return self.say("rain_hour" if whole else "rain_hour_at_least", amount=self.amount(depth, fact.unit))

    def trend(self, fact: StationFact) -> str:
        """Rising or falling, with its rate; of rain the last hour; empty where the parameter has none."""
        if fact.series.parameter == "rain":
            return self.rain(fact)
        if fact.series.parameter != "stage":
            return ""
        rise = fact.rise_cm_per_h
        if rise is None:
            return self.texts.trend_unknown[self.language]
        words = self.texts.steady if self.steady(rise) else self.texts.rising if rise > 0 else self.texts.falling
        return self._filled("trend", words, rate=speech.number(abs(rise), self.language, decimals=0))

    def steady(self, rate_cm_per_h: float) -> bool:
        """Whether nobody would call this rising or falling."""
        return abs(rate_cm_per_h) < STEADY_CM_PER_H

    def deliveries(self, counts: Mapping[str, int]) -> str:
        """How many people were reached and how many were not."""
        said = [self.say(f"delivery_{state.lower()}", count=count) for state, count in sorted(counts.items()) if count]
        return self.comma.join(said) or self.say("no_deliveries")

    def standing(self, fact: StationFact) -> str:
        """Where the reading stands among the marks."""
        if not fact.fresh:
            return self.say("silent")
        if not fact.has_marks:
            return self.say("no_marks")
        if fact.reached is None:
            return self.say("below_marks")
        limit = self.amount(fact.reached.limit, fact.unit)
        if fact.reached.band in (0, ABOVE_LEVELS):
            return self.say("above_mark", mark=fact.reached.name, limit=limit)
        band = fact.reached.band
        return self.say("above_level", limit=limit, word=self.word(band), step=self.step(band))

    def word(self, level: int) -> str:
        """The word of a level; it always stands before the number."""
        return {int(number): words for number, words in self.texts.levels.items()}[level][self.language]

    def step(self, level: int) -> str:
        """The number of a level, as it follows the word."""
        return self._filled("step", self.texts.step, level=str(level))

    def place(self, zone: str) -> str:
        """Name of a zone, or its id where the configuration has lost it."""
        return isolated(self.zones[zone].name[self.language] if zone in self.zones else zone, self.language)

    def hazard(self, hazard: str) -> str:
        """Name of a hazard, or its id where the configuration has lost it."""
        return self.texts.hazards[hazard].name[self.language] if hazard in self.texts.hazards else hazard

    def pictograms(self, hazard: str, level: int) -> tuple[str, ...]:
        """What is drawn beside the instruction; empty where the configuration has lost the hazard."""
        return self.texts.hazards[hazard].pictograms_of(level) if hazard in self.texts.hazards else ()

    def instruction(self, hazard: str, level: int, zone: str) -> str:
        """What to do now."""
        wording = self.texts.hazards[hazard].of(level, self.language)
        slots = {"place": self.place(zone), "hazard": self.hazard(hazard), "city": self.city.name, "level": str(level)}
        return fill(("texts", "hazards", hazard, self.language, "instruction"), wording.instruction, slots)

    def all_clear(self, hazard: str, zone: str) -> str:
        """What to do once it is over."""
        wording = self.texts.hazards[hazard].all_clear[self.language]
        slots = {"place": self.place(zone), "hazard": self.hazard(hazard), "city": self.city.name}
        return fill(("texts", "hazards", hazard, self.language, "all_clear"), wording.instruction, slots)

    def _filled(self, name: str, words: PerLanguage, **slots: str) -> str:
        """A text of the configuration; the pages escape the result."""
        return fill(("texts", name, self.language), words[self.language], {**slots, "city": self.city.name})


def words_of(config: Config, language: Language) -> Words:
    """The words of a language for the city of a configuration."""
    names = {name: station.name for name, station in config.stations.items()}
    said = phrases(language, config.city.languages[0])
    return Words(language, config.city, config.texts, dict(config.zones), names, said)
