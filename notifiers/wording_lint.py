"""What keeps a text from going out: too long, a component missing, a slot left open, a sentence too long to follow."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from notifiers.components import NEEDED, ONLY_OF_A_DANGER, Component
from notifiers.content import Content, ContentError
from notifiers.filling import clean, left_open
from notifiers.forms import MARK, Form, forms_of
from notifiers.languages import PLAIN, Language, without_isolates
from notifiers.revision import ENDING, Change, Revision, Status
from notifiers.sizes import FormKind, Size

PLAIN_WORDS = 12  # of a sentence in Einfache Sprache, at most
#: Taking a warning back says that it was a mistake. Whether there is danger nobody knows then.
NEVER_IN_A_RETRACTION = (
    "keine gefahr",
    "keinerlei gefahr",
    "no danger",
    "tehlike yok",
    "لا خطر",
    "nie ma zagrożenia",
    "нет опасности",
    "немає небезпеки",
    "niciun pericol",
)

_SENTENCE_ENDS = re.compile(r"[.!?…:–](?=\s|$)|\n")  # a colon or dash parts a heading from its place
_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a text, and where."""

    kind: FormKind
    language: Language
    message: str

    def __str__(self) -> str:
        return f"{self.kind.value}, {self.language}: {self.message}"


def lint(revision: Revision, language: Language, content: Content) -> list[Finding]:
    """Everything that is wrong with a revision in one language.

    Raises:
        ContentError: a place, hazard, text or slot is not known.
    """
    return lint_forms(revision, forms_of(revision, language, content))


def faults(revision: Revision, languages: Iterable[Language], content: Content) -> list[str]:
    """Everything that is wrong with a revision, a language in which it cannot be written at all among it."""
    found: list[str] = []
    for language in languages:
        try:
            found += map(str, lint(revision, language, content))
        except (ContentError, KeyError) as error:
            found.append(f"{language}: cannot be written: {error}")
    return found


def lint_forms(revision: Revision, forms: Iterable[Form]) -> list[Finding]:
    """What is wrong with forms that have been made already."""
    return [Finding(form.kind, form.language, said) for form in forms for said in _faults(form, revision)]


def _faults(form: Form, revision: Revision) -> Iterator[str]:
    yield from _too_much(form.sizes)
    missing = sorted(component.value for component in _needed(form.kind, revision) - form.components)
    if missing:
        yield f"does not say: {', '.join(missing)}"
    whole = f"{form.title}\n{form.text}"
    if slot := left_open(whole):
        yield f"a slot is left open: {slot}"
    if revision.status is not Status.ACTUAL and MARK.casefold() not in whole.casefold():
        yield f"does not say {MARK}"
    if revision.change is Change.RETRACTED:
        yield from (f'must not say "{words}"' for words in reassuring(whole))
    if form.language in PLAIN and form.kind in (FormKind.EMAIL, FormKind.PUSH, FormKind.SMS):
        yield from (f"more than {PLAIN_WORDS} words: {sentence}" for sentence in long_sentences(whole))


def _needed(kind: FormKind, revision: Revision) -> frozenset[Component]:
    needed = NEEDED[kind]
    if revision.change in ENDING:
        needed -= ONLY_OF_A_DANGER
    if kind is FormKind.SIGN and revision.status is not Status.ACTUAL:
        needed -= {Component.HAZARD}  # the mark of an exercise may take its line
    return needed


def _too_much(sizes: Iterable[Size]) -> Iterator[str]:
    for size in sizes:
        if size.foreign:
            yield f"not in GSM-7: {' '.join(size.foreign)}"
        if size.length > size.limit:
            yield f"too long: {size.length} of {size.limit} {size.unit}"


def reassuring(text: str) -> Iterator[str]:
    """Words that claim there is no danger."""
    written = clean(text).casefold()
    return (words for words in NEVER_IN_A_RETRACTION if words in written)


def long_sentences(text: str) -> Iterator[str]:
    """Sentences of more than twelve words, each once."""
    sentences = dict.fromkeys(sentence.strip() for sentence in _SENTENCE_ENDS.split(without_isolates(text)))
    return (sentence for sentence in sentences if len(_WORD.findall(sentence)) > PLAIN_WORDS)
