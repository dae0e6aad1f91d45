"""A feed as Atom (RFC 4287)."""

from xml.etree.ElementTree import Element, SubElement, tostring

from notifiers.feeds.feed import CAP, Feed, Item

NAMESPACE = "http://www.w3.org/2005/Atom"
GEORSS = "http://www.georss.org/georss"
MEDIA_TYPE = "application/atom+xml"


def atom(feed: Feed) -> str:
    """The document; the same feed gives the same text."""
    root = Element("feed", {"xmlns": NAMESPACE, "xmlns:georss": GEORSS, "xml:lang": feed.language})
    _text(root, "id", feed.address)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", feed.updated.isoformat())
    _text(SubElement(root, "author"), "name", feed.author)
    _link(root, "self", MEDIA_TYPE, feed.address)
    _link(root, "alternate", "text/html", feed.page)
    for item in feed.items:
        _entry(root, item)
    return tostring(root, encoding="unicode", xml_declaration=True)


def _entry(root: Element, item: Item) -> None:
    entry = SubElement(root, "entry")
    _text(entry, "id", item.cap)
    _text(entry, "title", item.title)
    _text(entry, "published", item.sent.isoformat())
    _text(entry, "updated", item.changed.isoformat())
    _link(entry, "alternate", "text/html", item.page)
    if item.cap_bytes:
        _link(entry, "alternate", CAP, item.cap)
    for category in item.categories:
        fields = {"scheme": category.scheme, "term": category.term, "label": category.label}
        SubElement(entry, "category", fields)
    _text(entry, "summary", item.summary)
    if item.outline:
        _text(entry, "georss:polygon", " ".join(f"{latitude!r} {longitude!r}" for latitude, longitude in item.outline))


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _link(parent: Element, relation: str, media_type: str, address: str) -> None:
    SubElement(parent, "link", {"rel": relation, "type": media_type, "href": address})
