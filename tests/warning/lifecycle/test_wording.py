"""What people write goes out only as it fits every kind of channel; what the templates say is never held up."""

from dataclasses import replace

import pytest

from notifiers.notice import Page, PageReason
from notifiers.revision import Change, Words
from notifiers.wording_lint import faults
from rules.messages import ConditionState
from tests.notifiers.samples import CONTENT, broken, flood
from tests.warning.lifecycle.city import BY_PEOPLE, City
from warning.messages import CommandAction

ACTIVE = ConditionState.ACTIVE
LONG = "Gehen Sie jetzt nach oben und nehmen Sie Ihre Nachbarn mit. " * 3
GOOD = Words("Damm undicht", "Gehen Sie jetzt nach oben.")


def waiting() -> City:
    """A draft of level 2 waits for people."""
    city = City(BY_PEOPLE, content=CONTENT)
    city.moves(0, ACTIVE, 2)
    return city


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(Words("Damm undicht", LONG.strip()), "sms, de: too long: ", id="too long for a text message"),
        pytest.param(Words("D" * 139, "Nach oben."), "cap, de: too long: ", id="too long a headline"),
        pytest.param(Words("Damm {{ place }}", "Nach oben."), "a slot is left open: {{ place }}", id="an open slot"),
        pytest.param(Words("Damm in {ort}", "Nach oben."), "a slot is left open: {ort}", id="a slot of another kind"),
        pytest.param(Words("Damm 洪水", "Nach oben."), "sms, de: not in GSM-7: 洪 水", id="letters no phone here has"),
    ],
)
def test_words_that_do_not_fit_are_refused_when_they_are_written(words: Words, said: str) -> None:
    city = waiting()
    answer = city.gives(1, CommandAction.UPDATE, "carl", words={"de": words}, note="more exact")
    assert not answer.done
    assert answer.text.startswith("it cannot go out as it is written: ")
    assert said in answer.text
    assert city.row.words == {}


def test_a_short_form_makes_room() -> None:
    city = waiting()
    words = {"de": Words("Damm undicht", LONG.strip(), "Jetzt nach oben.")}
    assert city.gives(1, CommandAction.UPDATE, "carl", words=words, note="more exact").done


def test_einfache_sprache_keeps_to_twelve_words() -> None:
    city = waiting()
    said = "Gehen Sie jetzt sofort mit allen Ihren Nachbarn in den ersten Stock hinauf."
    words = {"de": GOOD, "de-simple": Words("Der Damm ist kaputt", said)}
    answer = city.gives(1, CommandAction.UPDATE, "carl", words=words, note="more exact")
    assert "de-simple: more than 12 words: Gehen Sie jetzt sofort" in answer.text
    words["de-simple"] = Words("Der Damm ist kaputt", "Gehen Sie jetzt nach oben.")
    assert city.gives(2, CommandAction.UPDATE, "carl", words=words, note="more exact").done


def test_a_draft_that_worsens_is_not_held_up_by_words_about_less() -> None:
    city = waiting()
    assert city.gives(1, CommandAction.UPDATE, "carl", words={"de": GOOD}, note="more exact").done
    city.moves(2, ACTIVE, 3)
    assert city.gives(3, CommandAction.APPROVE).done


def test_what_fitted_once_and_fits_no_more_is_refused_again_at_its_release() -> None:
    """The city's texts have changed in between, as by a new configuration."""
    city = City(BY_PEOPLE)  # nobody looks
    city.moves(0, ACTIVE, 2)
    words = {"de": Words("Damm undicht", LONG.strip())}
    assert city.gives(1, CommandAction.UPDATE, "carl", words=words, note="more exact").done
    assert city.gives(2, CommandAction.SUBMIT, "carl").done
    city.terms = replace(city.terms, content=CONTENT)
    answer = city.gives(3, CommandAction.APPROVE)
    assert not answer.done
    assert "sms, de: too long: " in answer.text
    assert "or discard it" in answer.text


BROKEN = broken("en")


def test_what_people_release_can_be_written_in_every_language() -> None:
    """A template whose slot nobody fills, of a language that nobody wrote anything in."""
    city = City(BY_PEOPLE, content=BROKEN)
    city.moves(0, ACTIVE, 3)
    assert city.gives(1, CommandAction.APPROVE).done
    city.moves(20, ACTIVE, 2)
    answer = city.gives(21, CommandAction.APPROVE)
    assert not answer.done
    assert "en: cannot be written: " in answer.text
    assert [level for _, _, level in city.revisions][-1] == 3
    words = {"de": GOOD, "en": Words("The dike leaks", "Go upstairs now.")}
    assert city.gives(22, CommandAction.UPDATE, "carl", words=words, note="a text is broken").done
    assert city.gives(23, CommandAction.SUBMIT, "carl").done
    assert city.gives(24, CommandAction.APPROVE).done


def test_what_worsens_waits_for_no_template_and_staff_hear_what_is_wrong() -> None:
    city = City(BY_PEOPLE, content=BROKEN)
    city.moves(0, ACTIVE, 2)
    assert city.gives(1, CommandAction.APPROVE).done
    assert [level for _, _, level in city.revisions] == [1, 2]
    told = [one for one in city.said if isinstance(one, Page) and one.reason is PageReason.STAFF_NOTE]
    assert "en: cannot be written: " in told[-1].text


@pytest.mark.parametrize("change", [Change.ISSUED, Change.UPDATED, Change.ALL_CLEAR])
def test_any_number_of_lost_gauges_fits(change: Change) -> None:
    """Also in the short sentences of Einfache Sprache, however long the names are."""
    names = ("Beyenburg Talsperre Unterwasser", "Wuppertal Kluserbrücke Mitte", "Leimbach Talsperre Ablauf")
    lost = flood(2, level=3, change=change, gauge_lost=names)
    assert not [said for said in faults(lost, CONTENT.languages, CONTENT) if "more than 12 words" in said]


def test_what_goes_out_by_itself_does_so_and_staff_hear_what_is_wrong() -> None:
    city = City(content=BROKEN)
    city.moves(0, ACTIVE, 2)
    assert [change for _, change, _ in city.revisions] == [Change.ISSUED]
    (told,) = [one for one in city.said if isinstance(one, Page) and one.reason is PageReason.STAFF_NOTE]
    assert "en: cannot be written: " in told.text


def test_what_goes_out_by_itself_is_not_held_up() -> None:
    city = City(content=CONTENT)
    city.moves(0, ACTIVE, 3)
    assert [change for _, change, _ in city.revisions] == [Change.ISSUED]
