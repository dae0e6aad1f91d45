"""Limits of residents' own: told once each time the water passes them."""

from datetime import timedelta
from functools import partial

import pytest

from notifiers.languages import Language
from notifiers.ledger import residents
from notifiers.ledger.database import Ledger
from notifiers.ledger.limits import REARM_CM, Risen, concerned, tell
from notifiers.revision import Measurement, Status
from tests.notifiers.post import Post, Scripted
from tests.notifiers.residents import LINKS, asked, signed_up, wish
from tests.notifiers.samples import CHANNELS, NOON
from tests.services.overlapping import overlapping

ANNA, BEN, CLEO = "anna@people.example", "ben@people.example", "cleo@people.example"


def measured(value: float) -> Measurement:
    return Measurement("kluserbruecke", "Kluserbrücke", "stage", value, "cm", NOON)


def rise(ledger: Ledger, *values: float, minutes: int = 0) -> int:
    """The gauge shows these one after the other, looked at together."""
    seen = [Risen(measured(max(values)), values[-1])]
    if not ledger.read_now(partial(concerned, seen=seen)):
        return 0
    at = NOON + timedelta(minutes=minutes)
    return ledger.write_now(partial(tell, city="wuppertal", status=Status.ACTUAL, seen=seen, now=at))


def with_limit(ledger: Ledger, address: str, value: float, language: Language = "de") -> residents.Resident:
    return signed_up(ledger, address, wish(limits={"kluserbruecke": value}, language=language))


def test_each_limit_tells_its_own(ledger: Ledger) -> None:
    with_limit(ledger, ANNA, 180)
    with_limit(ledger, BEN, 200)
    with_limit(ledger, CLEO, 180)
    assert rise(ledger, 179.9) == 0
    assert rise(ledger, 180) == 2
    assert rise(ledger, 190, minutes=5) == 0
    assert rise(ledger, 250, minutes=10) == 1


def test_it_is_told_again_only_after_the_water_has_gone_down(ledger: Ledger) -> None:
    with_limit(ledger, ANNA, 180)
    assert rise(ledger, 181) == 1
    assert rise(ledger, 180 - REARM_CM, minutes=5) == 0
    assert rise(ledger, 181, minutes=10) == 0
    assert rise(ledger, 179.9 - REARM_CM, minutes=15) == 0
    assert rise(ledger, 181, minutes=20) == 1


def test_a_crest_between_two_looks_is_told(ledger: Ledger) -> None:
    with_limit(ledger, ANNA, 180)
    assert rise(ledger, 150, 185, 150) == 1
    assert rise(ledger, 185, minutes=5) == 1


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_two_dispatchers_tell_it_once(ledger: Ledger, ledger_url: str) -> None:
    with_limit(ledger, ANNA, 180)
    both = [
        partial(tell, city="wuppertal", status=Status.ACTUAL, seen=[Risen(measured(181), 181)], now=now)
        for now in (NOON, NOON + timedelta(milliseconds=1))
    ]
    assert overlapping(ledger_url, *both) == (1, 0)
    assert len(Post(ledger, [], {}).rows()) == 1


def test_another_gauge_is_nothing_to_them(ledger: Ledger) -> None:
    signed_up(ledger, ANNA, wish(limits={"beyenburg": 100}))
    assert rise(ledger, 300) == 0


def test_who_has_not_confirmed_is_told_once_that_is_done(ledger: Ledger) -> None:
    anna = asked(ledger, ANNA, wish(limits={"kluserbruecke": 180}))
    assert rise(ledger, 190) == 0
    ledger.write_now(partial(residents.confirm, name=anna.id, at=NOON))
    assert rise(ledger, 190, minutes=5) == 1


def test_another_limit_counts_from_the_next_reading(ledger: Ledger) -> None:
    anna = with_limit(ledger, ANNA, 180)
    assert rise(ledger, 190) == 1
    ledger.write_now(partial(residents.change, name=anna.id, wish=wish(limits={"kluserbruecke": 185})))
    assert rise(ledger, 190, minutes=5) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "de",
            "Messwert, ungeprüft: Pegel Kluserbrücke 181 cm um 18:00 Uhr.\nIhre Marke: 180 cm. Das ist keine Warnung.",
        ),
        (
            "en",
            "Measured value, unchecked: gauge Kluserbrücke 181 cm at 18:00.\nYour limit: 180 cm. This is no warning.",
        ),
    ],
)
async def test_what_it_says(ledger: Ledger, language: Language, said: str) -> None:
    channel = Scripted()
    post = Post(ledger, [], {"email": channel}, specs=CHANNELS, residents=LINKS)
    with_limit(ledger, ANNA, 180, language)
    rise(ledger, 181)
    await post.work()
    assert channel.sent[0].body.startswith(said)
    assert "Kluserbrücke" in channel.sent[0].title
    assert channel.sent[0].to == ANNA
