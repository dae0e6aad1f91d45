"""Sealed addresses, and links that only we can have written."""

import pytest

from notifiers.subscriptions.links import CONFIRM, MINE, NotOurs, ResidentLinks
from notifiers.subscriptions.seal import Seal, WrongKey
from tests.notifiers.residents import LINKS, SEAL

ADDRESS = "anna@people.example"


def test_an_address_is_opened_where_it_was_sealed_and_nowhere_else() -> None:
    sealed = SEAL.close(ADDRESS, "~1", "email")
    assert SEAL.open(sealed, "~1", "email") == ADDRESS
    for row in (("~2", "email"), ("~1", "sms")):
        with pytest.raises(WrongKey):
            SEAL.open(sealed, *row)
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(WrongKey):
            SEAL.open(bytes(broken), "~1", "email")
    with pytest.raises(WrongKey, match="another key"):
        Seal(b"x" * 32).open(sealed, "~1", "email")


def test_nothing_of_it_shows_and_no_two_look_alike() -> None:
    sealed = [SEAL.close(ADDRESS, "~1", "email") for _ in range(2)]
    assert sealed[0] != sealed[1]
    assert b"anna" not in sealed[0]
    assert "anna" not in SEAL.lookup(ADDRESS, "email")


def test_a_row_is_found_with_the_key_alone() -> None:
    assert SEAL.lookup(ADDRESS, "email") == SEAL.lookup(ADDRESS, "email")
    others = (SEAL.lookup(ADDRESS, "sms"), SEAL.lookup("x", "email"), Seal(b"x" * 32).lookup(ADDRESS, "email"))
    assert SEAL.lookup(ADDRESS, "email") not in others


def test_a_short_key_is_none() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Seal(b"short")


def test_a_link_proves_whose_it_is_and_what_it_is_for() -> None:
    token = LINKS.mine("~abc").rpartition("/")[2]
    assert LINKS.read(MINE, token) == "~abc"
    assert len(token) < 45  # a text message has room for it
    for forged in (token[:-1], f"{token}0", token.replace("abc", "abd"), "", ".", "abc.é"):
        with pytest.raises(NotOurs):
            LINKS.read(MINE, forged)
    with pytest.raises(NotOurs):
        LINKS.read(CONFIRM, token, "5")
    with pytest.raises(NotOurs):
        ResidentLinks(Seal(b"x" * 32), LINKS.base).read(MINE, token)


def test_a_code_has_six_digits_and_changes_with_each_time_asked() -> None:
    codes = {LINKS.code("~abc", at) for at in range(50)}
    assert len(codes) > 45
    assert all(len(code) == 6 and code.isdigit() for code in codes)
