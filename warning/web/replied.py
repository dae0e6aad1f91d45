"""What people are answered, in a language of the staff and the time of the city."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from sensors.times import to_ms
from warning.config.model import Config
from warning.replies import Reply, slots_of, understood
from warning.web.saying import AROUND
from warning.web.words import Words, words_of

NOBODY: Mapping[str, str] = MappingProxyType({})
#: Kinds whose words are phrases already.
SAID = {"role": "role", "action": "do", "word": "do", "change": "draft", "condition": "condition", "topic": "topic"}


def replied(words: Words, text: str, at: datetime | None, names: Mapping[str, str] = NOBODY) -> str:
    """A sentence in these words; one that the table does not have stays as it is. ``names`` are those of people."""
    return _said(words, text, understood(text, at), at, names)


def _said(words: Words, text: str, found: Reply | None, at: datetime | None, names: Mapping[str, str]) -> str:
    return text if found is None else in_words(words, found, 0 if at is None else to_ms(at), names)


class Told(NamedTuple):
    """An answer for programs, and in the words of one person."""

    code: str  # empty where the table does not have it
    slots: dict[str, object]
    said: str


class Replies:
    """Tells each person of a city in their own language."""

    def __init__(self, config: Config) -> None:
        self._languages = {one.id: one.language for one in config.people}
        self._names = {one.id: one.name for one in config.people}
        spoken = [one for one in config.city.languages if one in AROUND] or list(AROUND)[:1]
        self._words = {one: words_of(config, one) for one in spoken}
        self._first = self._words[spoken[0]]

    def told(self, person: str, text: str, at: datetime | None) -> Told:
        """What became of what they said."""
        words = self._words.get(self._languages.get(person, self._first.language), self._first)
        found = understood(text, at)
        code, slots = found or ("", {})
        said = _said(words, text, found, at, self._names)
        return Told(code, {name: plain(one) for name, one in slots.items()}, said)


def plain(value: object) -> object:
    """A slot as JSON has it."""
    if isinstance(value, Reply):
        return {"code": value.code, "slots": {name: plain(one) for name, one in value.slots.items()}}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def in_words(words: Words, reply: Reply, now_ms: int, names: Mapping[str, str] = NOBODY) -> str:
    """A reply in these words."""

    def shown(kind: str, value: object) -> str:
        if isinstance(value, Reply):
            return in_words(words, value, now_ms, names)
        if isinstance(value, list):
            return "; ".join(shown("reply", one) for one in value)
        if isinstance(value, datetime):
            clock = words.clock(to_ms(value), now_ms)
            short, exact = (f"{words.local(to_ms(value)):{form}}" for form in ("%H:%M", "%H:%M:%S"))
            return clock.replace(short, exact) if kind == "about" and value.second else clock
        if kind in SAID:
            return words.say(f"{SAID[kind]}_{value}") if value else "–"
        if kind == "zone":
            return words.place(str(value))
        return names.get(str(value), str(value)) if kind == "person" else str(value)

    kinds = slots_of(reply.code)
    return words.say(f"reply_{reply.code}", **{name: shown(kinds[name], value) for name, value in reply.slots.items()})
