"""What servers say may be kept, but not about whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.scrub import scrubbed


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("550 5.1.1 <Anna@People.Example>: no such user", "550 5.1.1 <…>: no such user"),
        ("451 4.7.1 greylisted from 192.0.2.7, try again", "451 4.7.1 greylisted from …, try again"),
        ("refused by 2001:db8::17", "refused by …"),
        ("answered 410 for https://push.example/send/abc123?x=1", "answered 410 for …"),
        ("the number 0202 / 563-0 12 34 is unknown", "the number … is unknown"),
        ("the number +49 151 0000001 is unknown", "the number … is unknown"),
        ("connection lost before the server confirmed: TimeoutError", None),
        ("the centre says UNDELIV, error 012", None),
        ("answered 503", None),
        ("not sent in 20 s at 18:05:30", None),
    ],
)
def test_what_is_kept(reason: str, kept: str | None) -> None:
    assert scrubbed(reason, "nobody") == (reason if kept is None else kept)


@given(st.text(min_size=4), st.text())
def test_the_address_itself_never_stays(to: str, around: str) -> None:
    assert to not in scrubbed(f"{around}{to}", to) or to == "…"
