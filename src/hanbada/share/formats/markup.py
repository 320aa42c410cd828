"""XML as others send it, within bounds: no document type, no entities of its own, not too deep, not too large."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.parsers.expat import ExpatError, ParserCreate

from hanbada.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 64 << 20
DEEPEST = 64
MOST = 1_000_000
"""Bytes, depth and number of elements beyond which a document is refused."""
_UNCARRIED = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def parsed(content: bytes, what: str) -> ET.Element:
    """The root of a document; raises InputError naming `what` and the line where it cannot be used."""
    if len(content) > LARGEST:
        message = f"{what}: {len(content):,} bytes are more than {LARGEST:,}"
        raise InputError(message)
    parser = ParserCreate(namespace_separator="}")
    builder = _Builder(what, parser)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.tree.data
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(content, True)  # noqa: FBT003 - positional in expat
    except ExpatError as error:
        message = f"{what}: not XML: {error}"
        raise InputError(message) from None
    except (LookupError, ValueError) as error:
        message = f"{what}: not XML that can be read: {error}"
        raise InputError(message) from None
    return builder.tree.close()


class _Builder:
    """Builds the tree and keeps the bounds."""

    def __init__(self, what: str, parser: Any) -> None:
        self.what, self.parser, self.tree = what, parser, ET.TreeBuilder()
        self.depth = self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > DEEPEST or self.count > MOST:
            self.refuse("elements nested or repeated beyond all measure")
        self.tree.start(_braced(name), {_braced(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self.depth -= 1
        self.tree.end(_braced(name))

    def doctype(self, *_: object) -> None:
        self.refuse("it has a document type")

    def refuse(self, why: str) -> None:
        message = f"{self.what}: line {self.parser.CurrentLineNumber}: refused: {why}"
        raise InputError(message)


def _braced(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def local(element: ET.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Its children of a name, whatever their namespace."""
    return (one for one in element if local(one) == name)


def child(element: ET.Element | None, *names: str) -> ET.Element | None:
    """The first child of a name, and of that the first of the next name; None if there is none."""
    for name in names:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def text(element: ET.Element | None, *names: str) -> str | None:
    """What stands in a child, stripped; None if nothing does."""
    found = child(element, *names)
    return ((found.text or "").strip() or None) if found is not None else None


def carried(value: object) -> str:
    """Text without the characters that XML 1.0 cannot carry."""
    return _UNCARRIED.sub("", str(value))


def document(root: ET.Element) -> bytes:
    """A document, with its declaration."""
    for one in root.iter():
        one.text = None if one.text is None else carried(one.text)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"
