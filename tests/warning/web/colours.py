"""The colours of the style sheets as eyes of every kind see them: ``python -m tests.warning.web.colours``.

Prints the table of docs/explanation/accessibility.md. Complete protanopia, deuteranopia and tritanopia are those of
Machado, Oliveira and Fernandes (IEEE TVCG 15(6), 2009) in linear light, distances those of CIEDE2000 (ISO/CIE 11664-6);
about 2 of them is the least that is seen side by side.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from itertools import combinations

from coloraide import Color

from warning.web.styled import SHEET

CSS = SHEET.read_text("utf-8")
SCHEMES = ("light", "dark")
LEVELS = {"--s0": "calm", "--s1": "level 1", "--s2": "level 2", "--s3": "level 3", "--s4": "above all marks"}
INK = {"--s0": "#000", "--s1": "#000", "--s2": "#000", "--s3": "#fff", "--s4": "#fff"}
#: marks in a chart, level 1 to 3 and above
LINES = {"light": ("#8a7400", "#b25b00", "#c8102e", "#8d3b9c"), "dark": ("#ffe14d", "#f28c1e", "#ff6b81", "#d99ae6")}
EYES = ("", "protan", "deutan", "tritan")  # empty: as most people see
Pairs = dict[tuple[str, str], float]


def scheme(name: str) -> dict[str, str]:
    """The colours of a scheme, by their names in the style sheet."""
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
    found = dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{3,6})", light))
    return found if name == "light" else found | dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{3,6})", dark))


def contrast(one: str, other: str) -> float:
    """That of WCAG 2.2."""
    return Color(one).contrast(other, method="wcag21")


def seen(colour: str, eyes: str) -> Color:
    """A colour as eyes of a kind see it."""
    plain = Color(colour)
    return plain.filter(eyes, 1, method="machado", space="srgb-linear") if eyes else plain


def apart(colours: Mapping[str, str], eyes: str) -> Pairs:
    """How far each two of the colours are from one another."""
    each = {name: seen(colour, eyes) for name, colour in colours.items()}
    return {(a, b): each[a].delta_e(each[b], method="2000") for a, b in combinations(each, 2)}


def level_colours() -> dict[str, str]:
    """Of badges, edges and the river: the same in both schemes."""
    colours = scheme("light")
    return {said: colours[name] for name, said in LEVELS.items()}


def table() -> Iterator[str]:
    """Distances of all levels, in Markdown."""
    found = {eyes: apart(level_colours(), eyes) for eyes in EYES}
    yield "| | most eyes | protan | deutan | tritan |"
    yield "|---|---:|---:|---:|---:|"
    for one, other in found[""]:
        yield f"| {one} – {other} | " + " | ".join(f"{found[eyes][one, other]:.0f}" for eyes in EYES) + " |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
