"""Colours as people see them: enough contrast in both schemes, and levels apart for colour-blind eyes."""

import sys
from pathlib import Path

import pytest
from coloraide import Color

from tests.warning.web.colours import (
    CSS,
    EYES,
    INK,
    LEVELS,
    LINES,
    SCHEMES,
    apart,
    contrast,
    level_colours,
    scheme,
    seen,
    table,
)

TEXT = [(text, ground) for text in ("--text", "--soft", "--link") for ground in ("--page", "--card")]
HATCHED = [("--text", "--hatch"), ("--text", "--hatch-gap")]
DOCUMENT = Path(__file__).parents[3] / "docs" / "explanation" / "accessibility.md"


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_eyes_and_distances_are_those_of_their_papers() -> None:
    """First rows of Machado's matrices, and a pair of Sharma's (Color Research & Application 30(1), 2005)."""
    rows = {
        "protan": (0.1523, 1.0526, -0.2049),
        "deutan": (0.3673, 0.8606, -0.2280),
        "tritan": (1.2555, -0.0767, -0.1788),
    }
    for eyes, row in rows.items():
        light = [seen(colour, eyes).convert("srgb-linear")["red"] for colour in ("#f00", "#0f0", "#00f")]
        assert light == pytest.approx(row, abs=1e-3)
    pair = Color("lab-d65", (50, 2.5, 0)), Color("lab-d65", (73, 25, -18))
    assert pair[0].delta_e(pair[1], method="2000", space="lab-d65") == pytest.approx(27.1492, abs=1e-4)


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


@pytest.mark.parametrize("eyes", EYES)
def test_levels_are_apart_for_every_eye(eyes: str) -> None:
    """Five times as far as can just be told side by side; word, number and shape stand beside each."""
    found = apart(level_colours(), eyes)
    nearest = min(found, key=lambda pair: found[pair])
    sys.stdout.write(f"{eyes or 'most eyes'}: nearest are {' and '.join(nearest)}, {found[nearest]:.0f} apart\n")
    assert found[nearest] >= 10


def test_the_table_of_the_documentation_is_the_one_that_is_computed() -> None:
    assert "\n".join(table()) in DOCUMENT.read_text("utf-8")
