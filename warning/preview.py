"""What every kind of channel would be given, before anybody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifiers.catalogue import reviewed
from notifiers.content import Content
from notifiers.forms import Form, forms_of
from notifiers.languages import NAMES, Language
from notifiers.revision import Change, Measurement, Revision, Status
from notifiers.wording_lint import Finding, lint_forms
from rules.ruled import ruled_series
from warning.config.model import Config


@dataclass(frozen=True, slots=True)
class Preview:
    """One language's forms."""

    language: Language
    reviewed: bool  # whether somebody has gone through its catalogue
    borrowed: tuple[str, ...]  # kinds that hold sentences of another language
    forms: tuple[Form, ...]
    findings: tuple[Finding, ...]


def previews(revision: Revision, languages: Sequence[Language], content: Content) -> list[Preview]:
    """Every form of a revision.

    Raises:
        ContentError: it cannot be written.
    """
    return [_preview(revision, language, content) for language in languages]


def _preview(revision: Revision, language: Language, content: Content) -> Preview:
    forms = forms_of(revision, language, content)
    marks = [f"[{name}]" for other, name in NAMES.items() if other != language]
    borrowed = tuple(form.kind.value for form in forms if any(mark in f"{form.title}{form.text}" for mark in marks))
    return Preview(language, reviewed(language), borrowed, forms, tuple(lint_forms(revision, forms)))


def example(config: Config, zone: str, hazard: str, level: int, change: Change, at: datetime) -> Revision:
    """A revision as it might be, with a reading at the mark of its level where a rule has a gauge for it."""
    return Revision(
        identifier="",
        city=config.city.id,
        warning="preview",
        incident="preview",
        number=1 if change is Change.ISSUED else 2,
        zone=zone,
        hazard=hazard,
        status=Status.ACTUAL,
        change=change,
        level=level,
        previous_level=0 if change is Change.ISSUED else level,
        sent=at,
        onset=at,
        expires=at + timedelta(hours=6),
        reason="",
        released_by="",
        references=(),
        measurements=_measured(config, zone, hazard, level, at),
        said_at=at - timedelta(hours=1) if change is Change.RETRACTED else None,
    )


def _measured(config: Config, zone: str, hazard: str, level: int, at: datetime) -> tuple[Measurement, ...]:
    rules = [rule for rule in config.rules if (rule.zone, rule.hazard) == (zone, hazard)]
    for series in (one for rule in rules for one in ruled_series(rule) if one.parameter == "stage"):
        station = config.stations[series.station]
        if len(station.levels) >= level:
            mark = station.marks[station.levels[level - 1]].value
            return (Measurement(series.station, station.name, "stage", mark.amount, "cm", at, 30.0),)
    return ()
