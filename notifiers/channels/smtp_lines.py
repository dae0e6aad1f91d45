"""Connections to a mail server that stay open between letters."""

import contextlib
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from threading import Lock

GOODBYE_S = 2.0  # nobody waits long for a farewell


class Call:
    """A conversation that can be ended from outside its thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ended = False
        self._socket: socket.socket | None = None

    def through(self, server: smtplib.SMTP) -> None:
        """This is the connection to cut. Raises ConnectionAbortedError when it has been given up already."""
        with self._lock:
            self._socket = server.sock
            if self._ended:
                raise ConnectionAbortedError("given up")

    def is_over(self) -> bool:
        """Whether it was cut; if not, it cannot be any more, and its connection may serve another."""
        with self._lock:
            self._socket = None
            return self._ended

    def hang_up(self) -> None:
        """Cut the connection."""
        with self._lock:
            self._ended = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)


class IdleLines:
    """Connections between two letters, logged in; of use from any thread."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._lines: list[tuple[float, smtplib.SMTP]] = []
        self._closed = False

    def __len__(self) -> int:
        return len(self._lines)

    def take(self) -> smtplib.SMTP | None:
        """The one that was used last: its server has forgotten it least."""
        with self._lock:
            return self._lines.pop()[1] if self._lines else None

    def keep(self, server: smtplib.SMTP) -> None:
        """For the next letter."""
        with self._lock:
            if not self._closed:
                self._lines.append((self._monotonic(), server))
                return
        farewell(server)

    def leave(self, idle_s: float) -> None:
        """Say good-bye on those that nobody has used for so long. Blocks."""
        with self._lock:
            limit = self._monotonic() - idle_s
            old = [server for since, server in self._lines if since <= limit]
            self._lines = [line for line in self._lines if line[0] > limit]
        for server in old:
            farewell(server)

    def drop(self) -> None:
        """Close all without a word: one of them turned out to be dead."""
        with self._lock:
            dead, self._lines = self._lines, []
        for _, server in dead:
            server.close()

    def close(self) -> None:
        """Say good-bye on all, and keep none any more. Blocks."""
        with self._lock:
            self._closed = True
        self.leave(0.0)


@contextlib.contextmanager
def closed_on_failure(server: smtplib.SMTP) -> Iterator[None]:
    """A connection of which nothing became is left without a word."""
    try:
        yield
    except BaseException:
        server.close()
        raise


def farewell(server: smtplib.SMTP) -> None:
    """Quit, or at least hang up."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        if server.sock is not None:
            server.sock.settimeout(GOODBYE_S)
        server.quit()
    server.close()
