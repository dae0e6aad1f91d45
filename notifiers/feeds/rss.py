"""A feed as RSS 2.0, for readers that know nothing newer; the form is that of the RSS Advisory Board."""

from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from notifiers.feeds.atom import NAMESPACE as ATOM
from notifiers.feeds.feed import CAP, Feed, Item

MEDIA_TYPE = "application/rss+xml"
MINUTES_KEPT = "1"  # the shortest that RSS can ask for


def rss(feed: Feed) -> str:
    """The document; the same feed gives the same text."""
    root = Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = SubElement(root, "channel")
    _text(channel, "title", feed.title)
    _text(channel, "link", feed.page)
    _text(channel, "description", feed.subtitle)
    _text(channel, "language", feed.language)
    _text(channel, "lastBuildDate", format_datetime(feed.updated))
    _text(channel, "ttl", MINUTES_KEPT)
    SubElement(channel, "atom:link", {"rel": "self", "type": MEDIA_TYPE, "href": feed.address})
    for item in feed.items:
        _item(channel, item)
    return tostring(root, encoding="unicode", xml_declaration=True)


def _item(channel: Element, item: Item) -> None:
    entry = SubElement(channel, "item")
    _text(entry, "title", item.title)
    _text(entry, "link", item.page)
    _text(entry, "description", item.summary)
    for category in item.categories:
        SubElement(entry, "category", {"domain": category.scheme}).text = category.label
    if item.cap_bytes:
        SubElement(entry, "enclosure", {"url": item.cap, "length": str(item.cap_bytes), "type": CAP})
    SubElement(entry, "guid", {"isPermaLink": "true" if item.cap_bytes else "false"}).text = item.cap
    _text(entry, "pubDate", format_datetime(item.sent))


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
