"""What the configuration says about the city, as the notifiers need it."""

from zoneinfo import ZoneInfo

from notifiers.check import check_texts
from notifiers.content import Content, Place
from sensors.problems import Problem
from warning.config.model import Config


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
        places={name: Place(zone.name, zone.area, zone.geocode, zone.polygon) for name, zone in config.zones.items()},
        texts=config.texts,
    )


def text_problems(config: Config) -> list[Problem]:
    """Texts that cannot be written, as paths into the configuration."""
    languages = {*config.city.languages, *(recipient.language for recipient in config.recipients)}
    return check_texts(content_of(config), languages)
