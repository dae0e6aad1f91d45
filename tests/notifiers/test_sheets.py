"""Sheets for the control room: what is set in MoWaS, and what is asked of the sirens."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from notifiers.content import Content
from notifiers.revision import Change, Revision, Status, Words
from notifiers.sheet_words import LABELS
from notifiers.sheets import NoIssuer, Sheet, as_text, sheet_of
from notifiers.sirens import siren_request_of
from notifiers.spec import Issuer
from tests.notifiers.samples import CONTENT, FLOOD, NOON, flood


def coded() -> Content:
    """The city with a geocode."""
    place = replace(CONTENT.places["unterbarmen"], geocode={"ARS": "051240000000"})
    return replace(CONTENT, places=CONTENT.places | {"unterbarmen": place})


def written(headline: str = "Damm undicht", instruction: str = "Gehen Sie nach oben.") -> Revision:
    """The flood in a person's words."""
    return structs.replace(FLOOD, words={"de": Words(headline, instruction)})


def test_a_sheet_says_everything_that_mowas_asks_for() -> None:
    sheet = sheet_of(flood(1, level=3), coded())
    assert {field.key: field.text for field in sheet.fields if field.key != "broadcast"} == {
        "kind": "Warnung",
        "level": "Extreme Gefahr (MoWaS-Stufe 1)",
        "headline": "Extreme Gefahr, Stufe 3 von 3 – LEBENSGEFAHR Hochwasser: Unterbarmen",
        "text": (
            "Wuppertal-Unterbarmen und Elberfeld an der Wupper. Pegel Kluserbrücke: 226,1 cm um 18:00 Uhr, steigt um "
            "34 cm/h. Die Gefahr ist durch Messungen belegt. Ausgegeben am 14.07.2021 um 18:00 Uhr, Wuppertal."
        ),
        "instruction": (
            "Gehen Sie sofort nach oben. Gehen Sie nicht in Keller oder Tiefgarage. Gehen oder fahren Sie nicht durch "
            "Wasser. Notruf 112."
        ),
        "area": "Wuppertal-Unterbarmen und Elberfeld an der Wupper",
        "geocodes": "ARS 051240000000",
        "valid_from": "14.07.2021, 18:00 Uhr",
        "valid_until": "15.07.2021, 00:00 Uhr",
        "event": "Hochwasser",
        "event_code": "BBK-EVC-045",
        "authority": "Stadt Wuppertal (Beispiel)",
        "legal_basis": "BHKG NRW § 3, Warnerlass NRW vom 26.05.2020 (Beispiel, vom Betreiber zu bestätigen)",
        "reference": "w1 / 1",
    }
    assert sheet.excess == ()


@pytest.mark.parametrize(
    ("level", "said"),
    [
        pytest.param(1, "Gefahreninformation (MoWaS-Stufe 3)", id="our lowest is their 3"),
        pytest.param(2, "Gefahr (MoWaS-Stufe 2)", id="the middle"),
        pytest.param(3, "Extreme Gefahr (MoWaS-Stufe 1)", id="our highest is their 1"),
    ],
)
def test_the_word_comes_first_and_the_number_is_that_of_mowas(level: int, said: str) -> None:
    assert sheet_of(flood(level=level), CONTENT)["level"] == said


def test_the_authority_may_count_otherwise() -> None:
    issuer = Issuer(authority="A", legal_basis="B", mowas_levels={1: 3, 2: 1, 3: 1})
    assert sheet_of(FLOOD, replace(CONTENT, issuer=issuer))["level"] == "Gefahr (MoWaS-Stufe 1)"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Change.ISSUED, "Warnung"),
        (Change.UPDATED, "Aktualisierung"),
        (Change.EXTENDED, "Aktualisierung"),
        (Change.ALL_CLEAR, "Entwarnung"),
        (Change.RETRACTED, "Rücknahme"),
        (Change.REINSTATED, "Warnung"),
    ],
)
def test_every_change_has_its_kind(change: Change, kind: str) -> None:
    assert sheet_of(flood(2, change=change, said_at=NOON), CONTENT)["kind"] == kind


@pytest.mark.parametrize("change", [Change.ALL_CLEAR, Change.RETRACTED])
def test_what_ends_a_warning_names_the_level_it_stood_at(change: Change) -> None:
    sheet = sheet_of(flood(3, change=change, level=3, said_at=NOON), CONTENT)
    assert sheet["level"] == "Die Warnung stand auf Extreme Gefahr (MoWaS-Stufe 1)"


def test_a_sheet_in_english() -> None:
    sheet = sheet_of(FLOOD, CONTENT, "en")
    assert (sheet.title, sheet["level"], sheet["valid_until"]) == (
        "MoWaS sheet",
        "Danger (MoWaS level 2)",
        "15 July 2021, 00:00",
    )


def measured(sheet: Sheet, key: str) -> str:
    return next(field.measured for field in sheet.fields if field.key == key)


def test_the_shipped_texts_fit_into_a_cell_broadcast_of_the_narrow_alphabet() -> None:
    """Also the longest of them, of an exercise, in the languages of the control room."""
    for hazard in CONTENT.texts.hazards:
        for language in LABELS:
            sheet = sheet_of(flood(hazard=hazard, level=3, status=Status.EXERCISE), CONTENT, language)
            assert sheet.excess == ()
            assert "GSM-7" in measured(sheet, "broadcast")


