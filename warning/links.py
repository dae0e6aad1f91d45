"""Links in messages to staff by which they say that they have seen it: signed, for one person, for a while.

The end of a link is that of its page by the world's clock, and stands in the link itself. So a page that is
sent once more carries the same link, and an exercise that plays fast has links that end in time.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from notifiers.notice import Page
from sensors.times import to_ms, to_utc
from warning.keys import mark_of

PATH = "ack/"


class LinkProblem(ValueError):
    """A link that acknowledges nothing."""


class LinkWrong(LinkProblem):
    """It was changed on its way, or was never one of ours."""


class LinkForeign(LinkProblem):
    """It is of another world: of an exercise, or of the live service while this is one."""


class LinkExpired(LinkProblem):
    """Its page is too old."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a link says."""

    page: str  # identifier
    warning: str
    person: str
    expires: datetime
    level: int | None  # of the message: no higher one is taken note of; None in links that did not name it yet

    @property
    def command(self) -> str:
        """Id of the command it gives: the same at every use, so only the first one counts."""
        return sha256(f"link/{self.page}/{self.person}".encode()).hexdigest()[:24]


class AckLinks:
    """Writes and reads the links of one world."""

    def __init__(self, key: bytes, base_url: str) -> None:
        """``base_url`` ends with a slash."""
        self._signed = URLSafeSerializer(key, salt="ack", signer_kwargs={"digest_method": sha256})
        self._world = mark_of(key)
        self._base = base_url

    def link(self, page: Page, person: str) -> str:
        """The address for one person of a page; empty where the page is about no warning."""
        if not page.warning:
            return ""
        said = [page.identifier, page.warning, person, self._world, to_ms(page.expires) // 1000, page.level]
        return f"{self._base}{PATH}{self._signed.dumps(said)}"

    def read(self, token: str, now: datetime) -> Seen:
        """What stands in the last part of an address.

        Raises:
            LinkProblem: it acknowledges nothing; the kind says why.
        """
        try:
            page, warning, person, _, expires, level = _parts(self._signed.loads(token))
        except BadData:
            raise (LinkForeign if self._foreign(token) else LinkWrong) from None
        if now > to_utc(expires * 1000):
            raise LinkExpired
        return Seen(page, warning, person, to_utc(expires * 1000), level)

    def _foreign(self, token: str) -> bool:
        """Whether what cannot be trusted at least looks like a link of another world."""
        try:
            _, said = self._signed.loads_unsafe(token)
            return _parts(said)[3] != self._world
        except BadData:
            return False


def _parts(said: object) -> tuple[str, str, str, str, int, int | None]:
    match said:
        case [str(page), str(warning), str(person), str(world), int(expires)]:
            return page, warning, person, world, expires, None
        case [str(page), str(warning), str(person), str(world), int(expires), int(level)]:
            return page, warning, person, world, expires, level
    raise BadData("not a link")
