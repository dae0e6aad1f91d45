"""Every other service, through Apprise; the recipient's address is an Apprise URL."""

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor

from apprise import Apprise, AppriseAsset, AppriseResult, AppriseResultStatus, NotifyFormat, NotifyType

from notifiers.channels.api import DeliveryError, Handover, OutcomeUnknown, Outgoing
from notifiers.revision import Change

CONNECT_S = 8.0
# Longer than an attempt: a service that answers too late must count as unknown. Apprise calls it a
# failure, and what has arrived would be sent again.
READ_S = 25.0
THREADS = 16
_CODE = re.compile(r"error=(\d{3})")
_KEPT = {"WARNING", "ERROR", "CRITICAL"}
_NOT_CONNECTED = ("NewConnectionError", "ConnectTimeout", "NameResolutionError", "SSLError", "ProxyError")
#: HTTP answers after which trying again changes nothing.
PERMANENT = {400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422}


class AppriseChannel:
    """One recipient per call; retries, their times and the lease are ours alone."""

    def __init__(self, name: str) -> None:
        self._name = name
        # No limit of Apprise's own: with one it would queue all calls on a few shared threads.
        self._asset = AppriseAsset(app_id="Floodbell", service_timeout=0)
        # Its lines tell a refused connection from one that broke afterwards. They are read with each
        # result and go nowhere else, as they hold addresses and payloads.
        logger = logging.getLogger("apprise")
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        # Loads all its services now rather than with the first warning.
        Apprise.instantiate("json://localhost", asset=self._asset)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=f"apprise-{name}")

    async def send(self, message: Outgoing, handover: Handover) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, self._deliver, message, handover)

    def _deliver(self, message: Outgoing, handover: Handover) -> None:
        # A new object each time: a used one waits seconds before its next message.
        service = Apprise.instantiate(message.to, asset=self._asset, suppress_exceptions=True)
        if service is None:
            raise DeliveryError(self._name, "the address is not one that Apprise knows", retryable=False)
        service.socket_connect_timeout, service.socket_read_timeout = CONNECT_S, READ_S
        service.retry = 0
        apprise = Apprise(asset=self._asset)
        apprise.add(service)
        notice = NotifyType.SUCCESS if message.change is Change.ALL_CLEAR else NotifyType.WARNING
        notice = NotifyType.INFO if message.silent else notice
        handover.begins()
        result = apprise.notify(
            message.body, message.title, notice, body_format=NotifyFormat.TEXT, log_level=logging.DEBUG
        )
        self._judge(result)
        handover.accepted()

    def _judge(self, result: AppriseResult) -> None:
        if result.status is AppriseResultStatus.SUCCESS:
            return
        logs = list(result.logs())
        # Lines below a warning hold addresses and payloads: they are looked at, never kept.
        reason = "; ".join(entry.message for entry in logs if entry.level in _KEPT)
        reason = reason or f"Apprise says {result.status.name}"
        if result.status is AppriseResultStatus.TIMEOUT or any(_may_have_arrived(entry.message) for entry in logs):
            raise OutcomeUnknown(reason)
        code = _CODE.search(reason)
        raise DeliveryError(self._name, reason, retryable=code is None or int(code[1]) not in PERMANENT)


def _may_have_arrived(line: str) -> bool:
    """Whether a log line tells of a connection that broke after the message may have gone through it."""
    return "Socket Exception" in line and not any(sign in line for sign in _NOT_CONNECTED)
