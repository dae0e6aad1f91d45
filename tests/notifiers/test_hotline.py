"""What the hotline reads aloud: never longer than 30 seconds, whatever the city says, and never without what to do."""

import pytest

from notifiers.filling import fill
from notifiers.hotline import script_of
from notifiers.languages import LANGUAGES, Language
from notifiers.pieces import pieces_of
from notifiers.revision import Change, Status
from notifiers.sizes import VOICE_S
from notifiers.voice import seconds, speak
from tests.notifiers.cap.test_lint import everything_said
from tests.notifiers.samples import CONTENT, FLOOD, NOON, flood
from tests.notifiers.test_catalogues import CITY, FOREIGN


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_never_takes_longer_than_30_s(language: Language) -> None:
    content = CITY if language in FOREIGN else CONTENT
    for revision in everything_said():
        script = script_of(revision, language, content)
        pieces = pieces_of(revision, language, content, fill)
        assert seconds(speak(script.aloud, language)) <= VOICE_S, script.text
        assert script.lines[-1] in pieces.actions
        assert pieces.headline in script.text
        assert (pieces.area in script.aloud, CONTENT.contact in script.aloud) == (True, True)
        assert (pieces.mark in script.lines[0]) or not pieces.mark
        assert all(len(one.answer) <= 120 and "\n" not in one.answer for one in (*script.answers, script.call))


def test_what_where_what_to_do_and_the_usual_questions() -> None:
    script = script_of(flood(measurements=()), "de", CONTENT)
    assert script.text.splitlines() == [
        "Hier spricht Wuppertal, 18:00 Uhr. Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen.",
        "Verlassen Sie Keller und Tiefgaragen jetzt. Bringen Sie Wichtiges nach oben. Warnen Sie Ihre Nachbarn.",
        "Wo genau? – Wuppertal-Unterbarmen und Elberfeld an der Wupper.",
        "Ist das sicher? – Die Gefahr ist wahrscheinlich.",
        "Wie lange? – Bis 15.07.2021, 00:00 Uhr.",
        "Wo erfahre ich mehr? – Im Radio, in NINA, bei der Stadt.",
        "Wen rufe ich an? – Stadt Wuppertal (Beispiel), Notruf 112",
    ]
    assert "Wo genau?" not in script.aloud


def test_what_is_over_lasts_no_longer_and_is_not_likely() -> None:
    for change in (Change.ALL_CLEAR, Change.RETRACTED):
        questions = {one.question for one in script_of(flood(2, change=change, said_at=NOON), "de", CONTENT).answers}
        assert questions >= {"Wo genau?", "Wo erfahre ich mehr?"}
        assert not questions & {"Ist das sicher?", "Wie lange?"}


def test_an_exercise_says_so_first() -> None:
    assert script_of(flood(status=Status.EXERCISE), "de", CONTENT).lines[0] == "ÜBUNG – keine echte Warnung."
    assert "ÜBUNG" not in script_of(FLOOD, "de", CONTENT).text


@pytest.mark.parametrize("language", FOREIGN)
def test_questions_are_asked_in_every_language(language: Language) -> None:
    german = script_of(FLOOD, "de", CONTENT)
    asked = {one.question for one in (*german.answers, german.call)}
    script = script_of(FLOOD, language, CITY)
    assert not asked & {one.question for one in (*script.answers, script.call)}
