"""Reasons of servers without what tells a person: they like to repeat addresses, in letters of their own."""

import re

HIDDEN = "…"
#: Addresses of e-mail, of pages and of machines, and numbers as long as a telephone's.
_TELLING = re.compile(
    r"""
      [^\s<>"'(),;:=]+@[^\s<>"'(),;:]+        # e-mail
    | \b[a-z][a-z0-9+.-]*://[^\s<>"')]+       # a URL, which may hold a token
    | \b\d{1,3}(?:\.\d{1,3}){3}\b             # IPv4
    | (?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|[0-9a-f:]*::[0-9a-f:]*)(?![\w:])  # IPv6
    | \+?\d(?:[\s/()-]{0,3}\d){6,}            # a telephone number
    """,
    re.VERBOSE | re.IGNORECASE,
)


def scrubbed(reason: str, to: str) -> str:
    """A reason that may be kept: neither the recipient's address nor anything that looks like one."""
    if to:
        reason = re.sub(re.escape(to), HIDDEN, reason, flags=re.IGNORECASE)
    return _TELLING.sub(HIDDEN, reason)
