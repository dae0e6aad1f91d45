"""Words that only an authority may use of its warnings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sensors.problems import Problem

#: German endings do not matter: amtlich, Amtliche, AMTLICHER.
_CLAIMS = re.compile(r"\bamtlich\w*|\bwarnung(?:en)?\s+der\s+stadt\b|\bofficial\s+warnings?\b", re.IGNORECASE)


def claim_in(text: str) -> str:
    """The first words in a text by which somebody would take it for an official warning; else empty."""
    found = _CLAIMS.search(text)
    return found.group() if found else ""


def claims(tree: Mapping[Any, Any], path: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """Every text below a part of the configuration that claims an authority, at its key."""
    for key, node in tree.items():
        place = (*path, key)
        if isinstance(node, Mapping):
            yield from claims(node, place)
        elif isinstance(node, str) and (words := claim_in(node)):
            yield Problem(place, f'must not say "{words}" without issuer: only an authority warns officially')
