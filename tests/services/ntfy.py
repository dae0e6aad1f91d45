"""An endpoint with the documented answers and limits of an ntfy server, which is not to be had here."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.services.http import Answer, Request

_NAME = re.compile(r"^[-_A-Za-z0-9]{1,64}$")
_FIELDS = {"topic", "title", "message", "priority", "tags", "sequence_id", "click", "actions", "markdown", "icon"}


def problem(status: int, code: int, words: str) -> Answer:
    """As all its refusals look."""
    body = {"code": code, "http": status, "error": words, "link": "https://ntfy.sh/docs/publish/"}
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


TOO_MANY = problem(429, 42901, "limit reached: too many requests")
TOO_MANY_TODAY = problem(429, 42908, "limit reached: daily message quota reached")
FORBIDDEN = problem(403, 40301, "forbidden")
TOO_LARGE = problem(413, 41303, "JSON body too large")
INTERNAL = problem(500, 50001, "internal server error")


@dataclass
class Ntfy:
    """Publishes JSON that is posted to ``/``: by topic, what its subscribers see."""

    token: str | None = None
    healthy: bool = True
    topics: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Answer:
        if (request.method, request.path) == ("GET", "/v1/health"):
            return Answer(200 if self.healthy else 503, {}, json.dumps({"healthy": self.healthy}).encode())
        if request.method != "POST" or request.path != "/":
            return problem(404, 40401, "page not found")
        if self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            return problem(401, 40101, "unauthorized")
        try:
            told = json.loads(request.body)
        except ValueError:
            return problem(400, 40024, "invalid request: request body must be message JSON")
        return _fault_of(told) or self._shown(told)

    def _shown(self, told: dict[str, Any]) -> Answer:
        seen = self.topics.setdefault(told["topic"], [])
        sequence = told.get("sequence_id")
        self.topics[told["topic"]] = [one for one in seen if sequence is None or one.get("sequence_id") != sequence]
        self.topics[told["topic"]].append(told)
        said = {"id": f"m{len(seen):011}", "time": 1626278400, "event": "message", **told}
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(said).encode())


def _fault_of(told: dict[str, Any]) -> Answer | None:
    if not _NAME.match(told.get("topic", "")) or not told.keys() <= _FIELDS:
        return problem(400, 40009, "invalid request: topic invalid")
    if not 1 <= told.get("priority", 3) <= 5:
        return problem(400, 40007, "invalid priority parameter")
    if "sequence_id" in told and not _NAME.match(told["sequence_id"]):
        return problem(400, 40049, "invalid request: sequence ID invalid")
    if len(told["message"].encode()) > 4096:
        return problem(413, 41301, "attachment too large, or attachments not allowed")
    return None
