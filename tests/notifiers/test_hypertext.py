"""The HTML beside an e-mail's text: the same words, nothing from elsewhere, readable whatever is stripped."""

import re
from dataclasses import replace as replace_field
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace

from notifiers.channel_specs import ChannelSpec
from notifiers.channels.api import Outgoing
from notifiers.envelope import Links, envelopes
from notifiers.hypertext import BADGES, CLEAR, EXERCISE, linked
from notifiers.languages import LANGUAGES, RIGHT_TO_LEFT, Language
from notifiers.ledger.outbox import Leased, Said
from notifiers.ledger.tables import RESIDENT, About
from notifiers.revision import Change, Status, Words
from notifiers.sizes import EMAIL
from tests.notifiers.residents import LINKS, SEAL
from tests.notifiers.samples import CHANNELS, flood, gauge_notice, recipient
from tests.notifiers.test_catalogues import CITY

STYLE = Path(__file__).parents[2] / "warning" / "web" / "static" / "style.css"
SPECS: dict[str, ChannelSpec] = {"email": CHANNELS["email"]}
SEEN = "https://warn.example/seen/"
ANNA = f"{RESIDENT}anna"
HARMLESS = frozenset({"html", "head", "meta", "style", "title", "body", "div", "h1", "span", "br", "p", "strong", "a"})
MINE = LINKS.mine(ANNA)
SHOWN = {change.value: flood(change=change, level=3) for change in Change} | {
    "level-1": flood(level=1),
    "level-2": flood(level=2),
    "lowered": flood(2, level=1),
    "gauge-lost": flood(gauge_lost=("Kluserbrücke",)),
    "notice": gauge_notice(),
    "own-limit": gauge_notice(limit=180.0),
}
EVERY = pytest.mark.parametrize(
    ("said", "status", "language"),
    [
        pytest.param(said, status, language, id=f"{name}-{status}-{language}")
        for (name, said), status, language in product(SHOWN.items(), Status, LANGUAGES)
    ],
)


