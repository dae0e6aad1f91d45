"""Every other service, through Apprise; the recipient's address is an Apprise URL."""

import asyncio
import logging
import re
from collections.abc import Iterable, Set
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote
from urllib.request import getproxies

from apprise import Apprise, AppriseAsset, AppriseResult, AppriseResultStatus, NotifyFormat, NotifyType

from notifiers.channel_specs import PARALLEL
from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown, Outgoing
from notifiers.channels.knocking import Door, knock
from notifiers.channels.wires import Wire
from notifiers.revision import Change
from notifiers.sms import short

CONNECT_S = 4.0  # to each address of a host
# Longer than an attempt: a service that answers too late must count as unknown. Apprise calls it a
# failure, and what has arrived would be sent again. The attempt's own end cuts the connection.
READ_S = 25.0
_PLAIN_HOST = re.compile(r"[A-Za-z0-9.-]+")  # nothing left open in it
_ANYBODY = "%2B4915100000000"  # stands for a resident where only the provider's host is looked for
_CODE = re.compile(r"\berror=(\d+)")
#: Signs that the message surely did not go out. Not among them: other errors of TLS, and of a proxy, which
#: is blamed for connections that break after the message too.
_NOT_CONNECTED = (
    "NewConnectionError",
    "ConnectTimeout",
    "NameResolutionError",
    "CERTIFICATE_VERIFY_FAILED",
    "WRONG_VERSION_NUMBER",
    "Tunnel connection failed",
)
#: HTTP answers after which trying again changes nothing.
PERMANENT = {400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422}
#: Twilio's own numbers for a recipient who cannot be reached or does not want to be.
PERMANENT |= {21211, 21214, 21217, 21610, 21614}
#: Of these the city's own account or the address of its provider may be the reason, which staff repair while the
#: warning lasts. They are for good only where account and address are the recipient's.
ACCOUNT = {401, 403, 404, 405, 406, 410, 411, 415}
#: Of these Apprise says success whatever the provider answers, so nobody would hear of a refusal.
BLIND = {"seven"}
#: Services that listen with HTTP at the host of the address itself. Of the others its host may be no server: a topic, a
#: mailbox, a bucket.
OWN_SERVERS = {
    f"{name}{s}" for name in ("json", "xml", "form", "mmost", "nctalk", "gotify", "signal") for s in ("", "s")
}


class AppriseChannel:
    """One recipient per call; retries, their times and the lease are ours alone."""

    def __init__(
        self,
        name: str,
        parts: int | None = None,
        resident: str = "",
        *,
        voice: bool = False,
        parallel: int = PARALLEL,
        known: Iterable[str] = (),
    ) -> None:
        """``resident`` is the URL for an address that is none by itself, with {to} where that goes.

        ``known`` are addresses of the configuration.
        """
        self._name = name
        self._parts = parts
        self._resident = resident
        self._voice = voice
        # No limit of Apprise's own: with one it would queue all calls on a few shared threads.
        self._asset = AppriseAsset(app_id="Floodbell", service_timeout=0)
        # Its lines tell a refused connection from one that broke afterwards. They are read with each
        # result and go nowhere else, as they hold addresses and payloads.
        logger = logging.getLogger("apprise")
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logging.getLogger("urllib3").setLevel(logging.WARNING)  # below it tells paths, which may be tokens
        # Loads all its services now rather than with the first warning.
        Apprise.instantiate("json://localhost", asset=self._asset)
        urls = [resident.replace("{to}", _ANYBODY), *known] if resident else known
        self._doors = [door for door in map(self._door, urls) if door is not None]
        self._threads = ThreadPoolExecutor(parallel, thread_name_prefix=f"apprise-{name}")

    async def send(self, message: Outgoing, handover: Handover) -> None:
        wire = Wire()
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._deliver, wire, message, handover)
        except asyncio.CancelledError:
            wire.cut()  # the thread must not post after a retry or a retraction has gone out
            raise

    async def reach(self) -> tuple[str, ...]:
        """Of the services of the configuration whose host is known. Raises DeliveryError.

        Behind a proxy none is: only Apprise knows its way through it.
        """
        return await knock(self._name, () if getproxies().keys() & {"http", "https"} else self._doors)

    def _door(self, url: str) -> Door | None:
        """A provider's own, else that of the server which the address names."""
        service = Apprise.instantiate(url, asset=self._asset, suppress_exceptions=True)
        if service is None:
            return None
        provider = Door.of(str(getattr(type(service), "notify_url", "")))
        if provider is not None:
            return provider if _PLAIN_HOST.fullmatch(provider.host) else None
        if url.partition("://")[0].lower() not in OWN_SERVERS or not service.host:
            return None
        scheme = "https" if service.secure else "http"
        return Door.of(f"{scheme}://{service.host}:{service.port}" if service.port else f"{scheme}://{service.host}")

    def _deliver(self, wire: Wire, message: Outgoing, handover: Handover) -> None:
        to = message.to if "://" in message.to else self._resident.replace("{to}", quote(message.to, safe=""))
        if to.partition("://")[0].lower() in BLIND:
            raise DeliveryError(self._name, "of this service Apprise does not tell refusals", retryable=False)
        # A new object each time: a used one waits seconds before its next message.
        service = Apprise.instantiate(to, asset=self._asset, suppress_exceptions=True)
        if service is None:
            raise DeliveryError(self._name, "the address is not one that Apprise knows", retryable=False)
        service.socket_connect_timeout, service.socket_read_timeout = CONNECT_S, READ_S
        service.retry = 0
        apprise = Apprise(asset=self._asset)
        apprise.add(service)
        notice = NotifyType.SUCCESS if message.change is Change.ALL_CLEAR else NotifyType.WARNING
        notice = NotifyType.INFO if message.silent else notice
        title, body = self._said(message)
        handover.begins()
        with wire.carrying():
            result = apprise.notify(body, title, notice, body_format=NotifyFormat.TEXT, log_level=logging.DEBUG)
        citys = "://" not in message.to or self._parts is not None or self._voice
        self._judge(result, PERMANENT - ACCOUNT if citys else PERMANENT)
        handover.accepted()

    def _said(self, message: Outgoing) -> tuple[str, str]:
        """Title and body; as a text message or a call there is one body."""
        if self._voice and message.short:
            return "", message.short  # made to be spoken: nothing of it is cut
        if self._parts is None:
            return message.title, message.body
        return "", short(message.short or f"{message.title}\n{message.body}", self._parts)

    def _judge(self, result: AppriseResult, permanent: Set[int]) -> None:
        """Its lines hold addresses, numbers of telephones and payloads: they are looked at, never kept."""
        if result.status is AppriseResultStatus.SUCCESS:
            return
        lines = [entry.message for entry in result.logs()]
        code = next((int(found[1]) for line in lines if (found := _CODE.search(line))), None)
        if result.status is AppriseResultStatus.TIMEOUT or any(_may_have_arrived(line) for line in lines):
            raise OutcomeUnknown("the connection broke before the service confirmed")
        reason = f"Apprise says {result.status.name}, error={code or 'none'}"
        raise DeliveryError(self._name, reason, retryable=code not in permanent)


def _may_have_arrived(line: str) -> bool:
    """Whether a log line tells of a connection that broke after the message may have gone through it."""
    return "Socket Exception" in line and not any(sign in line for sign in _NOT_CONNECTED)
