"""Connections that a library makes and nobody can ask it to give up: they are cut from outside its thread."""

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

#: What Python itself tells of before it happens: here a thread whose call is over is stopped.
_ASKED = frozenset({"socket.connect", "socket.sendto", "http.client.send", "smtplib.send"})
_here = threading.local()
_hearing = threading.Lock()
_heard: list[bool] = []


class Wire:
    """What one call of a library has connected.

    Timeouts cannot promise an end: they count anew for each address of a host, each request and each byte of an answer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = False
        self._end: socket.socket | None = None

    @contextlib.contextmanager
    def carrying(self) -> Iterator[None]:
        """All that this thread connects meanwhile."""
        _listen()
        _here.wire = self
        try:
            yield
        finally:
            del _here.wire
            with self._lock:
                self._let_go()

    def cut(self) -> None:
        """Whatever is connected ends now, and nothing is connected or said by it any more."""
        with self._lock:
            self._over = True
            if self._end is not None:
                with contextlib.suppress(OSError):
                    self._end.shutdown(socket.SHUT_RDWR)

    def asked(self, event: str, args: tuple[Any, ...]) -> None:
        """Raises ConnectionAbortedError when it has been cut."""
        with self._lock:
            if self._over:
                raise ConnectionAbortedError("given up")
            if event == "socket.connect":
                self._let_go()
                self._end = args[0].dup()  # our own, as TLS takes the library's over before it has shaken hands

    def _let_go(self) -> None:
        if self._end is not None:
            self._end.close()
            self._end = None


def _listen() -> None:
    """Once for the whole process: such an ear cannot be taken away again."""
    with _hearing:
        if not _heard:
            sys.addaudithook(_ear)
            _heard.append(True)


def _ear(event: str, args: tuple[Any, ...]) -> None:
    if event in _ASKED and (wire := getattr(_here, "wire", None)) is not None:
        wire.asked(event, args)
