"""Everything that can be said about one message: form, rules, and whose signature it bears."""

from collections.abc import Collection

import msgspec
from cryptography.x509 import Certificate

from notifiers.cap.finding import Finding, Severity
from notifiers.cap.lint import Profile, lint
from notifiers.cap.reading import Unreadable, is_signed
from notifiers.cap.signature import BrokenSignature, verify


class Signature(msgspec.Struct, frozen=True):
    """Whose signature holds; ``trusted`` where the certificate was given and not only found in the message."""

    subject: str
    fingerprint: str  # SHA-256 of the certificate
    trusted: bool


class Judged(msgspec.Struct, frozen=True):
    """A message and what was found."""

    file: str
    valid: bool  # no error; there may be warnings
    unsigned: bool
    signature: Signature | None
    findings: tuple[Finding, ...]


def judge(
    data: bytes, file: str, profiles: Collection[Profile] = tuple(Profile), certificate: Certificate | None = None
) -> Judged:
    """Hold a message against profiles, and its signature against a certificate.

    A message need not be signed, unless a certificate was given. Never fails on what the message holds.
    """
    findings = lint(data, profiles)
    signature, unsigned = None, False
    try:
        unsigned = not is_signed(data)
        if not unsigned:
            held = verify(data, certificate)
            signature = Signature(held.subject, held.fingerprint, held.trusted)
        elif certificate is not None:
            findings.append(_error("missing", "is not signed"))
    except BrokenSignature as broken:
        findings.append(_error("broken", f"the signature does not hold: {broken}"))
    except Unreadable:
        unsigned = False  # the findings say so already
    valid = all(finding.severity is not Severity.ERROR for finding in findings)
    return Judged(file, valid, unsigned, signature, tuple(findings))


def _error(rule: str, text: str) -> Finding:
    return Finding("signature", rule, Severity.ERROR, "alert", 0, text)
