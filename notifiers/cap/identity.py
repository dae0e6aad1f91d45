"""With what a city signs: a private key and the certificate that names whose it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

SigningKey = RSAPrivateKey | EllipticCurvePrivateKey

#: Good until 2030 and beyond by what BSI TR-02102-1 asks of RSA keys, and verified by whatever reads XML signatures.
RSA_BITS = 3000
MADE_BITS = 3072
_NAME_LENGTH = 64  # of a common name in X.509
_PEM = serialization.Encoding.PEM


class BadIdentity(ValueError):
    """Key and certificate that nothing can be signed with."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A key with its certificate, known to belong together."""

    key: SigningKey
    certificate: x509.Certificate

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal digits: what receivers compare."""
        return fingerprint_of(self.certificate)

    @property
    def expires(self) -> datetime:
        """Until when the certificate holds."""
        return self.certificate.not_valid_after_utc

    @property
    def begins(self) -> datetime:
        """From when on the certificate holds."""
        return self.certificate.not_valid_before_utc


def identity(key_pem: bytes, certificate_pem: bytes) -> Identity:
    """Key and certificate out of PEM texts.

    Raises:
        BadIdentity: one of them is none, the key is too weak, or they do not belong together.
    """
    certificate = certificate_of(certificate_pem)
    try:
        key = serialization.load_pem_private_key(key_pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadIdentity("holds no private key without a password") from error  # the error may show parts of the key
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise BadIdentity("is neither an RSA key nor one of an elliptic curve")
    if isinstance(key, RSAPrivateKey) and key.key_size < RSA_BITS:
        raise BadIdentity(f"has {key.key_size} bits, and RSA needs {RSA_BITS}")
    if _public(key.public_key()) != _public(certificate.public_key()):
        raise BadIdentity("does not belong to the certificate")
    return Identity(key, certificate)


def certificate_of(pem: bytes) -> x509.Certificate:
    """The first certificate of a PEM text.

    Raises:
        BadIdentity: there is none.
    """
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise BadIdentity("holds no certificate") from error


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate, in hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def new_key() -> bytes:
    """A private key for signing, as PEM. RSA, because every receiver can verify it."""
    key = generate_private_key(65537, MADE_BITS)
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def self_signed(key_pem: bytes, name: str, now: datetime, lasting: timedelta) -> bytes:
    """A certificate of nobody else's, as PEM: receivers have to be given it, or its fingerprint.

    Raises:
        BadIdentity: the key is none.
    """
    try:
        key = serialization.load_pem_private_key(key_pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadIdentity("holds no private key without a password") from error
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise BadIdentity("is neither an RSA key nor one of an elliptic curve")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_NAME_LENGTH])])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + lasting)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(_PEM)


def _public(key: object) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.DER, form)  # type: ignore[attr-defined,no-any-return]
