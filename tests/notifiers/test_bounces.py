"""Reports of mail servers, as they are written: RFC 3464 and its examples."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.bounces import Became, Report, Unreadable, report_in

HEAD = """From: Mail Delivery System <MAILER-DAEMON@mail.example>
To: bounces@city.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

What people read.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Original-Envelope-Id: 17
"""
RECIPIENT = """
Final-Recipient: rfc822; anna@people.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <anna@people.example>:
 mailbox unknown at 192.0.2.7
"""
LETTER = """
--b
Content-Type: {kind}

From: bell@city.example
To: anna@people.example
X-Floodbell-Receipt: r1-7.abc
Subject: x

--b--
"""


def report(*actions: str, kind: str = "message/rfc822", head: str = HEAD) -> bytes:
    return (head + "".join(RECIPIENT.format(action=one) for one in actions) + LETTER.format(kind=kind)).encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_it_failed(kind: str) -> None:
    assert report_in(report("failed", kind=kind)) == Report(
        "r1-7", "abc", Became.FAILED, "5.1.1 550 5.1.1 <…>: mailbox unknown at …"
    )


@pytest.mark.parametrize(
    ("actions", "became"),
    [
        pytest.param(["delivered"], Became.DELIVERED, id="it arrived"),
        pytest.param(["Failed"], Became.FAILED, id="in other letters"),
        pytest.param(["delayed"], Became.UNDECIDED, id="it is late"),
        pytest.param(["relayed"], Became.UNDECIDED, id="handed on to who reports nothing"),
        pytest.param(["failed", "delivered"], Became.DELIVERED, id="one of two places it was handed on to has it"),
        pytest.param(["delayed", "failed"], Became.FAILED, id="one has not, and the other not yet"),
    ],
)
def test_what_became_of_it(actions: list[str], became: Became) -> None:
    assert report_in(report(*actions)).became is became


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b"", "no report of delivery", id="nothing"),
        pytest.param(b"Subject: I am away\n\nBack on Monday.", "no report of delivery", id="somebody is away"),
        pytest.param(report(), "no report of delivery", id="nobody is reported on"),
        pytest.param(report("failed").replace(b"X-Floodbell", b"X-Other"), "no line X-Floodbell", id="not ours"),
        pytest.param(report("failed").replace(b"r1-7.abc", b"r1-7"), "no line X-Floodbell", id="no mark"),
        pytest.param(report("failed").split(b"--b\nContent-Type: message/rfc822")[0], "no line X-F", id="cut short"),
    ],
)
def test_what_is_none(raw: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        report_in(raw)


@settings(deadline=None)  # a loaded machine is no wrong report
@given(st.binary(max_size=400), st.integers(0, 900))
def test_whatever_comes_is_read_or_refused(noise: bytes, at: int) -> None:
    whole = report("failed")
    for raw in (noise, whole[:at] + noise + whole[at:]):
        with contextlib.suppress(Unreadable):
            report_in(raw)
