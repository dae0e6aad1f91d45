"""What each kind of channel is given: it fits, and what to do is never cut."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from notifiers.components import Component
from notifiers.forms import MARK, Form, form_of, forms_of
from notifiers.notice_forms import KINDS, notice_form_of
from notifiers.revision import Change, Measurement, Revision, Status, Words
from notifiers.sentences import Sentences
from notifiers.sizes import FormKind
from notifiers.texts import fill
from notifiers.wording_lint import lint, long_sentences
from tests.notifiers.samples import CONTENT, FLOOD, NOON, flood, gauge_notice

LANGUAGES = ["de", "en", "de-simple"]
REVISIONS = st.builds(
    structs.replace,
    st.just(FLOOD),
    zone=st.sampled_from(sorted(CONTENT.places)),
    hazard=st.sampled_from(sorted(CONTENT.texts.hazards)),
    status=st.sampled_from(Status),
    change=st.sampled_from(Change),
    level=st.integers(1, 3),
    previous_level=st.integers(0, 3),
    said_at=st.sampled_from([None, NOON, NOON - timedelta(days=1)]),
    gauge_lost=st.sampled_from([(), ("Kluserbrücke",), ("Kluserbrücke", "Beyenburg")]),
    measurements=st.lists(
        st.builds(
            Measurement,
            st.just("x"),
            st.sampled_from(["Kluserbrücke", "Barmen"]),
            st.sampled_from(["stage", "rain", "discharge"]),
            st.none() | st.floats(-500, 2000),
            st.sampled_from(["cm", "mm", "m3/s"]),
            st.just(NOON),
            st.none() | st.floats(-500, 500),
        ),
        max_size=3,
    ).map(tuple),
)


def text(kind: FormKind, revision: Revision = FLOOD, language: str = "de") -> str:
    """What a kind of channel is given."""
    return form_of(revision, language, CONTENT, kind).text  # type: ignore[arg-type]


@given(revision=REVISIONS, language=st.sampled_from(LANGUAGES))
def test_nothing_is_wrong_with_any_form_of_what_is_shipped(revision: Revision, language: str) -> None:
    """Every hazard, level, change and kind of channel: it fits, it is complete, no slot is open."""
    assert lint(revision, language, CONTENT) == []  # type: ignore[arg-type]


@given(revision=REVISIONS, language=st.sampled_from(LANGUAGES))
def test_what_to_do_stands_in_every_form_as_a_whole(revision: Revision, language: str) -> None:
    said = Sentences(revision, language, CONTENT, fill)  # type: ignore[arg-type]
    whole = {*said.actions(), said.prepared("sign")}
    for form in forms_of(revision, language, CONTENT):  # type: ignore[arg-type]
        if form.kind is not FormKind.VOICE:  # there digits and units are words
            assert any(action in form.text for action in whole)
        assert Component.ACTION in form.components


@given(revision=REVISIONS, language=st.sampled_from(LANGUAGES))
def test_an_exercise_is_marked_in_every_form_and_nothing_else_is(revision: Revision, language: str) -> None:
    for form in forms_of(revision, language, CONTENT):  # type: ignore[arg-type]
        marked = MARK.casefold() in f"{form.title} {form.text}".casefold()
        assert marked is (revision.status is Status.EXERCISE)


def test_the_longest_that_fits_is_taken() -> None:
    """A text message has room for the instruction at level 2, and for its short form only at level 3."""
    assert text(FormKind.SMS) == (
        "Gefahr! Hochwasser: Unterbarmen. Verlassen Sie Keller und Tiefgaragen jetzt. Bringen Sie Wichtiges nach oben. "
        "Warnen Sie Ihre Nachbarn. Wuppertal 18:00"
    )
    assert text(FormKind.SMS, flood(level=3)) == (
        "LEBENSGEFAHR Hochwasser: Unterbarmen. Sofort nach oben. Nicht in Keller oder Tiefgarage. "
        "Nicht durch Wasser gehen oder fahren. Notruf 112. Wuppertal 18:00"
    )


def test_a_push_names_place_level_value_and_what_to_do() -> None:
    push = form_of(FLOOD, "de", CONTENT, FormKind.PUSH)
    assert push.title == "Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen"
    assert push.text.startswith("Pegel Kluserbrücke: 226,1 cm um 18:00 Uhr, steigt um 34 cm/h. Verlassen Sie Keller")


@pytest.mark.parametrize(
    ("revision", "lines"),
    [
        pytest.param(FLOOD, ["Gefahr Hochwasser", "Raus aus dem Keller!"], id="level 2"),
        pytest.param(flood(level=3), ["Hochwasser", "Sofort nach oben!"], id="no room for the word"),
        pytest.param(flood(status=Status.EXERCISE), ["ÜBUNG Hochwasser", "Raus aus dem Keller!"], id="exercise"),
        pytest.param(flood(2, change=Change.ALL_CLEAR), ["Entwarnung", "Keller: Strom aus!"], id="all-clear"),
        pytest.param(flood(2, change=Change.RETRACTED), ["Fehlwarnung", "Radio weiter hören"], id="retraction"),
    ],
)  # fmt: skip
def test_a_sign_has_two_lines_of_twenty(revision: Revision, lines: list[str]) -> None:
    assert text(FormKind.SIGN, revision).splitlines() == lines


def test_a_voice_says_digits_and_units() -> None:
    said = text(FormKind.VOICE, flood(level=3))
    assert "226 Zentimeter um 18 Uhr, steigt um 34 Zentimeter pro Stunde" in said
    assert "Notruf 1 1 2." in said
    assert "Lebensgefahr Hochwasser, Unterbarmen" in said
    assert not set(said) & set("–:/")


def test_who_reads_aloud_sees_figures() -> None:
    said = text(FormKind.HOTLINE)
    assert said.startswith("Hier spricht Wuppertal, 18:00 Uhr.")
    assert "226,1 cm um 18:00 Uhr" in said


@pytest.mark.parametrize("kind", [FormKind.PUSH, FormKind.SMS, FormKind.VOICE, FormKind.HOTLINE, FormKind.EMAIL])
def test_a_reinstated_warning_says_so_in_every_form_with_room(kind: FormKind) -> None:
    assert "arnung gilt doch" in text(kind, flood(3, change=Change.REINSTATED, level=3))


@pytest.mark.parametrize("kind", [FormKind.PUSH, FormKind.SMS, FormKind.VOICE, FormKind.HOTLINE, FormKind.EMAIL])
def test_a_retraction_names_the_warning_by_its_time(kind: FormKind) -> None:
    assert "Die Warnung von 18" in text(kind, flood(3, change=Change.RETRACTED, said_at=NOON))


def test_a_lowering_is_said_where_there_is_room() -> None:
    assert "Die Warnstufe sinkt." in text(FormKind.PUSH, flood(2, level=1, previous_level=2, measurements=()))


def test_the_words_of_a_person_keep_their_place_by_name_in_a_text_message() -> None:
    written = structs.replace(FLOOD, words={"de": Words("Damm undicht", "Gehen Sie jetzt nach oben.")})
    assert (
        text(FormKind.SMS, written) == "Gefahr! Damm undicht, Unterbarmen. Gehen Sie jetzt nach oben. Wuppertal 18:00"
    )


def test_what_a_person_wrote_is_never_cut_but_told_as_too_long() -> None:
    instruction = "Gehen Sie jetzt nach oben. " * 8
    written = structs.replace(FLOOD, words={"de": Words("Damm undicht", instruction.strip())})
    form = form_of(written, "de", CONTENT, FormKind.SMS)
    assert not form.fits
    assert instruction.strip() in form.text
    short = structs.replace(written, words={"de": Words("Damm undicht", instruction, "Jetzt nach oben.")})
    assert form_of(short, "de", CONTENT, FormKind.SMS).fits
    assert "Jetzt nach oben." in text(FormKind.SMS, short)


def test_letters_that_no_text_message_has_are_written_without_their_marks() -> None:
    place = replace(CONTENT.places["unterbarmen"], name={"de": "Łódź-Süd", "en": "x", "de-simple": "x"})
    content = replace(CONTENT, places=CONTENT.places | {"unterbarmen": place})
    form = form_of(FLOOD, "de", content, FormKind.SMS)
    assert "Lódz-Süd" not in form.text
    assert "Lodz-Süd" in form.text
    assert form.fits


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("kind", KINDS)
def test_a_gauge_notice_fits_and_says_that_nobody_has_checked(kind: FormKind, status: Status, language: str) -> None:
    many = FLOOD.measurements * 6
    form: Form = notice_form_of(gauge_notice(status=status, measurements=many), language, CONTENT, kind)  # type: ignore[arg-type]
    assert form.fits
    assert "unchecked" in form.text or "ungeprüft" in form.text
    assert (MARK.casefold() in f"{form.title}{form.text}".casefold()) is (status is Status.EXERCISE)


def test_cap_carries_no_notices() -> None:
    with pytest.raises(KeyError):
        notice_form_of(gauge_notice(), "de", CONTENT, FormKind.CAP)


def test_sentences_are_counted_to_their_end() -> None:
    twelve = "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"
    assert list(long_sentences(f"{twelve}. {twelve}: kurz.")) == []
    assert list(long_sentences(f"kurz. {twelve} dreizehn.")) == [f"{twelve} dreizehn"]
    assert list(long_sentences("Am 14.07.2021, 18:00 Uhr, steht er bei 226,1 cm.")) == []
