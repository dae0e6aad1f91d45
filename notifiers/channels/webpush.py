"""Messages to browsers: encrypted for one subscription each, handed to the push service that its browser named."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from py_vapid import Vapid02, VapidException

from notifiers.channel_specs import WebPushChannel as Spec
from notifiers.channels.api import DeliveryError, Handover, Outgoing
from notifiers.channels.http import ANSWER_S, HttpClient
from notifiers.channels.knocking import Door, knock
from notifiers.channels.payload import fields_of, token_of, within
from notifiers.channels.push_cipher import public_text, sealed
from notifiers.revision import Change
from notifiers.subscriptions.push import NoSubscription, PushSubscription, subscription_of

PAYLOAD_BYTES = 3000
ACCEPTED = {200, 201, 202}  # RFC 8030 says 201; the others are seen too
GONE = {404, 410}
VAPID_S = 12 * 3600  # push services refuse more than 24 hours
RENEWED_S = VAPID_S // 2
#: Hosts of services that are known by the domain above them.
HOSTS = {"push.services.mozilla.com": "updates.push.services.mozilla.com", "push.apple.com": "web.push.apple.com"}
WITHOUT_HOST = {"notify.windows.com"}  # a browser is given one of many below it
NO_KEY = "must be a private key on the curve P-256"


class Vapid:
    """Who we are to push services, proved anew twice a day to each."""

    def __init__(self, key: Vapid02, contact: str) -> None:
        self._key = key
        self._contact = contact
        self._made: dict[str, tuple[int, str]] = {}  # by push service: since when, and the header

    @classmethod
    def of(cls, key: str, contact: str) -> "Vapid":
        """From PEM, or the bare key in base64. Raises ValueError for what is none."""
        try:
            pem = key.lstrip().startswith("-----")
            read = Vapid02.from_pem(key.encode()) if pem else Vapid02.from_string(key.strip())
            curve = read.private_key.curve.name
        except (VapidException, ValueError, TypeError, AttributeError) as error:
            raise ValueError(NO_KEY) from error
        if curve != "secp256r1":  # the library takes any, push services no other
            raise ValueError(NO_KEY)
        return cls(read, contact)

    @property
    def public_key(self) -> str:
        """What browsers call ``applicationServerKey``."""
        return public_text(self._key.public_key)

    def header(self, service: str, now_s: int) -> str:
        """``Authorization`` for one push service, by its origin."""
        since, header = self._made.get(service, (0, ""))
        if not header or not 0 <= now_s - since < RENEWED_S:
            claims = {"aud": service, "sub": f"mailto:{self._contact}", "exp": now_s + VAPID_S}
            header = self._key.sign(claims)["Authorization"]
            self._made[service] = now_s, header
        return header


class WebPushChannel:
    """Sends to the push services it is told to trust, and to no other address that a subscription may name."""

    def __init__(
        self,
        name: str,
        spec: Spec,
        vapid: Vapid,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        answer_s: float = ANSWER_S,
        port: int = 443,
    ) -> None:
        self._name = name
        self._services = spec.services
        self._doors = [Door(HOSTS.get(one, one), port, tls=True) for one in spec.services if one not in WITHOUT_HOST]
        self._vapid = vapid
        self._now = now
        self._http = HttpClient(name, spec.parallel, answer_s)

    async def send(self, message: Outgoing, handover: Handover) -> None:
        subscription = self._subscription(message.to)
        left_s = int((message.expires - self._now()).total_seconds())
        if left_s <= 0:
            raise self._never("its time is over")
        address = urlsplit(subscription.endpoint)
        headers = {
            "TTL": str(left_s),
            "Urgency": urgency_of(message),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": self._vapid.header(f"{address.scheme}://{address.netloc}", int(time.time())),
        }
        if message.warning:
            headers["Topic"] = token_of(message.warning)  # what still waits about the same warning is replaced
        body = self._encrypted(subscription, message)
        reply = await self._http.post(subscription.endpoint, body, headers, handover)
        if reply.status in GONE:
            over = f"answered {reply.status}: the subscription is over"
            raise DeliveryError(self._name, over, retryable=False, gone=True)
        self._http.judge(reply, ACCEPTED)
        handover.accepted()

    async def reach(self) -> tuple[str, ...]:
        """Of all push services to be trusted. Raises DeliveryError."""
        return await knock(self._name, self._doors)

    async def close(self) -> None:
        """Close the connections to the push services."""
        await self._http.close()

    def _subscription(self, to: str) -> PushSubscription:
        """What nobody can be behind is gone; one at a service that is not trusted any more may be somebody unwarned."""
        try:
            subscription = subscription_of(to)
        except NoSubscription as error:
            none = "the address is no subscription of a browser"
            raise DeliveryError(self._name, none, retryable=False, gone=True) from error
        if not subscription.is_at(self._services):
            raise self._never("the subscription names a push service that is not among those to be trusted")
        return subscription

    def _encrypted(self, subscription: PushSubscription, message: Outgoing) -> bytes:
        try:
            return sealed(within(fields_of(message), PAYLOAD_BYTES), subscription.point, subscription.secret)
        except ValueError as error:
            raise self._never("the message does not fit into what push services take") from error

    def _never(self, reason: str) -> DeliveryError:
        return DeliveryError(self._name, reason, retryable=False)


def urgency_of(message: Outgoing) -> str:
    """Whether a sleeping telephone is to be woken: RFC 8030, 5.3."""
    if message.change is Change.EXTENDED:
        return "normal"  # it may take the place of a warning that still waits for its telephone
    if message.silent:
        return "low"
    if message.change in {Change.RETRACTED, Change.REINSTATED}:
        return "high"
    return "high" if message.level >= 2 and message.change is not Change.ALL_CLEAR else "normal"
