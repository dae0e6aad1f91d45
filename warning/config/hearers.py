"""Mistakes about who is told: deaf people whom only a voice would tell, institutions whose link finds no room."""

from collections.abc import Iterator, Sequence

from notifiers.channel_specs import AppriseChannel, ChannelSpec, SmppChannel
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
    yield from _cut_short(config)


def _cut_short(config: Config) -> Iterator[Problem]:
    """Channels of text messages on which somebody would read half of a warning: a wide script takes two parts."""
    spoken = {
        name: set(config.city.languages) for name in (config.subscriptions.channels if config.subscriptions else ())
    }
    for one in config.hearers:
        for address in one.addresses:
            spoken.setdefault(address.channel, set()).add(one.language)
    for channel, languages in spoken.items():
        wide = sorted(languages & WIDE)
        if wide and _parts(config.channels.get(channel)) == 1:
            yield Problem(("channels", channel, "parts"), f"must be 2: a text message in {wide[0]} takes two")


def _parts(spec: ChannelSpec | None) -> int | None:
    """Of a text message that a channel may send; None where it sends none."""
    if isinstance(spec, AppriseChannel):
        return None if spec.voice else spec.parts
    return spec.parts if isinstance(spec, SmppChannel) else None


def _roomless(institution: Institution, channel: str, config: Config) -> str:
    """Why the link by which an institution acknowledges does not fit into its text message; empty where it does."""
    parts = _parts(config.channels.get(channel))
    if parts is None:
        return ""
    if parts < 2:
        return f"{channel} needs parts: 2, for the link by which an institution acknowledges"
    if institution.language in WIDE:
        return f"a text message in {institution.language} has no room for the link by which an institution acknowledges"
    link = len(config.city.page) + len(institution.id) + TOKEN
    over = len(f"\n{seen_line('', institution.language)}") + link - ROOM
    return f"the link by which it acknowledges is {over} letters too long: shorten id or city.page" if over > 0 else ""
