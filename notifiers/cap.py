"""A revision as a CAP 1.2 message, with one info block per language of the city."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.builder import ElementMaker

from notifiers.content import Content, Place
from notifiers.revision import Change, Reference, Revision, Status
from notifiers.spec import Language
from notifiers.texts import clean, fill, render

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
EVENT_CODES = "profile:DE-BBK-EVENTCODE"

_E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
_RESPONSES = {1: ("Prepare", "Monitor"), 2: ("Prepare", "Avoid"), 3: ("Shelter", "Avoid")}
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
        _E.msgType("Alert" if revision.change is Change.ISSUED else "Update"),
        _E.scope("Public"),
    )
    if revision.status is Status.EXERCISE:
        alert.append(_E.note(_exercise_note(content)))
    if revision.references:
        alert.append(_E.references(" ".join(_reference(each, content.zone) for each in revision.references)))
    alert.append(_E.incidents(_quoted(revision.incident)))
    alert.extend(_info(revision, content, language) for language in content.languages)
    return etree.tostring(alert, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _info(revision: Revision, content: Content, language: Language) -> etree._Element:
    hazard, message = content.hazard(revision.hazard), render(revision, language, content)
    over = revision.change is Change.ALL_CLEAR
    judged = _judge(revision)
    codes = [hazard.event_code] if hazard.event_code else []
    return _E.info(
        _E.language(language),
        _E.category(hazard.category),
        _E.event(clean(hazard.name[language])),
        *(_E.responseType(response) for response in (("AllClear",) if over else _RESPONSES[revision.level])),
        _E.urgency(judged.urgency),
        _E.severity(judged.severity),
        _E.certainty(judged.certainty),
        *(_E.eventCode(_E.valueName(EVENT_CODES), _E.value(code)) for code in codes),
        _E.effective(_time(revision.sent, content.zone)),
        _E.onset(_time(revision.onset, content.zone)),
        _E.expires(_time(revision.expires, content.zone)),
        _E.senderName(clean(content.city)),
        _E.headline(message.title),
        _E.description(message.description),
        _E.instruction(message.instruction),
        _E.web(content.web),
        _E.contact(clean(content.contact)),
        _area(content.place(revision.zone), language),
    )


def _judge(revision: Revision) -> _Judgement:
    """Measured means immediate and observed; with a gauge lost nobody observes it any more."""
    if revision.change is Change.ALL_CLEAR:
        return _Judgement("Past", "Minor", "Observed")
    return _Judgement("Immediate", _SEVERITIES[revision.level], "Likely" if revision.gauge_lost else "Observed")


def _area(place: Place, language: Language) -> etree._Element:
    area = _E.area(_E.areaDesc(clean(place.area[language])))
    if len(set(place.polygon)) >= 3:  # fewer enclose nothing; the check of the configuration says so
        closed = place.polygon if place.polygon[0] == place.polygon[-1] else (*place.polygon, place.polygon[0])
        area.append(_E.polygon(" ".join(f"{latitude!r},{longitude!r}" for latitude, longitude in closed)))
    area.extend(_E.geocode(_E.valueName(name), _E.value(value)) for name, value in sorted(place.geocode.items()))
    return area


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
