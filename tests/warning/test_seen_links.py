"""Links by which institutions acknowledge: each of one institution and revision, of one world, unchanged, and short."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.envelope import Links, envelopes
from notifiers.ledger.outbox import Leased
from notifiers.ledger.tables import About
from notifiers.pages import seen_line
from notifiers.revision import Change
from notifiers.sms import parts_of, short
from tests.notifiers.samples import CHANNELS, CONTENT, flood, recipient
from tests.warning.lifecycle.test_institutions import institution
from warning.links import AckLinks, LinkExpired, LinkProblem, LinkWrong
from warning.seen_links import SeenLinks, refuse_old

KEY, PAGE = b"a" * 32, "https://warn.wuppertal.example/"
OURS, OTHERS = SeenLinks(KEY, PAGE), SeenLinks(b"b" * 32, PAGE)
HEX = "0123456789abcdef01234567"


def token(name: str = "home", identifier: str = HEX, links: SeenLinks = OURS) -> str:
    return links.link(flood(identifier=identifier), name).removeprefix(f"{PAGE}seen/")


def test_a_link_says_which_institution_and_revision() -> None:
    noted = OURS.read(token())
    assert (noted.institution, noted.revision) == ("home", HEX)
    assert len({OURS.read(token(name, one)).command for name in ("home", "far") for one in (HEX, "r2")}) == 4


def test_links_of_other_worlds_of_staff_and_broken_ones_acknowledge_nothing() -> None:
    with pytest.raises(LinkWrong):
        OURS.read(token(links=OTHERS))
    for broken in ("", "x", "a.b.c", "é.ü.ß", token()[:-1], token().replace("home", "hume"), "." * 5):
        with pytest.raises(LinkWrong):
            OURS.read(broken)
    with pytest.raises(LinkProblem):
        AckLinks(KEY, PAGE).read(token(), flood().sent)


@given(st.data())
def test_no_changed_byte_is_believed(data: st.DataObject) -> None:
    good = token()
    changed = bytearray(good.encode())
    changed[data.draw(st.integers(0, len(good) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(LinkWrong):
        OURS.read(changed.decode("utf-8", "replace"))


def test_it_ends_a_week_after_its_revision() -> None:
    refuse_old(flood(), flood().sent + timedelta(days=7))
    with pytest.raises(LinkExpired):
        refuse_old(flood(), flood().sent + timedelta(days=7, seconds=1))


SPECS = {name: type(CHANNELS["push"]).model_validate({"kind": "apprise", **more}) for name, more in (
    ("push", {}), ("sms", {"parts": 2}), ("call", {"voice": True})
)}  # fmt: skip
HOME = institution("care-home-beyenburg", addresses=[{"channel": name, "to": name} for name in SPECS])
WRITE = envelopes(CONTENT, [HOME, recipient("anna", *SPECS)], (), channels=SPECS, links=Links(seen=OURS.link))


def leased(channel: str, name: str = HOME.id, **fields: object) -> Leased:
    said = flood(identifier=HEX, **fields)
    return Leased(1, 1, name, channel, "de", About.REVISION, said)


def test_only_the_institution_gets_its_link_and_only_where_it_has_to_acknowledge() -> None:
    line = seen_line(f"{PAGE}seen/{token(HOME.id)}", "de")
    assert WRITE(leased("push")).body.endswith(f"\n{line}")
    assert "/seen/" not in WRITE(leased("push", "anna")).body
    for fields in ({"level": 1}, {"change": Change.ALL_CLEAR}, {"change": Change.RETRACTED, "said_at": flood().sent}):
        assert "/seen/" not in WRITE(leased("push", **fields)).body


def test_a_text_message_carries_it_whole_and_a_voice_does_not() -> None:
    for hazard in CONTENT.texts.hazards:
        for level in (2, 3):
            said = short(WRITE(leased("sms", hazard=hazard, level=level)).short, 2)
            assert parts_of(said) == 2
            assert said.endswith(token(HOME.id))
    assert "/seen/" not in WRITE(leased("call")).short
