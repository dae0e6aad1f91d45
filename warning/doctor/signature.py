"""Whether CAP messages can be signed, by a certificate that still holds, with a key that nobody else can read."""

from collections.abc import Mapping
from datetime import datetime

from notifiers.cap.identity import BadIdentity, fingerprint_of
from warning.doctor.finding import Finding, failed, good, warning
from warning.doctor.machine import read_by_others
from warning.signing import Signer, SigningPlace, standing_of

CHECK = "CAP signature"
RENEW = "renew it: docs/how-to/cap.md says how"


def signature(place: SigningPlace | None, environment: Mapping[str, str], now: datetime) -> Finding:
    """How signing stands; without a place for the key messages go out unsigned, and are meant to."""
    if place is None:
        return good(CHECK, "messages are not signed: service.cap_signing names no key")
    try:
        who = Signer(place, environment).identity()
    except BadIdentity as error:
        return failed(CHECK, str(error), "correct service.cap_signing; floodbell cap key makes what is missing")
    if place.key_file is not None and read_by_others(place.key_file):
        return failed(CHECK, f"others can read {place.key_file}", f"chmod 600 {place.key_file}")
    standing = standing_of(who, now)
    if not standing.ok:
        return failed(CHECK, standing.text, RENEW)
    if standing.text:
        return warning(CHECK, standing.text, RENEW)
    return good(CHECK, f"certificate {fingerprint_of(who.certificate)[:16]}… holds until {who.expires:%Y-%m-%d}")
