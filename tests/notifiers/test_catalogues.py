"""Translations: complete, true to their slots, fitting, marked where they are missing."""

import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.catalogue import NOT_REVIEWED, catalogue, reviewed, translations
from notifiers.completing import complete, name
from notifiers.content import Content
from notifiers.forms import form_of, forms_of
from notifiers.languages import LANGUAGES, WRITTEN, Language
from notifiers.notice_forms import KINDS, notice_form_of
from notifiers.revision import Change, Status
from notifiers.sizes import FormKind
from notifiers.speech import number, quantity
from notifiers.texts import render
from notifiers.wording_lint import lint
from tests.notifiers.samples import CONTENT, FLOOD, flood, gauge_notice

FOREIGN: tuple[Language, ...] = tuple(language for language in LANGUAGES if language not in WRITTEN)
SLOT = re.compile(r"\{\{ ?(\w+) ?\}\}|\{(\w+)\}")


def spoken_in(*languages: Language) -> Content:
    """The shipped city, with more languages."""
    places = {
        zone: replace(place, name=name(place.name, languages), area=name(place.area, languages))
        for zone, place in CONTENT.places.items()
    }
    return replace(CONTENT, languages=("de", *languages), texts=complete(CONTENT.texts, languages), places=places)


CITY = spoken_in(*FOREIGN)


@pytest.mark.parametrize("language", FOREIGN)
def test_no_slot_of_a_text_is_lost_or_invented(language: Language) -> None:
    assert len(translations(language)) > 130
    for german, translated in translations(language).items():
        if "other_day" not in german:
            assert sorted(SLOT.findall(translated)) == sorted(SLOT.findall(german)), german


@pytest.mark.parametrize("language", FOREIGN)
def test_a_catalogue_that_nobody_has_reviewed_says_so(language: Language) -> None:
    """In the comment above it, and so in the preview."""
    found = catalogue(language)
    assert found is not None
    assert NOT_REVIEWED in found.header_comment
    assert not reviewed(language)


@pytest.mark.parametrize("language", WRITTEN)
def test_what_a_city_writes_itself_has_no_catalogue(language: Language) -> None:
    assert catalogue(language) is None
    assert reviewed(language)


@pytest.mark.parametrize("language", FOREIGN)
def test_every_text_of_the_shipped_city_is_translated(language: Language) -> None:
    for hazard, level in product(CITY.texts.hazards, (1, 2, 3)):
        for form in forms_of(flood(hazard=hazard, level=level), language, CITY):
            assert "[Deutsch]" not in form.title + form.text


@given(
    language=st.sampled_from(FOREIGN),
    hazard=st.sampled_from(sorted(CITY.texts.hazards)),
    change=st.sampled_from(Change),
    level=st.integers(1, 3),
    status=st.sampled_from(Status),
    zone=st.sampled_from(sorted(CITY.places)),
)
def test_every_form_fits_in_every_language(
    language: Language, hazard: str, change: Change, level: int, status: Status, zone: str
) -> None:
    revision = flood(1, hazard=hazard, change=change, level=level, status=status, zone=zone, previous_level=3)
    assert lint(revision, language, CITY) == []


def test_a_text_that_the_city_has_changed_is_told_in_german_and_says_so() -> None:
    """A translation of what used to stand there would be a translation of something else."""
    hazard = CONTENT.texts.hazards["river-flood"]
    changed = hazard.level_2["de"].model_copy(update={"instruction": "Gehen Sie zur Schule."})
    flooded = hazard.model_copy(update={"level_2": {"de": changed, "en": hazard.level_2["en"]}})
    texts = CONTENT.texts.model_copy(update={"hazards": {**CONTENT.texts.hazards, "river-flood": flooded}})
    content = replace(CITY, texts=complete(texts, FOREIGN))
    assert "[Deutsch] Gehen Sie zur Schule." in render(FLOOD, "tr", content).body
    assert "Sel: Unterbarmen" in render(FLOOD, "tr", content).title


def test_arabic_isolates_what_runs_from_left_to_right() -> None:
    body = render(FLOOD, "ar", CITY).body
    for said in ("226.1 cm", "Kluserbrücke", "18:00", "Unterbarmen", "Wuppertal"):
        assert f"\u2068{said}\u2069" in body
    assert body.count("\u2068") == body.count("\u2069")
    for kind in (FormKind.VOICE, FormKind.SIGN):
        assert "\u2068" not in form_of(FLOOD, "ar", CITY, kind).text


def test_a_sign_on_the_street_speaks_as_the_city_does() -> None:
    form = form_of(FLOOD, "uk", CITY, FormKind.SIGN)
    assert (form.language, form.text) == ("de", "Gefahr Hochwasser\nRaus aus dem Keller!")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        pytest.param("tr", "1.250,5", id="Turkish"),
        pytest.param("ar", "1,250.5", id="Arabic"),
        pytest.param("pl", "1 250,5", id="Polish"),
        pytest.param("ru", "1 250,5", id="Russian"),
        pytest.param("ro", "1.250,5", id="Romanian"),
    ],
)
def test_numbers_are_written_as_each_language_does(language: Language, said: str) -> None:
    assert number(1250.5, language) == said


def test_units_are_in_the_script_of_the_language() -> None:
    assert [quantity(2.0, "m3/s", language) for language in ("de", "ru", "tr")] == ["2 m³/s", "2 м³/с", "2 m³/s"]


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("kind", KINDS)
def test_gauge_notices_are_translated_and_fit(kind: FormKind, language: Language) -> None:
    form = notice_form_of(gauge_notice(status=Status.EXERCISE), language, CITY, kind)
    assert form.fits
    assert "ungeprüft" not in form.text
