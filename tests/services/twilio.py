"""A provider of text messages and calls that answers as Twilio documents; the real one cannot be asked here."""

import base64
import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from tests.services.http import Answer, Request

HOST = "api.twilio.com"
SID = "AC" + "0123456789abcdef" * 2
_PATH = re.compile(rf"^/2010-04-01/Accounts/{SID}/(Messages|Calls)\.json$")


def problem(status: int, code: int, words: str) -> Answer:
    """Its own number beside that of HTTP."""
    body = {"code": code, "message": words, "more_info": "", "status": status}
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


@dataclass
class Twilio:
    """Text messages and calls, in order."""

    token: str
    texts: list[tuple[str, str]] = field(default_factory=list)  # to whom, and what
    calls: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        asked = _PATH.match(request.path)
        if asked is None:
            return problem(404, 20404, f"The requested resource {request.path} was not found")
        basic = base64.b64encode(f"{SID}:{self.token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return problem(401, 20003, "Authenticate")
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if asked[1] == "Calls":
            self.calls.append((form["To"], form["Twiml"]))
        else:
            self.texts.append((form["To"], form["Body"]))
        return Answer(
            201, {"Content-Type": "application/json"}, json.dumps({"sid": "SM1", "status": "queued"}).encode()
        )


def refusal(status: int, code: int, to: str) -> Answer:
    """It repeats the number."""
    return problem(status, code, f"The 'To' number {to} cannot be used now")
