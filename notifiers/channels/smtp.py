"""E-mail by smtplib, one recipient at a time, so that each one's reply is known."""

import asyncio
import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from threading import Lock

from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown, Outgoing
from notifiers.revision import Change
from notifiers.spec import SmtpChannel as Spec

TIMEOUT_S = 15.0  # for one answer of the server; an attempt as a whole ends earlier than its lease
GOODBYE_S = 2.0  # the message is accepted by then; nobody waits long for the farewell
THREADS = 16
GO_ON = 354
_FULL_STOP = re.compile(rb"^\.", re.MULTILINE)  # alone on a line it would end the letter: RFC 5321, 4.5.2


@dataclass(frozen=True, slots=True)
class Login:
    """User and password of our account at the server."""

    user: str
    password: str = field(repr=False)


class SmtpChannel:
    """Sends through one server, in threads of its own: a hanging server holds up nobody else."""

    def __init__(self, name: str, spec: Spec, login: Login | None = None, timeout: float = TIMEOUT_S) -> None:
        self._name = name
        self._spec = spec
        self._login = login
        self._timeout = timeout
        self._tls = ssl.create_default_context()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=f"smtp-{name}")

    async def send(self, message: Outgoing, handover: Handover) -> None:
        letter = self._letter(message)
        call = _Call()
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, self._deliver, call, message.to, letter, handover)
        except asyncio.CancelledError:
            call.hang_up()  # the thread must not go on sending after the attempt has been given up
            raise

    def greet(self) -> None:
        """Connect, greet and log in, and send nothing. Raises DeliveryError. Blocks."""
        with self._connection(_Call()):
            pass

    def _letter(self, message: Outgoing) -> bytes:
        try:
            return letter_of(message, self._spec.sender).as_bytes()
        except (ValueError, UnicodeError) as error:
            raise self._error(f"the message cannot be written: {type(error).__name__}", retryable=False) from error

    def _deliver(self, call: "_Call", to: str, letter: bytes, handover: Handover) -> None:
        with self._connection(call) as server:
            self._answered(server.mail(parseaddr(self._spec.sender)[1]), retryable=True)
            self._answered(server.rcpt(parseaddr(to)[1]))
            code, text = server.docmd("DATA")
            if code != GO_ON:
                raise self._refusal(code, text, retryable=code < 500)
            handover.begins()
            try:
                server.send(_FULL_STOP.sub(b"..", letter) + b".\r\n")
                self._answered(server.getreply())
            except (OSError, smtplib.SMTPServerDisconnected) as error:
                reason = f"connection lost before the server confirmed: {type(error).__name__}"
                raise OutcomeUnknown(reason) from error
            handover.accepted()

    @contextlib.contextmanager
    def _connection(self, call: "_Call") -> Iterator[smtplib.SMTP]:
        """A conversation up to login; whatever fails before the message itself has surely sent nothing."""
        try:
            server = self._connect(call)
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error, retryable=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._error(f"no connection: {error}", retryable=True) from error
        try:
            yield server
        except smtplib.SMTPServerDisconnected as error:
            raise self._error("the server closed the connection", retryable=True) from error
        except OSError as error:
            raise self._error(f"connection lost: {error}", retryable=True) from error
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if server.sock is not None:
                    server.sock.settimeout(GOODBYE_S)
                server.quit()
            server.close()

    def _connect(self, call: "_Call") -> smtplib.SMTP:
        spec = self._spec
        # Without a name of its own smtplib looks up this machine's, which may hang.
        own_name = parseaddr(spec.sender)[1].rpartition("@")[2]
        if spec.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                spec.host, spec.port, own_name, timeout=self._timeout, context=self._tls
            )
        else:
            server = smtplib.SMTP(spec.host, spec.port, own_name, timeout=self._timeout)
        try:
            call.through(server)
            server.ehlo_or_helo_if_needed()
            if spec.security == "starttls":
                server.starttls(context=self._tls)
                call.through(server)
            if self._login is not None:
                server.login(self._login.user, self._login.password)
        except BaseException:
            server.close()
            raise
        return server

    def _answered(self, answer: tuple[int, bytes | str], *, retryable: bool | None = None) -> None:
        code, text = answer
        if not 200 <= code < 300:
            raise self._refusal(code, text, retryable=code < 500 if retryable is None else retryable)

    def _refusal(self, code: int, text: bytes | str, *, retryable: bool) -> DeliveryError:
        said = text.decode(errors="replace") if isinstance(text, bytes) else text
        return self._error(f"{code} {said}", retryable=retryable)

    def _error(self, reason: str, *, retryable: bool) -> DeliveryError:
        return DeliveryError(self._name, reason, retryable=retryable)


class _Call:
    """A conversation that can be ended from outside its thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ended = False
        self._socket: socket.socket | None = None

    def through(self, server: smtplib.SMTP) -> None:
        """This is the connection to cut."""
        with self._lock:
            self._socket = server.sock
            if self._ended:
                raise ConnectionAbortedError("given up")

    def hang_up(self) -> None:
        """Cut the connection."""
        with self._lock:
            self._ended = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)


def letter_of(message: Outgoing, sender: str) -> EmailMessage:
    """The e-mail: plain text, recognisable as automatic, the same at every attempt."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = message.to
    letter["Subject"] = message.title
    letter["Date"] = format_datetime(message.sent)
    letter["Message-ID"] = f"<{message.id}@{domain}>"
    letter["References"] = f"<{message.warning}@{domain}>"  # mail programs show one warning as one thread
    letter["List-Id"] = f"<warnings.{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = message.language
    if message.silent:
        letter["Importance"] = "low"
    elif message.level == 3 and message.change is not Change.ALL_CLEAR:
        letter["Importance"] = "high"
    letter.set_content(message.body, cte="quoted-printable")
    return letter
