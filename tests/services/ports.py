"""Ports for the servers of tests, each given once.

They lie below those that the kernel gives to connections on their way out: nobody has taken the port of a server
that was killed when it comes back. Other tests at the same time draw in another order.
"""

import random
import socket

PORTS = range(10_000, 32_000)
_DRAWN = iter(random.SystemRandom().sample(PORTS, len(PORTS)))


def free_port() -> int:
    """A port on which nobody listens."""
    return next(port for port in _DRAWN if _free(port))


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
