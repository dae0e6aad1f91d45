"""What people at the hotline read aloud: what, where, what to do, and a line for each of the usual questions.

All of it together takes no longer than a call may, however much there is to say: the questions that help least go
first, and of what to do the longest way of saying it that fits, never a part of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from notifiers.content import Content
from notifiers.filling import fill
from notifiers.languages import Language, isolated
from notifiers.pages import told
from notifiers.pieces import Pieces, pieces_of
from notifiers.revision import Revision
from notifiers.sizes import Size, best, spoken_size
from notifiers.spec import PerLanguage
from notifiers.voice import speak

_WHERE: PerLanguage = {"de": "Wo genau?", "en": "Where exactly?", "de-simple": "Wo?"}
_SURE: PerLanguage = {"de": "Ist das sicher?", "en": "Is that certain?", "de-simple": "Ist das sicher?"}
_LONG: PerLanguage = {"de": "Wie lange?", "en": "For how long?", "de-simple": "Wie lange?"}
_UNTIL: PerLanguage = {"de": "Bis {time} Uhr.", "en": "Until {time}.", "de-simple": "Bis {time} Uhr."}
_HIGH: PerLanguage = {"de": "Was ist gemessen?", "en": "What is measured?", "de-simple": "Was ist gemessen?"}
_MORE: PerLanguage = {"de": "Wo erfahre ich mehr?", "en": "Where do I hear more?", "de-simple": "Wo höre ich mehr?"}
_MEDIA: PerLanguage = {
    "de": "Im Radio, in NINA, bei der Stadt.",
    "en": "On the radio, in NINA, from the city.",
    "de-simple": "Im Radio und in NINA.",
}
_WHOM: PerLanguage = {"de": "Wen rufe ich an?", "en": "Whom do I call?", "de-simple": "Wen rufe ich an?"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A usual question, and the line that answers it."""

    question: str  # shown, not read aloud
    answer: str


@dataclass(frozen=True, slots=True)
class Script:
    """All that is read aloud in one language."""

    language: Language
    lines: tuple[str, ...]  # who speaks, what, where, what to do
    answers: tuple[Answer, ...]
    call: Answer  # the number to call

    @property
    def aloud(self) -> str:
        """What is read aloud, without the questions."""
        return " ".join([*self.lines, *(one.answer for one in self._all)])

    @property
    def size(self) -> Size:
        """How long it takes."""
        return spoken_size(speak(self.aloud, self.language))

    @property
    def text(self) -> str:
        """All of it, a line each."""
        return "\n".join([*self.lines, *(f"{one.question} – {one.answer}" for one in self._all)])

    @property
    def _all(self) -> tuple[Answer, ...]:
        return *self.answers, self.call


def script_of(revision: Revision, language: Language, content: Content) -> Script:
    """The script of a revision.

    Raises:
        ContentError: a place, hazard, text or slot is not known.
    """
    return script_from(pieces_of(revision, language, content, fill))


def script_from(pieces: Pieces) -> Script:
    """The same, from sentences that are there already."""
    return best(_scripts(pieces), lambda script: script.size.fits)


def _scripts(pieces: Pieces) -> Iterator[Script]:
    for action in pieces.actions:
        for usual in _fewer(tuple(_optional(pieces))):
            yield _script(pieces, action, (pieces.reinstated, pieces.lowered), usual)
        yield _script(pieces, action, (pieces.reinstated_short,), ())


def _fewer(answers: tuple[Answer, ...]) -> Iterator[tuple[Answer, ...]]:
    for count in range(len(answers), -1, -1):
        yield answers[:count]


def _script(pieces: Pieces, action: str, before: tuple[str, ...], usual: tuple[Answer, ...]) -> Script:
    mark = f"{pieces.mark}." if pieces.mark else ""
    what = " ".join(filter(None, (pieces.speaker, *before, f"{pieces.named(pieces.title)}.")))
    lines = tuple(filter(None, (mark, what, action)))
    return Script(pieces.language, lines, (*_always(pieces), *usual), _answer(_WHOM, pieces.contact, pieces))


def _always(pieces: Pieces) -> Iterator[Answer]:
    yield _answer(_WHERE, pieces.area, pieces)
    if pieces.likelihood:
        yield _answer(_SURE, pieces.likelihood, pieces)


def _optional(pieces: Pieces) -> Iterator[Answer]:
    """From the one that helps most."""
    if pieces.until:
        until = told(_UNTIL, pieces.language).format(time=isolated(pieces.until, pieces.language))
        yield _answer(_LONG, until, pieces)
    for measured in pieces.measured[:1]:
        yield _answer(_HIGH, measured, pieces)
    yield _answer(_MORE, told(_MEDIA, pieces.language), pieces)


def _answer(question: PerLanguage, answer: str, pieces: Pieces) -> Answer:
    return Answer(told(question, pieces.language), answer)
