"""Every language says everything, in its own way of writing numbers and times."""

import re
import string

import pytest

from notifiers.languages import Language
from rules.messages import NoteReason
from sensors.doubts import Doubt
from sensors.units import UNIT_OF
from tests.warning.web.seed import NOW, config
from warning.web.words import FOLDER, LANGUAGES, Words, phrases, words_of

MINUTE = 60_000
TEMPLATES = FOLDER.parent / "templates"


def slots(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def words(language: Language) -> Words:
    return words_of(config(), language)


def test_all_languages_have_the_same_phrases_with_the_same_slots() -> None:
    first, *others = (phrases(language) for language in LANGUAGES)
    for other in others:
        assert first.keys() == other.keys()
        loose = {"clock", "dated_clock"}
        assert {key for key in first if slots(first[key]) != slots(other[key])} <= loose


def test_every_phrase_of_the_templates_exists() -> None:
    used = {
        key for file in TEMPLATES.glob("*.html") for key in re.findall(r'say\("([a-z_0-9-]+)"[,)]', file.read_text())
    }
    assert len(used) > 40
    assert used <= phrases("de").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_doubt_and_every_note_has_words(language: Language) -> None:
    spoken = words(language)
    assert len(set(spoken.reasons(sum(Doubt)))) == len(Doubt)
    assert all(spoken.say(f"note_{reason}", amount="15 cm") for reason in NoteReason)
    assert all(spoken.say(parameter) for parameter in UNIT_OF)


@pytest.mark.parametrize(
    ("minutes", "german", "english"),
    [
        (-5, "Uhr der Messstelle geht vor", "the station's clock is ahead"),
        (0, "gerade eben", "just now"),
        (1, "vor 1 Minute", "1 minute ago"),
        (4, "vor 4 Minuten", "4 minutes ago"),
        (60, "vor 1 Stunde", "1 hour ago"),
        (47 * 60, "vor 1 Tag", "1 day ago"),
        (48 * 60, "vor 2 Tagen", "2 days ago"),
    ],
)
def test_ages(minutes: int, german: str, english: str) -> None:
    assert (words("de").age(minutes * MINUTE), words("en").age(minutes * MINUTE)) == (german, english)


def test_times_are_the_citys_and_carry_their_day_where_it_is_another() -> None:
    assert words("de").clock(NOW, NOW) == "18:30 Uhr"
    assert words("de").clock(NOW, NOW + 6 * 60 * MINUTE) == "14.07.2021, 18:30 Uhr"
    assert words("en").clock(NOW, None) == "2021-07-14, 18:30"


def test_numbers_are_written_as_people_do() -> None:
    assert (words("de").amount(226.1, "cm"), words("en").amount(226.1, "cm")) == ("226,1 cm", "226.1 cm")
    assert words("de").amount(-0.04, "m3/s") == "0 m³/s"
