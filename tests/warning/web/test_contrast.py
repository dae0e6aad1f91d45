"""Colours as people see them: enough contrast in both schemes, and levels apart for colour-blind eyes.

Contrast is that of WCAG 2.2. Distances are those of CIELAB (1976) between colours as seen with Machado's matrices
of complete protanopia, deuteranopia and tritanopia (IEEE TVCG 15(6), 2009).
"""

import re
import sys
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from warning.web.styled import SHEET

CSS = SHEET.read_text("utf-8")
LEVELS = ("--s0", "--s1", "--s2", "--s3", "--s4")
INK = {"--s0": "#000", "--s1": "#000", "--s2": "#000", "--s3": "#fff", "--s4": "#fff"}
TEXT = [(text, ground) for text in ("--text", "--soft", "--link") for ground in ("--page", "--card")]
HATCHED = [("--text", "--hatch"), ("--text", "--hatch-gap")]
LINES = {"light": ("#8a7400", "#b25b00", "#c8102e", "#8d3b9c"), "dark": ("#ffe14d", "#f28c1e", "#ff6b81", "#d99ae6")}
SCHEMES = ("light", "dark")
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
Colour = NDArray[np.float64]


def scheme(name: str) -> dict[str, str]:
    """The colours of a scheme, by their names in the style sheet."""
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
    found = dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{3,6})", light))
    return found if name == "light" else found | dict(re.findall(r"(--[a-z0-9-]+): (#[0-9a-f]{3,6})", dark))


def linear(colour: str) -> Colour:
    """Linear red, green and blue, 0 to 1."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    share = np.array([int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)])
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(linear(each) @ weights) for each in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: Colour) -> Colour:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    share = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", SCHEMES)
def test_words_and_shapes_on_every_level_can_be_read(name: str) -> None:
    """The shape of a badge has the colour of its word, so the stricter limit holds for both."""
    colours = scheme(name)
    pairs = [(INK[level], colours[level]) for level in LEVELS]
    pairs += [(colours[text], colours[ground]) for text, ground in (*TEXT, *HATCHED)]
    found = {pair: round(contrast(*pair), 1) for pair in pairs}
    sys.stdout.write(f"{name}: {found}\n")
    assert {pair: value for pair, value in found.items() if value < 4.5} == {}


@pytest.mark.parametrize("name", SCHEMES)
def test_lines_and_edges_can_be_seen(name: str) -> None:
    """A level whose colour fades into the ground is drawn with an edge."""
    colours = scheme(name)
    pairs = [(line, colours["--card"]) for line in (*LINES[name], colours["--link"], colours["--line"])]
    pairs += [(colours["--text"], colours["--page"])]  # the edge of the shapes of the river strip
    found = {pair: round(contrast(*pair), 1) for pair in pairs}
    sys.stdout.write(f"{name}: {found}\n")
    assert {pair: value for pair, value in found.items() if value < 3} == {}
    assert all(line in CSS for line in LINES[name] if line not in colours.values())


@pytest.mark.parametrize("name", SCHEMES)
def test_what_is_written_on_levels_is_what_was_measured(name: str) -> None:
    """The rules of the sheet that these tests speak for."""
    assert "color: #000; background: var(--s0)" in CSS
    assert ".s-3 { background: var(--s3); color: #fff; } .s-4 { background: var(--s4); color: #fff; }" in CSS
    assert set(scheme(name)) >= {*LEVELS, "--page", "--card", "--text", "--soft", "--link", "--line", "--hatch"}


@pytest.mark.parametrize("kind", BLIND)
def test_levels_are_apart_for_colour_blind_eyes(kind: str) -> None:
    colours, seen = scheme("light"), np.array(BLIND[kind])
    labs = {level: lab(seen @ linear(colours[level])) for level in LEVELS}
    apart = {(a, b): float(np.linalg.norm(labs[a] - labs[b])) for a, b in combinations(LEVELS, 2)}
    nearest = min(apart, key=lambda pair: apart[pair])
    sys.stdout.write(f"{kind}: nearest are {' and '.join(nearest)}, {apart[nearest]:.0f} apart\n")
    assert apart[nearest] >= 20
