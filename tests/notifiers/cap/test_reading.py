"""Messages of strangers: nothing in them is fetched, expanded or obeyed."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.cap.lint import lint
from notifiers.cap.message import NAMESPACE, to_cap
from notifiers.cap.reading import LARGEST_BYTES, Unreadable, parse
from tests.notifiers.samples import CONTENT, flood

GOOD = to_cap(flood(), CONTENT)


def laughs() -> bytes:
    """Ten times ten times ten … of ten letters."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY a0 "laugh">{levels}]><alert xmlns="{NAMESPACE}"><note>&a9;</note></alert>'.encode()


def inside(secret: Path) -> bytes:
    """A message that asks for a file of this machine."""
    return f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]><alert xmlns="{NAMESPACE}">&a;</alert>'.encode()


def test_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("never to be seen")
    with pytest.raises(Unreadable, match="document type"):
        parse(inside(secret))


@pytest.mark.parametrize("letters", [pytest.param(9, id="as deep as it goes"), pytest.param(1, id="small ones too")])
def test_nothing_is_expanded(letters: int) -> None:
    with pytest.raises(Unreadable):
        parse(laughs().replace(b"&a9;", f"&a{letters};".encode()))


def test_entities_in_attributes_are_not_expanded_either() -> None:
    with pytest.raises(Unreadable):
        parse(laughs().replace(b"<note>&a9;", b'<note x="&a9;">'))


def test_what_is_too_large_is_not_even_parsed() -> None:
    with pytest.raises(Unreadable, match="larger than"):
        parse(GOOD + b" " * LARGEST_BYTES)


@pytest.mark.parametrize(
    ("data", "said", "line"),
    [
        pytest.param(b"", "no well-formed XML", 1, id="nothing"),
        pytest.param(GOOD.replace(b"</sender>", b"</zender>"), "sender", 4, id="a wrong end"),
        pytest.param(GOOD[:-10], "no well-formed XML", GOOD.count(b"\n") - 1, id="cut off"),
        pytest.param(b'<?xml version="1.0" encoding="x"?><a/>', "encoding", 1, id="an unknown encoding"),
        pytest.param(b"<a>" * 5000, "depth", 1, id="too deep"),
    ],
)
def test_broken_xml_is_told_with_its_line(data: bytes, said: str, line: int) -> None:
    (found,) = lint(data)
    assert (found.profile, found.rule, found.line) == ("xml", "unreadable", line)
    assert said in found.text


def test_other_xml_is_no_message() -> None:
    (found,) = lint(GOOD.replace(b"cap:1.2", b"cap:1.1"))
    assert (found.rule, found.profile) == ("no-cap", "xml")


@given(st.binary(max_size=300) | st.binary(max_size=20).map(lambda junk: GOOD[:300] + junk + GOOD[300:]))
def test_whatever_comes_is_judged_and_never_fails(data: bytes) -> None:
    assert isinstance(lint(data), list)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_changed_byte_never_fails(place: int, byte: int) -> None:
    assert isinstance(lint(GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]), list)


RING = " ".join(f"{math.sin(n / 80):.6f},{math.cos(n / 80):.6f}" for n in range(500)) + " 0.000000,1.000000"
MANY = LARGEST_BYTES * 9 // 10


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"<event>", b"<event>" + b"&lt;a" * (MANY // 5), id="markup that never ends"),
        pytest.param(b"<category>", b"<category>X</category>" * 19_000 + b"<category>", id="wrong everywhere"),
        pytest.param(b"<category>", b"<a/>" * (MANY // 4) + b"<category>", id="a million elements"),
        pytest.param(b"<polygon>", f"<polygon>{RING}</polygon>".encode() * 400 + b"<polygon>", id="round polygons"),
        pytest.param(b"<incidents>", b"<incidents>" + b'"' * MANY, id="quotes"),
        pytest.param(b"<language>", b"<language>" + b"a-" * (MANY // 2), id="a language of many parts"),
    ],
)
def test_what_is_made_to_take_long_takes_no_time(old: bytes, new: bytes) -> None:
    """Some took minutes before there was a bound; what is found is no endless list either."""
    data = GOOD.replace(old, new, 1)
    assert len(data) < LARGEST_BYTES
    assert len(lint(data)) < 1000
