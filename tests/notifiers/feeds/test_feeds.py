"""Feeds as others read them: whatever texts hold, they are well-formed and say the same in either form."""

from datetime import UTC, datetime, timedelta, timezone

import feedparser
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from notifiers.feeds.atom import GEORSS, NAMESPACE, atom
from notifiers.feeds.feed import NEVER, Category, Feed, Item
from notifiers.feeds.rss import rss
from notifiers.texts import clean

ATOM = {"a": NAMESPACE}
SUMMER = timezone(timedelta(hours=2))
SENT = datetime(2021, 7, 14, 18, 0, tzinfo=SUMMER)


def item(number: int = 1, **fields: object) -> Item:
    said = {
        "title": "Gefahr, Stufe 2 von 3 – Hochwasser",
        "summary": "Pegel Kluserbrücke: 226,1 cm",
        "sent": SENT,
        "changed": SENT,
        "page": f"https://w.example/de/warning/w{number}",
        "cap": f"https://w.example/warning/w{number}/1.cap",
        "cap_bytes": 5000,
        "categories": (Category("urn:x", "in-force", "in Kraft"),),
    }
    return Item(**said | fields)  # type: ignore[arg-type]


def feed(*items: Item) -> Feed:
    address = "https://w.example/de/warnings.atom"
    return Feed("Warnungen", "Was gilt", "de", "Stadt", address, "https://w.example/de/", items)


def test_atom_has_what_rfc_4287_asks_for() -> None:
    root = etree.fromstring(atom(feed(item(1), item(2, changed=SENT + timedelta(hours=1)))).encode())
    assert root.tag == f"{{{NAMESPACE}}}feed"
    for holder in (root, *root.iterfind("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            (found,) = holder.findall(f"a:{name}", ATOM)
            assert found.text
    assert root.findtext("a:updated", namespaces=ATOM) == "2021-07-14T19:00:00+02:00"
    (own,) = root.xpath("a:link[@rel='self']/@href", namespaces=ATOM)
    assert own == root.findtext("a:id", namespaces=ATOM)
    ids = [each.text for each in root.iterfind("a:entry/a:id", ATOM)]
    assert len(ids) == len(set(ids)) == 2
    links = root.xpath("a:entry[1]/a:link[@rel='alternate']/@type", namespaces=ATOM)
    assert sorted(links) == ["application/cap+xml", "text/html"]
    assert root.findtext("a:author/a:name", namespaces=ATOM) == "Stadt"


def test_rss_has_what_its_board_asks_for() -> None:
    root = etree.fromstring(rss(feed(item())).encode())
    (channel,) = root
    assert (root.tag, root.get("version"), channel.tag) == ("rss", "2.0", "channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description", "language", "lastBuildDate"))
    (entry,) = channel.findall("item")
    assert entry.findtext("pubDate") == "Wed, 14 Jul 2021 18:00:00 +0200"
    (enclosure,) = entry.findall("enclosure")
    assert dict(enclosure.attrib) == {
        "url": "https://w.example/warning/w1/1.cap",
        "length": "5000",
        "type": "application/cap+xml",
    }
    assert (entry.findtext("guid"), entry.find("guid").get("isPermaLink")) == (enclosure.get("url"), "true")


def test_without_a_cap_message_nothing_points_to_one() -> None:
    for document in (atom(feed(item(cap_bytes=0))), rss(feed(item(cap_bytes=0)))):
        assert "application/cap+xml" not in document
        assert 'isPermaLink="true"' not in document


def test_an_empty_feed_is_one_and_does_not_change() -> None:
    for document in (atom(feed()), rss(feed())):
        read = feedparser.parse(document)
        assert (read.bozo, read.entries) == (False, [])
    assert feed().updated == NEVER
    assert NEVER.isoformat() in atom(feed())


WORDS = st.text(max_size=60).map(clean)


@settings(deadline=None)  # a loaded machine is no wrong feed
@given(title=WORDS, summary=WORDS, label=WORDS, sent=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001 - made aware below
def test_whatever_is_said_reads_the_same_in_both(title: str, summary: str, label: str, sent: datetime) -> None:
    at = sent.replace(microsecond=0, tzinfo=UTC)
    said = feed(item(title=title, summary=summary, sent=at, changed=at, categories=(Category("urn:x", "t", label),)))
    root, other = etree.fromstring(atom(said).encode()), etree.fromstring(rss(said).encode())
    texts = [root.findtext(f"a:entry/a:{name}", namespaces=ATOM) for name in ("title", "summary")]
    assert texts == [other.findtext("channel/item/title"), other.findtext("channel/item/description")]
    assert texts == [title, summary]
    assert feedparser.parse(atom(said)).entries[0].published_parsed[:6] == at.timetuple()[:6]
    assert feedparser.parse(rss(said)).entries[0].published_parsed[:6] == at.timetuple()[:6]


def test_atom_draws_the_zone_for_readers_of_georss() -> None:
    outline = ((51.26, 7.18), (51.27, 7.18), (51.27, 7.2), (51.26, 7.18))
    text = atom(feed(item(1, outline=outline), item(2)))
    drawn = etree.fromstring(text.encode()).findall(f".//{{{GEORSS}}}polygon")
    assert [each.text for each in drawn] == ["51.26 7.18 51.27 7.18 51.27 7.2 51.26 7.18"]
    read = feedparser.parse(text).entries
    assert read[0].where["type"] == "Polygon"
    assert read[0].where["coordinates"][0][1] == (7.18, 51.27)  # GeoJSON names the longitude first
    assert "where" not in read[1]