def test_the_cell_broadcast_has_dashes_that_the_alphabet_has() -> None:
    sheet = sheet_of(FLOOD, CONTENT)
    assert sheet["broadcast"].splitlines()[0] == "Gefahr, Stufe 2 von 3 - Hochwasser: Unterbarmen."
    assert measured(sheet, "broadcast") == f"{len(sheet['broadcast'])} von 1395 Zeichen GSM-7"


def test_a_foreign_letter_halves_the_room_and_is_named() -> None:
    sheet = sheet_of(written(instruction="Idź na górę. " + "x" * 500), CONTENT)
    assert "von 615 Zeichen UCS-2; nicht in GSM-7: ź ó ę" in measured(sheet, "broadcast")
    (excess,) = sheet.excess
    assert excess.startswith("Text für Cell Broadcast: ")
    assert excess.endswith(f"{len(sheet['broadcast']) - 615} zu viel.")


def test_a_headline_that_was_cut_is_told() -> None:
    sheet = sheet_of(written(headline="x" * 150), CONTENT)
    assert sheet.excess == ("Überschrift: länger als 140 Zeichen und darum gekürzt.",)
    assert measured(sheet, "headline") == "140 von 140 Zeichen"


@pytest.mark.parametrize("make", [sheet_of, siren_request_of])
def test_without_an_issuer_there_is_nothing_to_set(make: object) -> None:
    with pytest.raises(NoIssuer, match="issuer: is missing in the configuration"):
        make(FLOOD, replace(CONTENT, issuer=None))  # type: ignore[operator]


@pytest.mark.parametrize("make", [sheet_of, siren_request_of])
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("change", Change)
def test_every_sheet_of_an_exercise_says_so_at_both_ends(make: object, language: str, change: Change) -> None:
    real = flood(2, change=change, said_at=NOON)
    sheet = make(structs.replace(real, status=Status.EXERCISE), CONTENT, language)  # type: ignore[operator]
    assert "ÜBUNG" in sheet.exercise
    lines = as_text(sheet).splitlines()
    assert lines[0] == lines[-1] == f"*** {sheet.exercise} ***"
    assert "ÜBUNG" not in as_text(make(real, CONTENT, language))  # type: ignore[operator]


def test_the_terminal_shows_label_measure_and_text() -> None:
    text = as_text(sheet_of(written(headline="x" * 150), CONTENT))
    assert text.splitlines()[:3] == [
        "MoWaS-Blatt",
        "===========",
        "! Überschrift: länger als 140 Zeichen und darum gekürzt.",
    ]
    assert "Überschrift [140 von 140 Zeichen]:\n  Gefahr, Stufe 2 von 3 – xxx" in text
    assert "Gebietsschlüssel:\n  nicht festgelegt" in text


@pytest.mark.parametrize(
    ("change", "status", "signal"),
    [
        pytest.param(Change.ISSUED, Status.ACTUAL, "Warnung: 1 Minute auf- und abschwellender Heulton", id="warning"),
        pytest.param(Change.REINSTATED, Status.ACTUAL, "Warnung: 1 Minute auf- und", id="holds after all"),
        pytest.param(Change.ALL_CLEAR, Status.ACTUAL, "Entwarnung: 1 Minute Dauerton", id="all-clear"),
        pytest.param(Change.RETRACTED, Status.ACTUAL, "Kein Signal", id="a mistake"),
        pytest.param(Change.RETRACTED, Status.EXERCISE, "Kein Signal", id="a mistake in an exercise"),
        pytest.param(Change.ISSUED, Status.EXERCISE, "Probe: 1 Minute Dauerton, 5 Minuten Pause, 1 Minute Heulton",
                     id="exercise"),
        pytest.param(Change.ALL_CLEAR, Status.EXERCISE, "Probe: 1 Minute Dauerton", id="the end of an exercise"),
    ],
)  # fmt: skip
def test_the_signal_that_is_asked_for(change: Change, status: Status, signal: str) -> None:
    sheet = siren_request_of(flood(2, change=change, status=status, said_at=NOON), CONTENT)
    assert sheet["signal"].startswith(signal)


def test_what_is_read_out_on_the_telephone() -> None:
    assert siren_request_of(FLOOD, CONTENT)["call"].splitlines() == [
        "Hier ist Stadt Wuppertal (Beispiel).",
        "Ich bitte um Sirenen für Wuppertal-Unterbarmen und Elberfeld an der Wupper.",
        "Signal – Warnung: 1 Minute auf- und abschwellender Heulton.",
        "Grund: Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen.",
        "Warnung w1, Fassung 1.",
        "Bitte wiederholen Sie Gebiet und Signal.",
    ]


def test_a_retraction_asks_for_silence_and_never_for_the_tone_of_an_all_clear() -> None:
    revision = flood(3, change=Change.RETRACTED, said_at=NOON - timedelta(days=1))
    call = siren_request_of(revision, CONTENT)["call"]
    assert "Bitte kein Sirenensignal für Wuppertal-Unterbarmen" in call
    assert "Grund: Die Warnung vom 13.07.2021, 18:00 Uhr war ein Fehler" in call
    assert "Dauerton" not in call


def test_sirens_go_through_the_control_room_only() -> None:
    assert siren_request_of(FLOOD, CONTENT)["path"] == (
        "Nur über die Leitstelle (TETRA). Floodbell löst keine Sirene aus."
    )
