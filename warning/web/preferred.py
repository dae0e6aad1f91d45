"""Which language a browser asks for, of those that a city speaks."""

from collections.abc import Iterable

from notifiers.languages import Language

MOST = 20  # ranges that are looked at; nobody has set more


def preferred(asked: str, spoken: Iterable[Language]) -> Language | None:
    """The best that an ``Accept-Language`` names, RFC 9110; a region is passed over. None where it names none."""
    known = {language.casefold(): language for language in spoken}
    found: list[tuple[float, Language]] = []
    for one in asked.casefold().split(",")[:MOST]:
        tag, _, weight = (part.strip() for part in one.partition(";"))
        language = known.get(tag) or known.get(tag.partition("-")[0])
        if language is not None and (quality := _quality(weight)) > 0:
            found.append((quality, language))
    return max(found, key=lambda one: one[0])[1] if found else None


def _quality(weight: str) -> float:
    """``q=0.8``; 1 where nothing is said, 0 where it cannot be read."""
    if not weight:
        return 1.0
    try:
        return float(weight.removeprefix("q="))
    except ValueError:
        return 0.0
