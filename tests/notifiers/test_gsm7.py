"""Which alphabet a text needs, and how much room it takes there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.gsm7 import measure, plain


@pytest.mark.parametrize(
    ("text", "alphabet", "length"),
    [
        pytest.param("", "GSM-7", 0, id="nothing"),
        pytest.param("Größe: ÄÖÜß", "GSM-7", 11, id="German letters"),
        pytest.param("a€b[c]", "GSM-7", 9, id="some take the room of two"),
        pytest.param("Stufe 2 – Hochwasser", "UCS-2", 20, id="a long dash"),
        pytest.param("Flut 🌊", "UCS-2", 7, id="a picture is two"),
        pytest.param("ç", "UCS-2", 1, id="only the large one is there"),
    ],
)
def test_alphabet_and_length(text: str, alphabet: str, length: int) -> None:
    measured = measure(text)
    assert (measured.alphabet, measured.length) == (alphabet, length)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        pytest.param("x" * 1395, True, id="the last that fits in GSM-7"),
        pytest.param("x" * 1396, False, id="one more"),
        pytest.param("€" * 697 + "x", True, id="by room, not by characters"),
        pytest.param("€" * 698, False, id="one more of those"),
        pytest.param("–" * 615, True, id="the last that fits in UCS-2"),
        pytest.param("–" * 616, False, id="one more there"),
    ],
)
def test_the_limits_of_a_cell_broadcast(text: str, fits: bool) -> None:
    assert measure(text).fits is fits


def test_what_keeps_a_text_out_is_named_once() -> None:
    assert measure("Łódź – Łódź").foreign == "Łóź–"


@given(st.text(alphabet="aäß–„“…’− ", max_size=50))
def test_plain_signs_bring_german_into_the_narrow_alphabet(text: str) -> None:
    assert measure(plain(text)).alphabet == "GSM-7"


def test_plain_changes_nothing_that_has_no_plain_form() -> None:
    assert plain("Łódź ist schön") == "Łódź ist schön"
