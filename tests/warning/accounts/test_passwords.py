"""Which passwords are taken, and what is kept of them."""

import asyncio
import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from warning.accounts import hashing
from warning.accounts.hashing import Busy, Hashing, hash_of_password, is_outdated, matches
from warning.accounts.passwords import Weak, initial, weakness

NAMES = ("anna", "Anna Beispiel", "wuppertal", "Wuppertal")
GOOD = "korrekt pferd batterie"


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        pytest.param(GOOD, None, id="four words"),
        pytest.param("vierzehn.zeich", Weak.SHORT, id="one too short"),
        pytest.param("fünfzehn.zeiche", None, id="just long enough"),
        pytest.param("x" * 257, Weak.LONG, id="too long"),
        pytest.param("a" * 20, Weak.GUESSABLE, id="one letter"),
        pytest.param("123456789012345", Weak.GUESSABLE, id="a sequence"),
        pytest.param("abcdefghijklmnop", Weak.GUESSABLE, id="the alphabet"),
        pytest.param("abababababababab", Weak.GUESSABLE, id="two letters"),
        pytest.param("Passwort12345678", Weak.GUESSABLE, id="the word itself"),
        pytest.param("qwertzuiopasdfghjkl", Weak.GUESSABLE, id="the keyboard"),
        pytest.param("AnnaBeispiel2026!", Weak.GUESSABLE, id="the own name"),
        pytest.param("Wuppertal-Hochwasser-26", Weak.GUESSABLE, id="city and subject"),
        pytest.param("in Wuppertal regnet es oft", None, id="the city among other words"),
        pytest.param("           leerzeichen", Weak.GUESSABLE, id="mostly spaces"),
    ],
)
def test_passwords(password: str, expected: Weak | None) -> None:
    assert weakness(password, NAMES) is expected


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_every_text_is_judged(password: str) -> None:
    assert weakness(password, NAMES) in (None, *Weak)


def test_one_made_for_a_login_is_good_and_never_the_same() -> None:
    made = {initial() for _ in range(50)}
    assert len(made) == 50
    assert {weakness(password, NAMES) for password in made} == {None}


def test_what_is_kept_names_the_parameters_of_the_standard() -> None:
    """RFC 9106, 4: Argon2id, t=3, p=4, 64 MiB, 128 bits of salt, 256 bits of tag."""
    hashed = hash_of_password(GOOD)
    found = extract_parameters(hashed)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert GOOD not in hashed
    assert matches(hashed, GOOD)
    assert not matches(hashed, GOOD + " ")
    assert not is_outdated(hashed)


def test_keyboards_may_put_letters_together_as_they_like() -> None:
    said = "fünf Flüsse fließen früh"
    assert matches(hash_of_password(said), unicodedata.normalize("NFD", said))


def test_nobodys_password_is_never_right() -> None:
    assert not matches(None, "")
    assert not matches("no hash at all", GOOD)


def test_weaker_parameters_are_outdated() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD))


def test_strangers_wait_in_a_short_queue_and_known_browsers_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many try, two are hashed at a time: memory has a bound, and people get in."""

    async def flooded() -> tuple[int, int, bool]:
        hashing_, hashed = Hashing(), hash_of_password(GOOD)
        tries = [asyncio.create_task(hashing_.matches(None, "guess", known=False)) for _ in range(100)]
        await asyncio.sleep(0)
        assert await hashing_.matches(hashed, GOOD, known=True)
        waiting = any(not one.done() for one in tries)
        done = await asyncio.gather(*tries, return_exceptions=True)
        return sum(isinstance(one, Busy) for one in done), sum(one is False for one in done), waiting

    busy, refused, waiting = asyncio.run(flooded())
    assert (busy, refused, waiting) == (100 - hashing.WAITING, hashing.WAITING, True)
