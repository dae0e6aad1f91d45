"""Letters to residents: in every language for every kind of channel, whole, fitting, and in no other language."""

import re
from dataclasses import replace
from itertools import product

import pytest

from notifiers.channels.webpush import PAYLOAD_BYTES
from notifiers.filling import left_open
from notifiers.languages import LANGUAGES, PLAIN, Language
from notifiers.notice_forms import notice_form_of
from notifiers.pages import told
from notifiers.revision import Status
from notifiers.sizes import EMAIL, HEADLINE, FormKind, Size, characters, sms_size, spoken_size
from notifiers.subscriptions.letters import Purpose, letter
from notifiers.subscriptions.words import SIGN_OFF, Said, letter_words
from notifiers.wording_lint import long_sentences
from tests.notifiers.samples import NOON, gauge_notice
from tests.notifiers.test_catalogues import CITY, FOREIGN

NAMED = "Stadt Wuppertal-Nord"  # 20 characters: as long as a city is reckoned with
LONGEST = replace(CITY, city=NAMED)
LINK, CONFIRM = ("https://warnungen.example/".ljust(80, each) for each in "mc")
SLOTS = {"mine": LINK, "confirm": CONFIRM, "code": "019619"}
AROUND = 500  # bytes at most of what else goes with a message to a browser
LETTERS = (FormKind.EMAIL, FormKind.PUSH, FormKind.SMS, FormKind.VOICE)
EVERY = pytest.mark.parametrize(
    ("purpose", "kind", "language"),
    [pytest.param(*each, id="-".join(each)) for each in product(Purpose, LETTERS, LANGUAGES)],
)


def written(purpose: Purpose, kind: FormKind, language: Language, status: Status = Status.ACTUAL) -> Said:
    """A letter about two places, with links and a city as long as they come."""
    sent = letter("wuppertal", status, purpose, NOON, 0, ("unterbarmen", "beyenburg"))
    return letter_words(sent, language, LONGEST, kind, SLOTS)


def lines(said: Said) -> set[str]:
    """Everything that is said, line by line."""
    return {line for text in said for line in text.split("\n") if line}


def sizes(said: Said, kind: FormKind, language: Language) -> tuple[Size, ...]:
    """Of the title, and of what such a channel carries."""
    title = characters(said.title, HEADLINE)
    if kind is FormKind.SMS:
        return title, sms_size(said.short, language)
    if kind is FormKind.VOICE:
        return title, spoken_size(said.short)
    if kind is FormKind.PUSH:
        return title, Size(len("".join(said).encode()), PAYLOAD_BYTES - AROUND, "bytes")
    return title, Size(len(said.body.encode()), EMAIL, "bytes")


@EVERY
def test_a_letter_is_whole_and_fits(purpose: Purpose, kind: FormKind, language: Language) -> None:
    said = written(purpose, kind, language)
    assert said.short if kind in (FormKind.SMS, FormKind.VOICE) else said.body
    assert not left_open("\n".join(said))
    assert [size for size in sizes(said, kind, language) if not size.fits] == []


@EVERY
def test_no_line_of_a_letter_is_told_in_another_language(purpose: Purpose, kind: FormKind, language: Language) -> None:
    others = {line for other in LANGUAGES if other != language for line in lines(written(purpose, kind, other))}
    assert lines(written(purpose, kind, language)) & others == set()


@EVERY
def test_a_letter_of_an_exercise_says_so_in_all_that_is_read_alone(
    purpose: Purpose, kind: FormKind, language: Language
) -> None:
    said = written(purpose, kind, language, Status.EXERCISE)
    assert all("ÜBUNG" in text for text in said if text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_leads_to_the_page_of_a_resident_is_never_lost(language: Language) -> None:
    for kind in (FormKind.EMAIL, FormKind.PUSH):
        asked = written(Purpose.CONFIRM, kind, language).body
        assert CONFIRM in asked
        assert SLOTS["code"] in asked
    for purpose in (Purpose.WELCOME, Purpose.KNOWN):
        assert LINK in written(purpose, FormKind.PUSH, language).body
        assert LINK in written(purpose, FormKind.SMS, language).short
    assert SLOTS["code"] in written(Purpose.CONFIRM, FormKind.SMS, language).short


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_voice_says_a_code_digit_by_digit_and_twice(language: Language) -> None:
    assert written(Purpose.CONFIRM, FormKind.VOICE, language).short.count("0 1 9 6 1 9") == 2


@pytest.mark.parametrize("kind", [FormKind.EMAIL, FormKind.PUSH, FormKind.SMS])
@pytest.mark.parametrize("purpose", Purpose)
def test_arabic_isolates_what_runs_from_left_to_right(purpose: Purpose, kind: FormKind) -> None:
    """Whatever Latin letters or digits there are, ours or put in."""
    for text in written(purpose, kind, "ar", Status.EXERCISE):
        assert text.count("\u2068") == text.count("\u2069")
        bare = re.sub(
            "\u2068[^\u2069]*\u2069", "", text.replace(LINK, "").replace(CONFIRM, "")
        )  # an address must not be touched
        assert not re.search(r"[A-Za-z0-9]", bare)


@pytest.mark.parametrize("language", PLAIN)
@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("kind", LETTERS)
def test_einfache_sprache_keeps_its_sentences_short(purpose: Purpose, kind: FormKind, language: Language) -> None:
    assert [*long_sentences("\n".join(written(purpose, kind, language)))] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_how_to_sign_off_stands_below_a_warning_in_its_language(language: Language) -> None:
    assert told(SIGN_OFF, language).endswith(": {mine}")
    assert told(SIGN_OFF, language) != SIGN_OFF["de"]


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("kind", LETTERS)
def test_a_notice_about_an_own_limit_is_translated_and_fits(kind: FormKind, language: Language) -> None:
    form = notice_form_of(gauge_notice(limit=180.0), language, CITY, kind)
    assert form.fits
    assert "Marke" not in form.text
    assert "180" in form.text
