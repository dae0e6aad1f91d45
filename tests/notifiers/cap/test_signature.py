"""Signed CAP messages, verified by two other programs: libxmlsec1, and the validator of the WMO."""

from datetime import timedelta

import capvalidator
import pytest
import xmlsec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from notifiers.cap.identity import BadIdentity, Identity, identity
from notifiers.cap.judge import judge
from notifiers.cap.lint import lint
from notifiers.cap.message import to_cap
from notifiers.cap.reading import Unreadable, is_signed
from notifiers.cap.signature import BrokenSignature, SigningFailed, sign, verify
from notifiers.revision import Change, Status
from tests.notifiers.cap import keys
from tests.notifiers.cap.keys import city
from tests.notifiers.samples import CONTENT, NOON, flood

MESSAGE = to_cap(flood(2), CONTENT)


def signed() -> bytes:
    return sign(MESSAGE, city())


def libxmlsec_agrees(message: bytes, who: Identity) -> bool:
    """Whether libxmlsec1, which shares no code with signxml, finds the signature good."""
    root = etree.fromstring(message)
    signature = xmlsec.tree.find_node(root, xmlsec.constants.NodeSignature)
    context = xmlsec.SignatureContext()
    pem = who.certificate.public_bytes(Encoding.PEM)
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatCertPem)
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


@pytest.mark.parametrize("change", Change)
@pytest.mark.parametrize("status", Status)
def test_every_kind_of_message_verifies_elsewhere(change: Change, status: Status) -> None:
    message = sign(to_cap(flood(2, change=change, status=status, said_at=NOON), CONTENT), city())
    assert libxmlsec_agrees(message, city())
    found = capvalidator.validate_cap_message(message)
    assert (found.passed, found.message) == (True, "CAP XML file is valid.")
    assert verify(message, city().certificate).trusted
    assert not verify(message).trusted


def test_a_curve_signs_as_well() -> None:
    who = identity(keys.curve_key(), keys.certificate(keys.curve_key()))
    message = sign(MESSAGE, who)
    assert libxmlsec_agrees(message, who)
    assert capvalidator.check_signature(message).passed
    assert verify(message, who.certificate).fingerprint == who.fingerprint


def test_a_signed_message_says_the_same_and_is_as_clean() -> None:
    assert lint(signed()) == lint(MESSAGE) == []
    root = etree.fromstring(signed())
    root.remove(root[-1])
    plain = etree.fromstring(MESSAGE, etree.XMLParser(remove_blank_text=True))
    assert etree.tostring(root, method="c14n", exclusive=True) == etree.tostring(plain, method="c14n", exclusive=True)
    assert signed() == signed()


SAID = signed()
INSIDE = SAID.index(b"<identifier>"), SAID.index(b"<ds:Signature")


@given(place=st.integers(*INSIDE), byte=st.integers(33, 126))
def test_one_changed_byte_is_found(place: int, byte: int) -> None:
    """By us as by the others; what is no XML any more is found before."""
    if SAID[place] == byte:
        return
    changed = SAID[:place] + bytes([byte]) + SAID[place + 1 :]
    with pytest.raises((BrokenSignature, Unreadable)):
        verify(changed, city().certificate)
    try:
        etree.fromstring(changed)
    except etree.XMLSyntaxError:
        return
    assert not libxmlsec_agrees(changed, city())


def test_a_changed_word_is_found_by_all_three() -> None:
    changed = SAID.replace(b"Unterbarmen", b"Oberbarmen", 1)
    with pytest.raises(BrokenSignature, match="Digest mismatch"):
        verify(changed)
    assert not capvalidator.check_signature(changed).passed
    assert not libxmlsec_agrees(changed, city())


def test_another_s_certificate_does_not_fit() -> None:
    other = identity(keys.curve_key(), keys.certificate(keys.curve_key()))
    with pytest.raises(BrokenSignature):
        verify(sign(MESSAGE, other), city().certificate)
    assert verify(sign(MESSAGE, other)).subject == "CN=Stadt Wuppertal (Beispiel)"  # anybody may write that


def test_a_signature_over_a_part_is_none() -> None:
    """An alert that carries another one's signature, over that one only."""
    wrapped = SAID.replace(b'<ds:Reference URI="">', b'<ds:Reference URI="#a">')
    with pytest.raises(BrokenSignature, match="a part of the message"):
        verify(wrapped)
    with pytest.raises(BrokenSignature, match="one signature"):
        verify(SAID.replace(b"</alert>", SAID[SAID.index(b"<ds:Signature") :]))
    with pytest.raises(BrokenSignature, match="one signature"):
        verify(MESSAGE)


def test_a_certificate_has_to_hold_when_the_message_was_sent() -> None:
    late = keys.certificate(begin=NOON + timedelta(days=1))
    over = keys.certificate(lasting=timedelta(days=30))
    for pem in (late, over):
        with pytest.raises(BrokenSignature):
            verify(sign(MESSAGE, identity(keys.key(), pem)))
    past = keys.certificate(lasting=NOON - keys.BEGIN + timedelta(days=1))
    assert verify(sign(MESSAGE, identity(keys.key(), past)))


def test_what_cannot_be_signed_says_why() -> None:
    with pytest.raises(SigningFailed, match="XMLSyntaxError"):
        sign(b"<alert", city())


def test_judging_tells_signed_unsigned_and_broken_apart() -> None:
    assert not is_signed(MESSAGE)
    (good,), (plain,) = judge([("a", SAID)]), judge([("b", MESSAGE)])
    assert (good.valid, good.unsigned, good.findings) == (True, False, ())
    assert good.signature is not None
    assert (plain.valid, plain.unsigned, plain.signature) == (True, True, None)
    (wanted,) = judge([("d", MESSAGE)], certificate=city().certificate)
    assert [(each.profile, each.rule) for each in wanted.findings] == [("signature", "missing")]
    (changed,) = judge([("e", SAID.replace(b"Hochwasser", b"Niedrigwasser", 1))])
    assert [(each.profile, each.rule) for each in changed.findings] == [("signature", "broken")]
    assert judge([("f", b"<alert")])[0].signature is None


def pem(key: object) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(Encoding.PEM, form, serialization.NoEncryption())  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    ("key", "certificate", "said"),
    [
        pytest.param(b"no key", None, "holds no private key", id="no key"),
        pytest.param(keys.key(), b"none", "holds no certificate", id="no certificate"),
        pytest.param(keys.curve_key(), None, "does not belong", id="of another"),
        pytest.param(pem(rsa.generate_private_key(65537, 2048)), None, "2048 bits", id="too short"),
        pytest.param(pem(ed25519.Ed25519PrivateKey.generate()), None, "neither an RSA key", id="too new for receivers"),
    ],
)
def test_what_nothing_can_be_signed_with(key: bytes, certificate: bytes | None, said: str) -> None:
    with pytest.raises(BadIdentity, match=said) as raised:
        identity(key, certificate or keys.certificate())
    assert "PRIVATE" not in str(raised.value)
