"""Links by which staff say that they have seen a page: for one person, for a while, of one world, unchanged."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from notifiers.notice import Page, PageReason
from notifiers.revision import Status
from warning.keys import mark_of, secret_key
from warning.links import AckLinks, LinkExpired, LinkForeign, LinkProblem, LinkWrong

NOW = datetime(2021, 7, 14, 16, 30, tzinfo=UTC)
OURS, OTHERS = AckLinks(b"a" * 32, "https://city.example/"), AckLinks(b"b" * 32, "https://city.example/")


def page(identifier: str = "p1", warning: str = "w1", lasting: timedelta = timedelta(hours=1)) -> Page:
    return Page(
        identifier, "wuppertal", Status.ACTUAL, PageReason.DRAFT_WAITS, ("anna",), False, False, NOW, NOW + lasting, 2,
        warning,
    )  # fmt: skip


def token(of: Page, person: str = "anna", links: AckLinks = OURS) -> str:
    return links.link(of, person).removeprefix("https://city.example/ack/")


def test_a_link_says_who_has_seen_what_until_its_page_ends() -> None:
    seen = OURS.read(token(page()), NOW + timedelta(minutes=60))
    assert (seen.page, seen.warning, seen.person, seen.level) == ("p1", "w1", "anna", 2)
    assert seen.expires == NOW + timedelta(hours=1)
    with pytest.raises(LinkExpired):
        OURS.read(token(page()), NOW + timedelta(minutes=61))
    silent = token(page(lasting=timedelta(hours=12)))
    assert OURS.read(silent, NOW + timedelta(hours=11)).person == "anna"


def test_a_page_sent_once_more_carries_the_same_link_and_every_person_another_one() -> None:
    assert token(page()) == token(page())
    commands = {
        OURS.read(token(page(name), person), NOW).command for name in ("p1", "p2") for person in ("anna", "berta")
    }
    assert len(commands) == 4


def test_a_link_of_before_levels_stood_in_it_still_acknowledges() -> None:
    signed = URLSafeSerializer(b"a" * 32, salt="ack", signer_kwargs={"digest_method": sha256})
    old = signed.dumps(["p1", "w1", "anna", mark_of(b"a" * 32), int(NOW.timestamp()) + 60])
    seen = OURS.read(old, NOW)
    assert (seen.person, seen.level, seen.command) == ("anna", None, OURS.read(token(page()), NOW).command)


def test_what_is_about_no_warning_has_no_link() -> None:
    assert OURS.link(page(warning=""), "anna") == ""


def test_a_link_of_another_world_is_told_from_a_broken_one() -> None:
    with pytest.raises(LinkForeign):
        OURS.read(token(page(), links=OTHERS), NOW)
    for broken in ("", "x", "a.b.c", token(page())[:-3], "é" * 30, "." * 5):
        with pytest.raises(LinkWrong):
            OURS.read(broken, NOW)


@given(st.data())
def test_no_changed_byte_is_believed(data: st.DataObject) -> None:
    """Whatever one byte becomes, it acknowledges nothing else: it is refused, or it is the very same link."""
    good = token(page())
    place = data.draw(st.integers(0, len(good) - 1))
    changed = bytearray(good.encode())
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        seen = OURS.read(changed.decode("utf-8", "replace"), NOW)
    except LinkProblem:
        return
    assert seen == OURS.read(good, NOW)  # the last sign of a signature has bits that nobody reads


@given(st.text(max_size=200))
def test_any_text_is_refused_in_one_way(text: str) -> None:
    with pytest.raises(LinkProblem):
        OURS.read(text, NOW)


def test_a_world_has_one_key_that_its_owner_alone_can_read(tmp_path: Path) -> None:
    """Also where several processes make it at the same time."""
    found: list[bytes] = []
    threads = [Thread(target=lambda: found.append(secret_key(tmp_path / "var"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found)), len(found[0])) == (8, 1, 32)
    files = list((tmp_path / "var").iterdir())
    assert [(file.name, file.stat().st_mode & 0o777) for file in files] == [("secret.key", 0o600)]
    assert mark_of(found[0]) != mark_of(secret_key(tmp_path / "exercise"))
