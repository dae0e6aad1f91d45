"""Reading messages of others: nothing in them is obeyed, fetched or expanded.

A message may come from anywhere. No entity is resolved, no document type is accepted, nothing is loaded from the
network, and what is larger than any message is refused before it is parsed.
"""

from collections import Counter
from itertools import islice

from lxml import etree

from notifiers.cap.alert import Block, Field
from notifiers.cap.message import NAMESPACE

#: A message with a picture inside stays below this; what is larger is refused unread.
LARGEST_BYTES = 5_000_000
#: Ten times what the longest messages of weather services hold. The schema takes the square of it where all are wrong.
MOST_ELEMENTS = 20_000
SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"


class Unreadable(Exception):
    """No XML that may be read; ``line`` is 0 where the mistake has none."""

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(text)
        self.line = line


def parse(data: bytes) -> etree._Element:
    """The root element of a message.

    Raises:
        Unreadable: too large, too many elements, not well-formed, or with a document type.
    """
    if len(data) > LARGEST_BYTES:
        raise Unreadable(f"is larger than {LARGEST_BYTES} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as wrong:
        raise Unreadable(f"is no well-formed XML: {wrong.msg}", wrong.lineno or 0) from wrong
    except ValueError as wrong:
        raise Unreadable(f"is no well-formed XML: {wrong}") from wrong
    if root.getroottree().docinfo.doctype:
        raise Unreadable("declares a document type, which no CAP message has")
    if sum(1 for _ in islice(root.iter(), MOST_ELEMENTS + 1)) > MOST_ELEMENTS:
        raise Unreadable(f"holds more than {MOST_ELEMENTS} elements")
    return root


def is_cap(root: etree._Element) -> bool:
    """Whether the root is an alert of CAP 1.2."""
    return root.tag == f"{{{NAMESPACE}}}alert"


def is_signed(message: bytes) -> bool:
    """Whether there is a signature; says nothing about whether it holds.

    Raises:
        Unreadable: it is no XML that may be read.
    """
    return parse(message).find(f".//{{{SIGNATURES}}}Signature") is not None


def block_of(root: etree._Element) -> Block:
    """The message without its signatures, as rules ask it."""
    return _block(root, _name(root))


def path_of(element: etree._Element) -> str:
    """Where an element stands: ``alert/info[2]/headline``, numbered only where it has a like."""
    parent = element.getparent()
    if parent is None:
        return _name(element)
    alike = [child for child in parent if child.tag == element.tag]
    number = f"[{alike.index(element) + 1}]" if len(alike) > 1 else ""
    return f"{path_of(parent)}/{_name(element)}{number}"


def _block(element: etree._Element, path: str) -> Block:
    children = [child for child in element if isinstance(child.tag, str) and etree.QName(child).namespace == NAMESPACE]
    names = [_name(child) for child in children]
    counts, seen = Counter(names), Counter[str]()
    fields, blocks = [], []
    for child, name in zip(children, names, strict=True):
        seen[name] += 1
        under = f"{path}/{name}" + (f"[{seen[name]}]" if counts[name] > 1 else "")
        if len(child):
            blocks.append(_block(child, under))
        else:
            fields.append(Field(under, (child.text or "").strip(), _line(child)))
    return Block(path, _line(element), tuple(fields), tuple(blocks))


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _line(element: etree._Element) -> int:
    return int(element.sourceline or 0)
