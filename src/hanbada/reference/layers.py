"""Which map format a document is, if it is one."""

from hanbada.reference import geojson, shapefile, topojson
from hanbada.reference.documents import Document
from hanbada.reference.features import Layer


def layer(document: Document) -> Layer | None:
    """The document as a map file, None if it is none; raises PackError if it says it is one and cannot be read."""
    if document.content == "shapefile":
        return shapefile.opened(document)
    if document.content == "json":
        return geojson.opened(document) or topojson.opened(document)
    return None
