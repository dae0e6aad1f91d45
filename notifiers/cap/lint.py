"""A message held against the schema and the rules of one or more profiles."""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum

from notifiers.cap import germany, google, oasis
from notifiers.cap.alert import Block
from notifiers.cap.finding import Finding, Rule, Severity
from notifiers.cap.reading import Unreadable, block_of, is_cap, parse
from notifiers.cap.schema import against_schema


class Profile(StrEnum):
    """Whose rules a message is held against."""

    OASIS = "oasis"
    GOOGLE = "google"
    GERMANY = "germany"


#: Rules by profile. Those of OASIS hold for everybody.
PROFILES: Mapping[Profile, tuple[Rule, ...]] = {
    Profile.OASIS: oasis.RULES,
    Profile.GOOGLE: google.RULES,
    Profile.GERMANY: germany.RULES,
}


def lint(data: bytes, profiles: Collection[Profile] = tuple(Profile)) -> list[Finding]:
    """Everything that is wrong with a message, in the order of the file; nothing where it is as it should be.

    What can be read is judged even where the schema is broken, so that all mistakes are told at once. Signatures are
    none of these rules' business.
    """
    try:
        root = parse(data)
    except Unreadable as wrong:
        return [Finding("xml", "unreadable", Severity.ERROR, "", wrong.line, str(wrong))]
    if not is_cap(root):
        return [Finding("xml", "no-cap", Severity.ERROR, "", 1, f"is no alert of CAP 1.2 but {root.tag!s}")]
    found = [each.by(Profile.OASIS) for each in against_schema(root)]
    found += _judged(block_of(root), profiles)
    return sorted(found, key=lambda finding: finding.line)


def _judged(alert: Block, profiles: Collection[Profile]) -> Iterator[Finding]:
    for profile in dict.fromkeys((Profile.OASIS, *profiles)):
        for rule in PROFILES[profile]:
            yield from (found.by(profile) for found in rule(alert))
