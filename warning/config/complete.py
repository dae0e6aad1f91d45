"""A configuration as the service uses it: every text in every language, every group its people."""

from typing import TypeVar

from notifiers.completing import complete, name, sentence
from notifiers.hearing import in_turn
from notifiers.languages import Language
from notifiers.spec import Person, Recipient
from warning.config.model import Config, Impact, Zone
from warning.config.people import called_of

Reached = TypeVar("Reached", Recipient, Person)


def completed(config: Config) -> Config:
    """What is not written comes from the catalogues, else from another language and marked."""
    languages = spoken(config)
    zones = {zone: _zone(said, languages) for zone, said in config.zones.items()}
    impacts = {station: tuple(_impact(one, languages) for one in said) for station, said in config.impacts.items()}
    return config.model_copy(update={"texts": complete(config.texts, languages), "zones": zones, "impacts": impacts})


def resolved(config: Config) -> Config:
    """Groups stand for their people, and voices come last for those who do not hear them."""
    people = tuple(_in_turn(one, config) for one in config.people)
    recipients = tuple(_in_turn(one, config) for one in config.recipients)
    institutions = tuple(_in_turn(one, config) for one in config.institutions)
    on_call = None if config.on_call is None else called_of(config.on_call, config.groups)
    said = {"people": people, "recipients": recipients, "institutions": institutions, "on_call": on_call}
    return config.model_copy(update=said)


def _in_turn(one: Reached, config: Config) -> Reached:
    return one if one.hears else one.model_copy(update={"addresses": in_turn(one.addresses, config.voices)})


def spoken(config: Config) -> tuple[Language, ...]:
    """The languages of the city, and those of recipients besides."""
    return tuple(dict.fromkeys([*config.city.languages, *(one.language for one in config.hearers)]))


def _impact(impact: Impact, languages: tuple[Language, ...]) -> Impact:
    return impact.model_copy(update={"text": sentence(impact.text, languages)})


def _zone(zone: Zone, languages: tuple[Language, ...]) -> Zone:
    return zone.model_copy(update={"name": name(zone.name, languages), "area": name(zone.area, languages)})
