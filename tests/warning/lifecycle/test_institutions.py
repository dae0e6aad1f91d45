"""Institutions have to acknowledge levels 2 and 3; who does not is called, and staff hear of it once."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from notifiers.institutions import Institution
from notifiers.notice import Page, PageReason
from rules.messages import ConditionState
from tests.warning.lifecycle.city import NOON, City
from warning.lifecycle.to_call import concerned, missing, to_call
from warning.messages import Answer, CommandAction, DeskRow

ACTIVE, NORMAL = ConditionState.ACTIVE, ConditionState.NORMAL
SEEN, REACHED = CommandAction.SEEN, CommandAction.REACHED


def institution(ident: str, need: int = 10, **fields: Any) -> Institution:
    about = {"id": ident, "name": ident.title(), "kind": "care-home", "contact": "Frau B.", "phone": "+49 202 100"}
    told = {"zones": ["unterbarmen"], "language": "de", "people_in_need": need}
    reached = {"addresses": [{"channel": "email", "to": f"{ident}@people.example"}]}
    return Institution.model_validate(about | told | reached | fields)


HOME, SCHOOL = institution("home", 60), institution("school", 200, from_level=3)
ELSEWHERE = institution("far", zones=["beyenburg"])


def city(*institutions: Institution) -> City:
    return City(institutions=institutions or (HOME, SCHOOL, ELSEWHERE))


def says(city: City, minute: int, name: str, revision: int, **about: Any) -> Answer:
    """By its own link, which names the revision."""
    return city.gives(minute, SEEN, name, revision=revision, note="by its own link", **about)


def open_ids(city: City, minute: int) -> list[str]:
    rows = [one for one in city.said if isinstance(one, DeskRow)]
    now = NOON + timedelta(minutes=minute)
    return [one.id for one in to_call(rows[-1].calls, "unterbarmen", city.terms.institutions, now)]


def test_nobody_is_asked_at_level_1() -> None:
    played = city()
    played.moves(0, ACTIVE, 1)
    assert played.warning.calls is None
    assert "nothing of this warning has to be acknowledged" in says(played, 1, "home", 1).text


def test_who_is_silent_for_five_minutes_is_called_and_staff_hear_of_it_once() -> None:
    played = city()
    played.moves(0, ACTIVE, 2)
    played.ticks(1, 5)
    assert (open_ids(played, 4), played.pages(PageReason.CALLS_DUE)) == ([], [])
    played.ticks(5, 30)
    assert open_ids(played, 30) == ["home"]
    assert played.pages(PageReason.CALLS_DUE) == [(5, ("anna",))]
    [page] = [one for one in played.said if isinstance(one, Page) and one.reason is PageReason.CALLS_DUE]
    assert page.text == "Home (60)"


def test_who_has_acknowledged_is_not_called_and_nobody_is_paged() -> None:
    played = city()
    played.moves(0, ACTIVE, 2)
    answer = says(played, 1, "home", 1)
    assert (answer.done, answer.text) == (True, "home knows of level 2")
    assert says(played, 2, "home", 1).text == "home has acknowledged before"
    played.ticks(3, 20)
    assert played.pages(PageReason.CALLS_DUE) == []
    calls = played.warning.calls
    assert calls is not None
    [heard] = calls.heard
    assert (heard.institution, heard.by, heard.note) == ("home", "home", "by its own link")


def test_it_stands_until_the_level_rises() -> None:
    played = city()
    played.moves(0, ACTIVE, 3)
    for name in ("home", "school"):
        assert says(played, 1, name, 1).done
    played.moves(20, ACTIVE, 2)  # falls: nobody has to do anything
    played.ticks(20, 40)
    assert (played.warning.level, open_ids(played, 40)) == (2, [])
    played.moves(41, ACTIVE, 3)
    played.ticks(42, 50)
    assert open_ids(played, 50) == ["school", "home"]  # most people in need first
    assert played.pages(PageReason.CALLS_DUE) == [(46, ("anna",))]


def test_an_older_message_acknowledges_nothing_that_is_worse() -> None:
    played = city()
    played.moves(0, ACTIVE, 2)
    played.moves(2, ACTIVE, 3)
    old = says(played, 3, "home", 1)
    assert not old.done
    assert "the danger has become greater since this message" in old.text
    assert says(played, 3, "home", played.warning.number).done


def test_staff_note_that_somebody_was_reached() -> None:
    played = city()
    played.moves(0, ACTIVE, 2)
    played.ticks(1, 7)
    assert "the reason is missing" in played.gives(8, REACHED, "carl", person="home").text
    assert "takes an author" in played.gives(8, REACHED, "vera", person="home", note="rang").text
    for stranger in ("far", "school", "nobody", ""):
        assert (
            "is no institution that this warning concerns"
            in played.gives(8, REACHED, "carl", person=stranger, note="rang").text
        )
    assert played.gives(9, REACHED, "carl", person="home", note="spoke to Frau B.").done
    played.ticks(10, 12)
    assert open_ids(played, 12) == []
    calls = played.warning.calls
    assert calls is not None
    assert (calls.heard[0].by, calls.heard[0].note) == ("carl", "spoke to Frau B.")


def test_an_institution_has_no_power_of_the_staff() -> None:
    played = City((1, 1, 1), institutions=(HOME,))
    played.moves(0, ACTIVE, 2)
    for action in CommandAction:
        if action is not SEEN:
            answer = played.gives(1, action, "home", note="r", person="home", zone="unterbarmen")
            assert not answer.done
            assert "not among the people" in answer.text
    for person in ("anna", "nobody"):
        assert "not among the institutions" in played.gives(2, SEEN, person, revision=1).text


def test_after_the_end_nobody_is_called() -> None:
    played = city()
    played.moves(0, ACTIVE, 2)
    played.moves(3, NORMAL, 0)
    played.ticks(3, 90)
    assert not played.warning.stands
    assert open_ids(played, 90) == []


def test_what_is_reinstated_has_to_be_acknowledged_again() -> None:
    """They were told that it was an error."""
    played = city()
    played.holds(0, 2)
    played.gives(0, CommandAction.SUBMIT, "carl")
    if played.warning.number == 0:
        played.gives(0, CommandAction.APPROVE, "anna", zone="unterbarmen", note="alone", alone=True)
    assert says(played, 1, "home", played.warning.number).done
    played.moves(2, NORMAL, 0)
    assert played.gives(3, CommandAction.RETRACT, "anna", note="an error").done
    assert played.warning.calls is None
    assert played.gives(4, CommandAction.REINSTATE, "berta", note="no error").done
    assert open_ids(played, 10) == ["home"]


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 500), st.integers(1, 3)), unique_by=lambda one: one[0])
)
def test_the_list_is_in_order_and_holds_whom_it_concerns(some: list[tuple[str, int, int]]) -> None:
    institutions = [institution(name, need, from_level=level) for name, need, level in some]
    played = city(*institutions or [HOME])
    played.moves(0, ACTIVE, 2)
    calls = played.warning.calls
    asked = concerned(calls, "unterbarmen", institutions)
    assert [one.people_in_need for one in asked] == sorted((one.people_in_need for one in asked), reverse=True)
    assert {one.id for one in asked} == {name for name, _, level in some if level <= 2}
    assert missing(calls, "unterbarmen", institutions) == asked
    assert concerned(calls, "beyenburg", institutions) == []
