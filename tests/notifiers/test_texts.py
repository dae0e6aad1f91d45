"""What people read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from notifiers.content import Content, ContentError
from notifiers.revision import Change, Measurement, Revision, Status, Words
from notifiers.spec import Texts
from notifiers.texts import TITLE_LENGTH, render
from tests.notifiers.samples import CONTENT, FLOOD, NOON, flood


def with_texts(content: Content, **texts: object) -> Content:
    """The city with other words."""
    return replace(content, texts=Texts.model_validate(content.texts.model_dump(by_alias=True) | texts))


def measured(**fields: object) -> Revision:
    """A flood whose gauge says something else."""
    return structs.replace(FLOOD, measurements=(structs.replace(FLOOD.measurements[0], **fields),))


def test_a_warning_says_everything_in_order() -> None:
    message = render(FLOOD, "de", CONTENT)
    assert message.title == "Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen"
    assert message.body.splitlines() == [
        "Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen.",
        "Wuppertal-Unterbarmen und Elberfeld an der Wupper.",
        "Pegel Kluserbrücke: 226,1 cm um 18:00 Uhr, steigt um 34 cm/h.",
        "Die Gefahr ist durch Messungen belegt.",
        "Verlassen Sie Keller und Tiefgaragen jetzt. Bringen Sie Wichtiges nach oben. Warnen Sie Ihre Nachbarn.",
        "Ausgegeben am 14.07.2021 um 18:00 Uhr, Wuppertal.",
    ]


def test_english_has_its_own_numbers_and_dates() -> None:
    body = render(FLOOD, "en", CONTENT).body
    assert "226.1 cm at 18:00, rising by 34 cm/h" in body
    assert "14 July 2021 at 18:00" in body


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("change", Change)
def test_an_exercise_says_so_before_anything_else(language: str, change: Change) -> None:
    message = render(flood(2, status=Status.EXERCISE, change=change), language, CONTENT)
    for text in (message.title, message.body, message.description, message.instruction):
        assert text.startswith("ÜBUNG")
    assert "keine echte Warnung" in render(flood(status=Status.EXERCISE), "de", CONTENT).title


def test_a_real_warning_never_says_exercise() -> None:
    message = render(FLOOD, "de", CONTENT)
    assert "ÜBUNG" not in message.title + message.body + message.description


def test_an_all_clear_has_words_of_its_own() -> None:
    message = render(flood(3, change=Change.ALL_CLEAR, level=3), "de", CONTENT)
    assert message.title == "Entwarnung Hochwasser: Unterbarmen"
    assert "Stufe" not in message.body
    assert "Gefahr" not in message.body
    assert "Das Wasser ist schmutzig." in message.body


def test_a_lowering_says_so_and_a_rise_does_not() -> None:
    assert "Die Warnstufe sinkt." in render(flood(2, level=1, previous_level=2), "de", CONTENT).body
    assert "sinkt" not in render(flood(2, level=3, previous_level=2), "de", CONTENT).body


def test_a_lost_gauge_is_named_after_what_to_do() -> None:
    lines = render(flood(2, gauge_lost=("Kluserbrücke",)), "de", CONTENT).body.splitlines()
    assert lines[-2].startswith("Ausgefallen: Pegel Kluserbrücke.")
    assert lines[-3].startswith("Verlassen Sie")


@pytest.mark.parametrize(
    ("rise", "expected"),
    [
        pytest.param(None, "Trend unbekannt", id="unknown is not steady"),
        pytest.param(float("nan"), "Trend unbekannt", id="nan is unknown"),
        pytest.param(0.0, "etwa gleich", id="zero is a slope"),
        pytest.param(-1.9, "etwa gleich", id="within the noise"),
        pytest.param(-30.0, "fällt um 30 cm/h", id="falling"),
        pytest.param(1204.6, "steigt um 1.205 cm/h", id="rising very fast"),
    ],
)
def test_trend(rise: float | None, expected: str) -> None:
    assert expected in render(measured(rise_cm_per_h=rise), "de", CONTENT).body


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        pytest.param(0.0, "cm", "0 cm", id="zero is a reading"),
        pytest.param(-12.5, "cm", "−12,5 cm", id="below gauge zero"),
        pytest.param(150.0, "cm", "150 cm", id="no idle zero"),
        pytest.param(1250.04, "m3/s", "1.250 m³/s", id="thousands"),
        pytest.param(None, "cm", "kein Messwert", id="a gap"),
        pytest.param(float("inf"), "cm", "kein Messwert", id="not a number"),
    ],
)
def test_value(value: float | None, unit: str, expected: str) -> None:
    body = render(measured(value=value, unit=unit), "de", CONTENT).body
    assert f"Pegel Kluserbrücke: {expected} um" in body


def test_a_reading_of_another_day_says_which() -> None:
    body = render(measured(at=NOON - timedelta(days=1)), "de", CONTENT).body
    assert "um 13.07.2021, 18:00 Uhr" in body


def test_rain_is_not_a_gauge_level() -> None:
    rain = Measurement("barmen", "Barmen", "rain", 26.4, "mm", NOON)
    body = render(structs.replace(FLOOD, measurements=(rain,)), "de", CONTENT).body
    assert "Regen Barmen: 26,4 mm, gemessen bis 18:00 Uhr." in body
    assert "Pegel" not in body


def test_an_unknown_slot_is_an_error_at_its_place() -> None:
    content = with_texts(CONTENT, step={"de": "Stufe {{ leevel }} von 3", "en": "x"})
    with pytest.raises(ContentError, match=r"texts\.step\.de: 'leevel' is undefined"):
        render(FLOOD, "de", content)


def test_a_text_cannot_reach_into_the_program() -> None:
    content = with_texts(CONTENT, step={"de": "{{ level.__class__.__mro__ }}", "en": "x"})
    with pytest.raises(ContentError, match=r"texts\.step\.de"):
        render(FLOOD, "de", content)


@given(name=st.text(min_size=1, max_size=300), language=st.sampled_from(["de", "en"]))
def test_titles_are_one_short_line_whatever_the_names(name: str, language: str) -> None:
    place = replace(CONTENT.places["unterbarmen"], name={"de": name, "en": name})
    content = replace(CONTENT, places=CONTENT.places | {"unterbarmen": place})
    title = render(flood(status=Status.EXERCISE), language, content).title
    assert len(title) <= TITLE_LENGTH
    assert title.isprintable() or not set(title) & set("\r\n\t\x00")


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ContentError, match="no such zone: atlantis"):
        render(flood(zone="atlantis"), "de", CONTENT)


def retraction(**fields: object) -> Revision:
    """The flood taken back, an hour later."""
    base = {"change": Change.RETRACTED, "level": 3, "said_at": NOON, "sent": NOON + timedelta(hours=1)}
    return flood(3, **base | fields)


@pytest.mark.parametrize(
    ("language", "headline", "instruction"),
    [
        pytest.param(
            "de",
            "Die Warnung von 18:00 Uhr war ein Fehler: Hochwasser, Unterbarmen",
            "Bitte beachten Sie weiter die Hinweise von Rundfunk, NINA und Stadt.",
            id="German",
        ),
        pytest.param(
            "en",
            "The warning of 18:00 was a mistake: Flood, Unterbarmen",
            "Please keep following what radio, NINA and the city say.",
            id="English",
        ),
    ],
)
def test_a_retraction_says_which_warning_was_a_mistake(language: str, headline: str, instruction: str) -> None:
    message = render(retraction(), language, CONTENT)
    assert message.title == headline
    assert message.description.startswith(f"{headline}.")
    assert message.instruction == instruction
    assert message.body.splitlines()[0] == f"{headline}."


def test_a_retraction_of_yesterdays_warning_says_the_day() -> None:
    title = render(retraction(said_at=NOON - timedelta(days=1)), "de", CONTENT).title
    assert title.startswith("Die Warnung vom 13.07.2021, 18:00 Uhr war ein Fehler")


def test_a_retraction_says_nothing_about_the_danger() -> None:
    """Neither that there is none, nor what was measured, nor that the warning stays in force."""
    message = render(retraction(gauge_lost=("Kluserbrücke",), previous_level=3), "de", CONTENT)
    for words in ("Gefahr", "Stufe", "Pegel", "bleibt bestehen", "sinkt"):
        assert words not in message.body + message.description + message.title


def test_a_retraction_keeps_its_words_whatever_was_written_about_the_warning() -> None:
    written = {"de": Words("Damm bricht", "Gehen Sie nach oben.")}
    assert render(retraction(words=written), "de", CONTENT) == render(retraction(), "de", CONTENT)


def test_a_city_has_its_own_words_for_a_retraction() -> None:
    own = {"headline": "Irrtum von {{ time }} Uhr in {{ place }}", "instruction": "Hören Sie Radio Wuppertal."}
    message = render(retraction(), "de", with_texts(CONTENT, retracted={"de": own}))
    assert (message.title, message.instruction) == ("Irrtum von 18:00 Uhr in Unterbarmen", own["instruction"])
    with pytest.raises(ContentError, match=r"texts\.retracted\.en: is missing"):
        render(retraction(), "en", with_texts(CONTENT, retracted={"de": own}))


def test_a_reinstated_warning_says_so_before_its_usual_words() -> None:
    message = render(flood(4, change=Change.REINSTATED, level=2), "de", CONTENT)
    assert message.title == "Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen"
    assert message.body.splitlines()[:2] == [
        "Die Warnung gilt doch. Die Rücknahme war ein Fehler.",
        "Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen.",
    ]
    assert message.description.startswith("Die Warnung gilt doch.")


def test_what_a_person_wrote_stands_in_place_of_the_template() -> None:
    written = {"de": Words("Damm in  Beyenburg\nundicht {{ place }}", "Gehen Sie {% jetzt %} nach oben.")}
    message = render(structs.replace(FLOOD, words=written), "de", CONTENT)
    assert message.title == "Gefahr, Stufe 2 von 3 – Damm in Beyenburg undicht {{ place }}"
    assert message.instruction == "Gehen Sie {% jetzt %} nach oben."
    assert "Pegel Kluserbrücke: 226,1 cm" in message.body
    assert "Verlassen Sie" not in message.body


def test_where_a_person_has_written_nothing_the_template_speaks() -> None:
    english = render(structs.replace(FLOOD, words={"de": Words("Damm undicht", "Nach oben.")}), "en", CONTENT)
    blank = render(structs.replace(FLOOD, words={"de": Words("Damm undicht", " ")}), "de", CONTENT)
    assert english == render(FLOOD, "en", CONTENT)
    assert blank.instruction == render(FLOOD, "de", CONTENT).instruction


def test_what_nobody_measured_is_not_told_as_measured() -> None:
    authored = structs.replace(FLOOD, hazard="smoke", measurements=(), reason="BY_HAND")
    assert render(authored, "de", CONTENT).body.splitlines() == [
        "Gefahr, Stufe 2 von 3 – Gefährlicher Rauch: Unterbarmen.",
        "Wuppertal-Unterbarmen und Elberfeld an der Wupper.",
        "Die Gefahr ist wahrscheinlich.",
        "Gehen Sie ins Haus. Schließen Sie Fenster und Türen. Schalten Sie Lüftung und Klimaanlage aus.",
        "Ausgegeben am 14.07.2021 um 18:00 Uhr, Wuppertal.",
    ]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("hazard", sorted(CONTENT.texts.hazards))
def test_every_hazard_of_the_shipped_city_can_be_told(hazard: str, language: str) -> None:
    """At each level something different is asked of people, and its end says so."""
    levels = [render(flood(hazard=hazard, level=level, measurements=()), language, CONTENT) for level in (1, 2, 3)]
    over = render(flood(2, hazard=hazard, change=Change.ALL_CLEAR, level=3), language, CONTENT)
    assert len({message.instruction for message in levels}) == 3
    assert over.title.startswith({"de": "Entwarnung", "en": "All clear"}[language])
