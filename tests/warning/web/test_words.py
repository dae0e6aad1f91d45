"""Every language says everything, in its own way of writing numbers and times."""

import re
import shutil
import string
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from babel import Locale

from notifiers.languages import LANGUAGES, Language, without_isolates
from rules.messages import NoteReason
from sensors.doubts import Doubt
from sensors.units import UNIT_OF
from tests.warning.web.seed import NOW, config
from warning.web import saying
from warning.web.saying import AROUND, FOLDER, Phrase, phrases
from warning.web.words import Words, words_of

MINUTE = 60_000
TEMPLATES = FOLDER.parent / "templates"
FULL: tuple[Language, ...] = tuple(language for language in LANGUAGES if language != "de-simple")


def slots(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def read(name: str) -> dict[str, Phrase]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def words(language: Language) -> Words:
    return words_of(config(), language)


@pytest.mark.parametrize("name", [*FULL, "staff.en"])
def test_every_language_has_the_same_phrases_with_the_same_slots(name: str) -> None:
    german, own = read("staff.de" if name == "staff.en" else "de"), read(name)
    assert own.keys() == german.keys()
    assert {key: text for key, text in own.items() if isinstance(text, str) and slots(text) != slots(german[key])} == {}


@pytest.mark.parametrize("language", FULL)
def test_a_phrase_by_number_has_the_forms_that_the_language_counts_by(language: Language) -> None:
    """A form for one number alone may say it in words."""
    german, rule = read("de"), Locale.parse(language).plural_form
    counted = Counter(rule(count) for count in range(1000))
    for key, forms in read(language).items():
        if isinstance(forms, str):
            continue
        assert forms.keys() == {*rule.tags, "other"}, key
        for category, text in forms.items():
            unsaid = {"count"} if counted[category] == 1 else set()
            assert slots(german[key]) - unsaid <= slots(text) <= slots(german[key]), (key, category)


def test_a_number_chooses_the_form() -> None:
    said = {count: words("pl").say("download_sized", size=3, count=count) for count in (1, 3, 5, 22)}
    assert {count: text.split(", ")[1] for count, text in said.items()} == {
        1: "1 wartość)", 3: "3 wartości)", 5: "5 wartości)", 22: "22 wartości)",
    }  # fmt: skip
    assert words("ar").say("download_sized", size=3, count=2) != words("ar").say("download_sized", size=3, count=3)


def test_what_a_language_lacks_is_said_in_the_citys_first_one_and_marked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "tr.toml").write_text('skip = "İçeriğe geç"')
    monkeypatch.setattr(saying, "FOLDER", tmp_path)
    assert phrases("tr")["skip"] == "İçeriğe geç"
    assert without_isolates(str(phrases("tr")["home"])) == "[Deutsch] Übersicht"
    assert without_isolates(str(phrases("tr", "en")["home"])) == "[English] Overview"


def test_every_phrase_of_the_templates_exists() -> None:
    used = {
        key for file in TEMPLATES.glob("*.html") for key in re.findall(r'say\("([a-z_0-9-]+)"[,)]', file.read_text())
    }
    assert len(used) > 40
    assert used <= phrases("de").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_doubt_has_words(language: Language) -> None:
    spoken = words(language)
    assert len(set(spoken.reasons(sum(Doubt)))) == len(Doubt)
    assert all(spoken.say(parameter) for parameter in UNIT_OF)


@pytest.mark.parametrize("language", AROUND)
def test_every_note_has_words(language: Language) -> None:
    assert all(words(language).say(f"note_{reason}", amount="15 cm") for reason in NoteReason)


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
    assert words("en").clock(NOW, None) == "14 July 2021, 18:30"
    assert words("ru").clock(NOW, None) == "14 июля 2021\N{NARROW NO-BREAK SPACE}г., 18:30"


def test_numbers_are_written_as_people_do() -> None:
    assert (words("de").amount(226.1, "cm"), words("en").amount(226.1, "cm")) == ("226,1 cm", "226.1 cm")
    assert words("de").amount(-0.04, "m3/s") == "0 m³/s"
    assert (words("ru").amount(226.1, "cm"), words("pl").decimal("1.5")) == ("226,1 см", "1,5")
    assert (words("de").taking(135 * MINUTE), words("ru").taking(135 * MINUTE)) == ("2 h 15 min", "2 ч 15 мин")


def test_what_stands_in_arabic_keeps_its_own_direction() -> None:
    spoken = words("ar")
    assert [spoken.amount(226.1, "cm"), spoken.figure(-5)] == ["\u2068226.1 cm\u2069", "\u2068−5\u2069"]
    assert f"\u2068{spoken.clock(NOW, NOW)}\u2069" in spoken.say("as_of", time=spoken.clock(NOW, NOW))
    assert spoken.place("unterbarmen") == "\u2068Unterbarmen\u2069"
