"""A gauge notice for each kind of channel. It is no warning: it says what is measured, and that nobody has checked."""

from collections.abc import Iterator

from notifiers.content import Content
from notifiers.forms import MARK, Form, joined
from notifiers.gsm7 import narrow, plain
from notifiers.languages import WIDE, Language, without_isolates
from notifiers.notice import GaugeNotice
from notifiers.pages import NoticeWords, render_gauge_notice
from notifiers.sizes import (
    EMAIL,
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
from notifiers.voice import speak

#: CAP carries warnings, and this is none.
KINDS = tuple(kind for kind in FormKind if kind is not FormKind.CAP)


def notice_form_of(notice: GaugeNotice, language: Language, content: Content, kind: FormKind) -> Form:
    """The text of a notice for one kind of channel.

    Raises:
        KeyError: the kind carries no notices.
        ContentError: the mark of an exercise cannot be written.
    """
    words = NoticeWords(notice, language, content)
    mark = words.exercise()
    first = f"{MARK}: " if mark else ""
    if kind is FormKind.EMAIL:
        told = render_gauge_notice(notice, language, content)
        return _form(kind, language, told.title, told.body, Size(len(told.body.encode()), EMAIL, "bytes"))
    if kind is FormKind.PUSH:
        title = best(_titles(words, first), lambda text: len(text) <= PUSH_TITLE)
        body = best(_texts(words, f"{mark}." if mark else ""), lambda text: len(text) <= PUSH_BODY)
        return _form(kind, language, title, body, characters(title, PUSH_TITLE), characters(body, PUSH_BODY))
    if kind is FormKind.SMS:
        reduce = plain if language in WIDE else narrow
        texts = [reduce(first + text) for text in _texts(words, "")]
        text = best(texts, lambda text: sms_size(text, language).fits)
        return _form(kind, language, "", text, sms_size(text, language))
    if kind is FormKind.SIGN:
        return _sign(words, language, bool(mark))
    if kind in (FormKind.VOICE, FormKind.HOTLINE):
        written = best(_texts(words, f"{mark}." if mark else ""), lambda text: spoken_size(speak(text, language)).fits)
        said = speak(written, language)
        return _form(kind, language, "", said if kind is FormKind.VOICE else written, spoken_size(said))
    raise KeyError(kind)


def _form(kind: FormKind, language: Language, title: str, text: str, *sizes: Size) -> Form:
    return Form(kind, language, title, text, sizes, frozenset())


def _titles(words: NoticeWords, first: str) -> Iterator[str]:
    yield f"{first}{words.unchecked()}: {words.place()}"
    yield f"{first}{words.unchecked()}"


def _texts(words: NoticeWords, mark: str) -> Iterator[str]:
    """As many readings as there is room for; that nobody has checked them is always said."""
    measured, opening = list(words.measured()), f"{words.unchecked()}, {words.place()}:"
    for count in range(len(measured), 0, -1):
        for lost in dict.fromkeys([tuple(words.lost()), ()]):
            yield joined(mark, opening, *measured[:count], *lost, words.checking())
    yield joined(mark, f"{words.unchecked()}, {words.place()}.", words.checking())


def _sign(words: NoticeWords, language: Language, exercise: bool) -> Form:
    value, unchecked = words.sign()
    heads = [f"{MARK} {value}", MARK] if exercise else [value]
    lines = [best(heads, lambda line: len(line) <= SIGN_LINE), without_isolates(unchecked)]
    size = Size(max(map(len, lines)), SIGN_LINE, "characters")
    return _form(FormKind.SIGN, language, "", "\n".join(lines), size)