class Read(HTMLParser):
    """A page with styles stripped: words by block, tags with their attributes."""

    BLOCKS = frozenset({"p", "h1", "br", "div", "title"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks = [""]
        self.within: list[str] = []
        self.emphasised: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in self.BLOCKS:
            self.blocks.append("")
        if tag not in {"meta", "br"}:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.within.pop() == tag
        if tag in self.BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if "style" in self.within:
            return
        self.blocks[-1] += data
        if "strong" in self.within:
            self.emphasised.append(data)

    @property
    def text(self) -> str:
        """What is read, block by block."""
        return "\n".join(filter(None, (block.strip() for block in self.blocks)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


def sent(said: Said, language: Language = "de") -> Outgoing:
    """To a resident, with links of her own."""
    write = envelopes(CITY, [], channels=SPECS, links=Links(residents=LINKS))
    sealed = SEAL.close("anna@people.example", ANNA, "email")
    return write(Leased(1, 1, ANNA, "email", language, About.REVISION, said, sealed))


def page(said: Said, language: Language = "de") -> Read:
    return Read(sent(said, language).html)


@EVERY
def test_it_says_what_the_text_says(said: Said, status: Status, language: Language) -> None:
    message = sent(replace(said, status=status), language)
    read = Read(message.html).text
    for line in message.body.split("\n"):
        assert all(word in read for word in re.split(r" – |\.$|: https?://\S+$", line)), line
    assert not Read(message.html).within
    assert message.body.count("ÜBUNG") == (status is Status.EXERCISE)


@EVERY
def test_it_is_small_and_fetches_nothing(said: Said, status: Status, language: Language) -> None:
    html = sent(replace(said, status=status), language).html
    assert len(html.encode()) < EMAIL
    read = Read(html)
    assert {tag for tag, _ in read.tags} <= HARMLESS
    given = {name for tag, attributes in read.tags if tag != "meta" for name in attributes}
    assert given <= {"lang", "dir", "style", "aria-hidden", "href"}
    assert not re.search(r"url\(|@import|expression|src=", html)
    assert {link["href"] for link in read.of("a")} == {CITY.page_of("unterbarmen", language), MINE}


@EVERY
def test_an_exercise_cannot_be_taken_for_a_warning(said: Said, status: Status, language: Language) -> None:
    html = sent(replace(said, status=status), language).html
    seen = Read(html)
    if status is Status.ACTUAL:
        assert "ÜBUNG" not in html
        return
    blocks = seen.text.split("\n")
    assert "ÜBUNG" in blocks[0]  # the title
    assert "ÜBUNG" in blocks[1]
    assert "ÜBUNG" in blocks[-2]  # behind all that is said, before the own link
    assert "ÜBUNG" in seen.emphasised[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_language_and_direction_are_told_also_where_only_the_body_is_kept(language: Language) -> None:
    read = page(flood(), language)
    for tag in ("html", "div"):
        (attributes,) = read.of(tag)
        assert attributes["lang"] == language
        assert attributes["dir"] == ("rtl" if language in RIGHT_TO_LEFT else "ltr")
    assert read.of("a")[0]["dir"] == "ltr"  # an address runs as it always does


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_level_has_shape_word_number_and_colour(level: int) -> None:
    read = page(flood(level=level))
    heading = read.text.split("\n")[1]
    behind, _, shape = BADGES[level]
    assert re.fullmatch(rf"{shape} \w[\w ]*, Stufe {level} von 3", heading)
    assert any(behind in (span.get("style") or "") for span in read.of("span"))
    assert ("span", {"aria-hidden": "true"}) in read.tags


def test_an_all_clear_has_no_level_and_a_retraction_no_colour() -> None:
    clear, retracted = (page(flood(2, change=change)) for change in (Change.ALL_CLEAR, Change.RETRACTED))
    assert clear.text.split("\n")[1].startswith("✓ ")
    assert "Stufe" not in clear.text + retracted.text
    assert retracted.of("span") == []


def test_what_to_do_is_emphasised_alone() -> None:
    said = sent(flood(level=3))
    (action,) = Read(said.html).emphasised
    assert action in said.body.split("\n")
    assert "Gehen Sie" in action


def test_an_institution_confirms_by_a_link_of_its_own() -> None:
    write = envelopes(
        CITY, [recipient("home", "email")], channels=SPECS, links=Links(seen=lambda _, who: f"{SEEN}{who}")
    )
    asked = replace_field(write, institutions=frozenset({"home"}))
    message = asked(Leased(1, 1, "home", "email", "de", About.REVISION, flood()))
    assert message.body.endswith(f"Bitte bestätigen: {SEEN}home")
    link = Read(message.html).of("a")[-1]
    assert link["href"] == f"{SEEN}home"
    assert Read(message.html).text.endswith("Bitte bestätigen")


def test_what_a_person_wrote_is_no_markup() -> None:
    words = Words('</title><script>x</script> & "Keller"', "<img src=//far.example> 'raus' &amp;", "raus")
    html = sent(flood(words={"de": words})).html
    assert not re.search("<script|<img", html)
    read = Read(html)
    assert words.headline in read.text
    assert read.emphasised == [words.instruction]


def test_an_address_cannot_leave_its_link() -> None:
    (link,) = Read(linked('Mehr: https://x.example/?a=1&b="><img>', "de")).of("a")
    assert link["href"] == 'https://x.example/?a=1&b="><img>'
    assert Read(linked("javascript:alert(1)", "de")).of("a") == []


def test_what_is_far_too_long_goes_as_text_alone() -> None:
    said = sent(flood(words={"de": Words("Hochwasser", "Gehen Sie nach oben. " * 900, "Nach oben.")}))
    assert said.html == ""
    assert "nach oben" in said.body


def six(colour: str) -> str:
    """``#fff`` written out."""
    digits = colour.removeprefix("#")
    return digits if len(digits) == 6 else "".join(2 * digit for digit in digits)


def luminance(colour: str) -> float:
    """As WCAG 2.2 defines it."""
    parts = [int(six(colour)[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("look", [*BADGES.values(), CLEAR, EXERCISE], ids=str)
def test_colours_can_be_read(look: tuple[str, ...]) -> None:
    light, dark = sorted(map(luminance, look[:2]), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_colours_are_those_of_the_pages() -> None:
    css = STYLE.read_text("utf-8")
    shades = dict(re.findall(r"--s([0-4]): (#[0-9a-f]+)", css))
    assert {str(level): look[0] for level, look in BADGES.items()} | {"0": CLEAR[0], "4": shades["4"]} == shades
    assert EXERCISE[0] in css


def test_only_what_has_both_colours_has_any() -> None:
    """So a dark mail program has nothing to break."""
    for status, said in product(Status, SHOWN.values()):
        html = sent(replace(said, status=status)).html
        assert '<meta name="color-scheme" content="light dark">' in html
        for style in re.findall('style="([^"]*)"', html):
            names = re.findall(r"(?:^|;)(background-color|color):", style)
            assert names in ([], ["background-color", "color"])
