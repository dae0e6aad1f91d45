"""The text of a revision for each kind of channel: as much as there is room for, and never a part of what to do.

What to do has several lengths (``instruction``, ``short``, ``sign``), each whole. A form takes the longest that fits
beside what must be said; where not even the shortest fits, it is given as it is and says so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from notifiers.components import Component, components_in
from notifiers.content import Content
from notifiers.filling import Fill, fill
from notifiers.gsm7 import narrow, plain
from notifiers.hotline import script_from
from notifiers.languages import WIDE, WRITTEN, Language, without_isolates
from notifiers.pieces import Pieces, pieces_of
from notifiers.revision import Revision
from notifiers.sizes import (
    EMAIL,
    HEADLINE,
    PUSH_BODY,
    PUSH_TITLE,
    SIGN_LINE,
    FormKind,
    Size,
    best,
    characters,
    sms_size,
    spoken_size,
)
from notifiers.texts import Message, compose
from notifiers.voice import speak

MARK = "ÜBUNG"  # what is left of the mark of an exercise where there is little room


@dataclass(frozen=True, slots=True)
class Form:
    """A text for one kind of channel."""

    kind: FormKind
    language: Language
    title: str  # empty where the channel has none
    text: str
    sizes: tuple[Size, ...]  # of the title, if it has a limit, and of the text
    components: frozenset[Component]

    @property
    def fits(self) -> bool:
        """Whether it can be sent as it is."""
        return all(size.fits for size in self.sizes)


def form_of(revision: Revision, language: Language, content: Content, kind: FormKind, fill_in: Fill = fill) -> Form:
    """The text of a revision for one kind of channel.

    Raises:
        ContentError: a place, hazard, text or slot is not known.
    """
    return next(_made(revision, language, content, (kind,), fill_in))


def forms_of(revision: Revision, language: Language, content: Content, fill_in: Fill = fill) -> tuple[Form, ...]:
    """For every kind of channel. Raises ContentError."""
    return tuple(_made(revision, language, content, tuple(FormKind), fill_in))


def _made(
    revision: Revision, language: Language, content: Content, kinds: tuple[FormKind, ...], fill_in: Fill
) -> Iterator[Form]:
    pieces = pieces_of(revision, language, content, fill_in)
    long = {FormKind.CAP, FormKind.EMAIL}.intersection(kinds)
    message = compose(revision, language, content, fill_in) if long else None
    for kind in kinds:
        if message is not None and kind in long:
            yield _whole(kind, message, pieces)
        elif kind is FormKind.SIGN and language not in WRITTEN:  # a sign on the street speaks as the city does
            yield _sign(pieces_of(revision, content.languages[0], content, fill_in))
        else:
            yield _BUILD[kind](pieces)


def _whole(kind: FormKind, message: Message, pieces: Pieces) -> Form:
    """Everything there is to say."""
    text = f"{message.description}\n{message.instruction}" if kind is FormKind.CAP else message.body
    uncut = f"{pieces.mark}: {pieces.title}" if pieces.mark else pieces.title
    sizes = (characters(uncut, HEADLINE), Size(len(text.encode()), EMAIL, "bytes"))
    said = components_in(f"{message.title}\n{text}", pieces)
    return Form(kind, pieces.language, message.title, text, sizes, said)


def joined(*sentences: str) -> str:
    """Sentences with one blank between; empty ones are left out."""
    return " ".join(filter(None, sentences))


def _push(pieces: Pieces) -> Form:
    title = best(_titles(pieces), lambda text: len(text) <= PUSH_TITLE)
    headline = "" if pieces.headline in title else f"{pieces.headline}."
    body = best(_bodies(pieces, headline), lambda text: len(text) <= PUSH_BODY)
    sizes = (characters(title, PUSH_TITLE), characters(body, PUSH_BODY))
    return Form(FormKind.PUSH, pieces.language, title, body, sizes, components_in(f"{title}\n{body}", pieces))


def _titles(pieces: Pieces) -> Iterator[str]:
    first = f"{MARK}: " if pieces.mark else ""
    yield f"{first}{pieces.named(pieces.title)}"
    if pieces.leveled:
        yield f"{first}{pieces.word} – {pieces.named(pieces.headline)}"
    yield f"{first}{pieces.named(pieces.headline)}"
    yield f"{first}{pieces.word or pieces.ended}: {pieces.hazard}, {pieces.place}"
    yield f"{first}{pieces.hazard}, {pieces.place}"


def _bodies(pieces: Pieces, headline: str) -> Iterator[str]:
    """What the title has no room for, what to do, and the rest as far as it fits."""
    mark = f"{pieces.mark}." if pieces.mark else ""
    for action in pieces.actions:
        for extra in _fewer((pieces.lowered, *pieces.measured[:1], pieces.likelihood)):
            yield joined(mark, headline, pieces.reinstated, *extra, action, pieces.source)
        yield joined(f"{MARK}." if mark else "", headline, pieces.reinstated_short, action, pieces.source)


def _fewer(sentences: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """All, then one less from the end each time, until none."""
    for count in range(len(sentences), -1, -1):
        yield sentences[:count]


def _sms(pieces: Pieces) -> Form:
    reduce = plain if pieces.language in WIDE else narrow
    texts = (reduce(text) for text in _sms_texts(pieces))
    text = best(texts, lambda text: sms_size(text, pieces.language).fits)
    size = sms_size(text, pieces.language)
    return Form(FormKind.SMS, pieces.language, "", text, (size,), components_in(text, pieces, reduce))


def _sms_texts(pieces: Pieces) -> Iterator[str]:
    first = f"{MARK}: " if pieces.mark else ""
    head = f"{pieces.named(pieces.headline)}."
    shouted = any(len(word) > 4 and word.isupper() for word in pieces.headline.split())
    word = f"{pieces.word}!" if pieces.leveled and not shouted else ""
    leads = dict.fromkeys([(pieces.reinstated, pieces.lowered, word), (pieces.reinstated_short, word)])
    for action in pieces.actions:
        for lead in leads:
            yield first + joined(*lead, head, action, pieces.source)
    for action in pieces.actions:  # the level's word is the first to go: the headline says what happens
        yield first + joined(pieces.reinstated_short, head, action, pieces.source)


def _sign(pieces: Pieces) -> Form:
    lines = [without_isolates(line) for line in (best(_sign_heads(pieces), _on_sign), pieces.sign_action)]
    text, size = "\n".join(lines), Size(max(map(len, lines)), SIGN_LINE, "characters")
    return Form(FormKind.SIGN, pieces.language, "", text, (size,), components_in(text, pieces))


def _on_sign(line: str) -> bool:
    return len(without_isolates(line)) <= SIGN_LINE


def _sign_heads(pieces: Pieces) -> Iterator[str]:
    first = f"{MARK} " if pieces.mark else ""
    yield f"{first}{pieces.ended or pieces.word} {pieces.hazard}"
    yield f"{first}{pieces.ended or pieces.hazard}"
    if pieces.mark:
        yield MARK


def _voice(pieces: Pieces) -> Form:
    texts = _voice_texts(pieces, f"{pieces.mark}." if pieces.mark else "")
    written = best(texts, lambda text: spoken_size(speak(text, pieces.language)).fits)
    said = speak(written, pieces.language)
    components = components_in(written, pieces)
    return Form(FormKind.VOICE, pieces.language, "", said, (spoken_size(said),), components)


def _hotline(pieces: Pieces) -> Form:
    """A person reads digits and units as they are written; it takes as long as it takes a voice."""
    script = script_from(pieces)
    said = components_in(script.text, pieces)
    return Form(FormKind.HOTLINE, pieces.language, "", script.text, (script.size,), said)


def _voice_texts(pieces: Pieces, mark: str) -> Iterator[str]:
    """What to do twice, if there is time; measurements and area go before any of it does, how likely it is last."""
    title = f"{pieces.named(pieces.title)}."
    opening = (mark, pieces.speaker, pieces.reinstated, title)
    again = joined(pieces.repeated, pieces.actions[0])
    yield joined(*opening, pieces.area, pieces.lowered, *pieces.measured, pieces.likelihood, pieces.actions[0], again)
    extras = (*pieces.measured[:1], pieces.area, pieces.lowered)
    for extra in _fewer(extras):
        yield joined(*opening, pieces.likelihood, *extra, pieces.actions[0], mark)
    for action in pieces.actions:
        yield joined(mark, pieces.speaker, pieces.reinstated_short, title, pieces.likelihood, action)
    for action in pieces.actions:
        yield joined(mark, pieces.speaker, pieces.reinstated_short, title, action)


_BUILD: dict[FormKind, Callable[[Pieces], Form]] = {
    FormKind.PUSH: _push,
    FormKind.SMS: _sms,
    FormKind.SIGN: _sign,
    FormKind.VOICE: _voice,
    FormKind.HOTLINE: _hotline,
}
