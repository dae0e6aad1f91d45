"""What the control room needs to set a revision in MoWaS: one sheet per revision, all-clear and retraction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from notifiers import speech
from notifiers.content import Content, ContentError
from notifiers.gsm7 import Measure, measure, plain
from notifiers.languages import Language
from notifiers.revision import ENDING, Revision, Status
from notifiers.sheet_words import KINDS, LABELS
from notifiers.spec import Issuer
from notifiers.texts import TITLE_LENGTH, Message, fill, render


class NoIssuer(ContentError):
    """The city has laid down no authority, so nothing of it may be set in MoWaS."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a sheet; ``copied`` where it is put into a form of the control room."""

    key: str
    label: str
    text: str
    measured: str = ""  # its length beside the limit, in words
    copied: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet in one language."""

    language: Language
    exercise: str  # what has to stand on every page of an exercise; else empty
    title: str
    fields: tuple[Field, ...]
    excess: tuple[str, ...]  # each limit that is passed, in words

    def __getitem__(self, key: str) -> str:
        """The text of a field."""
        return next(field.text for field in self.fields if field.key == key)


def sheet_of(revision: Revision, content: Content, language: Language = "de") -> Sheet:
    """The sheet of a revision.

    Raises:
        NoIssuer: there is no authority that may warn.
        ContentError: a place, hazard or slot is not known.
    """
    issuer, label = issuer_of(content), LABELS[language]
    message = render(revision, language, content)
    broadcast = plain(message.body)
    return Sheet(
        language,
        exercise_mark(revision, content, language),
        label["sheet"],
        tuple(_fields(revision, content, issuer, language, message)),
        tuple(_excess(label, message, measure(broadcast))),
    )


def issuer_of(content: Content) -> Issuer:
    """Who warns. Raises NoIssuer."""
    if content.issuer is None:
        raise NoIssuer("issuer: is missing in the configuration: without an authority nothing is set in MoWaS")
    return content.issuer


def exercise_mark(revision: Revision, content: Content, language: Language) -> str:
    """What stands on every sheet of an exercise; empty where it is none."""
    if revision.status is Status.ACTUAL:
        return ""
    path = ("texts", "exercise", language)
    return fill(path, content.texts.exercise[language], {"city": content.city})


def _fields(
    revision: Revision, content: Content, issuer: Issuer, language: Language, message: Message
) -> Iterator[Field]:
    label, place, hazard = LABELS[language], content.place(revision.zone), content.hazard(revision.hazard)
    broadcast = plain(message.body)
    texts = {
        "kind": KINDS[language][revision.change],
        "level": warn_level(revision, content, issuer, language),
        "headline": message.title,
        "text": message.description,
        "instruction": message.instruction,
        "area": place.area[language],
        "geocodes": ", ".join(f"{name} {code}" for name, code in sorted(place.geocode.items())),
        "valid_from": moment(revision.sent, content, language),
        "valid_until": moment(revision.expires, content, language),
        "event": hazard.name[language],
        "event_code": hazard.event_code or "",
        "authority": issuer.authority,
        "legal_basis": issuer.legal_basis,
        "broadcast": broadcast,
        "reference": f"{revision.warning} / {revision.number}",
    }
    measured = {
        "headline": label["characters"].format(length=len(message.title), limit=TITLE_LENGTH),
        "broadcast": _room(label, measure(broadcast)),
    }
    for key, text in texts.items():
        said = text or label["none"]
        yield Field(key, label[key], said, measured.get(key, ""), copied=bool(text) and key not in _READ_ONLY)


_READ_ONLY = {"kind", "level", "reference"}


def warn_level(revision: Revision, content: Content, issuer: Issuer, language: Language) -> str:
    """The word first, then the number as MoWaS counts it: ``Extreme Gefahr (MoWaS-Stufe 1)``."""
    label, level = LABELS[language], revision.level
    word = content.texts.word_of(level)[language]
    number = next(mowas for ours, mowas in issuer.mowas_levels.items() if ours == level)
    said = label["mowas_level"].format(word=word, number=number)
    over = revision.change in ENDING
    return label["stood_at"].format(level=said) if over else said


def moment(at: datetime, content: Content, language: Language) -> str:
    """Day and time of legal time."""
    clock = speech.clock(at, content.zone)
    return LABELS[language]["moment"].format(date=speech.date(at, content.zone, language), time=clock)


def _room(label: dict[str, str], measured: Measure) -> str:
    said = label["room"].format(alphabet=measured.alphabet, length=measured.length, limit=measured.limit)
    return f"{said}; {label['foreign'].format(foreign=' '.join(measured.foreign))}" if measured.foreign else said


def _excess(label: dict[str, str], message: Message, broadcast: Measure) -> Iterator[str]:
    if message.title.endswith("…"):
        yield label["headline_cut"].format(limit=TITLE_LENGTH)
    if not broadcast.fits:
        yield label["broadcast_long"].format(room=_room(label, broadcast), over=broadcast.length - broadcast.limit)


def as_text(sheet: Sheet) -> str:
    """The sheet for a terminal or a printer without a browser."""
    lines = [f"*** {sheet.exercise} ***", ""] if sheet.exercise else []
    lines += [sheet.title, "=" * len(sheet.title)]
    lines += [f"! {excess}" for excess in sheet.excess]
    for field in sheet.fields:
        measured = f" [{field.measured}]" if field.measured else ""
        lines += ["", f"{field.label}{measured}:", *(f"  {line}" for line in field.text.splitlines())]
    return "\n".join([*lines, *(["", f"*** {sheet.exercise} ***"] if sheet.exercise else [])])
