"""A revision as a CAP 1.2 message, with one info block per language of the city."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.builder import ElementMaker

from notifiers.cap.germany import EVENT_CODES, INSTRUCTION_CODES
from notifiers.content import Content, Place
from notifiers.languages import Language
from notifiers.revision import ENDING, Change, Reference, Revision, Status
from notifiers.texts import clean, fill, render, sentence

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

_E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
_RESPONSES = {1: ("Prepare", "Monitor"), 2: ("Prepare", "Avoid"), 3: ("Shelter", "Avoid")}
#: REINSTATED starts anew: what it says again was cancelled, and nobody can update what was cancelled.
_KINDS = {Change.ISSUED: "Alert", Change.REINSTATED: "Alert", Change.RETRACTED: "Cancel"}
_SEVERITIES = {1: "Moderate", 2: "Severe", 3: "Extreme"}


class _Judgement(NamedTuple):
    """What CAP calls urgency, severity and certainty."""

    urgency: str
    severity: str
    certainty: str


def to_cap(revision: Revision, content: Content) -> bytes:
    """The message as UTF-8 XML; the same revision gives the same bytes.

    Raises:
        ContentError: a place, hazard or slot is not known.
    """
    alert = _E.alert(
        _E.identifier(revision.identifier),
        _E.sender(content.sender),
        _E.sent(_time(revision.sent, content.zone)),
        _E.status(revision.status.value),
        _E.msgType(_KINDS.get(revision.change, "Update")),
        _E.scope("Public"),
    )
    if note := _note(revision, content):
        alert.append(_E.note(note))
    if revision.references:
        alert.append(_E.references(" ".join(_reference(each, content.zone) for each in revision.references)))
    alert.append(_E.incidents(_quoted(revision.incident)))
    alert.extend(_info(revision, content, language) for language in content.languages)
    return etree.tostring(alert, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _info(revision: Revision, content: Content, language: Language) -> etree._Element:
    hazard, message = content.hazard(revision.hazard), render(revision, language, content)
    judged = _judge(revision)
    codes = [hazard.event_code] if hazard.event_code else []
    return _E.info(
        _E.language(language),
        _E.category(hazard.category),
        _E.event(clean(hazard.name[language])),
        *(_E.responseType(response) for response in _responses(revision)),
        _E.urgency(judged.urgency),
        _E.severity(judged.severity),
        _E.certainty(judged.certainty),
        *(_E.eventCode(_E.valueName(EVENT_CODES), _E.value(code)) for code in codes),
        _E.effective(_time(revision.sent, content.zone)),
        _E.onset(_time(revision.onset, content.zone)),
        _E.expires(_time(revision.expires, content.zone)),
        _E.senderName(clean(content.issuer.authority if content.issuer else content.city)),
        _E.headline(message.title),
        _E.description(message.description),
        _E.instruction(message.instruction),
        _E.web(content.web),
        _E.contact(clean(content.contact)),
        *(_E.parameter(_E.valueName(INSTRUCTION_CODES), _E.value(codes)) for codes in _instructed(revision, content)),
        _area(content.place(revision.zone), language),
    )


def _instructed(revision: Revision, content: Content) -> tuple[str, ...]:
    """What is advised, as codes with translations of their own: only for what the configuration itself says."""
    coded = revision.change not in ENDING and not revision.words
    codes = content.hazard(revision.hazard).codes_of(revision.level) if coded else ()
    return (" ".join(codes),) if codes else ()


def _responses(revision: Revision) -> tuple[str, ...]:
    """A retraction asks people to go on listening (Monitor); None would read as "nothing to fear"."""
    if revision.change is Change.ALL_CLEAR:
        return ("AllClear",)
    return ("Monitor",) if revision.change is Change.RETRACTED else _RESPONSES[revision.level]


def _judge(revision: Revision) -> _Judgement:
    """Urgency, severity and certainty.

    Measured means immediate and observed; with a gauge lost nobody observes it any more. Without any
    measurement a person has judged, of what is seen as of what is foreseen: Likely claims neither. Its level 1 asks
    people to prepare (Expected), its levels 2 and 3 to act now (Immediate). A retraction knows nothing about the
    danger: Past or Unlikely would be an all-clear.
    """
    if revision.change is Change.ALL_CLEAR:
        return _Judgement("Past", "Minor", "Observed")
    if revision.change is Change.RETRACTED:
        return _Judgement("Unknown", "Unknown", "Unknown")
    severity = _SEVERITIES[revision.level]
    if not revision.measurements:
        return _Judgement("Expected" if revision.level == 1 else "Immediate", severity, "Likely")
    return _Judgement("Immediate", severity, "Likely" if revision.gauge_lost else "Observed")


def _area(place: Place, language: Language) -> etree._Element:
    area = _E.area(_E.areaDesc(clean(place.area[language])))
    if place.outline:
        area.append(_E.polygon(" ".join(f"{latitude!r},{longitude!r}" for latitude, longitude in place.outline)))
    area.extend(_E.geocode(_E.valueName(name), _E.value(value)) for name, value in sorted(place.geocode.items()))
    return area


def _note(revision: Revision, content: Content) -> str:
    """What a reader of the message itself has to know first: an exercise, a mistake."""
    notes = [_exercise_note(content)] if revision.status is Status.EXERCISE else []
    if revision.change is Change.RETRACTED:
        notes += [f"{sentence(revision, language, content)}." for language in content.languages]
    if revision.change is Change.REINSTATED:
        notes += [sentence(revision, language, content) for language in content.languages]
    return " / ".join(notes)


def _exercise_note(content: Content) -> str:
    words = content.texts.exercise
    return " / ".join(
        fill(("texts", "exercise", language), words[language], {"city": content.city})
        for language in content.languages
        if language in words
    )


def _reference(reference: Reference, zone: ZoneInfo) -> str:
    return f"{reference.sender},{reference.identifier},{_time(reference.sent, zone)}"


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _time(at: datetime, zone: ZoneInfo) -> str:
    """Legal time with a numeric offset, in whole seconds; CAP writes UTC as -00:00, never as Z."""
    text = at.astimezone(zone).isoformat(timespec="seconds")
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text
