"""Every other service, through Apprise; the recipient's address is an Apprise URL."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

from apprise import Apprise, AppriseAsset, AppriseResult, AppriseResultStatus, NotifyFormat, NotifyType

from notifiers.channels.api import DeliveryError, OutcomeUnknown, Outgoing
from notifiers.revision import Change

CONNECT_S = 8.0
# Longer than an attempt: a service that answers too late must count as unknown. Apprise calls it a
# failure, and what has arrived would be sent again.
READ_S = 25.0
THREADS = 16
_CODE = re.compile(r"error=(\d{3})")
#: HTTP answers after which trying again changes nothing.
PERMANENT = {400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422}


class AppriseChannel:
    """One recipient per call; retries, their times and the lease are ours alone."""

    def __init__(self, name: str) -> None:
        self._name = name
        # No limit of Apprise's own: with one it would queue all calls on a few shared threads.
        self._asset = AppriseAsset(app_id="Floodbell", service_timeout=0)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=f"apprise-{name}")

    async def send(self, message: Outgoing) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, self._deliver, message)

    def _deliver(self, message: Outgoing) -> None:
        # A new object each time: a used one waits seconds before its next message.
        service = Apprise.instantiate(message.to, asset=self._asset, suppress_exceptions=True)
        if service is None:
            raise DeliveryError(self._name, "the address is not one that Apprise knows", retryable=False)
        service.socket_connect_timeout, service.socket_read_timeout = CONNECT_S, READ_S
        service.retry = 0
        apprise = Apprise(asset=self._asset)
        apprise.add(service)
        notice = NotifyType.SUCCESS if message.change is Change.ALL_CLEAR else NotifyType.WARNING
        result = apprise.notify(message.body, message.title, notice, body_format=NotifyFormat.TEXT)
        self._judge(result)

    def _judge(self, result: AppriseResult) -> None:
        if result.status is AppriseResultStatus.SUCCESS:
            return
        reason = "; ".join(entry.message for entry in result.logs()) or f"Apprise says {result.status.name}"
        if result.status is AppriseResultStatus.TIMEOUT or "Read timed out" in reason:
            raise OutcomeUnknown(f"{self._name}: {reason}")
        code = _CODE.search(reason)
        raise DeliveryError(self._name, reason, retryable=code is None or int(code[1]) not in PERMANENT)
