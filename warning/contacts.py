"""The key to residents' addresses, which stands apart from where they are kept."""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path

import structlog

from notifiers.channel_specs import Key
from notifiers.subscriptions.contacts import Contact, contact_of
from notifiers.subscriptions.links import ResidentLinks
from notifiers.subscriptions.seal import Seal
from warning.config.model import Config
from warning.keys import secret_key
from warning.world import World

logger = structlog.get_logger()

NAME = "contacts.key"


class NoKey(Exception):
    """The key is not there, or is none."""


def seal_of(world: World, env: Mapping[str, str] = os.environ) -> Seal | None:
    """What opens the addresses of a world's residents; None where nobody can sign up.

    Raises:
        NoKey: it is not there.
    """
    spec = world.configuration().subscriptions
    if spec is None:
        return None
    try:
        return Seal(secret_key(world.data, NAME) if spec.key is None else _key(spec.key, env))
    except ValueError as error:
        raise NoKey(f"subscriptions.key: {error}") from error
    except OSError as error:
        raise NoKey(f"subscriptions.key: cannot be read: {error.strerror}") from error


def contacts_of(config: Config) -> dict[str, Contact]:
    """The channels that residents may choose from, with what they give there; the advised one first."""
    names = config.subscriptions.channels if config.subscriptions else ()
    return {name: contact for name in names if (contact := contact_of(config.channels[name])) is not None}


def links_of(world: World) -> ResidentLinks | None:
    """Residents' own pages. Without the key everybody else is told all the same, and staff see what is missing."""
    try:
        seal = seal_of(world)
    except NoKey as error:
        logger.warning("no_contacts_key", reason=str(error))
        return None
    return None if seal is None else ResidentLinks(seal, world.configuration().city.page)


def _key(key: Key, env: Mapping[str, str]) -> bytes:
    if key.env is not None and key.env not in env:
        raise NoKey(f"subscriptions.key: environment variable {key.env} is not set")
    text = env[key.env] if key.env is not None else Path(key.file or "").read_text(encoding="ascii")
    try:
        return base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise ValueError("must be base64, as of `openssl rand -base64 32`") from error
