"""A message held against the schema and the rules of one or more profiles."""

from collections.abc import Collection, Iterator, Mapping

from notifiers.cap import germany, google, oasis
from notifiers.cap.alert import Block
from notifiers.cap.finding import Finding, Rule, Severity
from notifiers.cap.reading import Unreadable, block_of, is_cap, parse
from notifiers.cap.schema import against_schema

OASIS = "oasis"
#: Rules by profile. Those of OASIS hold for everybody.
PROFILES: Mapping[str, tuple[Rule, ...]] = {OASIS: oasis.RULES, "google": google.RULES, "germany": germany.RULES}


def lint(data: bytes, profiles: Collection[str] = tuple(PROFILES)) -> list[Finding]:
    """Everything that is wrong with a message, in the order of the file; nothing where it is as it should be.

    What can be read is judged even where the schema is broken, so that all mistakes are told at once. Signatures are
    none of these rules' business.

    Raises:
        KeyError: a profile that is not known.
    """
    try:
        root = parse(data)
    except Unreadable as wrong:
        return [Finding("xml", "unreadable", Severity.ERROR, "", wrong.line, str(wrong))]
    if not is_cap(root):
        return [Finding("xml", "no-cap", Severity.ERROR, "", 1, f"is no alert of CAP 1.2 but {root.tag!s}")]
    found = [each.by(OASIS) for each in against_schema(root)]
    found += _judged(block_of(root), profiles)
    return sorted(found, key=lambda finding: finding.line)


def _judged(alert: Block, profiles: Collection[str]) -> Iterator[Finding]:
    for profile in dict.fromkeys((OASIS, *profiles)):
        for rule in PROFILES[profile]:
            yield from (found.by(profile) for found in rule(alert))
