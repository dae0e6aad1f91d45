"""What people read: one message per revision and language, from the words of the configuration."""

from dataclasses import dataclass

from notifiers.content import Content
from notifiers.filling import Fill, Path, Slots, clean, fill
from notifiers.languages import Language
from notifiers.revision import Change, Revision
from notifiers.sentences import STEADY_CM_PER_H, Sentences

__all__ = [
    "STEADY_CM_PER_H",
    "TITLE_LENGTH",
    "Fill",
    "Message",
    "Path",
    "Slots",
    "advice",
    "clean",
    "compose",
    "fill",
    "render",
    "sentence",
    "shorten",
]

TITLE_LENGTH = 140  # CAP asks for headlines shorter than this


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


def compose(revision: Revision, language: Language, content: Content, fill_in: Fill) -> Message:
    """``render`` with its own way of filling slots, so that a check can collect what does not fit."""
    said = Sentences(revision, language, content, fill_in)
    opening, headed = said.opening(), said.title()
    first = [opening, *said.reinstated()]
    before = [*said.lowered(), said.area(), *said.measured(), *said.likelihood()]
    lost, issued = [*said.gauge_lost()], said.issued()
    instruction = said.wording("instruction")
    told = f"{headed}." if revision.change is Change.RETRACTED else ""  # a description without it would be empty words
    title = f"{said.exercise()}: {headed}" if opening else headed
    return Message(
        title=shorten(title),
        description=" ".join(filter(None, [*first, told, *before, *lost, issued])),
        instruction=" ".join(filter(None, [opening, instruction])),
        body="\n".join(filter(None, [*first, f"{headed}.", *before, instruction, *lost, issued])),
    )


def advice(revision: Revision, language: Language, content: Content) -> str:
    """What to do, alone: of a page that says beside it whether it is an exercise.

    Raises:
        ContentError: a place, hazard or slot is not known.
    """
    return Sentences(revision, language, content, fill).wording("instruction")


def sentence(revision: Revision, language: Language, content: Content) -> str:
    """What is to be said about the mistake alone, of a retraction or a revision that takes one back.

    Raises:
        ContentError: a place, hazard or slot is not known.
    """
    said = Sentences(revision, language, content, fill)
    return said.headline() if revision.change is Change.RETRACTED else next(said.reinstated(), "")


def shorten(title: str) -> str:
    """At most 140 characters; what is cut off ends in an ellipsis."""
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rstrip() + "…"
