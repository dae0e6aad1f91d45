"""Mistakes about who is told: deaf people whom only a voice would tell, institutions whose link finds no room."""

from collections.abc import Iterator, Sequence

from notifiers.channel_specs import AppriseChannel, SmppChannel
from notifiers.hearing import unheard
from notifiers.institutions import Institution
from notifiers.languages import WIDE
from notifiers.pages import seen_line
from notifiers.spec import Person, Recipient
from sensors.problems import Problem
from warning.config.model import Config

#: Letters that two parts of a text message have for the link, beside a text of one.
ROOM = 2 * 153 - 160
#: Of the token of a link, beside the institution's id.
TOKEN = len("seen/") + len("..") + 24 + 16


def hearer_problems(config: Config) -> Iterator[Problem]:
    """All of them."""
    whose: tuple[tuple[str, Sequence[Person | Recipient]], ...] = (
        ("people", config.people),
        ("recipients", config.recipients),
        ("institutions", config.institutions),
    )
    for section, some in whose:
        for place, one in enumerate(some):
            why = "" if one.hears else unheard(one.addresses, config.voices)
            if why:
                yield Problem((section, place, "hears"), f"is false, and {why}")
    for place, institution in enumerate(config.institutions):
        for number, address in enumerate(institution.addresses):
            why = _roomless(institution, address.channel, config)
            if why:
                yield Problem(("institutions", place, "addresses", number, "channel"), why)


def _roomless(institution: Institution, channel: str, config: Config) -> str:
    """Why the link by which an institution acknowledges does not fit into its text message; empty where it does."""
    spec = config.channels.get(channel)
    if isinstance(spec, AppriseChannel):
        parts = None if spec.voice else spec.parts
    else:
        parts = spec.parts if isinstance(spec, SmppChannel) else None
    if parts is None:
        return ""
    if parts < 2:
        return f"{channel} needs parts: 2, for the link by which an institution acknowledges"
    if institution.language in WIDE:
        return f"a text message in {institution.language} has no room for the link by which an institution acknowledges"
    link = len(config.city.page) + len(institution.id) + TOKEN
    over = len(f"\n{seen_line('', institution.language)}") + link - ROOM
    return f"the link by which it acknowledges is {over} letters too long: shorten id or city.page" if over > 0 else ""
