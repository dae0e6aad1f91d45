"""What staff and neighbours read beside warnings."""

import pytest

from notifiers.notice import PageReason
from notifiers.pages import render_gauge_notice, render_page
from notifiers.revision import Measurement, Status
from tests.notifiers.samples import CONTENT, NOON, gauge_notice, page


def test_a_page() -> None:
    told = render_page(page("p1", "emil"), "de", CONTENT)
    assert told.title == "Gefahr, Stufe 2 von 3 – Unterbarmen: ein Entwurf wartet auf Freigabe"
    assert told.body.splitlines() == [
        "Gefahr, Stufe 2 von 3 – Unterbarmen: ein Entwurf wartet auf Freigabe.",
        "Pegel Kluserbrücke 226,1 cm um 18:00 Uhr, steigt um 34 cm/h.",
        f"{CONTENT.web}desk/w1",
    ]


def test_a_page_of_an_exercise_says_so_first() -> None:
    told = render_page(page("p1", "emil", status=Status.EXERCISE), "en", CONTENT)
    assert told.title.startswith("ÜBUNG")
    assert told.body.startswith("ÜBUNG")


def test_a_page_about_nothing_that_is_configured_is_written_all_the_same() -> None:
    told = render_page(page("p1", "emil", zone="atlantis", warning="", level=0, text="rise > 5"), "en", CONTENT)
    assert told.body.splitlines()[:2] == ["atlantis: a draft waits for release.", "rise > 5"]
    assert told.body.endswith(f"\n{CONTENT.web}")


@pytest.mark.parametrize("reason", PageReason)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_reason_has_its_words(reason: PageReason, language: str) -> None:
    told = render_page(page("p1", "emil", reason=reason), language, CONTENT)  # type: ignore[arg-type]
    assert len(told.title.partition(": ")[2]) > 5


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "de",
            [
                "Messwert, ungeprüft: Pegel Kluserbrücke 226,1 cm um 18:00 Uhr, steigt um 34 cm/h.",
                "Die Stadt prüft.",
            ],
        ),
        (
            "en",
            [
                "Measured value, unchecked: gauge Kluserbrücke 226.1 cm at 18:00, rising by 34 cm/h.",
                "The city is checking.",
            ],
        ),
    ],
)
def test_a_gauge_notice(language: str, expected: list[str]) -> None:
    told = render_gauge_notice(gauge_notice(), language, CONTENT)  # type: ignore[arg-type]
    assert told.body.splitlines() == [*expected, f"{CONTENT.web}{language}/zone/unterbarmen"]
    assert told.title.endswith("Unterbarmen")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("value", [None, 226.1, -3.0])
@pytest.mark.parametrize("parameter", ["stage", "rain"])
def test_a_gauge_notice_is_neither_official_nor_a_warning(language: str, value: float | None, parameter: str) -> None:
    measured = Measurement("x", "X", parameter, value, "cm", NOON, -4.0)
    notice = gauge_notice(measurements=(measured,), gauge_lost=("Y",), status=Status.EXERCISE)
    told = render_gauge_notice(notice, language, CONTENT)  # type: ignore[arg-type]
    for word in ("amtlich", "warnung der stadt", "official", "warning of the city"):
        assert word not in (told.title + told.body).lower()
    assert "None" not in told.body
