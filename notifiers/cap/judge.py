"""Everything that can be said about messages: form, rules, signatures, and how they follow each other."""

from collections.abc import Collection, Iterable, Sequence

import msgspec
from cryptography.x509 import Certificate
from msgspec.structs import replace

from notifiers.cap.alert import Block
from notifiers.cap.chain import check_chain
from notifiers.cap.finding import Finding, Severity
from notifiers.cap.lint import Profile, lint
from notifiers.cap.reading import Unreadable, block_of, is_cap, is_signed, parse
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
    messages: Sequence[tuple[str, bytes]],
    profiles: Collection[Profile] = tuple(Profile),
    certificate: Certificate | None = None,
) -> list[Judged]:
    """Hold messages, by name, against profiles, signatures against a certificate, and the messages against each other.

    A message need not be signed, unless a certificate was given. Never fails on what a message holds.
    """
    single = [_judged(file, data, profiles, certificate) for file, data in messages]
    readable = [place for place, (_, data) in enumerate(messages) if _alert(data) is not None]
    chained = check_chain([alert for _, data in messages if (alert := _alert(data)) is not None])
    for place, found in zip(readable, chained, strict=True):
        findings = (*single[place].findings, *(each.by(Profile.GOOGLE) for each in found))
        single[place] = replace(single[place], findings=findings, valid=_valid(findings))
    return single


def _judged(file: str, data: bytes, profiles: Collection[Profile], certificate: Certificate | None) -> Judged:
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
    return Judged(file, _valid(findings), unsigned, signature, tuple(findings))


def _alert(data: bytes) -> Block | None:
    try:
        root = parse(data)
    except Unreadable:
        return None
    return block_of(root) if is_cap(root) else None


def _valid(findings: Iterable[Finding]) -> bool:
    return all(finding.severity is not Severity.ERROR for finding in findings)


def _error(rule: str, text: str) -> Finding:
    return Finding("signature", rule, Severity.ERROR, "alert", 0, text)
