"""Encryption for one browser: the standard's example, and what is no key."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from notifiers.channels.push_cipher import sealed, sealed_with
from notifiers.subscriptions.push import bytes_of
from tests.services.push import Browser, point_of, to_base64url

TEXT = b"When I grow up, I want to be a watermelon"
#: RFC 8291, section 5 and appendix A.
KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BROWSER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
    "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV"
    "WGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard() -> None:
    key = derive_private_key(int.from_bytes(bytes_of(KEY)), SECP256R1())
    body = sealed_with(key, bytes_of(SALT), TEXT, bytes_of(BROWSER), bytes_of(SECRET))
    assert to_base64url(body) == BODY


def test_no_two_messages_share_a_key_or_a_salt() -> None:
    browser = Browser()
    bodies = [sealed(b"{}", point_of(browser.key), browser.auth) for _ in range(50)]
    assert len({body[:16] for body in bodies}) == 50
    assert len({body[21:86] for body in bodies}) == 50
    assert [browser.read(body) for body in bodies] == [{}] * 50


@pytest.mark.parametrize(
    ("point", "secret"),
    [
        pytest.param(b"\4" * 65, bytes(16), id="no point of the curve"),
        pytest.param(bytes_of(BROWSER)[:64], bytes(16), id="a point cut short"),
        pytest.param(bytes_of(BROWSER), bytes(15), id="a secret cut short"),
        pytest.param(b"", b"", id="nothing"),
    ],
)
def test_what_is_no_key(point: bytes, secret: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?i)keys of a browser|point|key"):
        sealed(TEXT, point, secret)
