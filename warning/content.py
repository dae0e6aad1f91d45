"""What the configuration says about the city, as the notifiers need it."""

from zoneinfo import ZoneInfo

from notifiers.check import check_texts
from notifiers.content import Content, Place
from notifiers.languages import WRITTEN
from notifiers.revision import Change, Revision, Status
from notifiers.texts import render
from sensors.problems import Problem
from warning.config.model import Config, Zone
from warning.messages import DeskRow


def content_of(config: Config) -> Content:
    """Everything but the revision that goes into texts and CAP messages."""
    city = config.city
    return Content(
        city=city.name,
        zone=ZoneInfo(city.time_zone),
        languages=city.languages,
        sender=city.sender,
        contact=city.contact,
        web=city.page,
        places={name: place_of(zone) for name, zone in config.zones.items()},
        texts=config.texts,
        issuer=config.issuer,
    )


def place_of(zone: Zone) -> Place:
    """A zone as texts speak of it."""
    return Place(zone.name, zone.area, zone.geocode, zone.polygon)


def level_label(config: Config, level: int) -> str:
    """``Gefahr (2)``: the word first, in the city's first language."""
    return f"{config.texts.word_of(level)[config.city.languages[0]]} ({level})"


def revision_of_draft(draft: DeskRow, status: Status) -> Revision:
    """What would be sent if the draft on the desk were released, without its measurements."""
    at = draft.waiting_since or draft.changed_at
    return Revision(
        identifier="",
        city=draft.city,
        warning=draft.warning,
        incident=draft.incident,
        number=draft.revision + 1,
        zone=draft.zone,
        hazard=draft.hazard,
        status=status,
        change=Change(draft.proposed_change),
        level=draft.proposed_level,
        previous_level=draft.level,
        sent=at,
        onset=at,
        expires=at,
        reason="",
        released_by="",
        references=(),
        measurements=(),
        gauge_lost=draft.gauge_lost,
        words=dict(draft.words),
    )


def title_of(draft: DeskRow, config: Config, status: Status) -> str:
    """The headline that would be sent if the draft were released, in the city's first language.

    Raises:
        ContentError: it cannot be written, and so cannot be sent.
    """
    revision = revision_of_draft(draft, status)
    return render(revision, config.city.languages[0], content_of(config)).title


def text_problems(config: Config, *, whole: bool = False) -> list[Problem]:
    """Texts that cannot be written, as paths into the configuration.

    Whether translations fit every channel is looked at for the ``whole`` of it alone, by ``floodbell check``: every
    process reads the configuration at its start, and what does not fit is told again when it is to be released.
    """
    languages = {*config.city.languages, *(one.language for one in config.hearers)}
    return check_texts(content_of(config), languages, None if whole else languages & set(WRITTEN))
