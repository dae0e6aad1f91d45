"""The chain by itself: what is whole, and that nothing else passes."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.warning.audit.chains import NOON_MS, OWN, chain, items, sealed
from warning.audit.chain import START, Entry, Item, Link, chained, hash_of
from warning.audit.check import Broken, Seals, check
from warning.audit.export import entries_of, line_of
from warning.audit.head import BadHead, head_of, is_signed_by, published, sign

FIELDS = ("seq", "at_ms", "kind", "body", "previous", "hash")


def seals(entries: list[Entry]) -> Seals:
    return Seals(OWN, sealed(entries))


@given(st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=20)), min_size=1, max_size=8))
def test_what_was_chained_is_whole(said: list[tuple[str, bytes]]) -> None:
    entries = list(chained(START, [Item(*each) for each in said], NOON_MS))
    done = check(entries, seals(entries))
    assert (done.entries, done.signed, done.last) == (len(said), len(said), entries[-1])


def test_batches_make_the_same_chain_as_one() -> None:
    one = chain(5)
    first = list(chained(START, items(2), NOON_MS))
    assert [*first, *chained(Link(2, first[-1].hash), items(3, 2), NOON_MS)] == one


@given(st.data())
def test_fields_cannot_flow_into_each_other(data: st.DataObject) -> None:
    """A byte that moves from one field into the next gives another hash."""
    kind, body = data.draw(st.text("ab", min_size=1, max_size=4)), data.draw(st.binary(max_size=4))
    moved = hash_of(1, 0, kind[:-1], kind[-1].encode() + body, bytes(32))
    assert moved != hash_of(1, 0, kind, body, bytes(32))
    assert hash_of(1, 0, kind, body, b"") != hash_of(1, 0, kind, body + bytes(32), b"")


@given(st.data())
def test_one_altered_byte_is_found_and_named(data: st.DataObject) -> None:
    entries = chain(6)
    place, name = data.draw(st.integers(0, 5)), data.draw(st.sampled_from(FIELDS))
    entry = entries[place]
    value = getattr(entry, name)
    if isinstance(value, int):
        value ^= 1 << data.draw(st.integers(0, 62))
    elif isinstance(value, str):
        value = value.replace(value[data.draw(st.integers(0, len(value) - 1))], "?")
    else:
        value = flipped(value, data.draw(st.integers(0, len(value) * 8 - 1)))
    forged = [*entries[:place], entry._replace(**{name: value}), *entries[place + 1 :]]
    with pytest.raises(Broken) as error:
        check(forged, seals(entries))
    assert f"entry {place + 1} " in str(error.value) or name == "seq"


def flipped(value: bytes, bit: int) -> bytes:
    altered = bytearray(value)
    altered[bit // 8] ^= 1 << bit % 8
    return bytes(altered)


def forged(entries: list[Entry], place: int, body: bytes) -> list[Entry]:
    """An entry and all after it made anew, as somebody does who has no key."""
    end = Link(place, entries[place].previous)
    said = [Item(entries[place].kind, body), *(Item(entry.kind, entry.body) for entry in entries[place + 1 :])]
    return [*entries[:place], *chained(end, said, NOON_MS)]


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        pytest.param(lambda c: c[:2] + c[3:], "entry 3 is missing: 4 comes after 2", id="one deleted"),
        pytest.param(lambda c: c[1:], "entry 1 is missing: 2 comes after 0", id="the first deleted"),
        pytest.param(lambda c: c[:4], "entries 5 to 6 are missing: the signed head ends at 6", id="the end cut off"),
        pytest.param(lambda c: [], "entries 1 to 6 are missing", id="all deleted"),
        pytest.param(lambda c: [c[0], c[2], c[1], *c[3:]], "entry 2 is missing: 3 comes after 1", id="two swapped"),
        pytest.param(lambda c: [*c[:2], c[1], *c[2:]], "entry 2 stands out of order", id="one doubled"),
        pytest.param(
            lambda c: [*c[:1], c[1]._replace(body=c[2].body), c[2]._replace(body=c[1].body), *c[3:]],
            "entry 2 was changed",
            id="two bodies swapped",
        ),
        pytest.param(
            lambda c: [*c, *chained(Link(6, c[-1].hash), items(1, 9), NOON_MS)],
            "entry 7 was not written by this service: the signed head ends at 6",
            id="one forged at the end",
        ),
        pytest.param(lambda c: forged(c, 2, b"{}"), "entry 6 is not the one whose hash was signed", id="rewritten"),
    ],
)
def test_attacks(attack: object, said: str) -> None:
    entries = chain(6)
    with pytest.raises(Broken, match=said):
        check(attack(entries), seals(entries))  # type: ignore[operator]


def test_a_kept_head_shows_that_the_past_was_rewritten_and_signed_again() -> None:
    """Even the service's own key cannot change what others have a head of."""
    entries = chain(6)
    kept = sealed(entries[:4])
    anew = forged(entries, 1, b"{}")
    assert check(anew, Seals(OWN, sealed(anew))).signed == 6
    with pytest.raises(Broken, match="entry 4 is not the one whose hash was signed"):
        check(anew, Seals(OWN, sealed(anew), [kept]))
    assert check(entries, Seals(OWN, sealed(entries), [kept])).signed == 6


def test_a_head_of_another_key_is_refused() -> None:
    entries = chain(3)
    other = Ed25519PrivateKey.generate()
    head = sign(other, Link(3, entries[-1].hash), NOON_MS)
    with pytest.raises(Broken, match="the head at entry 3 is not signed by the key of this audit"):
        check(entries, Seals(OWN, head))


@given(st.integers(0, 2), st.integers(0, 255))
def test_an_altered_head_is_not_signed(field: int, bit: int) -> None:
    head = sealed(chain(3))
    values = [head.seq ^ 1 << bit % 40, head.at_ms ^ 1 << bit % 40, flipped(head.hash, bit)]
    assert is_signed_by(head, OWN)
    assert not is_signed_by(head._replace(**{FIELDS_OF_HEAD[field]: values[field]}), OWN)


FIELDS_OF_HEAD = ("seq", "at_ms", "hash")


def test_a_head_is_published_and_read_back() -> None:

    head = sealed(chain(3))
    assert head_of(msgspec.json.encode(published(head))) == head
    with pytest.raises(BadHead):
        head_of(b'{"seq": 3}')


def test_an_export_holds_the_same_chain_and_a_part_of_one_is_whole_in_itself() -> None:
    entries = chain(6)
    lines = [line_of(entry) for entry in entries]
    assert list(entries_of(lines)) == entries
    part = check(entries_of(lines[2:5]), Seals(OWN, None, [sealed(entries[:4])]), part=True)
    assert (part.first, part.last, part.signed) == (entries[2], entries[4], 4)
    with pytest.raises(Broken, match="entry 4 is missing"):
        check(entries_of([lines[2], lines[4]]), Seals(), part=True)
    with pytest.raises(Broken, match="entry 4, line 2, cannot be read"):
        check(entries_of([lines[2], lines[3][:-9]]), Seals(), part=True)


def test_what_the_service_found_broken_stays_broken() -> None:
    entries = list(chained(START, [*items(2), Item("break", b'{"reason":"entries 3 to 4 were gone"}')], NOON_MS))
    with pytest.raises(Broken, match="before entry 3 entries 3 to 4 were gone"):
        check(entries, seals(entries))
