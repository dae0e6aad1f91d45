"""Codes of a phone, against the standard's own numbers."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from warning.accounts import codes

SECRET = b"12345678901234567890"  # of RFC 6238, appendix B


@pytest.mark.parametrize(
    ("at_s", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_numbers_of_the_standard(at_s: int, code: str) -> None:
    """The last six of its eight digits."""
    assert codes.code_at(SECRET, at_s) == code
    assert codes.step_of(SECRET, f" {code[:3]} {code[3:]} ", at_s, 0) == at_s // 30


def test_a_phone_may_be_half_a_minute_off_and_no_more() -> None:
    code, step = codes.code_at(SECRET, 1_000_000_000), 1_000_000_000 // 30
    found = [codes.step_of(SECRET, code, 1_000_000_000 + off, 0) for off in (-60, -30, 0, 30, 60)]
    assert found == [None, step, step, step, None]


def test_no_code_is_good_twice_nor_an_earlier_one_after_it() -> None:
    at = 1_000_000_000
    step = at // 30
    assert codes.step_of(SECRET, codes.code_at(SECRET, at), at, step) is None
    assert codes.step_of(SECRET, codes.code_at(SECRET, at - 30), at, step) is None
    assert codes.step_of(SECRET, codes.code_at(SECRET, at + 30), at, step) == step + 1


@pytest.mark.parametrize("code", ["", "0", "abcdef", "28708", "2870820", "２８７０８２", "\ud800"])
def test_anything_else_is_no_code(code: str) -> None:
    assert codes.step_of(SECRET, code, 59, 0) is None


def test_what_a_phone_reads_says_all_that_it_needs() -> None:
    address = urlsplit(codes.address_of(SECRET, "anna", "Floodbell Wuppertal"))
    said = {name: value for name, (value,) in parse_qs(address.query).items()}
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/Floodbell%20Wuppertal:anna")
    assert said["secret"] == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert codes.read(codes.spelled(SECRET)) == SECRET


def test_codes_for_need_are_read_however_they_are_typed() -> None:
    made = codes.new_needs()
    assert len(set(made)) == 10
    assert all(re.fullmatch(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", code) for code in made)
    kept = codes.need_hash("anna", made[0])
    assert codes.need_hash("anna", made[0].upper().replace("-", " ")) == kept
    assert codes.need_hash("berta", made[0]) != kept
