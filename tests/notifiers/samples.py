"""The city of config.yaml and revisions about it, for tests."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from notifiers.content import Content
from notifiers.languages import Language
from notifiers.notice import GaugeNotice, Page, PageReason
from notifiers.revision import Change, Measurement, Reference, Revision, Status
from notifiers.spec import Person, Recipient
from warning.config.load import load
from warning.content import content_of

CONFIG = Path(__file__).parents[2] / "config.yaml"
NOON = datetime(2021, 7, 14, 16, 0, tzinfo=UTC)  # 18:00 in Wuppertal

_CITY = load(CONFIG)
CONTENT: Content = content_of(_CITY)
CHANNELS = _CITY.channels

FLOOD = Revision(
    identifier="r1",
    city="wuppertal",
    warning="w1",
    incident="i1",
    number=1,
    zone="unterbarmen",
    hazard="river-flood",
    status=Status.ACTUAL,
    change=Change.ISSUED,
    level=2,
    previous_level=0,
    sent=NOON,
    onset=NOON,
    expires=NOON + timedelta(hours=6),
    reason="STAGE_ABOVE",
    released_by="automatic",
    references=(),
    measurements=(Measurement("kluserbruecke", "Kluserbrücke", "stage", 226.1, "cm", NOON, 34.4),),
)


def flood(number: int = 1, **fields: Any) -> Revision:
    """Revision ``number`` of one warning, as issued at level 2 unless said otherwise."""
    later = replace(FLOOD, identifier=f"r{number}", number=number, sent=NOON + timedelta(minutes=number - 1))
    if number > 1:
        reference = Reference("floodbell@wuppertal.example", f"r{number - 1}", NOON, FLOOD.expires)
        later = replace(later, change=Change.UPDATED, previous_level=2, references=(reference,))
    return replace(later, **fields)


def broken(language: Language, level: int = 2) -> Content:
    """The city's texts with a slot that nobody fills, at one level and in one language."""
    hazard = CONTENT.texts.hazards["river-flood"]
    wording = hazard.of(level, language).model_copy(update={"headline": "Flood at {{ nobody_knows }}"})
    levels = {f"level_{level}": {**hazard.levels[level - 1], language: wording}}
    hazards = {**CONTENT.texts.hazards, "river-flood": hazard.model_copy(update=levels)}
    return dataclasses.replace(CONTENT, texts=CONTENT.texts.model_copy(update={"hazards": hazards}))


def recipient(name: str, *channels: str, **fields: Any) -> Recipient:
    """Somebody in the zone of the flood, reached at ``name`` on each channel."""
    told = {"language": "de", "zones": ["unterbarmen"], "from_level": 1} | fields
    addresses = [{"channel": channel, "to": f"{name}@{channel}.example"} for channel in channels]
    return Recipient.model_validate({"id": name, "addresses": addresses} | told)


def person(name: str, *channels: str, **fields: Any) -> Person:
    """Somebody of the staff, reached at ``name`` on each channel."""
    addresses = [{"channel": channel, "to": f"{name}@{channel}.staff.example"} for channel in channels]
    told = {"id": name, "name": name.title(), "role": "approver", "language": "de", "addresses": addresses}
    return Person.model_validate(told | fields)


def page(identifier: str, *people: str, **fields: Any) -> Page:
    """A draft at level 2 waits for these people."""
    called = Page(
        identifier=identifier,
        city="wuppertal",
        status=Status.ACTUAL,
        reason=PageReason.DRAFT_WAITS,
        people=people,
        voice=False,
        silent=False,
        sent=NOON,
        expires=NOON + timedelta(hours=6),
        level=2,
        warning="w1",
        number=1,
        zone="unterbarmen",
        hazard="river-flood",
        change=Change.ISSUED.value,
        measurements=FLOOD.measurements,
    )
    return replace(called, **fields)


def gauge_notice(**fields: Any) -> GaugeNotice:
    """An unchecked value above the limit of level 2."""
    notice = GaugeNotice(
        identifier="n1",
        city="wuppertal",
        status=Status.ACTUAL,
        warning="w1",
        zone="unterbarmen",
        hazard="river-flood",
        level=2,
        sent=NOON,
        expires=NOON + timedelta(hours=6),
        measurements=FLOOD.measurements,
    )
    return replace(notice, **fields)
