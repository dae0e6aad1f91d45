"""Where a broker listens, read from a URL."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

EXAMPLES = "mqtt://user:password@host:1883 or mqtts://user:password@host:8883"


class Address(NamedTuple):
    """A broker and the login for it."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool

    def __str__(self) -> str:
        """Without the password, for logs and errors."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"


def parse_address(url: str) -> Address:
    """Raises ``ValueError`` in the operator's words, which never hold the password."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ValueError(f"mqtt: the port must be a number below 65536, as in {EXAMPLES}") from None
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"mqtt: must be an address like {EXAMPLES}; a '/', '?' or '#' in a password is written %2F …")
    tls = parts.scheme == "mqtts"
    return Address(
        host=parts.hostname,
        port=port or (8883 if tls else 1883),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
    )
