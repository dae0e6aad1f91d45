"""E-mail by smtplib, one recipient at a time, so that each one's reply is known, over connections that stay open."""

import asyncio
import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.utils import parseaddr

from notifiers.channel_specs import SmtpChannel as Spec
from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown, Outgoing
from notifiers.channels.letter import Signer, domain_of, letter_of
from notifiers.channels.smtp_lines import Call, IdleLines, closed_on_failure, farewell

TIMEOUT_S = 15.0  # for one answer of the server; an attempt as a whole ends earlier than its lease
IDLE_S = 10.0  # servers close a silent connection after minutes, firewalls forget it sooner
GO_ON = 354
CLOSING = 421
_FULL_STOP = re.compile(rb"^\.", re.MULTILINE)  # alone on a line it would end the letter: RFC 5321, 4.5.2


@dataclass(frozen=True, slots=True)
class Login:
    """User and password of our account at the server."""

    user: str
    password: str = field(repr=False)


class SmtpChannel:
    """Sends through one server, in threads of its own: a hanging server holds up nobody else."""

    def __init__(
        self,
        name: str,
        spec: Spec,
        login: Login | None = None,
        signer: Signer | None = None,
        timeout: float = TIMEOUT_S,
        idle: float = IDLE_S,
    ) -> None:
        self._name = name
        self._spec = spec
        self._login = login
        self._signer = signer
        self._timeout = timeout
        self._idle_s = idle
        self._tls = ssl.create_default_context()
        self._threads = ThreadPoolExecutor(spec.parallel + 1, thread_name_prefix=f"smtp-{name}")
        self._idle = IdleLines()
        self._sweep: asyncio.TimerHandle | None = None

    async def send(self, message: Outgoing, handover: Handover) -> None:
        call = Call()
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, self._deliver, call, message, handover)
        except asyncio.CancelledError:
            call.hang_up()  # the thread must not go on sending after the attempt has been given up
            raise
        finally:
            self._sweep_later(loop)

    async def close(self) -> None:
        """Say good-bye to the server."""
        if self._sweep is not None:
            self._sweep.cancel()
        await asyncio.get_running_loop().run_in_executor(self._threads, self._idle.close)
        self._threads.shutdown(wait=False)

    async def greet(self) -> str:
        """Connect, greet and log in, and send nothing. Raises DeliveryError."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._greet)
        return "the mail server answers"

    def _greet(self) -> None:
        with self._troubles_told():
            farewell(self._connect(Call()))

    def _sweep_later(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._sweep is None and len(self._idle):
            self._sweep = loop.call_later(self._idle_s, self._leave_idle, loop)

    def _leave_idle(self, loop: asyncio.AbstractEventLoop) -> None:
        self._sweep = None
        left = loop.run_in_executor(self._threads, self._idle.leave, self._idle_s)
        left.add_done_callback(lambda _: self._sweep_later(loop))

    def _letter(self, message: Outgoing) -> bytes:
        try:
            letter = letter_of(message, self._spec.sender)
            return letter if self._signer is None else self._signer.signed(letter)
        except (ValueError, UnicodeError) as error:
            raise self._error(f"the message cannot be written: {type(error).__name__}", retryable=False) from error

    def _deliver(self, call: Call, message: Outgoing, handover: Handover) -> None:
        letter, to = self._letter(message), parseaddr(message.to)[1]
        with self._line(call) as server:
            self._answered(server.rcpt(to), to)
            code, text = server.docmd("DATA")
            if code != GO_ON:
                raise self._refusal(code, text, to, retryable=code < 500)
            handover.begins(message.id)
            try:
                server.send(_FULL_STOP.sub(b"..", letter) + b".\r\n")
                code, text = server.getreply()
            except (OSError, smtplib.SMTPException) as error:
                reason = f"connection lost before the server confirmed: {type(error).__name__}"
                raise OutcomeUnknown(reason) from error
            if not 200 <= code < 300 and not 400 <= code < 600:
                raise OutcomeUnknown("the server's word about the letter is none of SMTP")
            self._answered((code, text), to)
            handover.accepted()

    @contextlib.contextmanager
    def _line(self, call: Call) -> Iterator[smtplib.SMTP]:
        """A conversation up to the sender; whatever fails before the letter itself has surely sent nothing."""
        with self._troubles_told():
            server = self._ready(call)
            try:
                yield server
            except DeliveryError:
                self._keep(server, call)  # that letter was refused, not the next
                raise
            except BaseException:
                server.close()  # without a word: it would be taken for a part of the letter
                raise
            self._keep(server, call)

    def _keep(self, server: smtplib.SMTP, call: Call) -> None:
        if call.is_over() or server.sock is None:
            server.close()
        else:
            self._idle.keep(server)

    @contextlib.contextmanager
    def _troubles_told(self) -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error, retryable=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._error(f"no connection: {error}", retryable=True) from error

    def _ready(self, call: Call) -> smtplib.SMTP:
        """A connection on which the sender is named. One that was kept may be dead by now, which is no failure yet."""
        kept, sender = self._idle.take(), self._spec.return_path or parseaddr(self._spec.sender)[1]
        if kept is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                call.through(kept)
                kept.rset()  # a letter that was refused may still be open
                if 200 <= kept.mail(sender)[0] < 300:
                    return kept
            kept.close()
            self._idle.drop()
        server = self._connect(call)
        with closed_on_failure(server):
            code, text = server.mail(sender)
            if not 200 <= code < 300:
                raise self._refusal(code, text, retryable=True)
        return server

    def _connect(self, call: Call) -> smtplib.SMTP:
        spec = self._spec
        # Without a name of its own smtplib looks up this machine's, which may hang.
        own_name = domain_of(spec.sender)
        if spec.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                spec.host, spec.port, own_name, timeout=self._timeout, context=self._tls
            )
        else:
            server = smtplib.SMTP(spec.host, spec.port, own_name, timeout=self._timeout)
        with closed_on_failure(server):
            call.through(server)
            server.ehlo_or_helo_if_needed()
            if spec.security == "starttls":
                server.starttls(context=self._tls)
                call.through(server)
            if self._login is not None:
                server.login(self._login.user, self._login.password)
        return server

    def _answered(self, answer: tuple[int, bytes | str], to: str) -> None:
        code, text = answer
        if not 200 <= code < 300:
            raise self._refusal(code, text, to, retryable=code < 500)

    def _refusal(self, code: int, text: bytes | str, to: str = "", *, retryable: bool) -> DeliveryError:
        said = text.decode(errors="replace") if isinstance(text, bytes) else text
        # Once the recipient is named, only a server that closes or is unwell itself (RFC 3463, X.3) is at fault.
        of_recipient = bool(to) and code != CLOSING and not said.startswith("4.3.")
        reason = f"{code} {said.replace(to, '…') if to else said}"
        return DeliveryError(self._name, reason, retryable=retryable, of_recipient=of_recipient)

    def _error(self, reason: str, *, retryable: bool) -> DeliveryError:
        return DeliveryError(self._name, reason, retryable=retryable)
