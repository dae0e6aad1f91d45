"""Whether a host lets us connect: a connection and its TLS, and not a word on it."""

import asyncio
import contextlib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from notifiers.channels.api import DeliveryError

KNOCK_S = 8.0
GOODBYE_S = 1.0
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, order=True)
class Door:
    """Where a host listens."""

    host: str
    port: int
    tls: bool

    @classmethod
    def of(cls, url: str) -> "Door | None":
        """None where the address is none of the web."""
        with contextlib.suppress(ValueError):
            parts = urlsplit(url)
            if parts.scheme in _PORTS and parts.hostname:
                return cls(parts.hostname, parts.port or _PORTS[parts.scheme], parts.scheme == "https")
        return None


async def knock(channel: str, doors: Iterable[Door]) -> tuple[str, ...]:
    """The hosts, all of which let us connect. Raises DeliveryError, which names those that did not."""
    known = sorted(set(doors))
    shut = [why for why in await asyncio.gather(*map(_shut, known)) if why]
    if shut:
        raise DeliveryError(channel, f"no connection: {'; '.join(shut)}", retryable=True)
    return tuple(dict.fromkeys(door.host for door in known))


async def _shut(door: Door) -> str:
    """Why it stays shut; empty where it opens."""
    try:
        async with asyncio.timeout(KNOCK_S):
            tls = ssl.create_default_context() if door.tls else None
            _, writer = await asyncio.open_connection(door.host, door.port, ssl=tls)
    except ssl.SSLCertVerificationError:
        return f"{door.host}: its certificate is not one that can be trusted"
    except (OSError, TimeoutError) as error:
        return f"{door.host}: {getattr(error, 'strerror', None) or type(error).__name__}"
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(GOODBYE_S):
            await writer.wait_closed()
    return ""
