"""What helps people in a zone: one of the staff says it, the steward looks at it, nobody releases it."""

from datetime import timedelta
from typing import Any

import pytest

from notifiers.revision import Revision
from tests.warning.lifecycle.city import NOON, City
from warning.lifecycle.steward import steward
from warning.messages import EVERYWHERE, Answer, Command, CommandAction, LocalInfo, ShiftEntry, Topic

DAY = timedelta(hours=24)
CLOSED = {"de": " Unterführung Kluse gesperrt. ", "en": "Underpass Kluse closed."}


def city() -> City:
    return City(zones=frozenset({"unterbarmen"}), languages=("de", "en"))


def inform(city: City, actor: str = "carl", **about: Any) -> Answer:
    city.commands += 1
    given = {"zone": "unterbarmen", "topic": Topic.ROADS, "texts": CLOSED} | about
    outputs = city.take(Command(f"c{city.commands}", "wuppertal", CommandAction.INFORM, actor, NOON, **given))
    return next(one for one in outputs if isinstance(one, Answer))


def said(city: City) -> list[LocalInfo]:
    return [one for one in city.said if isinstance(one, LocalInfo)]


def test_one_author_is_enough_and_it_lasts_a_day() -> None:
    played = city()
    answer = inform(played)
    assert answer.text == "unterbarmen, roads: until 15 Jul 12:00 UTC: Unterführung Kluse gesperrt."
    texts = {"de": "Unterführung Kluse gesperrt.", "en": "Underpass Kluse closed."}
    assert said(played) == [LocalInfo("wuppertal", "unterbarmen", Topic.ROADS, texts, "carl", NOON, NOON + DAY)]
    (entry,) = [one for one in played.said if isinstance(one, ShiftEntry)]
    assert (entry.actor, entry.action, entry.text) == ("carl", CommandAction.INFORM, answer.text)
    assert not [one for one in played.said if isinstance(one, Revision)]


def test_no_text_takes_it_away() -> None:
    played = city()
    assert inform(played, texts={"de": " "}).text == "unterbarmen, roads: nothing more is said"
    assert said(played)[0].texts == {}


def test_what_is_the_same_everywhere_is_said_once() -> None:
    played = city()
    assert inform(played, zone=EVERYWHERE, topic=Topic.PHONE, texts={"de": "0202 1234"}).done
    assert said(played)[0].zone == EVERYWHERE


@pytest.mark.parametrize(
    ("about", "why"),
    [
        pytest.param({"actor": "vera"}, "vera is viewer; inform takes an author", id="role"),
        pytest.param({"topic": None}, "say what it is about", id="no topic"),
        pytest.param({"zone": "atlantis"}, "atlantis: there is no such zone", id="no zone"),
        pytest.param({"texts": {"en": "Closed."}}, "say it in de: it is shown where another", id="first language"),
        pytest.param({"texts": {"de": "Zu.", "tr": "Kapalı."}}, "the city does not speak tr", id="foreign"),
        pytest.param({"texts": {"de": "x" * 501}}, "at most 500 signs in a language", id="too long"),
        pytest.param({"until": NOON}, "say until when, at most 31 days ahead", id="over already"),
        pytest.param({"until": NOON + 32 * DAY}, "say until when, at most 31 days ahead", id="too far"),
    ],
)
def test_what_is_refused_says_why(about: dict[str, Any], why: str) -> None:
    played = city()
    answer = inform(played, **about)
    assert (answer.done, answer.text[: len(why)]) == (False, why)
    assert said(played) == []


def test_the_same_command_again_says_nothing_again() -> None:
    played = city()
    inform(played)
    state, outputs = steward(played.state, played.events[-1], played.terms)
    assert (state, outputs) == (played.state, [])
