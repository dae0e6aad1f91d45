"""How often something has come from one place on the net; addresses are kept in memory alone, and not for long."""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import HTTPException, Request

PLACES = 1024
_HOUSEHOLD = 64  # bits of IPv6 that a provider gives to one connection; the rest is the customer's to choose


class Often:
    """Counts within a time; remembers a bounded number of places."""

    def __init__(self, most: int, within_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._most = most
        self._within_s = within_s
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, place: str) -> int:
        """One more. How many seconds to wait; 0 while it may go on."""
        now = self._clock()
        since, count = self._seen.pop(place, (now, 0))
        if now - since >= self._within_s:
            since, count = now, 0
        self._seen[place] = since, count + 1
        while len(self._seen) > PLACES:
            self._seen.popitem(last=False)
        return 0 if count < self._most else max(1, round(since + self._within_s - now))


class Bounds:
    """At most so many from one place, and from all places together: nobody's asking keeps the desk waiting."""

    def __init__(self, each: Often, together: Often) -> None:
        self._each = each
        self._together = together

    def keep(self, request: Request) -> None:
        """One more. Raises HTTPException(429) with how long to wait."""
        if wait_s := self._each.count(sender_of(request)) or self._together.count(""):
            raise HTTPException(429, headers={"Retry-After": str(wait_s)})


def sender_of(request: Request) -> str:
    """The place that a request comes from; behind one of ``service.web.proxies``, what that proxy has seen."""
    return place_of(request.client.host if request.client else "")


def place_of(address: str) -> str:
    """What belongs to one connection to the net: an IPv4 address, or the network that IPv6 gives to each."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known.packed, _HOUSEHOLD), strict=False))
