"""What people are answered: every code can be said in both languages, and read back from its English sentence."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.revision import Change
from rules.messages import Action, ConditionState
from tests.warning.web import seed
from warning.lifecycle.people import Role
from warning.messages import CommandAction, Topic
from warning.replies import REPLIES, SLOT, Reply, reply, slots_of, understood
from warning.web.replied import Replies, plain, replied
from warning.web.saying import phrases
from warning.web.words import words_of

ROOT = Path(__file__).parents[2]
AT = datetime(2021, 7, 14, 16, 30, 20, tzinfo=UTC)
WORD = st.text(st.sampled_from("abcäxyz-0189"), min_size=1, max_size=8)
FREE = st.lists(WORD, min_size=1, max_size=4).map(" ".join)


def minutes(first: int, last: int) -> st.SearchStrategy[datetime]:
    return st.integers(first, last).map(lambda some: (AT + timedelta(minutes=some)).replace(second=0))


VALUES: dict[str, st.SearchStrategy[object]] = {
    "": FREE,
    "id": WORD,
    "person": WORD,
    "zone": WORD,
    "int": st.integers(0, 10**6),
    "role": st.sampled_from([role.name.lower() for role in Role]),
    "action": st.sampled_from([one.value for one in CommandAction]),
    "word": st.sampled_from([one.value for one in Action]),
    "change": st.sampled_from(["", *(one.value for one in Change)]),
    "condition": st.sampled_from([one.value for one in ConditionState]),
    "topic": st.sampled_from([one.value for one in Topic]),
    "ago": minutes(-1438, 0),
    "ahead": minutes(0, 1438),
    "about": minutes(-700, 700).map(lambda at: at.replace(second=17)),
    "day": st.integers(-180, 180).map(lambda days: (AT + timedelta(days=days)).replace(second=0)),
}
INNER = [Reply("second-needed", {}), Reply("draft", {"revision": 2, "change": "issued", "level": 3})]
STANDING = [
    Reply("standing-level-values", {"zone": "barmen", "state": "ACTIVE", "level": 2, "values": "Barmen 7 mm"}),
    Reply("standing", {"zone": "kluse", "state": "NORMAL"}),
]
VALUES |= {"reply": st.sampled_from(INNER), "replies": st.just(STANDING)}


def sentence(value: object) -> object:
    """A slot as whoever answers fills it."""
    if isinstance(value, list):
        return [sentence(one) for one in value]
    return reply(value.code, **value.slots) if isinstance(value, Reply) else value


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_code_has_a_phrase_with_its_slots(language: str) -> None:
    said = {key.removeprefix("reply_"): text for key, text in phrases(language).items() if key.startswith("reply_")}
    assert said.keys() == REPLIES.keys()
    wrong = {code for code, text in said.items() if set(re.findall(r"\{(\w+)\}", text)) != slots_of(code).keys()}
    assert wrong == set()
    assert {f"condition_{one}" for one in ConditionState} <= phrases(language).keys()


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_every_sentence_is_read_back_as_it_was_said(data: st.DataObject) -> None:
    for code in REPLIES:
        slots = {name: data.draw(VALUES[kind], code) for name, kind in slots_of(code).items()}
        text = reply(code, **{name: sentence(value) for name, value in slots.items()})
        assert understood(text, AT) == Reply(code, slots), text


def test_somebodys_own_words_have_no_code_and_stay() -> None:
    assert understood("crest at 22:00", AT) is None
    words = words_of(seed.config(), "de")
    assert replied(words, "crest at 22:00", AT) == "crest at 22:00"
    assert replied(words, reply("all-clear-early", since=AT, due=AT), None).startswith("normal since")  # of no day


def test_times_are_those_of_the_city_and_names_those_of_its_people() -> None:
    told = Replies(seed.config()).told
    waits = reply("alone-too-early", second=reply("second-or-alone", since=AT + timedelta(minutes=3)))
    assert told("anna", waits, AT).said == (
        "noch nicht allein: eine zweite Person ist nötig; ab 18:33:20 Uhr darf eine allein, mit Grund"
    )
    assert plain(understood(waits, AT)) == {
        "code": "alone-too-early",
        "slots": {"second": {"code": "second-or-alone", "slots": {"since": "2021-07-14T16:33:20Z"}}},
    }
    awake = reply("not-normal", standing=[reply("standing-level", zone="unterbarmen", state="ACTIVE", level=2)])
    assert told("anna", awake, AT).said.endswith("Unterbarmen: Gefahr, Stufe 2")
    assert told("anna", reply("agreed-already", who="berta", second=reply("second-needed")), AT).said == (
        "Berta Beispiel hat schon zugestimmt; eine zweite Person ist nötig"
    )


def test_a_time_of_day_is_of_the_day_that_can_be_meant() -> None:
    found = understood(reply("all-clear-early", since=AT - timedelta(hours=23), due=AT + timedelta(hours=22)), AT)
    assert found is not None
    assert [str(at) for at in found.slots.values()] == ["2021-07-13 17:30:00+00:00", "2021-07-15 14:30:00+00:00"]


def literals(file: str, made: str) -> Iterator[str]:
    """Every sentence that a file says, with something in place of what it puts in."""
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == made:
            for value in node.args[:1]:
                if isinstance(value, ast.Constant):
                    yield str(value.value)
                elif isinstance(value, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in value.values)


@pytest.mark.parametrize(
    ("file", "made"), [("rules/instructions.py", "Refused"), ("rules/conditions/told.py", "ValueError")]
)
def test_what_the_rules_refuse_is_in_the_table(file: str, made: str) -> None:
    """They have no table: their sentences stand on the log as notes, and are read like the steward's."""
    found = list(literals(file, made))
    assert len(found) > 8
    samples = ("3", "STALE", "hold", "the reason")
    filled = ((text, [text.replace("\0", sample) for sample in samples]) for text in found)
    assert [text for text, said in filled if not any(understood(one, AT) for one in said)] == []


def test_every_code_is_said_somewhere() -> None:
    code = "\n".join(one.read_text("utf-8") for one in (ROOT / "warning").rglob("*.py") if one.name != "replies.py")
    rules = [*literals("rules/instructions.py", "Refused"), *literals("rules/conditions/told.py", "ValueError")]
    by_rules = {one for one in REPLIES if re.sub(SLOT, "\0", REPLIES[one]) in rules}
    made_up = {"standing-level", "standing-values", "standing-level-values"}
    unsaid = {one for one in REPLIES.keys() - by_rules - made_up if f'"{one}"' not in code}
    assert unsaid == {"word-who-missing"}  # which the rules put together
