"""Signing CAP messages, and finding out who has signed one and whether it was changed since.

The signature is enveloped (XML-DSig): an element of its own at the end of the alert, over all the rest, as CAP 1.2
§ 3.3.2.1 wants it. Canonical form is the exclusive one, so that an alert put into a feed or an envelope verifies there
too. White space between elements is left out before signing: several receivers drop it before they verify.
"""

from base64 import b64decode
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from notifiers.cap.identity import Identity, fingerprint_of
from notifiers.cap.message import NAMESPACE
from notifiers.cap.reading import SIGNATURES, parse
from notifiers.cap.times import time_of

_DS = {"ds": SIGNATURES}


class SigningFailed(Exception):
    """No signature could be made; the message is as it was."""


class BrokenSignature(Exception):
    """A signature that does not hold: changed since, of another key, or over a part of the message only."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose signature holds. Only where a certificate was given is it known that it is theirs."""

    subject: str
    fingerprint: str
    trusted: bool


def sign(message: bytes, who: Identity) -> bytes:
    """The message with a signature at its end.

    Raises:
        SigningFailed: for whatever reason, for a warning has to go out then all the same.
    """
    method = SignatureMethod.RSA_SHA256 if isinstance(who.key, RSAPrivateKey) else SignatureMethod.ECDSA_SHA256
    try:
        root = etree.fromstring(message, etree.XMLParser(remove_blank_text=True, resolve_entities=False))
        signer = XMLSigner(
            signature_algorithm=method,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        signed = signer.sign(root, key=who.key, cert=[who.certificate])
        return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)
    except Exception as error:  # three libraries are at work here
        raise SigningFailed(f"{type(error).__name__}: {error}") from error


def verify(message: bytes, certificate: x509.Certificate | None = None) -> Signed:
    """Who has signed a message, if nothing was changed since.

    Without a certificate the one inside is taken, which anybody can put there. It has to have been valid when the
    message says that it was sent, so that messages of the past can still be verified.

    Raises:
        BrokenSignature: it does not hold.
        Unreadable: it is no XML that may be read.
    """
    root = parse(message)
    found = root.findall(".//ds:Signature", _DS)
    if len(found) != 1 or found[0].getparent() is not root:
        raise BrokenSignature("there must be one signature, at the end of the alert")
    uris = [reference.get("URI") for reference in found[0].iterfind("ds:SignedInfo/ds:Reference", _DS)]
    if uris != [""]:
        raise BrokenSignature("it is over a part of the message only")
    expected = certificate or _inside(found[0])
    sent = time_of(root.findtext(f"{{{NAMESPACE}}}sent") or "")
    config = SignatureConfiguration(location="./", expect_references=1, verification_time=sent)
    try:
        XMLVerifier().verify(root, x509_cert=expected, expect_config=config)
    except (SignXMLException, ValueError, etree.LxmlError) as error:
        raise BrokenSignature(str(error) or type(error).__name__) from error
    return Signed(expected.subject.rfc4514_string(), fingerprint_of(expected), certificate is not None)


def _inside(signature: etree._Element) -> x509.Certificate:
    text = signature.findtext("ds:KeyInfo/ds:X509Data/ds:X509Certificate", namespaces=_DS)
    if not text:
        raise BrokenSignature("it holds no certificate: give the one of the sender")
    try:
        return x509.load_der_x509_certificate(b64decode("".join(text.split()), validate=True))
    except ValueError as error:
        raise BrokenSignature(f"its certificate cannot be read: {error}") from error
