"""A configuration with every text in every language that the city or a recipient speaks."""

from notifiers.completing import complete, name
from notifiers.languages import Language
from warning.config.model import Config, Zone


def completed(config: Config) -> Config:
    """What is not written comes from the catalogues, else from another language and marked."""
    languages = spoken(config)
    zones = {zone: _zone(said, languages) for zone, said in config.zones.items()}
    return config.model_copy(update={"texts": complete(config.texts, languages), "zones": zones})


def spoken(config: Config) -> tuple[Language, ...]:
    """The languages of the city, and those of recipients besides."""
    return tuple(dict.fromkeys([*config.city.languages, *(one.language for one in config.recipients)]))


def _zone(zone: Zone, languages: tuple[Language, ...]) -> Zone:
    return zone.model_copy(update={"name": name(zone.name, languages), "area": name(zone.area, languages)})
