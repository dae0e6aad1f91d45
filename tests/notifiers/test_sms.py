"""What fits into a text message."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.sms import parts_of, short


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("x" * 160, 1, id="one part"),
        pytest.param("x" * 161, 2, id="one letter too many"),
        pytest.param("x" * 306, 2, id="two parts"),
        pytest.param("x" * 307, 3, id="three parts"),
        pytest.param("ÄÖÜß" * 40, 1, id="German is in the narrow alphabet"),
        pytest.param("€" * 80, 1, id="some signs take two places"),
        pytest.param("€" * 81, 2, id="and too many of them"),
        pytest.param("ç" * 70, 1, id="wide"),
        pytest.param("ç" * 71, 2, id="wide, one letter too many"),
    ],
)
def test_parts(text: str, parts: int) -> None:
    assert parts_of(text) == parts


def test_dashes_and_quotation_marks_do_not_make_it_wide() -> None:
    assert short("„Gefahr“ – Stufe 2 …" + "x" * 130, 1).startswith('"Gefahr" - Stufe 2 ...xxx')


@settings(deadline=None)  # a loaded machine is no wrong text
@given(st.text(max_size=700), st.sampled_from([1, 2]))
def test_it_is_the_beginning_and_fits(text: str, parts: int) -> None:
    said = short(text, parts)
    assert parts_of(said) <= parts
    whole = short(text, 1000)
    assert said == whole or (said.endswith("...") and whole.startswith(said[:-3]))


def test_as_much_as_there_is_room_for() -> None:
    assert short("x" * 200, 1) == "x" * 157 + "..."
    assert short("x" * 400, 2) == "x" * 303 + "..."
