"""The sentences of a revision, written once, for all forms to choose from."""

from dataclasses import dataclass

from notifiers import speech
from notifiers.content import Content
from notifiers.filling import Fill
from notifiers.languages import Language, isolated
from notifiers.revision import Change, Revision
from notifiers.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Pieces:
    """Empty where there is nothing to say."""

    language: Language
    mark: str  # of an exercise
    leveled: bool  # else an all-clear or a retraction
    ended: str  # what a sign says first of those two
    title: str  # with level and step
    headline: str
    word: str  # of the level
    hazard: str
    place: str
    area: str
    city: str
    actions: tuple[str, ...]  # what to do, from the longest to the shortest
    sign_action: str
    reinstated: str
    reinstated_short: str
    lowered: str
    measured: tuple[str, ...]
    likelihood: str
    lost: str
    source: str  # who says it and when
    speaker: str  # the same, to be spoken
    repeated: str
    clock: str
    until: str  # when it ends; empty for what has no level
    contact: str

    def named(self, heading: str) -> str:
        """A heading with its place, which a person may have left out."""
        return heading if self.place.casefold() in heading.casefold() else f"{heading}, {self.place}"


def pieces_of(revision: Revision, language: Language, content: Content, fill_in: Fill) -> Pieces:
    """All of them.

    Raises:
        ContentError: a place, hazard, text or slot is not known.
    """
    said, texts = Sentences(revision, language, content, fill_in), content.texts
    headline, leveled, actions = said.headline(), said.leveled(), said.actions()
    retracted = revision.change is Change.RETRACTED
    ended = "" if leveled else said.text(*_ended(retracted, content), {})
    doubly = revision.change is Change.REINSTATED
    return Pieces(
        language=language,
        mark=said.exercise(),
        leveled=leveled,
        ended=ended,
        title=said.title(),
        headline=headline,
        word=said.word() if leveled else "",
        hazard=said.hazard(),
        place=said.place(),
        area=said.area(),
        city=content.city,
        actions=actions,
        sign_action=said.prepared("sign") or said.text("sign_action", texts.sign_action, {}),
        reinstated=next(said.reinstated(), ""),
        reinstated_short=said.text("reinstated_short", texts.reinstated_short, {}) if doubly else "",
        lowered=next(said.lowered(), ""),
        measured=tuple(said.measured()),
        likelihood=next(said.likelihood(), ""),
        lost=next(said.gauge_lost(), ""),
        source=said.text("source", texts.source, {}),
        speaker=said.text("speaker", texts.speaker, {}),
        repeated=said.text("repeated", texts.repeated, {}),
        clock=said.clock(),
        until=_until(revision, language, content) if leveled else "",
        contact=isolated(content.contact, language),
    )


def _until(revision: Revision, language: Language, content: Content) -> str:
    """Of a draft nobody knows it yet."""
    if revision.expires <= revision.sent:
        return ""
    return speech.moment(revision.expires, content.zone, language, beside=revision.sent)


def _ended(retracted: bool, content: Content) -> tuple[str, dict[Language, str]]:
    texts = content.texts
    return ("sign_mistake", texts.sign_mistake) if retracted else ("sign_over", texts.sign_over)
