"""What a voice is given to say."""

import pytest

from notifiers.voice import seconds, speak


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        pytest.param("de", "226,1 cm um 18:05 Uhr", "226 Zentimeter um 18 Uhr 5", id="units and times are words"),
        pytest.param("de", "bis 18:00 Uhr", "bis 18 Uhr", id="a full hour"),
        pytest.param("de", "1.205 cm/h", "1.205 Zentimeter pro Stunde", id="thousands"),
        pytest.param("en", "226.1 cm, by 1 cm/h", "226 centimetres, by 1 centimetre per hour", id="English"),
        pytest.param("pl", "2 cm, 5 cm", "2 centymetry, 5 centymetrów", id="each plural of Polish"),
        pytest.param("de", "−12,5 mm", "-12 Millimeter", id="below zero"),
        pytest.param("de", "Notruf 112. Pegel 112,5 cm", "Notruf 1 1 2. Pegel 112 Zentimeter", id="no value"),
        pytest.param("en", "DANGER TO LIFE flood, says DRK", "Danger to Life flood, says DRK", id="a cry, and a name"),
        pytest.param("de", "Gefahr – Hochwasser: Beyenburg", "Gefahr, Hochwasser, Beyenburg", id="no signs"),
        pytest.param("ar", "\u2068226.1 cm\u2069", "226 سنتيمتر", id="no marks of direction"),
    ],
)  # fmt: skip
def test_what_is_said(language: str, written: str, spoken: str) -> None:
    assert speak(written, language) == spoken  # type: ignore[arg-type]


def test_time_is_rounded_up() -> None:
    assert (seconds("x" * 420), seconds("x" * 421)) == (30, 31)
